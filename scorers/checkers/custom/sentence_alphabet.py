"""custom:sentence_alphabet."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase

from scorers import Case, PublishedVariant, Span, Text, Verdict, cached_text, format_asked, format_count

from ...text.scripts import fold_accents
from ._task import FixedTask

_FIRSTS = (
    "Ada Ben Carl Dora Emil Fay Gus Hal Ida Jo Kim Lou May Ned Ola Pam Quin Rob Sue Tom Una Val Will Xenia Yan Zoe"
).split()
_EXAMPLE = " ".join(f"{name} came home." for name in _FIRSTS)


def _check_published(_: SentenceAlphabet, text: Text) -> Verdict:
    spans = text.published_sentences
    return _make_verdict([_first(text.raw[slice(*span)]) for span in spans], spans)


def _check_livebench(_: SentenceAlphabet, text: Text) -> Verdict:
    return _make_verdict([_first(sentence) for sentence in text.livebench_sentences], [])


def _first(sentence: str) -> str:
    return sentence.lstrip().lower()[:1]


def _make_verdict(firsts: list[str], spans: list[Span]) -> Verdict:
    if len(firsts) != len(ascii_lowercase):
        return Verdict(
            False, f"{format_count(len(firsts), 'sentence')}; {format_asked('exactly', len(ascii_lowercase))}"
        )
    wrong = next((i for i, (a, b) in enumerate(zip(firsts, ascii_lowercase, strict=True)) if a != b), None)
    if wrong is None:
        return Verdict(True, "26 sentences in the order of the alphabet")
    shown = f"sentence {wrong + 1} begins with {firsts[wrong]!r}; {ascii_lowercase[wrong]!r} was asked"
    return Verdict.of(False, shown, spans[wrong : wrong + 1])


@dataclass(frozen=True)
class SentenceAlphabet(FixedTask):
    """Asks for a story of 26 sentences that begin with the letters of the alphabet."""

    id = "custom:sentence_alphabet"

    good = [
        Case(_EXAMPLE),
        Case("# Story\n\n" + _EXAMPLE.replace("Carl came", "“Carl” came"), why="a title is no sentence"),
    ]
    bad = [Case(f"{_EXAMPLE} End."), Case(_EXAMPLE.replace("Ben", "Len")), Case("Ada came home.")]

    def describe(self) -> str:
        return "Tell a story of 26 sentences whose first words begin with the letters of the alphabet, in order."

    def check(self, text: Text) -> Verdict:
        spans = text.sentences
        firsts = []
        for start, end in spans:
            letter = next((c for c in text.raw[start:end] if c.isalnum()), "")
            firsts.append(fold_accents(letter))
        return _make_verdict(firsts, spans)

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else _EXAMPLE

    published = {
        "ifbench": PublishedVariant(
            why="A mark before the first word fails, and a title belongs to the first sentence.",
            source="IFBench SentenceAlphabetChecker",
            check=_check_published,
            good=(Case(_EXAMPLE.lower().replace("came", "Came")),),
            bad=(Case(_EXAMPLE.replace("Ada", '"Ada"')),),
        ),
        "livebench": PublishedVariant(
            why="As IFBench, with sentences cut by rules of LiveBench's own.",
            source="LiveBench SentenceAlphabetChecker",
            check=_check_livebench,
            good=(Case(_EXAMPLE),),
            bad=(Case(_EXAMPLE.replace("Ada", '"Ada"')),),
        ),
    }
