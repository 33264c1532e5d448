"""Trees: copies of the checkout in which a mutant stands in for its file.

The checkout itself is never changed. Each worker has a copy with compiled modules; a mutant is written into it, the
tests run in a forked process with a time limit, and the file is put back.
"""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .recorded import MEMORY, Recorded
from .selection import NO_CLOCK
from .warm import Warm

ROOT = Path(__file__).parents[2]
UNDER_TEST = "scorers"
PASSED, NONE = 0, 5
RAN = (PASSED, 1, 2, 4, NONE)
"""Exit codes of pytest: passed; failed; stopped by an error of an import, in a test file or in a conftest; no tests."""
IDLE = 20
"""Times the limit of processor time that a mutant may take by the clock, on a busy machine or asleep."""


class Tree:
    """One copy of the checkout."""

    def __init__(self, folder: Path, source: Path = ROOT) -> None:
        """Copy packages and tests from `source` to `folder`."""
        self.folder = folder
        for name in (UNDER_TEST, "tasks", "harness", "tests"):
            shutil.copytree(source / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "mutation"))
        shutil.copy(source / "pyproject.toml", folder)
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder / UNDER_TEST)], check=True)
        beside = ROOT.parent / "shared"
        if beside.exists() and not (folder.parent / "shared").exists():
            (folder.parent / "shared").symlink_to(beside)

        self._recorded = Recorded(folder)
        self._warm = Warm(folder, MEMORY)

    def compare(self, ids: list[str]) -> str:
        """Compare the recorded verdicts of `ids` (recorded.py); returns what `run` does, without the seconds."""
        return self._recorded.compare(ids)

    def close(self) -> None:
        """End the processes of the tree."""
        self._recorded.close()
        self._warm.close()

    def run(self, file: str, tests: list[str], limit: float, selected: str = NO_CLOCK) -> tuple[str, float]:
        """Run `tests` for a mutant of `file` until the first failure, within `limit` seconds of processor time.

        Returns "passed", "failed: TEST", or "time" (of the processor, of the clock, or memory), and the seconds of
        processor time taken, so that neither verdict nor limit hang on what else the machine does.
        """
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "-k", selected, *tests]
        code, taken, out = self._warm.run(file, arguments, math.ceil(limit), math.ceil(IDLE * limit))
        if code < 0:
            return "time", taken
        if code not in RAN:
            raise RuntimeError(f"pytest could not run {' '.join(tests)}:\n{out}")
        if code in (PASSED, NONE):
            return "passed", taken
        found = re.search(r"^(?:FAILED|ERROR) (\S+)", out, re.MULTILINE)
        return f"failed: {found[1] if found else out[-2000:]}", taken

    def put(self, file: str, source: str) -> None:
        """Write `source` in place of `file`, so that no compiled form of it is used."""
        path = self.folder / file
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()
        path.write_text(source, encoding="utf-8")
