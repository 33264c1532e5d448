"""The result of one sample in one epoch, without its texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..breakdowns.turns import TurnRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class SampleResult:
    """The result of one sample in one epoch."""

    sample_id: str
    epoch: int
    task: str
    article_id: str
    ids: tuple[str, ...]
    """The instructions, in the order of the sample; for an unscored sample too."""
    strict: tuple[bool, ...] = ()
    """Followed or not, an instruction each; empty if unscored."""
    loose: tuple[bool, ...] = ()
    reasons: Sequence[str] = ()
    """The reasons of the strict verdicts; those of a large run are read when they are looked at."""
    flags: tuple[str, ...] = ()
    """Of `truncated`, `refused`, `blank`."""
    unscored: str = ""
    """Why there are no verdicts, in one word; "" for a scored response."""
    message: str = ""
    turn: int = 0
    """Number of its turn where it is one of a dialogue, from 1; 0 for any other sample."""
    language: str = ""
    """Language of its dialogue."""
    group: str = ""
    twin: str = ""
    """Of twins: their group, and which of them it is; "" for any other sample."""

    @property
    def if_score(self) -> float:
        """LiveBench's score of a sample in 0..1: mean of all followed and share followed, strictly."""
        return score_verdicts(self.strict)

    @property
    def turn_row(self) -> TurnRow:
        """The verdicts on a turn of a dialogue; an unscored one has none."""
        return TurnRow(self.article_id, self.language, self.ids, bytes(self.strict), bytes(self.loose))

    @property
    def if_loose(self) -> float:
        """The same, loosely."""
        return score_verdicts(self.loose)


def score_verdicts(followed: Sequence[bool]) -> float:
    """Return LiveBench's score of the verdicts on one response in 0..1."""
    return (all(followed) + sum(followed) / len(followed)) / 2


def loosen(result: SampleResult) -> SampleResult:
    """Return a result with the loose verdicts in place of the strict ones."""
    reasons = tuple(loosen_reasons(result.strict, result.loose, result.reasons))
    return replace(result, strict=result.loose, reasons=reasons)


def loosen_reasons(strict: Sequence[bool], loose: Sequence[bool], reasons: Sequence[str]) -> Iterable[str]:
    """Return the reasons of strict verdicts as those of loose ones."""
    both = zip(strict, loose, reasons, strict=True)
    return (f"followed loosely; strictly: {reason}" if loose > strict else reason for strict, loose, reason in both)
