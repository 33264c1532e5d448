"""Batch log: which batches of a run are at a provider, in `batches.jsonl` and the folder `batches`.

Each step is on disk before the next one is taken. A batch is first `prepared`, with its requests in a file; then it
has a `batch_id`; then its results are saved; then it is `resolved`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ...adapters.batches.base import BatchFile, parse_time
from ...errors import StoreError
from ..files import check_no_link, read_problem, write_problem
from ..journal import Journal, numbered_lines
from .record import (
    CANCELLED,
    COLLECTING,
    NOT_OURS,
    OF_RUN,
    POLLED,
    PREPARED,
    RESOLVED,
    RUN,
    SUBMITTED,
    BatchEntry,
    BatchRecord,
    find_wrong_entry,
    find_wrong_event,
    is_ours,
)
from .writer import BatchWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ...adapters.batches.base import BatchState

BATCHES = "batches.jsonl"
FOLDER = "batches"
"""Folder of the requests in batches: `MARKER.jsonl` as they are sent, `MARKER.map.jsonl` which they are."""
_RESTORE = "restore the file from a copy"


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
        check_no_link(self._folder)
        if self.path.exists() or self.path.is_symlink():
            for number, event in numbered_lines(self.path):
                if wrong := find_wrong_event(event, self.records):
                    raise StoreError(f"{self.path}, line {number}: is not an event of a batch: {wrong}; {_RESTORE}")
                self._apply(event)

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
        """Add an event; it is on disk when this returns. Raises `StoreError` for one that the log cannot hold."""
        line = {"event": event, **({"marker": marker} if marker else {}), "time": format_time(now()), **fields}
        if wrong := find_wrong_event(line, self.records):  # what an adapter reports is checked before it is written
            raise StoreError(f"{self.path}: cannot hold what the adapter reports: {wrong}")
        if self._journal is None:
            self._journal = Journal(self.path)
        self._journal.write_all([line])
        self._apply(line)

    def record_state(self, event: str, marker: str, state: BatchState, *, found: bool | None = None) -> None:
        """Add what the provider says of a batch; `found` is how its name became known, None if it was before."""
        self.append(event, marker, **_state_fields(state), **({} if found is None else {"found": found}))

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

    def sendable_file(self, record: BatchRecord) -> BatchFile:
        """Return the file with the requests of a batch; raises `StoreError` if it is not as it was written."""
        file = self.file(record)
        try:
            check_no_link(file.path)
            size = file.path.stat().st_size
        except FileNotFoundError:
            raise StoreError(f"{file.path}: is missing, so the batch cannot be created; {_RESTORE}") from None
        except OSError as error:
            raise read_problem(file.path, error) from None
        if size != record.bytes:
            raise StoreError(f"{file.path}: has {size:,} of {record.bytes:,} bytes, so it was changed; {_RESTORE}")
        return file

    def items(self, record: BatchRecord) -> Iterator[BatchEntry]:
        """Yield the requests of a batch in the order of its file; raises `StoreError` for a damaged one."""
        path, found = self._folder / f"{record.marker}.map.jsonl", 0
        for number, line in numbered_lines(path):
            if wrong := find_wrong_entry(line):
                raise StoreError(f"{path}, line {number}: is not a request of a batch: {wrong}; {_RESTORE}")
            yield BatchEntry(line["sample_id"], line["epoch"], line["turn"], line["attempt"])
            found = number
        if found != record.requests:
            raise StoreError(f"{path}: has {found:,} of the batch's {record.requests:,} requests; {_RESTORE}")

    def remove_requests(self, record: BatchRecord) -> None:
        """Remove the requests of a batch that is resolved; which they were stays on record."""
        self.file(record).path.unlink(missing_ok=True)

    def remove_leftovers(self) -> None:
        """Remove files of batches that a killed process had not finished preparing."""
        for path in self._folder.glob("*.jsonl") if self._folder.is_dir() else ():
            if not is_ours(path.name):
                continue
            record = self.records.get(path.name.partition(".")[0])
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

    def _apply(self, event: Mapping[str, Any]) -> None:
        kind, time = event["event"], parse_time(event["time"]) or 0.0
        if kind in OF_RUN:
            self._apply_to_run(kind, event)
            return
        if kind == PREPARED:
            reserved = event["reserved"]
            self.records[event["marker"]] = BatchRecord(
                event["marker"], event["requests"], event["bytes"], time, reserved["tokens"], float(reserved["cost"])
            )
            return
        record = self.records[event["marker"]]
        if kind in (SUBMITTED, POLLED):
            record.batch_id, record.status, record.counts = event["batch_id"], event["status"], dict(event["counts"])
            record.expires = parse_time(event.get("expires")) or record.expires
            record.submitted = record.submitted or time
            record.found = event.get("found", record.found)
        elif kind == COLLECTING:
            record.sizes = dict(event["sizes"])
        elif kind == NOT_OURS:
            record.others.add(record.batch_id)
            record.batch_id, record.status, record.sizes, record.submitted = "", PREPARED, None, 0.0
        elif kind == RESOLVED:
            record.resolved, record.outcome = True, dict(event["outcome"])
            record.taken, record.doubtful = event.get("taken", True), event.get("doubtful", 0)
            for id, epoch, turn, usage in event.get("wasted", ()):
                self.wasted[id, epoch, turn] = usage

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


def now() -> float:
    """Return the Unix time."""
    return datetime.now(UTC).timestamp()


def format_time(time: float) -> str:
    """Return a Unix time as UTC, ISO 8601."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")
