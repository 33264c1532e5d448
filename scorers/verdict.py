"""Verdict: what a checker decided about one response, why, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Span = tuple[int, int]

MAX_SPANS = 50
"""Spans saved in one verdict; `Verdict.span_count` is how many there were."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One instruction's outcome on one response."""

    followed: bool
    """True if the response does what the instruction says."""
    reason: str
    """One sentence: what was found, where, and the bound ("298 words; at least 300 were asked")."""
    spans: tuple[Span, ...] = ()
    """The decisive places: half-open code-point ranges into the raw response, at most `MAX_SPANS`."""
    version: int = 0
    """Version of the checker that decided; two verdicts compare only if their versions are equal."""
    span_count: int = 0
    """How many places there were before the cut to `MAX_SPANS`."""
    raised: str = ""
    """Name of the exception with which the published verifier ends on this text, or ""."""

    @classmethod
    def of(cls, followed: bool, reason: str, spans: Iterable[Span] = ()) -> Verdict:
        """Build a verdict from any number of spans, keeping the first `MAX_SPANS`."""
        found = tuple(spans)
        return cls(followed, reason, found[:MAX_SPANS], 0, len(found))

    @classmethod
    def raising(cls, exception: str) -> Verdict:
        """Build the verdict on a text on which the published verifier ends with an exception: not followed."""
        return cls(False, f"the published verifier ends with {exception} on this text", raised=exception)

    def with_version(self, version: int) -> Verdict:
        """Return this verdict with the version of the checker that decided (`replace`, at a third of its cost)."""
        return Verdict(self.followed, self.reason, self.spans, version, self.span_count, self.raised)

    def move_spans(self, place: Callable[[Span], Span]) -> Verdict:
        """Return this verdict with every span carried through `place` (from a reading back to its source)."""
        if not self.spans:
            return self
        return replace(self, spans=tuple(place(span) for span in self.spans))

    def to_json(self, id: str) -> dict[str, Any]:
        """Return the record form for the instruction `id`."""
        record: dict[str, Any] = {
            "id": id,
            "followed": self.followed,
            "reason": self.reason,
            "spans": [list(span) for span in self.spans],
            "version": self.version,
        }
        if self.span_count > len(self.spans):
            record["span_count"] = self.span_count
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Verdict:
        """Read back what `to_json` wrote."""
        spans = tuple((int(a), int(b)) for a, b in record["spans"])
        return cls(record["followed"], record["reason"], spans, record["version"], record.get("span_count", len(spans)))


class BothVerdicts(NamedTuple):
    """Strict and loose verdicts of one response, in the order of its instructions."""

    strict: list[Verdict]
    loose: list[Verdict]


@dataclass(frozen=True, slots=True)
class Score:
    """One response's outcome under one reading; the three figures lie in 0..1."""

    sample_id: str
    epoch: int
    mode: str
    prompt: float
    """1 if every instruction was followed, else 0."""
    instruction: float
    """Share of the instructions that were followed."""

    @property
    def if_score(self) -> float:
        """Mean of `prompt` and `instruction` (LiveBench's score of a question)."""
        return (self.prompt + self.instruction) / 2

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {"prompt": self.prompt, "instruction": self.instruction, "if_score": self.if_score}


def score(verdicts: Sequence[Verdict], *, sample_id: str = "", epoch: int = 0, mode: str = "strict") -> Score:
    """Add up the verdicts of one response; raises `ValueError` if there are none."""
    if not verdicts:
        raise ValueError(f"sample {sample_id!r} has no instructions, so nothing can be scored")
    followed = sum(verdict.followed for verdict in verdicts)
    return Score(sample_id, epoch, mode, float(followed == len(verdicts)), followed / len(verdicts))
