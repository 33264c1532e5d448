"""ratio:overlap.

Audited: small and capital letters are the same, and any white space is one space.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from scorers import Case, Checker, PublishedVariant, Text, Verdict, cached_text, number, string

from ...params.published import drawn_at_random, format_number

_SIZE = 3
_MARGIN = 2
_LEAST = 40
"""Different sequences that a reference needs to make every share possible."""
_REFERENCE = (
    "The harbour town opened its library again after storms had closed the street for seven winter weeks, and "
    "farmers carried furniture through narrow doors while children counted every broken window."
)


def _trigrams(text: str) -> set[str]:
    return {text[at : at + _SIZE] for at in range(len(text) - _SIZE + 1)}


@lru_cache(maxsize=32)
def _reference_trigrams(text: str) -> frozenset[str]:
    return frozenset(_trigrams(text))


def _fold_text(text: str) -> str:
    return " ".join(text.lower().split())


def _share(own: set[str], reference: frozenset[str]) -> float:
    return len(own & reference) / len(own) * 100


def _check_published(self: Overlap, text: Text) -> Verdict:
    own = _trigrams(text.raw)
    return self._make_verdict(own, _reference_trigrams(self.reference_text))


def _check_livebench(self: Overlap, text: Text) -> Verdict:
    return _check_published(self, text) if len(text.raw) >= _SIZE else Verdict.raising("ZeroDivisionError")


@dataclass(frozen=True)
class Overlap(Checker):
    """Demands that a given share of its three-letter sequences occurs in a reference text."""

    id = "ratio:overlap"
    rule_books = frozenset({"audited", "ifbench"})
    drawn = False
    shown_in_request: ClassVar[tuple[str, ...]] = ("reference_text",)

    reference_text: str = string("the text that the response is compared with", drawn=(_REFERENCE,))
    percentage: float = number("the share in per cent", low=0, high=100, drawn=(20, 90), fractions=True)

    good = [
        Case("The HARBOUR\ntown", reference_text=_REFERENCE, percentage=98, why="capitals and line ends"),
        Case("1234567", reference_text=_REFERENCE, percentage=2),
    ]
    bad = [
        Case("the harbour town", reference_text=_REFERENCE, percentage=97.5),
        Case("ab", reference_text=_REFERENCE, percentage=2, why="it has no sequence of three"),
        Case("the harbour town", reference_text=_REFERENCE, percentage=50),
    ]

    def describe(self) -> str:
        return (
            f"Of the different sequences of three characters in your response, {format_number(self.percentage)}% (give "
            "or take 2) must also occur in the reference text."
        )

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(_trigrams(_fold_text(text.raw)), _reference_trigrams(_fold_text(self.reference_text)))

    def _make_verdict(self, own: set[str], reference: frozenset[str]) -> Verdict:
        if not own:
            return Verdict(False, f"it has no sequence of {_SIZE} characters")
        share = _share(own, reference)
        fits = self.percentage - _MARGIN <= share <= self.percentage + _MARGIN
        found = f"{len(own & reference)} of {len(own)} sequences occur there ({share:.1f}%)"
        return Verdict(fits, f"{found}; {format_number(self.percentage)}%, give or take {_MARGIN}, was asked")

    def range_error(self) -> str:
        few = len(_trigrams(_fold_text(self.reference_text))) < _LEAST
        return super().range_error() or ("reference_text is too short for every share" if few else "")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        reference = _reference_trigrams(_fold_text(self.reference_text))
        text = _fold_text(self.reference_text) if self.percentage > _MARGIN else ""
        at = 0
        # Digits as filler: each adds sequences that a reference hardly has.
        while (own := _trigrams(text)) is not None and (not own or _share(own, reference) > self.percentage):
            text += _SIGNS[at * 7 % len(_SIGNS)] + _SIGNS[at // len(_SIGNS) % len(_SIGNS)]
            at += 1
        return text

    published = {
        "ifbench": PublishedVariant(
            why="Compares characters as they are: capitals and line ends make a difference.",
            source="IFBench NGramOverlapChecker",
            check=_check_published,
            good=(Case("THE OLD", reference_text=_REFERENCE, percentage=0),),
            bad=(Case("ab", reference_text=_REFERENCE, percentage=2),),
            refuses=lambda self: drawn_at_random("percentage", self.percentage),
        ),
        "livebench": PublishedVariant(
            why="As IFBench, but raises on a text shorter than three characters.",
            source="LiveBench NGramOverlapChecker",
            check=_check_livebench,
            good=(Case("THE OLD", reference_text=_REFERENCE, percentage=0),),
            bad=(Case("ab", reference_text=_REFERENCE, percentage=2),),
            refuses=lambda self: drawn_at_random("percentage", self.percentage),
        ),
    }


_SIGNS = "0123456789#%&+=@<>|~^$"
