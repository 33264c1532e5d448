"""The result of one response: scored, or unscored with its cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers import Verdict
from tasks.dialogue import LANGUAGE
from tasks.formats.multiif import TURN
from tasks.sample import GROUP, TWIN, Sample

from ..adapters.base import Response
from ..errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class ScoredResponse:
    """One scored response; raises `StoreError` without a strict and a loose verdict for each instruction."""

    sample: Sample
    response: Response
    """The response as received; spans of verdicts point into its text."""
    strict: Sequence[Verdict]
    loose: Sequence[Verdict]
    extracted: tuple[str, ...] = ()
    """What extraction removed from this response before verification."""
    truncated: bool = False
    """Cut at the token limit."""
    refused: bool = False
    """A refusal, as the provider reports it."""
    blank: bool = False
    """There was nothing but white space to verify."""

    def __post_init__(self) -> None:
        due = len(self.sample.instructions)
        if len(self.strict) != due or len(self.loose) != due:
            raise StoreError(
                f"sample {self.sample.id}, epoch {self.epoch}: {len(self.strict)} strict and {len(self.loose)} loose "
                f"verdicts, but {due} of each are due; score the run again"
            )

    @property
    def epoch(self) -> int:
        """The epoch of the response, counting from 0."""
        return self.response.epoch


@dataclass(frozen=True)
class UnscoredSample:
    """A sample in an epoch without verdicts; never a score of 0."""

    sample: Sample
    epoch: int
    cause: str
    """One word: a failure's `error`, `unscorable`, `bug`, `in_batch` or `not_asked`."""
    message: str = ""
    response: Response | None = None
    """The response, where there is one that could not be scored."""


def find_marks(meta: object) -> dict[str, Any]:
    """Return number and language of a turn of a dialogue, or group and name of a twin; nothing for other samples."""
    if not isinstance(meta, dict) or not meta.get(GROUP):
        return {}
    if isinstance(meta.get(TWIN), str):
        return {"group": str(meta[GROUP]), "twin": meta[TWIN]}
    return {"turn": meta[TURN], "language": str(meta.get(LANGUAGE, ""))} if type(meta.get(TURN)) is int else {}
