"""custom:character_reverse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, PublishedVariant, Text, Verdict, cached_text, format_asked, format_count

from ._task import FixedTask, whole

_NEEDLE = "elgae dlab"
_FOUND = re.compile(r"(?<![^\W_])elgae[*_]*+\s++[*_]*+dlab(?![^\W_])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LEAST_WORDS = 4
_FORWARD = re.compile(r"\b(?:the|and|that|which|symbol|animal|national|united|states|bald|eagle)\b", re.IGNORECASE)
"""Words of the answer that show that it is not written backwards."""


def _check_published(_: CharacterReverse, text: Text) -> Verdict:
    at = text.lower.find(_NEEDLE)
    placed = at >= 0 and len(text.lower) == len(text.raw)
    return Verdict.of(at >= 0, f"{_NEEDLE} {'found' if at >= 0 else 'missing'}", [(at, at + 10)] if placed else [])


@dataclass(frozen=True)
class CharacterReverse(FixedTask):
    """Asks for the national animal of the US in a sentence with its letters in reverse order."""

    id = "custom:character_reverse"

    good = [Case(".SU eht fo lobmys eht si elgae dlab ehT"), Case("SU eht fo lamina eht si *elgae*\ndlab ehT")]
    bad = [
        Case("The bald eagle is the symbol of the US."),
        Case("elgae dlab", why="no sentence"),
        Case("The bald eagle, read backwards, is elgae dlab.", why="a sentence that is not reversed"),
    ]

    def describe(self) -> str:
        return (
            "Name the animal that is the national symbol of the US. Answer in a whole sentence, and put its letters in "
            "reverse order."
        )

    def check(self, text: Text) -> Verdict:
        spans = [match.span() for match in _FOUND.finditer(text.raw)]
        if not spans:
            return Verdict.of(False, f"{_NEEDLE} missing", whole(text))
        if forward := _FORWARD.search(text.raw):
            return Verdict.of(False, f"{text.quote(forward.span())} is not written backwards", [forward.span()])
        words = len(_WORD.findall(text.raw))
        return Verdict.of(
            words >= _LEAST_WORDS,
            f"{_NEEDLE} in {format_count(words, 'word')}; {format_asked('at least', _LEAST_WORDS)}",
            spans,
        )

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else ".SU eht fo lobmys eht si elgae dlab ehT"

    published = {
        "ifbench": PublishedVariant(
            why="The two words anywhere are enough, with one space between them.",
            source="IFBench CharacterReverseChecker",
            check=_check_published,
            good=(Case("elgae dlab"), Case("xelgae dlabx")),
            bad=(Case("si elgae\ndlab ehT"),),
        ),
    }
