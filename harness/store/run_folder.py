"""Store: the only hand on a results folder; knows its files and their format number."""

from __future__ import annotations

import json
import platform
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from scorers.errors import did_you_mean
from tasks.errors import BadSample
from tasks.formats.sample_file import SampleFile
from tasks.sample import Sample

from .. import __version__
from ..adapters.base import Failure, Response
from ..errors import StoreError
from .charges import UsageRecord
from .journal import Journal, encode, numbered_lines, remove_leftovers, write_problem, write_whole
from .lock import Lock, read_holder
from .manifest import FORMAT, Manifest, load_manifest
from .response_index import ResponseIndex
from .run_spec import RunSpec, check_same_spec
from .turns import DialogueTurns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

RUN, SAMPLES, RESPONSES, FAILURES = "run.json", "samples.jsonl", "responses.jsonl", "failures.jsonl"
TURNS = "turns.jsonl"
"""Earlier answers of dialogues; not there where no question is one."""

Key = tuple[str, int]  # sample id and epoch
_Record = TypeVar("_Record", Response, Failure)


class RunFolder:
    """One results folder; a context manager.

    `open` takes it for asking, `load` for reading. Every method raises `StoreError` for what is missing, damaged or
    cannot be written.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        """What `run.json` says."""
        self.copied = False
        """Whether the samples were copied from their file just now, in its order."""
        self._lock: Lock | None = None
        self._responses: Journal | None = None
        self._failures: Journal | None = None

    @classmethod
    def open(cls, folder: Path, plan: RunSpec, *, samples: Iterable[Sample], header: Mapping[str, Any]) -> Self:
        """Make the folder, or go on with it if it holds the same plan; until `close` no other process can.

        `header` is kept in `run.json` beside the plan; `started` stays that of the first time. Raises `StoreError` if
        another process has the folder, or if it is of another plan or format.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_problem(folder, error) from None
        store = cls(folder, Manifest({}))
        store._lock = Lock(folder)
        try:
            store._begin(plan, samples, header)
            store._responses = Journal(folder / RESPONSES)
            store._failures = Journal(folder / FAILURES)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a folder that was made before, whether or not a run is writing to it."""
        if not (folder / RUN).is_file():
            raise _no_run(folder, folder.parent)
        return cls(folder, load_manifest(folder / RUN))

    @property
    def plan(self) -> RunSpec:
        """The plan of the run."""
        return self.manifest.spec

    @property
    def epochs(self) -> int:
        """Answers asked of each sample."""
        return self.manifest.epochs

    def append_response(self, response: Response) -> Awaitable[None]:
        """Write an answer to `responses.jsonl`; it is on disk when what is returned was awaited."""
        if self._responses is None:
            raise self._read_only()
        return self._responses.write(response.to_json())

    def append_failure(self, failure: Failure) -> Awaitable[None]:
        """Write a failure to `failures.jsonl`; it is on disk when what is returned was awaited."""
        if self._failures is None:
            raise self._read_only()
        return self._failures.write(failure.to_json())

    def add_missing(self, found: Iterable[Response | Failure]) -> None:
        """Append those of `found` whose sample and epoch the folder has nothing of yet."""
        if self._responses is None or self._failures is None:
            raise self._read_only()
        there = self.answered() | {(failure.sample_id, failure.epoch) for failure in self.failures()}
        fresh = [said for said in found if (said.sample_id, said.epoch) not in there]
        self._responses.write_all(said.to_json() for said in fresh if isinstance(said, Response))
        self._failures.write_all(said.to_json() for said in fresh if isinstance(said, Failure))

    def samples(self) -> Iterator[Sample]:
        """Yield what was asked, each question once."""
        try:
            yield from self.samples_file
        except BadSample as error:
            raise StoreError(str(error)) from None

    def responses(self) -> Iterator[Response]:
        """Yield the answers, the latest of each sample and epoch, in the order of writing."""
        yield from _latest(self.folder / RESPONSES, Response)

    def failures(self) -> Iterator[Failure]:
        """Yield the latest failure of each sample and epoch that has no answer."""
        answered = self.answered()
        for failure in _latest(self.folder / FAILURES, Failure):
            if (failure.sample_id, failure.epoch) not in answered:
                yield failure

    @property
    def samples_path(self) -> Path:
        """Where what was asked stands."""
        return self.folder / SAMPLES

    @cached_property
    def samples_file(self) -> SampleFile:
        """What was asked, read a sample at a time."""
        try:
            return SampleFile(self.samples_path, repeats=True)
        except BadSample as error:
            raise StoreError(str(error)) from None

    @cached_property
    def dialogue_turns(self) -> DialogueTurns:
        """The earlier answers of dialogues; `asked` and the journal are read when this is first looked at."""
        return DialogueTurns(self.folder / TURNS, self.samples_file, self.epochs)

    def index(self, kind: Callable[..., ResponseIndex] = ResponseIndex) -> ResponseIndex:
        """Return where the latest answer and failure of each question stand now."""
        return kind(self.samples_file, self.epochs, self.folder / RESPONSES, self.folder / FAILURES)

    def answered(self) -> set[Key]:
        """Return the sample ids and epochs that have an answer."""
        return {_key(record, self.folder / RESPONSES, n) for n, record in _lines(self.folder / RESPONSES)}

    def usage_records(self) -> Iterator[UsageRecord]:
        """Yield what each line of the journals cost, replaced ones too; what a cache gave was free."""
        names = (RESPONSES, FAILURES, TURNS)
        paid = (r for name in names for _, r in _lines(self.folder / name) if not r.get("from_cache"))
        return map(UsageRecord.of, paid)

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a JSON file whole or not at all; a missing format number is added."""
        text = json.dumps({"format": FORMAT} | dict(content), ensure_ascii=False, indent=2)
        write_whole(self.folder / name, [f"{text}\n".encode("utf-8", "backslashreplace")])

    def write_lines(self, name: str, records: Iterable[dict[str, Any]]) -> None:
        """Write a JSON Lines file whole or not at all, one record in memory at a time."""
        write_whole(self.folder / name, (encode(record) for record in records))

    def close(self) -> None:
        """Close the journals and give the folder free; reading goes on working."""
        try:
            for journal in (self._responses, self._failures, vars(self).get("earlier")):
                if journal:
                    journal.close()
        finally:
            self._responses = self._failures = None
            if self._lock:
                self._lock.release()
                self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def active_process(self) -> str | None:
        """Say which process is working in the folder ("4711 on host"), None if none is."""
        return read_holder(self.folder)

    def _read_only(self) -> StoreError:
        return StoreError(f"{self.folder}: was loaded for reading; open it with a run spec to add responses")

    def _begin(self, plan: RunSpec, samples: Iterable[Sample], header: Mapping[str, Any]) -> None:
        remove_leftovers(self.folder)
        run = self.folder / RUN
        before = load_manifest(run).record if run.exists() else {}
        if before:
            check_same_spec(self.folder, before["plan"], plan.values)
            self._refuse_changed(samples)
        else:
            self._refuse_foreign()
        about = {"ifharness": __version__, "python": platform.python_version(), **header}
        if "started" in before:
            about["started"] = before["started"]
        record = {"format": FORMAT, "plan": dict(plan.values), "digest": plan.digest, **about}
        self.manifest = Manifest(record)
        # The samples come first: a folder with a run.json has them.
        if not before or not (self.folder / SAMPLES).exists():
            if isinstance(samples, SampleFile):
                self.samples_file = samples.copied(self.folder / SAMPLES, write_whole)
                self.copied = True
            else:
                self.write_lines(SAMPLES, (sample.to_json() for sample in samples))
        if before != record:
            self.write_json(RUN, record)

    def _refuse_changed(self, samples: Iterable[Sample]) -> None:
        """Refuse questions that were edited under their old ids: what is kept answers other words."""
        if not isinstance(samples, SampleFile) or not (self.folder / SAMPLES).exists():
            return
        if id := samples.changed(self.samples_file):
            raise StoreError(
                f"{samples.path}: sample {id} has other words or instructions here than in {self.folder / SAMPLES}, "
                "although its id is the same; give edited questions another id, or another folder with --out"
            )

    def _refuse_foreign(self) -> None:
        for name in (RESPONSES, FAILURES, TURNS):
            path = self.folder / name
            if path.exists() and path.stat().st_size:
                raise StoreError(
                    f"{path}: there is no {RUN} beside it, so nobody knows which plan it belongs to. "
                    f"Restore {RUN}, or give another folder with --out"
                )


def find_run(path_or_name: str | Path, root: str | Path = "results") -> Path:
    """Return the results folder meant by a path or by a name inside `root`; raises `StoreError` with near names."""
    given = Path(path_or_name)
    if given.name == RUN and given.is_file():
        return given.parent
    for folder in (given, Path(root) / given):
        if (folder / RUN).is_file():
            return folder
    raise _no_run(given, given.parent, Path(root))


def _no_run(folder: Path, *places: Path) -> StoreError:
    runs = sorted({run.parent for place in places if place.is_dir() for run in place.glob(f"*/{RUN}")})
    names = [run.name for run in runs]
    what = f"there is no {RUN} in it, so it is not a results folder" if folder.is_dir() else "there is no such folder"
    shown = did_you_mean(folder.name, names) or (f" (runs: {', '.join(names[:8])}{', ...' if len(names) > 8 else ''})")
    return StoreError(f"{folder}: {what}{shown if names else ''}")


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    return numbered_lines(path) if path.exists() else iter(())


def _key(record: dict[str, Any], path: Path, number: int) -> Key:
    id, epoch = record.get("sample_id"), record.get("epoch")
    if not isinstance(id, str) or type(epoch) is not int:
        raise StoreError(f"{path}, line {number}: sample_id or epoch is missing or of a wrong type")
    return id, epoch


def _latest(path: Path, kind: type[_Record]) -> Iterator[_Record]:
    """Yield the last record of each key; reads twice, so that only keys stay in memory."""
    last = {_key(record, path, number): number for number, record in _lines(path)}
    for number, record in _lines(path):
        if last.get(_key(record, path, number)) != number:
            continue
        told = record.get("text" if kind is Response else "error")
        if not isinstance(told, str):
            raise StoreError(f"{path}, line {number}: is not a {kind.__name__.lower()}")
        try:
            yield kind.from_json(record)
        except TypeError as error:
            raise StoreError(f"{path}, line {number}: is not a {kind.__name__.lower()}: {error}") from None
