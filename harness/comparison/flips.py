"""Flips: instructions that one run follows and the other does not, with the reasons of both."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..scoring.scored_run import SampleResult


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
        return {**asdict(self), "instructions": [asdict(verdict) for verdict in self.instructions]}


def find_flips(pairs: Iterable[tuple[SampleResult, ...]]) -> list[FlippedSample]:
    """Return the samples on which the strict verdicts of the first two runs of a row differ, in order."""
    return [
        FlippedSample(one.sample_id, one.epoch, one.task, one.article_id, tuple(_iter_flipped(one, other)))
        for one, other, *_ in pairs
        if one.strict != other.strict
    ]


def _iter_flipped(one: SampleResult, other: SampleResult) -> Iterator[FlippedVerdict]:
    for index, id in enumerate(one.ids):
        if one.strict[index] != other.strict[index]:
            yield FlippedVerdict(
                index, id, one.strict[index], other.strict[index], one.reasons[index], other.reasons[index]
            )
