"""words:prime_lengths."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Verdict

from ...demands import SPACED, SPELLED
from ...text.published.ascii_punctuation import bare_span
from ._letters import swap_words

PRIMES = frozenset(n for n in range(2, 100) if all(n % d for d in range(2, n)))


def _check_published(_: PrimeLengths, text: Text) -> Verdict:
    for place, word in enumerate(text.bare.split()):
        if len(word) not in PRIMES:
            span = bare_span(text.raw, place)
            return Verdict.of(False, f"{text.quote(span)} has {len(word)} characters", [span])
    return Verdict(True, "every length is a prime number")


def _length(text: Text, span: Span) -> int:
    return sum(map(str.isalnum, text.raw[span[0] : span[1]]))


def _wrong(text: Text) -> list[Span]:
    return [span for span in text.words if _length(text, span) not in PRIMES]


@dataclass(frozen=True)
class PrimeLengths(Checker):
    """Demands words whose lengths are prime numbers."""

    id = "words:prime_lengths"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("to the river"), Case("“to” — it", why="marks are no letters"), Case("e-mail it")]
    bad = [Case("a cat"), Case("...", why="no words"), Case("well-known it")]

    def describe(self) -> str:
        return "Use only words whose number of letters is a prime number (2, 3, 5, 7, 11 and so on)."

    def check(self, text: Text) -> Verdict:
        wrong = _wrong(text)
        if not text.words:
            return Verdict(False, "no words")
        shown = f", the first {text.quote(wrong[0])} of {_length(text, wrong[0])}" if wrong else ""
        return Verdict.of(not wrong, f"{len(wrong)} of {len(text.words)} words of another length{shown}", wrong)

    def demands(self) -> Demands:
        return Demands(meanings=(SPACED, SPELLED))

    def repair(self, draft: str) -> str:
        return swap_words(self, draft, _wrong, lambda word: len(word) in PRIMES, "The river bends.")

    published = {
        "ifbench": PublishedVariant(
            why="A text without words passes, a mark outside ASCII counts as a letter, and lengths above 97 fail.",
            source="IFBench PrimeLengthsChecker",
            check=_check_published,
            good=(Case("..."),),
            bad=(Case("“to” it"),),
        ),
    }
