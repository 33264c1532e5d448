"""Audit: is every sample of a set satisfiable? Each is proven, impossible, or unknown within a limit of time."""

from __future__ import annotations

import pickle
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers import search
from scorers.errors import BadInstruction, ScorersError
from tasks.errors import BadPicture, BadSample
from tasks.formats.published_record import published_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from tasks.sample import Sample

OUTCOMES = ("proven", "impossible", "unknown")
SECONDS = 10.0
"""Seconds of one search; the slowest sample of the published sets takes less than two."""
_LEAST_SECONDS = 2.0
"""After each search that exceeds its limit the next ones get half as long, down to this."""
MEMORY = 250_000_000
"""Bytes of address space by which the searching process may grow."""
_TOO_LONG = 20_000
"""Numbers from here on are reported with a sample whose search exceeds a limit: they are the usual cause."""
_SHOWN = 200
Answer = tuple[str, str, str | None]
"""Outcome, reason, witness."""


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
    for sample in samples:
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
    searcher = _Searcher(seconds)
    try:
        for sample in samples:
            book = rules or sample.rules
            yield Feasibility(sample, book, *searcher.search(sample, book))
    finally:
        searcher.stop()


class _Searcher:
    """A process that searches one sample after the other, replaced when one exceeds a limit."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: BaseProcess | None = None
        self._pipe: Connection

    def search(self, sample: Sample, book: str) -> Answer:
        """Return the outcome for one sample; raises `NotInBook`."""
        try:
            request = pickle.dumps((sample, book))
        except (pickle.PicklingError, AttributeError, TypeError):
            return _search(sample, book)  # a checker that only this process can import
        if self._process is None:
            self._start()
        try:
            self._pipe.send_bytes(request)
            if self._pipe.poll(self._seconds):
                found = pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - written by the process started here
                if isinstance(found, Exception):
                    raise found
                return _search(sample, book) if found is None else found
            why = f"no result after {self._seconds:g} seconds"
            self._seconds = max(min(_LEAST_SECONDS, self._seconds), self._seconds / 2)
        except (EOFError, OSError):
            why = "the search ended its process, for example because it took too much memory"
        self.stop()
        return "unknown", f"{why}{_describe_large(sample)}", None

    def stop(self) -> None:
        """Kill the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None

    def _start(self) -> None:
        import multiprocessing

        context = multiprocessing.get_context()
        self._pipe, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._seconds), daemon=True)
        process.start()
        self._process = process
        theirs.close()


def _serve(pipe: Connection, seconds: float) -> None:
    """Search for each sample that comes through the pipe, until it is closed."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which kills this process.
    _limit_memory()
    with suppress(EOFError, OSError):
        while True:
            request = pipe.recv_bytes()
            _limit_processor_time(seconds)
            found: Answer | Exception | None
            try:
                found = _search(*pickle.loads(request))  # noqa: S301 - written by the parent
            except (ImportError, AttributeError):
                found = None  # a checker that only the parent can import
            except MemoryError:
                return
            except ScorersError as error:
                found = error
            pipe.send_bytes(pickle.dumps(found))


def _search(sample: Sample, book: str) -> Answer:
    try:
        found = search(sample.instructions, prompt=sample.prompt, rules=book)
    except BadInstruction as error:
        return "impossible", str(error), None
    except (OverflowError, RecursionError) as error:
        return "unknown", f"the search failed ({type(error).__name__}){_describe_large(sample)}", None
    large = _describe_large(sample) if found.outcome == "unknown" else ""
    return found.outcome, f"no text was found{large}" if large else found.impossible, found.text


def _limit_memory() -> None:
    """Limit the address space of this process, so that a search fails before the machine swaps."""
    import resource

    with suppress(ValueError, OSError):
        used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, most))


def _limit_processor_time(seconds: float) -> None:
    """Let the system end this process if a search continues after the parent has died."""
    import resource
    from time import process_time

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(process_time() + seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def _describe_large(sample: Sample) -> str:
    """Return the parameters that a search may have failed at: large numbers, else patterns and long texts."""
    given = [
        (f"{instruction.id} {name}={value!r:.100}", value)
        for instruction in sample.instructions
        for name, value in instruction.to_json().items()
        if name != "id"
    ]
    large = [shown for shown, value in given if type(value) is int and abs(value) >= _TOO_LONG]
    shown = "; ".join(large or [shown for shown, _ in given])
    return f" ({shown[:_SHOWN]})" if shown else ""


def count_outcomes(findings: Iterable[Feasibility]) -> dict[str, int]:
    """Count the findings, every outcome named."""
    counted = Counter(finding.outcome for finding in findings)
    return {outcome: counted[outcome] for outcome in OUTCOMES}
