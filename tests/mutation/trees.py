"""Trees: copies of the checkout in which a mutant stands in for its file.

The checkout itself is never changed. Each worker has a copy with compiled modules; a mutant is written into it, the
tests run in a fresh process with a time limit, and the file is put back.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from .selection import NO_CLOCK

ROOT = Path(__file__).parents[2]
UNDER_TEST = "scorers"
RAN = (0, 1, 2, 4)
"""Exit codes of pytest: passed; failed; stopped by an error of an import, in a test file or in a conftest."""


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

    def run(self, tests: list[str], limit: float | None) -> tuple[str, float]:
        """Run `tests` until the first failure; returns "passed", "failed: TEST", or "time", and the seconds taken."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-k", NO_CLOCK, *tests]
        # Without plug-ins pytest starts in a third of the time; the scorers' tests use none.
        quick = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        env = os.environ | {"PYTHONPATH": str(self.folder)} | quick
        began = time.monotonic()
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                out = process.communicate(timeout=limit)[0]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return "time", time.monotonic() - began
        taken = time.monotonic() - began
        if process.returncode not in RAN:
            raise RuntimeError(f"pytest could not run {' '.join(tests)}:\n{out}")
        if process.returncode == 0:
            return "passed", taken
        found = re.search(r"^(?:FAILED|ERROR) (\S+)", out, re.MULTILINE)
        return f"failed: {found[1] if found else out[-2000:]}", taken

    def put(self, file: str, source: str) -> None:
        """Write `source` in place of `file`, so that no compiled form of it is used."""
        path = self.folder / file
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()
        path.write_text(source, encoding="utf-8")
