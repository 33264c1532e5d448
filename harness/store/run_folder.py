"""Run folder: reads and writes one results folder; knows its files and their format number."""

from __future__ import annotations

import platform
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scorers.errors import did_you_mean
from tasks.errors import BadSample
from tasks.formats.sample_file import SampleFile
from tasks.sample import Sample

from .. import __version__
from ..adapters.base import Failure, Response
from ..errors import StoreError
from .charges import UsageRecord
from .files import remove_leftovers, write_problem, write_whole
from .journal import Journal, encode, read_lines
from .lock import Lock, read_holder
from .manifest import FORMAT, Manifest, load_manifest, write_json_file
from .response_index import ResponseIndex
from .run_spec import RESULTS, RunSpec, check_same_spec, digest_samples
from .samples.growth import check_samples, forget_scores, index_samples
from .samples.pictures import save_pictures
from .turns import DialogueTurns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

RUN, SAMPLES, RESPONSES, FAILURES = "run.json", "samples.jsonl", "responses.jsonl", "failures.jsonl"
TURNS = "turns.jsonl"
"""Earlier responses of dialogues; missing where no sample is one."""
_MOST_SLOTS = 20_000_000
"""Samples times epochs: more would fill the memory, and no run has them."""
Key = tuple[str, int]  # sample id and epoch


@dataclass
class _Writer:
    """What a run writes with, closed as one."""

    lock: Lock
    responses: Journal
    failures: Journal

    def close(self, turns: DialogueTurns | None) -> None:
        with ExitStack() as closing:  # each of them is closed, whatever happens to the others
            closing.callback(self.lock.release)
            for journal in (self.failures, self.responses, turns):
                if journal:
                    closing.callback(journal.close)


class RunFolder:
    """One results folder; a context manager.

    `open` takes it for a run, `load` for reading. Every method raises `StoreError` for what is missing, damaged or
    cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        samples_file: SampleFile | None = None,
        writer: _Writer | None = None,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        """What `run.json` holds."""
        self._samples_file = samples_file
        self._writer = writer
        self._turns: DialogueTurns | None = None

    @classmethod
    def open(
        cls, folder: Path, plan: RunSpec, *, samples: Iterable[Sample], header: Mapping[str, Any], wait: float = 0
    ) -> Self:
        """Create the folder, or resume it if it holds the same run; until `close` no other process can.

        `header` is saved in `run.json` beside the run spec; `started` stays that of the first time. Another process
        that has the folder is given `wait` seconds to release it. Raises `StoreError` if it does not, or if the folder
        is of another run or format.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_problem(folder, error) from None
        with ExitStack() as opened:
            lock = Lock(folder, wait=wait)
            opened.callback(lock.release)
            manifest, samples_file = _prepare(folder, plan, samples, header)
            responses = Journal(folder / RESPONSES)
            opened.callback(responses.close)
            writer = _Writer(lock, responses, Journal(folder / FAILURES))
            opened.pop_all()
        return cls(folder, manifest, samples_file=samples_file, writer=writer)

    @classmethod
    def load(cls, folder: Path, *, samples_file: SampleFile | None = None) -> Self:
        """Read a folder that exists, whether or not a run is writing to it.

        `samples_file` is its file of samples, where the caller has indexed it already.
        """
        if not (folder / RUN).is_file():
            raise _no_run(folder, folder.parent)
        return cls(folder, load_manifest(folder / RUN), samples_file=samples_file)

    @property
    def plan(self) -> RunSpec:
        """What decides the samples of the run and the responses to them."""
        return self.manifest.spec

    @property
    def epochs(self) -> int:
        """Responses requested of each sample."""
        return self.manifest.epochs

    def append_response(self, response: Response) -> Awaitable[None]:
        """Write a response to `responses.jsonl`; awaiting the result returns when it is on disk."""
        return self._writing().responses.write(response.to_json())

    def append_failure(self, failure: Failure) -> Awaitable[None]:
        """Write a failure to `failures.jsonl`; awaiting the result returns when it is on disk."""
        return self._writing().failures.write(failure.to_json())

    def add_missing(self, found: Iterable[Response | Failure]) -> None:
        """Append those of `found` whose sample and epoch have neither a response nor a failure yet, each once."""
        writer, index = self._writing(), self.index()
        for result in found:
            slot = index.slot(result.sample_id, result.epoch)
            if slot is None or not index.has_any(slot):
                (writer.responses if isinstance(result, Response) else writer.failures).add(result.to_json())
        for journal in (writer.responses, writer.failures):
            journal.flush()

    def samples(self) -> Iterator[Sample]:
        """Yield the samples of the run, each once."""
        try:
            yield from self.samples_file
        except BadSample as error:
            raise StoreError(str(error)) from None

    def responses(self) -> Iterator[Response]:
        """Yield the latest response of each sample and epoch, in the order of writing."""
        with self.index() as index:
            yield from index.responses()

    def failures(self) -> Iterator[Failure]:
        """Yield the latest failure of each sample and epoch without a response, in the order of writing."""
        with self.index() as index:
            yield from index.failures()

    def answered_keys(self) -> set[Key]:
        """Return the sample ids and epochs that have a response."""
        return self.index().answered_keys()

    @property
    def samples_path(self) -> Path:
        """The file of the samples."""
        return self.folder / SAMPLES

    @property
    def samples_file(self) -> SampleFile:
        """The samples of the run, read from their file one at a time."""
        if self._samples_file is None:
            self._samples_file = index_samples(self.samples_path)
        return self._samples_file

    @property
    def dialogue_turns(self) -> DialogueTurns:
        """The earlier responses of dialogues; their journal is read on the first look."""
        if self._turns is None:
            self._turns = DialogueTurns(self.folder / TURNS, self.samples_file, self.epochs)
        return self._turns

    def index(self, kind: Callable[..., ResponseIndex] = ResponseIndex) -> ResponseIndex:
        """Return where the latest response and failure of each sample and epoch are now."""
        if len(self.samples_file) * self.epochs > _MOST_SLOTS:
            raise StoreError(
                f"{self.folder / RUN}: {len(self.samples_file):,} samples in plan.epochs = {self.epochs:,} epochs are "
                f"more than the {_MOST_SLOTS:,} responses that a run can have"
            )
        return kind(self.samples_file, self.epochs, self.folder / RESPONSES, self.folder / FAILURES)

    def usage_records(self) -> Iterator[UsageRecord]:
        """Yield the usage of each line of the journals, replaced ones too; responses from a cache were free."""
        paths = (self.folder / name for name in (RESPONSES, FAILURES, TURNS))
        paid = (r for path in paths if path.exists() for r in read_lines(path) if not r.get("from_cache"))
        return map(UsageRecord.of, paid)

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a JSON file whole or not at all; a missing format number is added."""
        write_json_file(self.folder / name, content)

    def write_lines(self, name: str, records: Iterable[dict[str, Any] | bytes]) -> None:
        """Write a JSON Lines file whole or not at all, one record (or its line) in memory at a time."""
        write_whole(self.folder / name, (one if isinstance(one, bytes) else encode(one) for one in records))

    def close(self) -> None:
        """Close the journals and release the folder; reading still works."""
        writer, self._writer = self._writer, None
        if writer:
            writer.close(self._turns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def active_process(self) -> str | None:
        """Return the process that is working in the folder ("4711 on host"), None if there is none."""
        return read_holder(self.folder)

    def _writing(self) -> _Writer:
        if self._writer is None:
            raise StoreError(f"{self.folder}: was loaded for reading; open it with a run spec to add responses")
        return self._writer


def _prepare(
    folder: Path, plan: RunSpec, samples: Iterable[Sample], header: Mapping[str, Any]
) -> tuple[Manifest, SampleFile | None]:
    """Write `run.json` and the samples where they are missing.

    Returns the manifest, and the folder's samples where they were indexed for it. Raises `StoreError`.
    """
    remove_leftovers(folder)
    run, path = folder / RUN, folder / SAMPLES
    before = load_manifest(run).record if run.exists() else {}
    indexed = None
    if before:
        check_same_spec(folder, before["plan"], plan.values, grows=True)
        if path.exists():
            indexed = index_samples(path)
            check_samples(folder, samples, indexed, grows=before["plan"] != plan.values)
    else:
        _check_no_responses(folder)
    about = {"ifharness": __version__, "python": platform.python_version(), **header}
    if "started" in before:
        about["started"] = before["started"]
    record = {"format": FORMAT, "plan": dict(plan.values), "digest": plan.digest, **about}
    save_pictures(samples, path)
    # The samples come first: a folder with a run.json has them. A process killed between the two left other samples.
    if indexed is None or digest_samples(indexed) != plan.values.get("samples"):
        forget_scores(folder)
        if isinstance(samples, SampleFile):
            indexed = samples.copy_to(path, write_whole)
        else:
            write_whole(path, (encode(sample.to_json()) for sample in samples))
            indexed = None
    if before != record:
        write_json_file(run, record)
    return Manifest(record), indexed


def _check_no_responses(folder: Path) -> None:
    for name in (RESPONSES, FAILURES, TURNS):
        path = folder / name
        if path.exists() and path.stat().st_size:
            raise StoreError(
                f"{path}: {RUN} is missing, so ifharness cannot determine which run these lines belong to. "
                f"Restore {RUN}, or give another folder with --out"
            )


def find_run(path_or_name: str | Path, root: str | Path = RESULTS) -> Path:
    """Return the results folder meant by a path or by a name inside `root`; raises `StoreError` with similar names."""
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
