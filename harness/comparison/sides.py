"""The two sides of a comparison, each by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from itertools import chain
from math import fsum
from typing import TYPE_CHECKING, Any

from ..scoring.per_response.sample_result import score_verdicts
from .statistics.fields import find_scored, read_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..scoring.scored_run import ScoredRun


@dataclass(frozen=True)
class Side:
    """One run by itself, over all its samples."""

    letter: str
    """`A` or `B`; in a report of more runs that of the run."""
    name: str
    model: str
    label: str
    """What sets it apart from the other run: its model, its model and settings, or its folder."""
    if_score: float | None
    """As in its `scores.json`, 0..100; None if nothing is scored."""
    scored: int
    unscored: int
    truncated: int
    refused: int
    blank: int
    failures: dict[str, int]
    """Unscored samples by cause."""

    @classmethod
    def of(cls, run: ScoredRun, letter: str, label: str) -> Side:
        """Count a run."""
        causes = Counter(filter(None, read_field(run.results, "unscored")))
        scored = find_scored(run.results)
        flags = Counter(chain.from_iterable(read_field(run.results, "flags", scored)))
        score = read_field(run.results, "strict", scored).map(score_verdicts)
        task = read_field(run.results, "task", scored).in_order()
        scores = [score[task.is_value(name)].tolist() for name in task.values]
        return cls(
            letter=letter,
            name=run.name,
            model=run.model,
            label=label,
            if_score=_if_score(scores),
            scored=len(scored),
            unscored=causes.total(),
            truncated=flags["truncated"],
            refused=flags["refused"],
            blank=flags["blank"],
            failures=dict(sorted(causes.items(), key=lambda item: (-item[1], item[0]))),
        )

    def about(self) -> dict[str, Any]:
        """Return name, model, label and score."""
        return {"name": self.name, "model": self.model, "label": self.label, "if_score": self.if_score}

    def counts(self) -> dict[str, Any]:
        """Return the counts that belong beside the score."""
        return {name: value for name, value in asdict(self).items() if name not in {*self.about(), "letter"}}


@dataclass(frozen=True)
class Equivalence:
    """Whether the difference is shown to be smaller than a margin, either way."""

    margin: float
    """Points."""
    p: float
    equivalent: bool
    method: str


def _if_score(tasks: Iterable[Sequence[float]]) -> float | None:
    means = [fsum(scores) / len(scores) for scores in tasks]
    return round(100 * fsum(means) / len(means), 4) if means else None
