"""Tests of every instruction between every two of several runs, corrected for all of them together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from ...scoring.paired_estimate import PairedValues, estimate_difference
from ..differences import round_p_value, to_points
from ..pairs import LETTERS
from .significance import holm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...scoring.paired_estimate import PairedEstimate
    from ..differences import DifferenceSource


@dataclass(frozen=True)
class InstructionGap:
    """The difference of two runs in the verdicts on one instruction, in points; `below` minus `above`."""

    above: str
    below: str
    difference: float
    p_holm: float
    """Corrected by Holm for all instructions and all pairs of runs."""


@dataclass(frozen=True)
class InstructionRow:
    """One instruction in several runs, on the samples on which all have verdicts."""

    id: str
    n: int
    """Verdicts of each run."""
    followed: dict[str, float]
    """Share followed by letter of the run, 0..100."""
    gaps: tuple[InstructionGap, ...]
    """The pairs of runs that are shown to differ."""

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {**asdict(self), "gaps": [asdict(gap) for gap in self.gaps]}


def compare_instructions(
    sides: Sequence[DifferenceSource], order: Sequence[int], confidence: float
) -> tuple[InstructionRow, ...]:
    """Return every instruction, first those that set most runs apart.

    `sides` has each run as B, `order` their numbers, the best first. Each test is the one of `compare` for an
    instruction. Holm over all instructions and pairs bounds the probability of any false difference in the whole table
    by 1 - `confidence`.
    """
    pairs = list(combinations(order, 2))
    found = {pair: _estimate(sides, *pair) for pair in pairs}
    names = list(found[pairs[0]])
    keys = [(name, pair) for name in names for pair in pairs]
    adjusted = dict(zip(keys, holm([found[pair][name].two_sided() for name, pair in keys]), strict=True))
    rows = []
    for name in names:
        shares = {pair[side]: (one[name].a, one[name].b)[side] for pair, one in found.items() for side in (0, 1)}
        gaps = tuple(
            InstructionGap(
                LETTERS[a], LETTERS[b], to_points(found[a, b][name].difference), round_p_value(adjusted[name, (a, b)])
            )
            for a, b in pairs
            if adjusted[name, (a, b)] <= 1 - confidence
        )
        followed = {LETTERS[run]: to_points(shares[run]) for run in sorted(shares)}
        rows.append(InstructionRow(name, found[pairs[0]][name].n, followed, gaps))
    return tuple(sorted(rows, key=lambda row: (-len(row.gaps), -_range(row), row.id)))


def _estimate(sides: Sequence[DifferenceSource], a: int, b: int) -> dict[str, PairedEstimate]:
    """Return the difference of two runs in the verdicts on each instruction."""
    first, second = sides[a].verdict, sides[b].verdict
    values = PairedValues(first.b, second.b, first.cluster, first.stratum)
    known = sides[a].id
    return {name: estimate_difference(values.only(known.is_value(name)), sides[a].unit) for name in known.values}


def _range(row: InstructionRow) -> float:
    """Return how many verdicts lie between the run that follows the instruction most often and least often."""
    return row.n * (max(row.followed.values()) - min(row.followed.values()))
