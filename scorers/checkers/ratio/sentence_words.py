"""ratio:sentence_words."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    exactly,
    format_asked,
    format_count,
)

from ...demands import ENDS_READ, PLACED
from ...text.word_lists import word_list
from ...text.word_search import words_within

NUMBER = 3
_EXAMPLE = "Warm towns sleep. Calm ships drift. Cold roads curve."


def _check_published(_: SentenceWords, text: Text) -> Verdict:
    pieces = [text.raw[start:end].strip() for start, end in text.published_sentences]
    return _make_verdict([len(piece) for piece in pieces], "equal lengths", spans=text.published_sentences)


def _check_livebench(_: SentenceWords, text: Text) -> Verdict:
    pieces = text.livebench_sentences
    same = len(set(pieces)) < len(pieces)
    return _make_verdict(
        [len(piece) for piece in pieces], "equal lengths and different sentences", "two are the same" if same else ""
    )


def _make_verdict(lengths: list[int], asked: str, repeated: str = "", spans: list[Span] | None = None) -> Verdict:
    if len(lengths) != NUMBER:
        return Verdict.of(
            False, f"{format_count(len(lengths), 'sentence')}; {format_asked('exactly', NUMBER)}", spans or []
        )
    shown = ", ".join(map(str, lengths))
    followed = len(set(lengths)) == 1 and not repeated
    found = f"{NUMBER} sentences of {shown} characters{', and ' if repeated else ''}{repeated}"
    return Verdict.of(followed, f"{found}; {asked} were asked", spans or [])


@dataclass(frozen=True)
class SentenceWords(Checker):
    """Demands three sentences of the same length that share no word."""

    id = "ratio:sentence_words"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("Cat ran. Dog sat. Owl hid."), Case("Cat!\nDog?\n\nOwl.")]
    bad = [
        Case("Cat. Cat. Cat.", why="the same word"),
        Case("The cat. Men ran. See the.", why="two sentences share a word"),
        Case("Cat. Dog. Owls."),
        Case("Cat. Dog."),
        Case("The old cat sat. The dog ran off. A hen hid."),
        Case("Old cat sat. A dog ran. Two hens hid."),
        Case("The cat sat. A very long dog ran on and on behind the mill. The hen sat!", why="one is much longer"),
    ]

    def describe(self) -> str:
        return (
            "Write exactly three sentences. All three must have the same number of characters (spaces and "
            "punctuation included), and no word may occur in two of them."
        )

    def check(self, text: Text) -> Verdict:
        spans = text.sentences
        seen: dict[str, int] = {}
        repeated = ""
        for place, words in enumerate(words_within(text.words, spans)):
            for start, end in words:
                word = text.raw[start:end].lower()
                if seen.setdefault(word, place) != place and not repeated:
                    repeated = f"{word!r} occurs in two of them"
        return _make_verdict(
            [end - start for start, end in spans], "equal lengths and different words", repeated, spans
        )

    def demands(self) -> Demands:
        return Demands(
            phase="counts",
            sentences=exactly(NUMBER),
            traits=(("white space", "between words"),),
            meanings=(PLACED, ENDS_READ),
        )

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        evened = _even_sentences(text) if len(text.sentences) == NUMBER else ""
        return evened if evened and self.check(cached_text(evened)).followed else _EXAMPLE

    published = {
        "ifbench": PublishedVariant(
            why="Words are not compared, and a title belongs to the sentence below it.",
            source="IFBench CharacterCountUniqueWordsChecker",
            check=_check_published,
            good=(Case("Cat. Cat. Cat."),),
            bad=(Case("# Title\nCat. Dog. Owl."),),
        ),
        "livebench": PublishedVariant(
            why="The sentences only have to differ, and are cut by rules of LiveBench's own.",
            source="LiveBench CharacterCountUniqueWordsChecker",
            check=_check_livebench,
            good=(Case("A cat. A dog. An ow."),),
            bad=(Case("Cat. Cat. Cat."),),
        ),
    }


_LONGEST = 12


def _even_sentences(text: Text) -> str:
    """Return the three sentences with other words for repeated ones, and with more words for the same length."""
    used = {text.raw[start:end].lower() for start, end in text.words}
    supply: dict[int, list[str]] = {}
    for word in word_list():
        if word not in used:
            supply.setdefault(len(word), []).append(word)
    seen: set[str] = set()
    inside = words_within(text.words, text.sentences)
    parts = [_without_repetitions(text, *one, seen, supply) for one in zip(text.sentences, inside, strict=True)]
    longest = max(map(len, parts))
    return " ".join(_lengthen_sentence(part, longest - len(part), supply) for part in parts)


def _without_repetitions(
    text: Text, span: Span, words: list[Span], seen: set[str], supply: dict[int, list[str]]
) -> str:
    start, end = span
    own: set[str] = set()
    parts, at = [], start
    for a, b in words:
        word = text.raw[a:b].lower()
        if word in seen and any(supply.values()):
            other = next(others for others in supply.values() if others).pop()
            parts += [text.raw[at:a], other.capitalize() if a == start else other]
            at = b
        else:
            own.add(word)
    seen |= own
    return "".join([*parts, text.raw[at:end]])


def _lengthen_sentence(sentence: str, missing: int, supply: dict[int, list[str]]) -> str:
    """Return `sentence` with words of `missing` characters, their spaces counted, before its mark."""
    body = sentence.rstrip(".?!")
    added = ""
    while missing:
        size = missing if missing <= _LONGEST + 1 else 8
        words = supply.get(size - 1)
        if not words:
            return ""
        added += f" {words.pop()}"
        missing -= size
    return body + added + sentence[len(body) :]
