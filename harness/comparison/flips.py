"""Flips: instructions that one run follows and the other does not, with the reasons of both."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..scoring.scored_run import Judgement


@dataclass(frozen=True)
class Turn:
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
class Flip:
    """One answer of A and the one of B to the same question, with verdicts that differ."""

    sample_id: str
    epoch: int
    task: str
    article_id: str
    instructions: tuple[Turn, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {**asdict(self), "instructions": [asdict(turn) for turn in self.instructions]}


def flips(pairs: Iterable[tuple[Judgement, ...]]) -> list[Flip]:
    """Return where the first two of each row differ, read strictly, in their order."""
    found = []
    for one, other, *_ in pairs:
        if one.strict != other.strict:
            found.append(Flip(one.sample_id, one.epoch, one.task, one.article_id, tuple(_turns(one, other))))
    return found


def _turns(one: Judgement, other: Judgement) -> Iterable[Turn]:
    for index, id in enumerate(one.ids):
        if one.strict[index] != other.strict[index]:
            yield Turn(index, id, one.strict[index], other.strict[index], one.reasons[index], other.reasons[index])
