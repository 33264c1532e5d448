"""Reading: the runs to be compared, all judged in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judged import read_judged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..judged import JudgedRun


def read_all(runs: Iterable[str | Path], *, rules: str | None = None) -> list[JudgedRun]:
    """Read runs; with `rules` all are judged by that book, and read in the way of the first.

    Raises what `read_judged` raises, and `BadInstruction` for an unknown book.
    """
    from scorers.rule_books import chain

    if rules:
        chain(rules)
    first, *others = runs
    found = [read_judged(first, rules=rules)]
    return [*found, *(read_judged(run, rules=rules, extract=found[0].extract if rules else None) for run in others)]
