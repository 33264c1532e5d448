"""The runs of a folder at a glance, from `run.json` and `scores.json`, without scoring."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ...config.published import IF_SCORE, headline_of
from ...errors import StoreError
from ...scoring.status import status_of
from ...scoring.summary import Summary
from ...scoring.verdict_file import has_current_verdicts
from ...store.batches.log import BATCHES, BatchLog
from ...store.line_count import LineCount
from ...store.manifest import load_json_file
from ...store.run_folder import FAILURES, RESPONSES, RUN, SAMPLES, TURNS, RunFolder
from ...store.samples.growth import BASIS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ...scoring.intervals import Interval

FORMAT = 1
"""Format number of `ifh list --json`."""
COMPLETE, TO_RESUME, TO_SCORE, WORKING, DAMAGED = "complete", "to go on", "to score", "working", "damaged"
WAITING = "in batches"
STATES = {
    COMPLETE: "every sample has a response, and the scores are of all responses",
    TO_RESUME: "samples have no response yet: rerun the command of the run",
    WAITING: "batches are at the provider: `ifh batch collect RUN` collects them",
    TO_SCORE: "every sample has a response; `ifh score` writes the scores",
    WORKING: "a process is running",
    DAMAGED: "cannot be read",
}
"""The states, in words."""
_FILES = (RUN, SAMPLES, RESPONSES, FAILURES, TURNS, BATCHES, "scores.json", f"{BASIS}.json", ".lock.pid")
"""Files of a run that decide what is listed of it."""
_LINKED = "is a symbolic link, which this list does not follow; put the folder itself in its place"


@dataclass(frozen=True)
class ListedRun:
    """One run."""

    run: str
    model: str
    questions: str
    """Name of the run file or of the sample set."""
    rules: str
    if_score: float | None
    """On 0..100, of the last scoring; None if nothing is scored."""
    interval: Interval | None
    scored: int | None
    """None before the first scoring."""
    of: int | None
    """Samples times epochs."""
    started: str
    """UTC."""
    state: str
    """One of `STATES`."""
    stale: bool = False
    """Whether the scores are of fewer responses than there are now, or by another version of ifharness."""
    message: str = ""
    """What is wrong with a damaged one."""
    metric: str = IF_SCORE
    """The metric that the sample set reports first, by its key in `scores.json`."""
    value: float | None = None
    """Of that metric, on 0..100."""
    value_interval: Interval | None = None
    adapter: str = ""
    base_url: str = ""
    """Address of the server if the run or its environment names one."""

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)


class RunListReader:
    """Lists the runs of a folder again and again; a run is read again only after one of its files changed.

    Without `follow_links`, a run folder that is a symbolic link is listed as damaged and not opened.
    """

    def __init__(self, folder: Path, *, follow_links: bool = True) -> None:
        self.folder = folder
        self._follow_links = follow_links
        self._known: dict[str, tuple[tuple[object, ...], ListedRun]] = {}

    def read(self) -> list[ListedRun]:
        """Return the runs as they are now, newest first; raises `StoreError` if there is no such folder."""
        if not self.folder.is_dir():
            raise StoreError(f"there is no folder {self.folder}; runs are in results/ unless --out names another place")
        found = {path.parent.name: self._read(path.parent) for path in self.folder.glob(f"*/{RUN}")}
        self._known = {name: self._known[name] for name in found}
        return sorted(sorted(found.values(), key=lambda run: run.run), key=lambda run: run.started, reverse=True)

    def signature(self, name: str) -> tuple[object, ...]:
        """Return what changes whenever a file of a run does."""
        return tuple(_sign(os.path.join(self.folder, name, file)) for file in _FILES)  # noqa: PTH118 - a third of the time

    def _read(self, folder: Path) -> ListedRun:
        # Signed before it is read: what changes in between is read again the next time.
        signature = self.signature(folder.name)
        known = self._known.get(folder.name)
        if known and known[0] == signature and known[1].state != WORKING:
            return known[1]
        hidden = folder.is_symlink() and not self._follow_links
        run = _list_damaged(folder, _LINKED) if hidden else _list_run(folder)
        self._known[folder.name] = signature, run
        return run


def list_runs(folder: Path) -> list[ListedRun]:
    """Return the runs in a folder, newest first; raises `StoreError` if there is no such folder."""
    return RunListReader(folder).read()


def _sign(path: str) -> object:
    try:
        found = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - as above
    except OSError as error:
        return error.errno
    return found.st_mtime_ns, found.st_size, found.st_ino


def run_list_json(runs: Iterable[ListedRun]) -> dict[str, Any]:
    """Return the record that `ifh list --json` prints."""
    return {"format": FORMAT, "runs": [run.to_json() for run in runs]}


def _list_run(folder: Path) -> ListedRun:
    try:
        store = RunFolder.load(folder)
        scores = _scores(folder)
        current = scores is not None and has_current_verdicts(folder)
        state = _state(store, scores, current=current)
    except (StoreError, OSError) as error:
        return _list_damaged(folder, str(error))
    manifest, first = store.manifest, scores.first_metric if scores else None
    return ListedRun(
        run=folder.name,
        model=manifest.model,
        questions=manifest.config,
        rules=scores.rules if scores else manifest.rules or "",
        if_score=scores.if_score if scores else None,
        interval=scores.interval if scores else None,
        scored=scores.scored if scores else None,
        of=scores.scored + scores.unscored if scores else None,
        started=manifest.started,
        state=state,
        stale=scores is not None and not current,
        metric=headline_of(manifest.questions),
        value=first.value if first else None,
        value_interval=first.interval if first else None,
        adapter=manifest.adapter,
        base_url=manifest.base_url,
    )


def _list_damaged(folder: Path, message: str) -> ListedRun:
    return ListedRun(folder.name, "", "", "", None, None, None, None, "", DAMAGED, message=message)


def _scores(folder: Path) -> Summary | None:
    """Return the scores of the last scoring; None if there are none that can be read."""
    try:
        return Summary.from_json(load_json_file(folder / "scores.json"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, StoreError):
        return None  # another version's, or damaged: `ifh score` writes them again


def _state(store: RunFolder, scores: Summary | None, *, current: bool) -> str:
    if store.active_process():
        return WORKING
    if BatchLog(store.folder).open:
        return WAITING
    if current and scores and (not scores.unscored or store.manifest.is_external):
        return COMPLETE
    if not store.manifest.is_external and (_has_too_few(store) or status_of(store).remaining):
        return TO_RESUME
    return COMPLETE if current else TO_SCORE


def _has_too_few(store: RunFolder) -> bool:
    """Return whether a run has fewer lines than responses to request: then it is incomplete, without a look at them."""
    samples, *logs = (LineCount(store.folder / name) for name in (SAMPLES, RESPONSES, FAILURES))
    expected = samples.update() * store.epochs
    return not samples.has_blank and sum(one.update() for one in logs) < expected
