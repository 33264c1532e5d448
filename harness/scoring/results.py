"""The result of one response: scored, or unscored with its cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scorers import Verdict
from tasks.sample import Sample

from ..adapters.base import Response
from ..errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class ScoredResponse:
    """One scored answer; raises `StoreError` without a strict and a loose verdict for each instruction."""

    sample: Sample
    response: Response
    """The answer as it came; spans of verdicts point into its text."""
    strict: Sequence[Verdict]
    loose: Sequence[Verdict]
    extracted: tuple[str, ...] = ()
    """What was taken off this answer before it was verified."""
    truncated: bool = False
    """Cut at the token limit."""
    refused: bool = False
    """A refusal, by the provider's word."""
    blank: bool = False
    """Nothing but white space was there to verify."""

    def __post_init__(self) -> None:
        due = len(self.sample.instructions)
        if len(self.strict) != due or len(self.loose) != due:
            raise StoreError(
                f"sample {self.sample.id}, epoch {self.epoch}: {len(self.strict)} strict and {len(self.loose)} loose "
                f"verdicts, but {due} of each are due; score the run again to have them written anew"
            )

    @property
    def epoch(self) -> int:
        """The epoch of the answer, counting from 0."""
        return self.response.epoch


@dataclass(frozen=True)
class UnscoredSample:
    """A question in an epoch without verdicts; never a score of 0."""

    sample: Sample
    epoch: int
    cause: str
    """One word: a failure's `error`, `unscorable`, `bug` or `not_asked`."""
    message: str = ""
    response: Response | None = None
    """The answer, where there is one that could not be judged."""
