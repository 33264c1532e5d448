"""Audit: can every question of a set be answered at all? Each is proven, impossible, or unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers import search
from scorers.errors import BadInstruction
from tasks.formats.published_record import published_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tasks.sample import Sample

OUTCOMES = ("proven", "impossible", "unknown")


@dataclass(frozen=True)
class Feasibility:
    """What is known of one question."""

    sample: Sample
    rules: str
    """The rule book it was searched under."""
    outcome: str
    """`proven`: a text that follows all instructions was found and verified; `impossible`: none can;
    `unknown`: none was found, and nothing proves that there is none."""
    reason: str
    """Why it is impossible, "" otherwise."""
    witness: str | None

    @property
    def id(self) -> str:
        """The published id, where the question has one, else the sample's."""
        return published_id(self.sample) or self.sample.id

    def to_json(self) -> dict[str, Any]:
        """Return the record form, without the witness."""
        return {
            "id": self.id,
            "sample_id": self.sample.id,
            "task": self.sample.task,
            "rules": self.rules,
            "outcome": self.outcome,
            "reason": self.reason,
            "instructions": [instruction.to_json() for instruction in self.sample.instructions],
        }


def audit_samples(samples: Iterable[Sample], rules: str | None = None) -> Iterator[Feasibility]:
    """Search a witness for each sample, under its own rule book or under `rules`; raises `NotInBook`."""
    for sample in samples:
        book = rules or sample.rules
        try:
            found = search(sample.instructions, prompt=sample.prompt, rules=book)
        except BadInstruction as error:
            yield Feasibility(sample, book, "impossible", str(error), None)
            continue
        yield Feasibility(sample, book, found.outcome, found.impossible, found.text)


def count_outcomes(findings: Iterable[Feasibility]) -> dict[str, int]:
    """Count the findings, every outcome named."""
    counted = Counter(finding.outcome for finding in findings)
    return {outcome: counted[outcome] for outcome in OUTCOMES}
