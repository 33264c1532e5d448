"""Epochs: several responses to each sample, and the metrics that one response cannot give."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import asdict, dataclass
from math import fsum
from typing import TYPE_CHECKING, Any, Self

from ..intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class EpochFigures:
    """One epoch's strict figures on 0..100; None where nothing of it was scored."""

    scored: int
    if_score: float | None
    """Plain mean of the task means."""
    prompt: float | None
    """Share of the answers that follow all their instructions."""


@dataclass(frozen=True)
class Epochs:
    """Strict figures over K epochs, shares of questions on 0..100; None where no question has all K answers scored."""

    per_epoch: tuple[EpochFigures, ...]
    mean: float | None
    """The IF score over all epochs together: the run's own."""
    interval: Interval | None
    """Of `mean`, clustered by article: all epochs of a sample lie in one cluster, so they are no more evidence about
    other articles than one answer is."""
    complete: int
    """Questions with all K answers scored: those that `pass_at` and `consistent` are over."""
    pass_at: dict[int, float]
    """By k from 1 to K: chance that among k answers to a question one or more follows all instructions."""
    pass_all: dict[int, float]
    """pass^k, by k from 1 to K: chance that all of k answers to a question follow all instructions."""
    consistent: float | None
    """Share of questions whose K answers all follow everything, or all do not."""

    def to_json(self) -> dict[str, Any]:
        """Return the record of `scores.json`."""
        return {
            **asdict(self),
            "pass_at": {str(k): share for k, share in self.pass_at.items()},
            "pass_all": {str(k): share for k, share in self.pass_all.items()},
            "reliable_at": {str(k): self.pass_all[k] for k in list(self.pass_all)[-1:]},
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        return cls(
            tuple(EpochFigures(**figures) for figures in record["per_epoch"]),
            record["mean"],
            Interval.from_json(record["interval"]) if record["interval"] else None,
            record["complete"],
            {int(k): share for k, share in record["pass_at"].items()},
            {int(k): share for k, share in record["pass_all"].items()},
            record["consistent"],
        )


def pass_at(k: int, answers: int, right: int) -> float:
    """Return the chance in 0..1 that of k answers drawn without replacement from `answers` one or more is right.

    The estimator 1 - C(n - c, k) / C(n, k) of Chen et al. 2021, "Evaluating Large Language Models Trained on Code"
    (arXiv 2107.03374, section 2.1): unbiased for what k fresh answers would do, where 1 - (1 - c/n)^k is not. Raises
    `ValueError` unless 1 <= k <= answers and 0 <= right <= answers.
    """
    if not (1 <= k <= answers and 0 <= right <= answers):
        raise ValueError(f"pass@{k} of {answers} answers, {right} of them right, is not defined")
    none = 1.0
    for drawn in range(k):
        none *= max(0, answers - right - drawn) / (answers - drawn)
    return 1.0 - none


def pass_all(k: int, answers: int, right: int) -> float:
    """Return the chance in 0..1 that all of k answers drawn without replacement from `answers` are right.

    The estimator C(c, k) / C(n, k) of pass^k by Yao et al. 2024, "tau-bench" (arXiv 2406.12045): unbiased for
    what k fresh answers would do. With k = n it is reliable@k (arXiv 2512.14754): all k answers of a group are right.
    Raises `ValueError` as `pass_at` does.
    """
    return 1.0 - pass_at(k, answers, answers - right)


class EpochCount:
    """Counts the answers of K epochs in one pass, in any order; four bytes a question."""

    def __init__(self, questions: int, epochs: int) -> None:
        self._epochs = epochs
        self._scored = array("H", [0]) * questions
        self._right = array("H", [0]) * questions
        self._sums: dict[tuple[int, str], list[float]] = {}
        self._whole: Counter[int] = Counter()

    def add(self, question: int, epoch: int, task: str, if_score: float, *, whole: bool) -> None:
        """Count an answer to the question of a number from 0; `whole`: it follows all instructions."""
        self._scored[question] += 1
        self._right[question] += whole
        self._whole[epoch] += whole
        sums = self._sums.setdefault((epoch, task), [0, 0.0])
        sums[0] += 1
        sums[1] += if_score

    def figures(self, mean: float | None, interval: Interval | None) -> Epochs:
        """Return the figures; `mean` and `interval` are those of the run."""
        full = Counter(right for scored, right in zip(self._scored, self._right, strict=True) if scored == self._epochs)
        complete = full.total()
        alike = full[0] + full[self._epochs]
        ks = range(1, self._epochs + 1) if complete else ()
        return Epochs(
            per_epoch=tuple(self._one(epoch) for epoch in range(self._epochs)),
            mean=mean,
            interval=interval,
            complete=complete,
            pass_at={
                k: _share(fsum(n * pass_at(k, self._epochs, right) for right, n in full.items()), complete) for k in ks
            },
            pass_all={
                k: _share(fsum(n * pass_all(k, self._epochs, right) for right, n in full.items()), complete) for k in ks
            },
            consistent=_share(alike, complete) if complete else None,
        )

    def _one(self, epoch: int) -> EpochFigures:
        found = [sums for (of, _), sums in sorted(self._sums.items()) if of == epoch]
        scored = int(sum(count for count, _ in found))
        if not scored:
            return EpochFigures(0, None, None)
        means = [total / count for count, total in found]
        return EpochFigures(scored, _share(fsum(means), len(means)), _share(self._whole[epoch], scored))


def _share(part: float, whole: int) -> float:
    return round(100 * part / whole, 4)


def describe_epochs(found: Epochs) -> list[str]:
    """Say the figures in words, a line each."""
    of = f"{found.complete} questions with all {len(found.per_epoch)} answers scored"
    if not found.complete:
        return ["No pass@k, pass^k and consistency: no question has all its answers scored."]
    return [f"pass@k, pass^k and consistency are over prompts followed whole, strictly, of {of}."]


def epoch_rows(found: Epochs) -> Iterable[tuple[str, Sequence[float | None]]]:
    """Yield the lines of the table: a name, the IF score (None where it has none), prompts followed whole."""
    for number, one in enumerate(found.per_epoch):
        yield f"epoch {number} (n {one.scored})", (one.if_score, one.prompt)
    for k, share in found.pass_at.items():
        yield f"pass@{k}", (None, share)
    for k, share in list(found.pass_all.items())[1:]:
        also = f", reliable@{k}" if k == len(found.per_epoch) else ""
        yield f"pass^{k}{also}", (None, share)
    if found.consistent is not None:
        yield "same verdict in all epochs", (None, found.consistent)
