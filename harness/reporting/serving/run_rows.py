"""The rows of the page of all runs: the list of `ifh list`, with the progress of runs that are under way."""

from __future__ import annotations

from hashlib import sha256
from os import fsencode
from typing import TYPE_CHECKING, Any

from ...comparison.leaderboard.run_list import DAMAGED, STATES, TO_RESUME, WORKING, RunListReader
from ...errors import StoreError
from ...sanitize import escape_control
from ...store.line_count import LineCount
from ...store.manifest import load_manifest
from ...store.run_folder import RESPONSES, RUN, SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from ...comparison.leaderboard.run_list import ListedRun

FORMAT = 1
"""Format number of `runs.json` of the page."""


class RunRows:
    """The runs of a folder as rows, each with an id for addresses, so that no name or path is ever in one."""

    def __init__(self, folder: Path) -> None:
        self.reader = RunListReader(folder, follow_links=False)
        self._names: dict[str, str] = {}
        self._counts: dict[Path, LineCount] = {}

    @property
    def folder(self) -> Path:
        """The folder of the runs."""
        return self.reader.folder

    def read(self) -> dict[str, Any]:
        """Return all rows as they are now; raises `StoreError` if the folder is missing."""
        runs = self.reader.read()
        self._names = {run_key(run.run): run.run for run in runs if run.state != DAMAGED}
        return {"format": FORMAT, "folder": escape_control(str(self.folder)), "runs": [self._row(run) for run in runs]}

    def find(self, key: str) -> Path:
        """Return the folder of the run with an id; raises `StoreError` if the last list had none that can be read."""
        if key not in self._names:
            self.read()
        if key not in self._names:
            raise StoreError("there is no such run in the folder, or it cannot be read; go back to the list")
        folder = self.folder / self._names[key]
        if folder.is_symlink():
            raise StoreError(f"{folder}: is a symbolic link, which this page does not follow")
        return folder

    def _row(self, run: ListedRun) -> dict[str, Any]:
        label = "to resume" if run.state == TO_RESUME else run.state
        row: dict[str, Any] = {"key": run_key(run.run), **run.to_json(), "label": label, "means": STATES[run.state]}
        if run.state == WORKING:
            row |= self._progress(self.folder / run.run)
        return {name: escape_control(value) if isinstance(value, str) else value for name, value in row.items()}

    def _progress(self, folder: Path) -> dict[str, int | None]:
        """Return how many responses are saved and expected; None where that cannot be read."""
        try:
            expected = self._count(folder / SAMPLES) * load_manifest(folder / RUN).epochs
            return {"responses": min(self._count(folder / RESPONSES), expected), "expected": expected}
        except (OSError, StoreError):
            return {"responses": None, "expected": None}

    def _count(self, path: Path) -> int:
        return self._counts.setdefault(path, LineCount(path)).update()


def run_key(name: str) -> str:
    """Return the id of a run in addresses: the same for the same folder name."""
    return sha256(fsencode(name)).hexdigest()[:16]
