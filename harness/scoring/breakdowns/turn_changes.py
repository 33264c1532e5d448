"""What changes from turn to turn of the dialogues: the drop of the metric, and the instructions that are forgotten."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from .turns import ALL, row_scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .turns import TurnCount, TurnRow

LEVEL = 0.95


@dataclass(frozen=True)
class TurnDrop:
    """By how much the metric is lower in the last turn than in the first, over dialogues with verdicts on both."""

    dialogues: int
    """Pairs of turns: dialogues times epochs."""
    first: float
    """The mean of four accuracies in the first turn of these dialogues, in 0..1; so is the next one."""
    last: float
    drop: float
    """`first` minus `last`, on -1..1."""
    low: float | None
    """Bounds of its paired 95 % interval, clustered by dialogue; None where there are too few."""
    high: float | None


@dataclass(frozen=True)
class ForgottenCount:
    """How many instructions are followed in a turn and broken in the next, by strict verdicts."""

    followed: int
    """Followed in a turn whose next turn has verdicts."""
    forgotten: int
    """Of these, broken in the next turn."""

    @property
    def share(self) -> float | None:
        """The share that is forgotten, on 0..100; None of nothing."""
        return 100 * self.forgotten / self.followed if self.followed else None


@dataclass(frozen=True)
class TurnChanges:
    """What changes from turn to turn in a run over dialogues."""

    first: int
    """Number of the first turn of the drop."""
    last: int
    drop: dict[str, TurnDrop] = field(default_factory=dict)
    """By language; `all_languages` comes first."""
    forgotten: dict[str, dict[str, ForgottenCount]] = field(default_factory=dict)
    """By the turn in which they are broken (`turn_2`), then by language."""
    forgotten_by_id: dict[str, ForgottenCount] = field(default_factory=dict)
    """By instruction id, over all turns and languages."""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `scores.json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        return cls(
            record["first"],
            record["last"],
            {language: TurnDrop(**found) for language, found in record["drop"].items()},
            {
                turn: {language: ForgottenCount(**found) for language, found in by_language.items()}
                for turn, by_language in record["forgotten"].items()
            },
            {id: ForgottenCount(**found) for id, found in record["forgotten_by_id"].items()},
        )


def turn_changes(count: TurnCount) -> TurnChanges | None:
    """Return what changes between the turns that were added, None where no dialogue has two."""
    numbers = {turn for turns in count.rows.values() for turn in turns}
    if len(numbers) < 2:
        return None
    first, last = min(numbers), max(numbers)
    pairs = [(turns[first], turns[last]) for turns in count.rows.values() if first in turns and last in turns]
    drops = {language: _drop(found) for language, found in _by_language(pairs)}
    return TurnChanges(first, last, drops, *_count_forgotten(count))


def find_forgotten(before: TurnRow, after: TurnRow) -> list[int]:
    """Return the places of the instructions that are followed in a turn and broken in the next one."""
    held = before.ids == after.ids[: len(before.ids)]  # a turn's instructions begin with those of the turn before
    return [n for n, followed in enumerate(before.strict) if held and followed and not after.strict[n]]


def _by_language(
    pairs: Sequence[tuple[TurnRow, TurnRow]],
) -> Iterator[tuple[str, Sequence[tuple[TurnRow, TurnRow]]]]:
    if pairs:
        yield ALL, pairs
    for language in sorted({before.language for before, _ in pairs}):
        yield language, [pair for pair in pairs if pair[0].language == language]


def _drop(pairs: Sequence[tuple[TurnRow, TurnRow]]) -> TurnDrop:
    import numpy as np

    from ..paired_estimate import PairedValues, estimate_difference

    numbers = {name: n for n, name in enumerate(dict.fromkeys(before.dialogue for before, _ in pairs))}
    scores = [np.array(row_scores(side)) for side in zip(*pairs, strict=True)]
    cluster = np.array([numbers[before.dialogue] for before, _ in pairs])
    # B minus A is the drop where A is the last turn.
    found = estimate_difference(PairedValues(scores[1], scores[0], cluster, np.zeros(len(pairs), dtype=np.intp)))
    bounds = found.bounds((1 - LEVEL) / 2) if len(numbers) > 1 else (None, None)
    return TurnDrop(len(pairs), found.b, found.a, found.difference, *bounds)


def _count_forgotten(
    count: TurnCount,
) -> tuple[dict[str, dict[str, ForgottenCount]], dict[str, ForgottenCount]]:
    followed: dict[int, Counter[str]] = {}
    forgotten: dict[int, Counter[str]] = {}
    by_id: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for turns in count.rows.values():
        for turn, after in turns.items():
            if (before := turns.get(turn - 1)) is None or before.ids != after.ids[: len(before.ids)]:
                continue
            lost = find_forgotten(before, after)
            by_id[0].update(id for id, held in zip(before.ids, before.strict, strict=True) if held)
            by_id[1].update(before.ids[n] for n in lost)
            for counts, number in ((followed, sum(before.strict)), (forgotten, len(lost))):
                counts.setdefault(turn, Counter()).update({ALL: number, after.language: number})
    by_turn = {
        f"turn_{turn}": {
            language: ForgottenCount(followed[turn][language], forgotten[turn][language])
            for language in sorted(followed[turn], key=lambda name: (name != ALL, name))
        }
        for turn in sorted(followed)
    }
    return by_turn, {id: ForgottenCount(by_id[0][id], by_id[1][id]) for id in _most_forgotten(by_id)}


def _most_forgotten(by_id: tuple[Counter[str], Counter[str]]) -> Iterable[str]:
    return sorted(by_id[0], key=lambda name: (-by_id[1][name], name))


def drop_rows(found: TurnChanges) -> Iterator[tuple[str, str, float, float, float, float | None, float | None]]:
    """Yield the rows of a table: language, dialogues, both turns, the drop and its bounds, in points."""
    for language, one in found.drop.items():
        low, high = (None if bound is None else 100 * bound for bound in (one.low, one.high))
        yield language, str(one.dialogues), 100 * one.first, 100 * one.last, 100 * one.drop, low, high
