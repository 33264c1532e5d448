"""Cutoff: the score on articles that came out after a model's training data ended, apart from that on older ones."""

from __future__ import annotations

import re
from array import array
from dataclasses import asdict, dataclass
from math import fsum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from tasks.sample import Sample

_CUTOFF = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class CutoffPart:
    """The answers to articles on one side of the cut-off."""

    n: int
    """Answers scored."""
    if_score: float | None
    """Mean of the task means on 0..100, over the tasks that stand here; None of nothing."""


@dataclass(frozen=True)
class ByTrainingCutoff:
    """A run parted by the days on which its articles came out."""

    cutoff: str
    """The end of the training data as the model file says it: a year, a month or a day."""
    after: CutoffPart
    """Later than the cut-off: not in the training data, as far as the model file is right."""
    before: CutoffPart
    """Up to the cut-off, its month or year included: the model may have seen these articles whole."""
    unknown: int
    """Answers to articles whose day is not known."""

    def to_json(self) -> dict[str, Any]:
        """Return its part of `scores.json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        return cls(record["cutoff"], CutoffPart(**record["after"]), CutoffPart(**record["before"]), record["unknown"])


def is_after(published: str, cutoff: str) -> bool:
    """Say whether an ISO time is later than a cut-off of a year, a month or a day."""
    return published[: len(cutoff)] > cutoff


class CutoffCount:
    """Adds up a run, one answer at a time."""

    def __init__(self, cutoff: str | None) -> None:
        self._cutoff = cutoff if cutoff and _CUTOFF.fullmatch(cutoff) else ""
        self._unknown = 0
        self._parts: tuple[dict[str, array[float]], dict[str, array[float]]] = ({}, {})

    def add(self, sample: Sample, if_score: float) -> None:
        """Count an answer with its score in 0..1."""
        if not self._cutoff:
            return
        published = str(sample.meta.get("published") or "")
        # A day less exact than the cut-off may be on either side of it; what is no ISO day is not known.
        if len(published) < len(self._cutoff) or not _CUTOFF.fullmatch(published[: len(self._cutoff)]):
            self._unknown += 1
            return
        part = self._parts[is_after(published, self._cutoff)]
        part.setdefault(sample.task, array("d")).append(if_score)

    def figures(self) -> ByTrainingCutoff | None:
        """Return the figures; None where no cut-off or no article's day is known."""
        before, after = map(_part, self._parts)
        if not before.n + after.n:
            return None
        return ByTrainingCutoff(self._cutoff, after, before, self._unknown)


def _part(scores: dict[str, array[float]]) -> CutoffPart:
    means = [fsum(found) / len(found) for found in scores.values()]
    return CutoffPart(sum(map(len, scores.values())), round(100 * fsum(means) / len(means), 4) if means else None)


def describe_cutoff(found: ByTrainingCutoff) -> list[str]:
    """Return what a reader must know of it; nothing where all articles are later."""
    said = []
    if found.before.n:
        total = found.before.n + found.after.n + found.unknown
        said.append(
            f"{found.before.n} of {total} answers are to articles from before the model's cut-off ({found.cutoff}): it "
            "may have been trained on them."
        )
    if found.unknown:
        said.append(f"{found.unknown} answers are to articles whose day is not known.")
    return said


def cutoff_rows(found: ByTrainingCutoff) -> list[tuple[str, int, float | None]]:
    """Return what, how many and the score, for a table."""
    parts = ((f"after {found.cutoff}", found.after), (f"up to {found.cutoff}", found.before))
    return [(name, part.n, part.if_score) for name, part in parts if part.n]
