"""Batch log: which batches of a run are at a provider, in `batches.jsonl` and the folder `batches`.

Each step is on disk before the next one is taken. A batch is first `prepared`, with its requests in a file; then it
has a `batch_id`; then its results are saved; then it is `resolved`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tasks.limits.value_kinds import COUNTS

from ...adapters.batches.base import BatchFile, parse_time
from ...errors import StoreError
from ..files import check_no_link, sync_folder, write_problem
from ..journal import Journal, encode, numbered_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ...adapters.batches.base import BatchState

BATCHES = "batches.jsonl"
FOLDER = "batches"
"""Folder of the requests in batches: `MARKER.jsonl` as they are sent, `MARKER.map.jsonl` which they are."""
RUN, PREPARED, SUBMITTED, POLLED, COLLECTING = "run", "prepared", "submitted", "polled", "collecting"
RESOLVED, NOT_OURS, CANCELLED, CONTINUED = "resolved", "not_ours", "cancelled", "continued"


class BatchEntry(NamedTuple):
    """One request of a batch."""

    sample_id: str
    epoch: int
    turn: int
    """Number of the response in its dialogue, from 1."""
    attempt: int
    """Batches that the request was in, this one included."""


@dataclass
class BatchRecord:
    """What the log says of one batch."""

    marker: str
    requests: int
    bytes: int
    prepared: float
    """Unix time."""
    reserved_tokens: int = 0
    reserved_cost: float = 0.0
    """US dollars that the requests cost at their worst."""
    batch_id: str = ""
    """The provider's name of the batch, "" while none is known."""
    submitted: float = 0.0
    expires: float | None = None
    status: str = PREPARED
    """The provider's own word."""
    counts: dict[str, int] = field(default_factory=dict)
    """Requests by what the provider says became of them."""
    sizes: dict[str, int] | None = None
    """Bytes that the journals had when the results were first read; None before."""
    resolved: bool = False
    outcome: dict[str, int] = field(default_factory=dict)
    """Requests by what became of them: `answered`, `failed`, `open`."""
    others: set[str] = field(default_factory=set)
    """Batches of the provider that were taken for this one, and are not."""
    cancelled: bool = False
    """Whether the user had the batch cancelled."""


class BatchLog:
    """The batches of a run folder; reading needs no lock, `append` does.

    Raises `StoreError` for a log that is damaged or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / BATCHES
        self._folder = folder / FOLDER
        self._journal: Journal | None = None
        self.records: dict[str, BatchRecord] = {}
        """By marker, in the order of preparation."""
        self.about: dict[str, Any] = {}
        """How the run was started: what `ifh batch` needs besides run.json."""
        self.stopped = False
        """Whether the user cancelled the batches, and has not run the run since."""
        self.wasted: dict[tuple[str, int, int], dict[str, int]] = {}
        """Tokens of attempts without a response, by sample, epoch and turn."""
        if self.path.exists() or self.path.is_symlink():
            for number, event in numbered_lines(self.path):
                self._take(event, number)

    @property
    def exists(self) -> bool:
        """Whether the run has ever used batches."""
        return bool(self.about)

    @property
    def open(self) -> list[BatchRecord]:
        """The batches whose requests are not dealt with yet."""
        return [record for record in self.records.values() if not record.resolved]

    @property
    def batch_ids(self) -> set[str]:
        """The provider's names of all batches."""
        return {record.batch_id for record in self.records.values() if record.batch_id}

    def append(self, event: str, marker: str = "", **fields: Any) -> None:
        """Add an event; it is on disk when this returns."""
        if self._journal is None:
            self._journal = Journal(self.path)
        line = {"event": event, **({"marker": marker} if marker else {}), "time": format_time(now()), **fields}
        self._journal.write_all([line])
        self._take(line, 0)

    def record_state(self, event: str, marker: str, state: BatchState) -> None:
        """Add what the provider says of a batch."""
        self.append(event, marker, **_state_fields(state))

    def note_state(self, event: str, marker: str, state: BatchState) -> None:
        """Take note of what the provider says of a batch, without writing it down."""
        self._apply({"event": event, "marker": marker, "time": format_time(now()), **_state_fields(state)})

    def close(self) -> None:
        """Close the log; reading still works."""
        journal, self._journal = self._journal, None
        if journal:
            journal.close()

    def file(self, record: BatchRecord) -> BatchFile:
        """Return the file with the requests of a batch."""
        path = self._folder / f"{record.marker}.jsonl"
        return BatchFile(path, record.marker, record.requests, record.bytes, record.prepared)

    def items(self, record: BatchRecord) -> Iterator[BatchEntry]:
        """Yield the requests of a batch in the order of its file."""
        path = self._folder / f"{record.marker}.map.jsonl"
        for number, line in numbered_lines(path):
            found = line.get("sample_id"), line.get("epoch"), line.get("turn"), line.get("attempt")
            if not isinstance(found[0], str) or any(type(one) is not int for one in found[1:]):
                raise StoreError(f"{path}, line {number}: does not name a request; restore the file from a copy")
            yield BatchEntry(*found)  # type: ignore[arg-type]  # checked above

    def remove_requests(self, record: BatchRecord) -> None:
        """Remove the requests of a batch that is resolved; which they were stays on record."""
        self.file(record).path.unlink(missing_ok=True)

    def remove_leftovers(self) -> None:
        """Remove files of batches that a killed process had not finished preparing."""
        for path in self._folder.glob("*.jsonl") if self._folder.is_dir() else ():
            marker = path.name.partition(".")[0]
            record = self.records.get(marker)
            if record is None or (record.resolved and not path.name.endswith(".map.jsonl")):
                path.unlink(missing_ok=True)

    def write(self, marker: str) -> BatchWriter:
        """Return a writer for the requests of a new batch."""
        try:
            check_no_link(self._folder)
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_problem(self._folder, error) from None
        return BatchWriter(self._folder, marker)

    def _take(self, event: Mapping[str, Any], number: int) -> None:
        try:
            self._apply(event)
        except (KeyError, TypeError, ValueError, AttributeError):
            where = f"{self.path}, line {number}" if number else str(self.path)
            raise StoreError(f"{where}: is not an event of a batch; restore the file from a copy") from None

    def _apply(self, event: Mapping[str, Any]) -> None:
        kind, time = event["event"], parse_time(event["time"]) or 0.0
        if kind in (RUN, CANCELLED, CONTINUED):
            self._apply_to_run(kind, event)
            return
        if kind == PREPARED:
            reserved = event["reserved"]
            self.records[event["marker"]] = BatchRecord(
                event["marker"], int(event["requests"]), int(event["bytes"]), time,
                int(reserved["tokens"]), float(reserved["cost"]),
            )  # fmt: skip
            return
        record = self.records[event["marker"]]
        if kind in (SUBMITTED, POLLED):
            record.batch_id, record.status = str(event["batch_id"]), str(event["status"])
            record.counts = {str(name): int(count) for name, count in event["counts"].items()}
            record.expires = parse_time(event.get("expires")) or record.expires
            record.submitted = record.submitted or time
        elif kind == COLLECTING:
            record.sizes = {str(name): int(size) for name, size in event["sizes"].items()}
        elif kind == NOT_OURS:
            record.others.add(record.batch_id)
            record.batch_id, record.status, record.sizes, record.submitted = "", PREPARED, None, 0.0
        elif kind == RESOLVED:
            record.resolved = True
            record.outcome = {str(name): int(count) for name, count in event["outcome"].items()}
            for id, epoch, turn, usage in event.get("wasted", ()):
                if COUNTS.fits(usage):
                    self.wasted[str(id), int(epoch), int(turn)] = usage

    def _apply_to_run(self, kind: str, event: Mapping[str, Any]) -> None:
        if kind == RUN:
            self.about = dict(event["about"])
            return
        self.stopped = kind == CANCELLED
        for record in self.open:
            record.cancelled = self.stopped


def _state_fields(state: BatchState) -> dict[str, Any]:
    about: dict[str, Any] = {"batch_id": state.batch_id, "status": state.status, "counts": dict(state.counts)}
    return about | ({"expires": format_time(state.expires)} if state.expires else {})


class BatchWriter:
    """Writes the requests of one batch; `finish` brings them to disk."""

    def __init__(self, folder: Path, marker: str) -> None:
        self.marker = marker
        self.requests = self.bytes = 0
        self._folder = folder
        self._paths = (folder / f"{marker}.jsonl", folder / f"{marker}.map.jsonl")
        try:
            self._lines, self._map = (path.open("xb") for path in self._paths)
        except OSError as error:
            raise write_problem(folder, error) from None

    @property
    def next_id(self) -> str:
        """The custom id of the next request."""
        return f"{self.marker}-{self.requests + 1}"

    def add(self, line: bytes, item: BatchEntry) -> None:
        """Add a request."""
        try:
            self._lines.write(line + b"\n")
            self._map.write(encode({"custom_id": self.next_id, **item._asdict()}))
        except OSError as error:
            raise write_problem(self._folder, error) from None
        self.requests += 1
        self.bytes += len(line) + 1

    def finish(self) -> None:
        """Bring the files to disk."""
        try:
            for file in (self._lines, self._map):
                file.flush()
                os.fsync(file.fileno())
                file.close()
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
        except OSError as error:
            raise write_problem(self._folder, error) from None

    def discard(self) -> None:
        """Remove the files."""
        for file, path in zip((self._lines, self._map), self._paths, strict=True):
            file.close()
            path.unlink(missing_ok=True)


def parse_custom_id(custom_id: str, record: BatchRecord) -> int | None:
    """Return the number of a request in its batch, from 1; None for an id that the batch does not have."""
    marker, dash, number = custom_id.rpartition("-")
    if marker != record.marker or not dash or not (number.isascii() and number.isdigit()) or len(number) > 9:
        return None
    return int(number) if 1 <= int(number) <= record.requests else None


def now() -> float:
    """Return the Unix time."""
    return datetime.now(UTC).timestamp()


def format_time(time: float) -> str:
    """Return a Unix time as UTC, ISO 8601."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")
