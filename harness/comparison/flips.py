"""Flips: instructions that one run follows and the other does not, with the reasons of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..scoring.per_response.sample_result import SampleResult
    from .pairs import MatchedRows


@dataclass(frozen=True)
class FlippedVerdict:
    """One instruction whose strict verdicts differ."""

    index: int
    """Its position in the sample, from 0."""
    id: str
    a: bool
    """Followed in A."""
    b: bool
    reason_a: str
    reason_b: str


@dataclass(frozen=True)
class FlippedSample:
    """One sample in one epoch on which the verdicts of A and B differ."""

    sample_id: str
    epoch: int
    task: str
    article_id: str
    instructions: tuple[FlippedVerdict, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {**vars(self), "instructions": [dict(vars(verdict)) for verdict in self.instructions]}


class Flips(Sequence[FlippedSample]):
    """The samples on which the strict verdicts of the first two runs differ, in order.

    Each is built when it is looked at, with its reasons read from disk.
    """

    def __init__(self, rows: MatchedRows) -> None:
        self._rows = rows
        known: dict[tuple[bool, ...], int] = {}
        one, other = (
            rows.field("strict", side).map(lambda verdicts: known.setdefault(verdicts, len(known))) for side in (0, 1)
        )
        self._places = np.flatnonzero(one != other)

    @overload
    def __getitem__(self, number: int) -> FlippedSample: ...
    @overload
    def __getitem__(self, number: slice) -> list[FlippedSample]: ...
    def __getitem__(self, number: int | slice) -> FlippedSample | list[FlippedSample]:
        """Return one of them, or some."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        one, other, *_ = self._rows[int(self._places[number])]
        return FlippedSample(one.sample_id, one.epoch, one.task, one.article_id, tuple(_iter_flipped(one, other)))

    def __len__(self) -> int:
        """Return their number."""
        return len(self._places)

    def iter_verdicts(self) -> Iterator[list[tuple[int, str, bool]]]:
        """Yield of each sample the flipped instructions: index, id, and whether B follows it; reads no reasons."""
        fields = self._rows.field("ids"), *(self._rows.field("strict", side) for side in (0, 1))
        for ids, one, other in zip(*(field.take(self._places) for field in fields), strict=True):
            yield [(index, id, other[index]) for index, id in enumerate(ids) if one[index] != other[index]]


def _iter_flipped(one: SampleResult, other: SampleResult) -> Iterator[FlippedVerdict]:
    reasons = tuple(one.reasons), tuple(other.reasons)
    for index, id in enumerate(one.ids):
        if one.strict[index] != other.strict[index]:
            a, b = one.strict[index], other.strict[index]
            yield FlippedVerdict(index, id, a, b, reasons[0][index], reasons[1][index])
