"""Pairs of marks nested in one another: how deep they are, and the repair for too few levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorers import Verdict, cached_text

from ...repair.attempts import first_following, with_sentence

if TYPE_CHECKING:
    from scorers import Checker, Span


class Nesting:
    """Pairs of marks, opened and closed from left to right."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, int]] = []
        # Each open mark: its kind, its place, and how many levels are closed inside it.
        self._deepest = 0
        self._spans: list[Span] = []

    @property
    def innermost(self) -> str:
        """The kind of the last mark that is still open, or ""."""
        return self._open[-1][0] if self._open else ""

    def open(self, kind: str, at: int) -> None:
        """Open a pair with the mark at `at`."""
        self._open.append((kind, at, 0))

    def close(self, at: int) -> None:
        """Close the innermost pair with the mark at `at`."""
        _, start, inside = self._open.pop()
        levels = inside + 1
        if levels > self._deepest:
            self._deepest, self._spans = levels, [(start, at + 1)]
        if self._open:
            kind, place, closed = self._open[-1]
            self._open[-1] = (kind, place, max(closed, levels))

    def forget_open(self) -> None:
        """Give up all pairs that are still open."""
        self._open.clear()

    def verdict(self, least: int) -> Verdict:
        """Return whether closed pairs are at least `least` levels deep, with the first of the deepest."""
        return Verdict.of(self._deepest >= least, f"nested {self._deepest} deep", self._spans)


def repair_nesting(checker: Checker, draft: str, sentence: str) -> str:
    """Return `draft` where it follows, or else with `sentence`, which nests deep enough."""
    if checker.check(cached_text(draft)).followed:
        return draft
    return first_following(checker, *with_sentence(draft, sentence), sentence)
