"""The runs of a folder at a glance, from `run.json` and `scores.json`, without scoring."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ...config.published import IF_SCORE, headline_of
from ...errors import StoreError
from ...scoring.status import status_of
from ...scoring.summary import Summary
from ...scoring.verdict_file import has_current_verdicts
from ...store.manifest import load_json_file
from ...store.run_folder import RUN, RunFolder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ...scoring.intervals import Interval

FORMAT = 1
"""Format number of `ifh list --json`."""
COMPLETE, TO_RESUME, TO_SCORE, WORKING, DAMAGED = "complete", "to go on", "to score", "working", "damaged"
STATES = {
    COMPLETE: "every sample has a response, and the scores are of all responses",
    TO_RESUME: "samples have no response yet: rerun the command of the run",
    TO_SCORE: "every sample has a response; `ifh score` writes the scores",
    WORKING: "a process is running",
    DAMAGED: "cannot be read",
}
"""The states, in words."""


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

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)


def list_runs(folder: Path) -> list[ListedRun]:
    """Return the runs in a folder, newest first; raises `StoreError` if there is no such folder."""
    if not folder.is_dir():
        raise StoreError(f"there is no folder {folder}; runs are in results/ unless --out names another place")
    found = [_list_run(path.parent) for path in folder.glob(f"*/{RUN}")]
    return sorted(sorted(found, key=lambda run: run.run), key=lambda run: run.started, reverse=True)


def run_list_json(runs: Iterable[ListedRun]) -> dict[str, Any]:
    """Return the record that `ifh list --json` prints."""
    return {"format": FORMAT, "runs": [run.to_json() for run in runs]}


def _list_run(folder: Path) -> ListedRun:
    try:
        store = RunFolder.load(folder)
        scores = _scores(folder)
        current = scores is not None and has_current_verdicts(folder)
        state = _state(store, scores, current=current)
    except StoreError as error:
        return ListedRun(folder.name, "", "", "", None, None, None, None, "", DAMAGED, message=str(error))
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
    )


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
    if current and scores and (not scores.unscored or store.manifest.is_external):
        return COMPLETE
    # The journals are read only for a run that may be incomplete: their requests are what a rerun would send.
    if status_of(store).remaining and not store.manifest.is_external:
        return TO_RESUME
    return COMPLETE if current else TO_SCORE
