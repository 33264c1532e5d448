"""Multi-IF's metrics: the mean of four accuracies for each turn of the dialogues, by language and over all.

An accuracy is a share in 0..1 and is not rounded, as published: of the prompts whose instructions are all followed, and
of all instructions, strictly and loosely. A turn's instructions contain those of the turns before it, all of them
verified on the turn's own response. Intervals are clustered by dialogue.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tasks.dialogue import LANGUAGE
from tasks.formats.multiif import TURN
from tasks.sample import GROUP

from ..intervals import interval
from ..results import ScoredResponse
from .headline import MetricValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tasks.sample import Sample

    from ..results import UnscoredSample

ALL = "all_languages"
"""The published name of the group of all rows; it pools them and is no mean of the languages."""
_Place = tuple[int, str]
"""A turn and a language."""


class TurnRow(NamedTuple):
    """The verdicts on one turn of a dialogue."""

    dialogue: str
    language: str
    ids: tuple[str, ...]
    strict: bytes
    """A byte for each verdict: 1 where the instruction is followed."""
    loose: bytes


class Missed(NamedTuple):
    """The responses to a turn that are not scored."""

    prompts: int = 0
    instructions: int = 0

    def plus(self, instructions: int) -> Missed:
        """Return the same with one more, by the number of its instructions."""
        return Missed(self.prompts + 1, self.instructions + instructions)


@dataclass(frozen=True)
class TurnMetrics:
    """The metrics of one turn in one language; the accuracies are None where nothing is scored."""

    prompts: int
    """Responses scored: the denominator of the two prompt accuracies."""
    instructions: int
    """Verdicts on them: the denominator of the two instruction accuracies."""
    unscored: int
    """Responses without verdicts, in no denominator."""
    prompt_strict: float | None = None
    instruction_strict: float | None = None
    prompt_loose: float | None = None
    instruction_loose: float | None = None
    overall: float | None = None
    """Mean of the four accuracies."""
    low: float | None = None
    """Bounds of the 95 % interval of `overall` over dialogues; None where there are too few."""
    high: float | None = None


@dataclass(frozen=True)
class DialogueMetrics:
    """The metrics of a run over dialogues."""

    by_turn: dict[int, dict[str, TurnMetrics]]
    """By turn, then by language; `all_languages` comes first."""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `scores.json`."""
        return {
            f"turn_{turn}": {language: dict(vars(found)) for language, found in by_language.items()}
            for turn, by_language in self.by_turn.items()
        }

    @classmethod
    def from_json(cls, record: dict[str, dict[str, dict[str, Any]]]) -> Self:
        """Read back what `to_json` wrote."""
        return cls(
            {
                int(name.removeprefix("turn_")): {language: TurnMetrics(**found) for language, found in turn.items()}
                for name, turn in record.items()
            }
        )

    def published_metrics(self) -> dict[str, float | int | None]:
        """Return the metrics under the published names: `turn_1_prompts_number`, `turn_1_Hindi_overall` and so on."""
        named: dict[str, float | int | None] = {}
        for turn, by_language in self.by_turn.items():
            named[f"turn_{turn}_prompts_number"] = by_language[ALL].prompts
            named |= {f"turn_{turn}_{language}_overall": found.overall for language, found in by_language.items()}
        return named


def turn_metrics(results: Iterable[ScoredResponse | UnscoredSample]) -> DialogueMetrics | None:
    """Return the metrics of the turns of dialogues among `results`, None if there are none."""
    count = TurnCount()
    for result in results:
        count.add(result)
    return count.metrics()


class TurnCount:
    """Collects the verdicts on the turns of dialogues, one result at a time; other samples are passed over."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], dict[int, TurnRow]] = {}
        """The turns with verdicts, of each dialogue in each epoch."""
        self._unscored: Counter[_Place] = Counter()
        self._missed: dict[int, Missed] = {}

    def add(self, result: ScoredResponse | UnscoredSample) -> None:
        """Add a scored response, or a sample without one."""
        if (found := dialogue_turn(result.sample)) is None:
            return
        dialogue, turn, language = found
        if not isinstance(result, ScoredResponse):
            self._unscored.update([(turn, ALL), (turn, language)])
            self._missed[turn] = self._missed.get(turn, Missed()).plus(len(result.sample.instructions))
            return
        strict, loose = (bytes(v.followed for v in verdicts) for verdicts in (result.strict, result.loose))
        ids = tuple(instruction.id for instruction in result.sample.instructions)
        self.rows.setdefault((dialogue, result.epoch), {})[turn] = TurnRow(dialogue, language, ids, strict, loose)

    def mean(self, level: float = 0.95) -> MetricValue | None:
        """Return the mean of the turns, None where no turn was added."""
        return mean_of_turns((one for turns in self.rows.values() for one in turns.items()), self._missed, level)

    def metrics(self) -> DialogueMetrics | None:
        """Return the metrics of all turns added, None if there are none."""
        rows = (one for turns in self.rows.values() for one in turns.items())
        groups = {place: list[TurnRow]() for place in self._unscored} | group_rows(rows)
        found: dict[int, dict[str, TurnMetrics]] = {}
        for turn, language in sorted(groups, key=lambda place: (place[0], place[1] != ALL, place[1])):
            place = turn, language
            found.setdefault(turn, {})[language] = metrics_of(groups[place], self._unscored[place])
        return DialogueMetrics(found) if found else None


def dialogue_turn(sample: Sample) -> tuple[str, int, str] | None:
    """Return the dialogue of a sample, the number of its turn and its language; None for no turn of a dialogue."""
    group, turn, language = (sample.meta.get(name) for name in (GROUP, TURN, LANGUAGE))
    if isinstance(group, str) and isinstance(turn, int) and isinstance(language, str):
        return group, turn, language
    return None


def group_rows(rows: Iterable[tuple[int, TurnRow]]) -> dict[_Place, list[TurnRow]]:
    """Return rows, each given with the number of its turn, by turn and language; `all_languages` has every row."""
    groups: dict[_Place, list[TurnRow]] = {}
    for turn, row in rows:
        for language in (ALL, row.language):
            groups.setdefault((turn, language), []).append(row)
    return groups


def metrics_of(rows: Sequence[TurnRow], unscored: int = 0) -> TurnMetrics:
    """Return the metrics of the rows of one turn."""
    if not rows:
        return TurnMetrics(0, 0, unscored)
    prompts, instructions = len(rows), sum(len(row.strict) for row in rows)
    shares = _accuracies(rows, Missed())
    metrics = TurnMetrics(prompts, instructions, unscored, *shares, overall=sum(shares) / len(shares))
    pairs = [(row.dialogue, score) for row, score in zip(rows, row_scores(rows), strict=True)]
    bounds = interval({"": pairs}, unit="dialogues")
    return replace(metrics, low=bounds.low / 100, high=bounds.high / 100) if bounds else metrics


def mean_of_turns(
    rows: Iterable[tuple[int, TurnRow]], missed: Mapping[int, Missed], level: float = 0.95
) -> MetricValue | None:
    """Return the plain mean of `overall` over the turns on 0..100, its interval over dialogues, and its floor.

    `rows` have the number of their turn each. A turn without rows is in the floor only. None without any turn.
    """
    by_turn = {turn: found for (turn, language), found in group_rows(rows).items() if language == ALL}
    if not (turns := by_turn.keys() | missed.keys()):
        return None
    floors = [_accuracies(by_turn.get(turn, []), missed.get(turn, Missed())) for turn in turns]
    floor = round(100 * fsum(map(fsum, floors)) / 4 / len(floors), 4)
    if not by_turn:
        return MetricValue(None, None, floor)
    means = [fsum(_accuracies(found, Missed())) / 4 for found in by_turn.values()]
    pairs = {
        str(turn): [(row.dialogue, score) for row, score in zip(found, row_scores(found), strict=True)]
        for turn, found in by_turn.items()
    }
    return MetricValue(round(100 * fsum(means) / len(means), 4), interval(pairs, level, unit="dialogues"), floor)


def _accuracies(rows: Sequence[TurnRow], missed: Missed) -> tuple[float, float, float, float]:
    """Return the four accuracies: strict and loose, of prompts and of instructions each; `missed` follow nothing."""
    prompts = len(rows) + missed.prompts
    instructions = sum(len(row.strict) for row in rows) + missed.instructions
    return (
        sum(all(row.strict) for row in rows) / prompts,
        sum(map(sum, (row.strict for row in rows))) / instructions,
        sum(all(row.loose) for row in rows) / prompts,
        sum(map(sum, (row.loose for row in rows))) / instructions,
    )


def row_scores(rows: Sequence[TurnRow]) -> list[float]:
    """Return a score of each row whose mean is the mean of the four accuracies, and whose spread is theirs.

    An instruction accuracy is a ratio of sums. Each row moves it by what it has above or below the ratio
    (linearisation), which also is what the interval of a ratio is made from.
    """
    instructions = sum(len(row.strict) for row in rows)
    weight = len(rows) / instructions
    strict = sum(map(sum, (row.strict for row in rows))) / instructions
    loose = sum(map(sum, (row.loose for row in rows))) / instructions
    return [
        (
            all(row.strict)
            + strict
            + (sum(row.strict) - strict * len(row.strict)) * weight
            + all(row.loose)
            + loose
            + (sum(row.loose) - loose * len(row.loose)) * weight
        )
        / 4
        for row in rows
    ]


def turn_rows(found: DialogueMetrics) -> Iterator[tuple[str, str, list[float | None]]]:
    """Yield the rows of a table: language, denominators of the turns, and their metrics on 0..100."""
    languages = dict.fromkeys(language for turn in found.by_turn.values() for language in turn)
    for language in languages:
        turns = [turn.get(language, TurnMetrics(0, 0, 0)) for turn in found.by_turn.values()]
        shares = [None if turn.overall is None else 100 * turn.overall for turn in turns]
        yield language, " / ".join(str(turn.prompts) for turn in turns), shares


def all_rows(found: DialogueMetrics) -> Iterator[tuple[int, TurnMetrics]]:
    """Yield each turn with its metrics over all languages."""
    for turn, by_language in found.by_turn.items():
        yield turn, by_language[ALL]
