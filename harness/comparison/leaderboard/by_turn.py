"""Runs over dialogues on a leaderboard: the published metric of each turn, over all languages and by language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...scoring.breakdowns.turns import ALL, Missed, group_rows, mean_of_turns, metrics_of
from ..statistics.fields import pick_results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ...scoring.breakdowns.headline import MetricValue
    from ...scoring.breakdowns.turns import TurnRow
    from ...scoring.scored_run import ScoredRun


def turn_values(run: ScoredRun) -> dict[str, float]:
    """Return the mean of four accuracies on 0..100 by turn (`turn_1`), then by turn and language (`turn_1, Hindi`).

    Empty for a run without dialogues.
    """
    groups = group_rows(_iter_rows(run))
    order = sorted(groups, key=lambda place: (place[1] != ALL, place))
    found = {place: metrics_of(groups[place]).overall or 0.0 for place in order}
    return {
        f"turn_{turn}" if language == ALL else f"turn_{turn}, {language}": round(100 * value, 4)
        for (turn, language), value in found.items()
    }


def turn_mean(run: ScoredRun) -> MetricValue | None:
    """Return the mean of the turns, None for a run without dialogues."""
    missed: dict[int, Missed] = {}
    for result in pick_results(run.results, "turn"):
        if result.unscored:
            missed[result.turn] = missed.get(result.turn, Missed()).plus(len(result.ids))
    return mean_of_turns(_iter_rows(run), missed)


def _iter_rows(run: ScoredRun) -> Iterator[tuple[int, TurnRow]]:
    for result in pick_results(run.results, "turn"):
        if not result.unscored:
            yield result.turn, result.turn_row


def turn_columns(found: Iterable[Mapping[str, float]]) -> tuple[list[str], list[str]]:
    """Return the turns among the values of several runs, and their last turn in each language; both as keys of them."""
    known = dict.fromkeys(name for values in found for name in values)
    turns = sorted(name for name in known if "," not in name)
    return turns, sorted(name for name in known if turns and name.startswith(f"{turns[-1]}, "))
