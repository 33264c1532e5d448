"""repeat:repeat_span.

Audited: the numbers count words from 0, and both ends are included, as the published request says. The numbers that are
drawn span the whole request, where words and characters ask for the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from scorers import Case, Checker, Context, PublishedVariant, Text, Verdict, cached_text, number, string

from ...params.published import format_number
from ._request import AROUND, REQUESTS, empty, plain


def _check_published(self: RepeatSpan, text: Text) -> Verdict:
    if isinstance(self.n_start, float) or isinstance(self.n_end, float):
        return Verdict.raising("TypeError")
    asked = self.prompt_to_repeat[self.n_start : self.n_end + 1]
    return _make_verdict(asked, text.raw.strip().lower() == asked.strip().lower())


def _check_livebench(self: RepeatSpan, text: Text) -> Verdict:
    if isinstance(self.n_start, float) or isinstance(self.n_end, float):
        return Verdict.raising("TypeError")
    asked = self.prompt_to_repeat.lower().split()[self.n_start : self.n_end]
    return _make_verdict(" ".join(asked), text.lower.split() == asked)


def _make_verdict(asked: str, same: bool) -> Verdict:
    shown = " ".join(asked.split())
    return Verdict(same, f"{shown!r:.60} {'copied' if same else 'not copied'}")


def _refuse_livebench(self: RepeatSpan) -> str:
    drawn = [name for name, given in (("n_start", self.n_start), ("n_end", self.n_end)) if not given]
    random = f"{drawn[0]} is 0, and the published verifier replaces it at random" if drawn else ""
    return empty(self.prompt_to_repeat) or random


@dataclass(frozen=True)
class RepeatSpan(Checker):
    """Asks to copy a span of words of the request."""

    id = "repeat:repeat_span"
    rule_books = frozenset({"audited", "ifbench"})
    drawn = False
    shown_in_request: ClassVar[tuple[str, ...]] = ("prompt_to_repeat",)

    prompt_to_repeat: str = string("the request that is copied from", drawn=REQUESTS)
    n_start: float = number("the first word, counted from 0", low=0, drawn=(0, 0), keeps_floats=True)
    n_end: float = number("the last word, counted from 0", low=0, drawn=(80, 99), keeps_floats=True)

    good = [
        Case("two  THREE", prompt_to_repeat="one two three four", n_start=1, n_end=2),
        Case("“two three”", prompt_to_repeat="one two three four", n_start=1.0, n_end=2),
    ]
    bad = [
        Case("ne", prompt_to_repeat="one two three four", n_start=1, n_end=2, why="characters instead of words"),
        Case("two", prompt_to_repeat="one two three four", n_start=1, n_end=2, why="the last word is missing"),
        Case("one two", prompt_to_repeat="one two three four", n_start=1, n_end=2),
    ]

    @classmethod
    def applies_to(cls, context: Context) -> bool:  # noqa: ARG003  # it fits no article
        return False

    def describe(self) -> str:
        return (
            f"Copy the span of words of the request above that lies between index {format_number(self.n_start)} and "
            f"index {format_number(self.n_end)}, both included; the indices count words, split at white space, from 0."
        )

    def _cut_span(self) -> list[str]:
        return plain(self.prompt_to_repeat).casefold().split()[int(self.n_start) : int(self.n_end) + 1]

    def check(self, text: Text) -> Verdict:
        asked = " ".join(self._cut_span())
        said = " ".join(plain(text.raw).casefold().split())
        return _make_verdict(asked, said.strip(AROUND) == asked.strip(AROUND))

    def range_error(self) -> str:
        short = not super().range_error() and not "".join(self._cut_span()).strip(AROUND)
        return super().range_error() or ("no words of prompt_to_repeat lie there" if short else "")

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else " ".join(self._cut_span())

    published = {
        "ifbench": PublishedVariant(
            why="The numbers count characters.",
            source="IFBench RepeatSpanChecker",
            check=_check_published,
            good=(Case("ne", prompt_to_repeat="one two three four", n_start=1, n_end=2),),
            bad=(Case("two three", prompt_to_repeat="one two three four", n_start=1, n_end=2),),
            refuses=lambda self: empty(self.prompt_to_repeat),
        ),
        "livebench": PublishedVariant(
            why="The last word is left out, and 0 counts as absent.",
            source="LiveBench RepeatSpanChecker",
            check=_check_livebench,
            good=(Case("two", prompt_to_repeat="one two three four", n_start=1, n_end=2),),
            bad=(Case("two three", prompt_to_repeat="one two three four", n_start=1, n_end=2),),
            refuses=_refuse_livebench,
        ),
    }
