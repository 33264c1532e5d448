"""Multi-IF's metrics: the mean of four accuracies for each turn of the dialogues, by language and over all.

An accuracy is a share in 0..1 and is not rounded, as published: of the prompts whose instructions are all followed, and
of all instructions, strictly and loosely. A turn's instructions contain those of the turns before it, all of them
verified on the turn's own response.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from tasks.dialogue import LANGUAGE
from tasks.formats.multiif import TURN
from tasks.sample import GROUP

from .results import ScoredResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tasks.sample import Sample

    from .results import UnscoredSample

ALL = "all_languages"
"""The published name of the group of all rows; it pools them and is no mean of the languages."""
_Place = tuple[int, str]
"""A turn and a language."""


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
    """Adds up the turns of dialogues, one result at a time; other samples are passed over."""

    def __init__(self) -> None:
        self._counts: dict[_Place, Counter[str]] = {}

    def add(self, result: ScoredResponse | UnscoredSample) -> None:
        """Add a scored response, or a sample without one."""
        for place in _places(result.sample):
            count = self._counts.setdefault(place, Counter())
            if not isinstance(result, ScoredResponse):
                count["unscored"] += 1
                continue
            count["prompts"] += 1
            count["instructions"] += len(result.strict)
            for mode, verdicts in (("strict", result.strict), ("loose", result.loose)):
                followed = sum(verdict.followed for verdict in verdicts)
                count[f"prompt_{mode}"] += followed == len(verdicts)
                count[f"instruction_{mode}"] += followed

    def metrics(self) -> DialogueMetrics | None:
        """Return the metrics of all turns added, None if there are none."""
        order = sorted(self._counts, key=lambda place: (place[0], place[1] != ALL, place[1]))
        found: dict[int, dict[str, TurnMetrics]] = {}
        for turn, language in order:
            found.setdefault(turn, {})[language] = _metrics(self._counts[turn, language])
        return DialogueMetrics(found) if found else None


def _places(sample: Sample) -> Iterator[_Place]:
    """Yield the groups that a sample counts in; none unless it is a turn of a dialogue."""
    turn, language = sample.meta.get(TURN), sample.meta.get(LANGUAGE)
    if GROUP in sample.meta and isinstance(turn, int) and isinstance(language, str):
        yield turn, ALL
        yield turn, language


def _metrics(count: Counter[str]) -> TurnMetrics:
    prompts, instructions = count["prompts"], count["instructions"]
    if not prompts:
        return TurnMetrics(0, 0, count["unscored"])
    shares = (
        count["prompt_strict"] / prompts,
        count["instruction_strict"] / instructions,
        count["prompt_loose"] / prompts,
        count["instruction_loose"] / instructions,
    )
    return TurnMetrics(prompts, instructions, count["unscored"], *shares, overall=sum(shares) / len(shares))


def turn_rows(found: DialogueMetrics) -> Iterator[tuple[str, str, list[float | None]]]:
    """Yield the rows of a table: language, denominators of the turns, and their metrics on 0..100."""
    languages = dict.fromkeys(language for turn in found.by_turn.values() for language in turn)
    for language in languages:
        turns = [turn.get(language, TurnMetrics(0, 0, 0)) for turn in found.by_turn.values()]
        shares = [None if turn.overall is None else 100 * turn.overall for turn in turns]
        yield language, " / ".join(str(turn.prompts) for turn in turns), shares
