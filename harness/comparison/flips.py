"""Flips: instructions that one run follows and the other does not, with the reasons of both."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..scoring.scored_run import SampleResult


@dataclass(frozen=True)
class FlippedVerdict:
    """One instruction whose strict verdicts differ."""

    index: int
    """Its place in the sample, from 0."""
    id: str
    a: bool
    """Followed in A."""
    b: bool
    reason_a: str
    reason_b: str


@dataclass(frozen=True)
class FlippedSample:
    """One answer of A and the one of B to the same question, with verdicts that differ."""

    sample_id: str
    epoch: int
    task: str
    article_id: str
    instructions: tuple[FlippedVerdict, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {**asdict(self), "instructions": [asdict(turn) for turn in self.instructions]}


def find_flips(pairs: Iterable[tuple[SampleResult, ...]]) -> list[FlippedSample]:
    """Return where the first two of each row differ, read strictly, in their order."""
    found = []
    for one, other, *_ in pairs:
        if one.strict != other.strict:
            found.append(FlippedSample(one.sample_id, one.epoch, one.task, one.article_id, tuple(_turns(one, other))))
    return found


def _turns(one: SampleResult, other: SampleResult) -> Iterable[FlippedVerdict]:
    for index, id in enumerate(one.ids):
        if one.strict[index] != other.strict[index]:
            yield FlippedVerdict(
                index, id, one.strict[index], other.strict[index], one.reasons[index], other.reasons[index]
            )
