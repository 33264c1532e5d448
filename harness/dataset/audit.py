"""Audit: is every sample of a set satisfiable? Each is proven, impossible, or unknown within a limit of time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from scorers import search
from scorers.errors import BadInstruction
from scorers.witnesses.unreachable import describe_suspects
from tasks.errors import BadPicture, BadSample
from tasks.formats.published_record import published_id
from tasks.formats.sample_file import SampleFile
from tasks.limits.killable import CallAbandonedError, KillableWorker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tasks.sample import Sample

OUTCOMES = ("proven", "impossible", "unknown")
SECONDS = 10.0
"""Seconds of one search; the slowest sample of the published sets takes less than two."""
_PART = 20
"""Samples of a part."""
Answer = tuple[str, str, str | None]
"""Outcome, reason, witness."""
Worker = KillableWorker[tuple["Sample", str], Answer]


@dataclass(frozen=True)
class Feasibility:
    """What is known of one sample."""

    sample: Sample
    rules: str
    """The rule book it was searched under."""
    outcome: str
    """`proven`: a text that follows all instructions was found and verified; `impossible`: no text can follow them;
    `unknown`: none was found, and nothing proves that there is none."""
    reason: str
    """Why it is impossible, or which limit the search exceeded; "" otherwise."""
    witness: str | None

    @property
    def id(self) -> str:
        """The published id if there is one, else the id of the sample."""
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


def check_pictures(samples: Iterable[Sample]) -> None:
    """Raise `BadSample` for the first picture that is missing, damaged or another."""
    known: set[str] = set()
    for sample in () if isinstance(samples, SampleFile) and not samples.has_pictures else samples:
        for picture in sample.pictures:
            if picture.sha256 not in known:
                known.add(picture.sha256)
                try:
                    picture.read()
                except BadPicture as error:
                    raise BadSample(f"sample {sample.id}: {error}") from None


def audit_samples(
    samples: Iterable[Sample], rules: str | None = None, *, seconds: float = SECONDS
) -> Iterator[Feasibility]:
    """Search a witness for each sample, under its own rule book or under `rules`; raises `NotInBook`.

    Each search has `seconds` and a limit of memory, in a process of its own: a parameter may ask for a billion words,
    or be a regular expression that backtracks for ever.
    """
    worker: Worker = KillableWorker(_search, seconds)
    try:
        for sample in samples:
            yield _audit(worker, sample, rules)
    finally:
        worker.stop()


def _audit(worker: Worker, sample: Sample, rules: str | None) -> Feasibility:
    book = rules or sample.rules
    try:
        found = worker.call((sample, book))
    except CallAbandonedError as error:
        found = "unknown", f"{error}{describe_suspects(sample.instructions)}", None
    return Feasibility(sample, book, *found)


def split_samples(samples: Sequence[Sample], first: int = 0) -> Iterator[list[Sample]]:
    """Yield the samples of a set in parts, from the place `first` on; those of a file are read when they are taken."""
    left = (samples[place] for place in range(first, len(samples)))
    while part := list(islice(left, _PART)):
        yield part


class AuditJob:
    """The audit of a set in parts, each a list of samples. A context manager around its work."""

    resume = "Give the same command again, with --engine single to use less memory"
    """What a user does after a process died."""

    def __init__(self, rules: str | None) -> None:
        self._rules = rules
        self._worker: Worker | None = None
        """Of this process, for all its parts: a new one would have to import and prepare everything again."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Have another process start a worker of its own."""
        return AuditJob, (self._rules,)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._worker:
            self._worker.stop()

    def prepare(self) -> None:
        """Read nothing before."""

    def run_part(self, part: Sequence[Sample]) -> list[tuple[str, str]]:
        """Return outcome and reason of each sample of a part."""
        worker = self._worker = self._worker or KillableWorker(_search, SECONDS)
        found = (_audit(worker, sample, self._rules) for sample in part)
        return [(one.outcome, one.reason) for one in found]

    def join(self, samples: Iterable[Sample], results: Iterable[tuple[str, str]]) -> Iterator[Feasibility]:
        """Yield what is known of each sample from the results of all of them in order, without the witnesses."""
        for sample, (outcome, reason) in zip(samples, results, strict=True):
            yield Feasibility(sample, self._rules or sample.rules, outcome, reason, None)


def _search(given: tuple[Sample, str]) -> Answer:
    sample, book = given
    try:
        found = search(sample.instructions, prompt=sample.prompt, rules=book)
    except BadInstruction as error:
        return "impossible", str(error), None
    except (OverflowError, RecursionError) as error:
        return "unknown", f"the search failed ({type(error).__name__}){describe_suspects(sample.instructions)}", None
    large = describe_suspects(sample.instructions) if found.outcome == "unknown" else ""
    return found.outcome, f"no text was found{large}" if large else found.impossible, found.text


def count_outcomes(findings: Iterable[Feasibility]) -> dict[str, int]:
    """Count the findings, every outcome named."""
    counted = Counter(finding.outcome for finding in findings)
    return {outcome: counted[outcome] for outcome in OUTCOMES}
