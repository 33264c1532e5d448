"""Trees: copies of the checkout in which a mutant stands in for its file, and the tests that look for it.

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

ROOT = Path(__file__).parents[2]
UNDER_TEST = "scorers"
SLOW = ("test_many.py", "test_reward.py", "test_catalog.py", "test_import.py", "test_checkers.py")
"""Files that start processes of their own or import nothing of what is mutated here; test_checkers is chosen by id."""
RAN = (0, 1, 2)
"""Exit codes of pytest: passed; failed; stopped by an error of an import."""
NO_CLOCK = "not grows_linearly"
"""Timing is left out: on a busy machine it would kill mutants that no verdict tells apart."""


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

    def write_test(self, file: str) -> list[str]:
        """Write the house tests of the checkers behind `file`; returns all tests to run, telling ones first.

        A checker has its house tests, the files that name it and the published verdicts; other modules have all.
        """
        ids = self._checkers_of(file)
        own = self.folder / "tests" / "scorers" / "test_mutated.py"
        asked = ", ".join(map(repr, ids)) or "*scorers.ids()"
        own.write_text(f"import scorers\nfrom scorers.testing import house_tests\n\ntest_it = house_tests({asked})\n")
        stem = Path(file).stem
        others = [path for path in sorted(own.parent.glob("test_*.py")) if path.name not in (*SLOW, own.name)]
        others.sort(key=lambda path: (path.name != f"test_{stem.strip('_')}.py", "parity" in path.name))
        if ids:
            words = [*ids, *(id.partition(":")[2] for id in ids)]
            others = [path for path in others if "parity" in path.name or _mentions(path, words)]
            return [f"tests/scorers/{name}" for name in (own.name, *(path.name for path in others))]
        return [f"tests/scorers/{name}" for name in (*(path.name for path in others), own.name)]

    def _checkers_of(self, file: str) -> list[str]:
        """Return the ids of the checkers that `file` defines, or that import the helper `file`; [] for others."""
        path = self.folder / file
        if "checkers" not in path.parts:
            return []
        if defined := _id_in(path):
            return [defined]
        used = re.compile(rf"import .*\b{path.stem}\b|\.{path.stem} import")
        users = [user for user in path.parents[1].rglob("*.py") if used.search(user.read_text(encoding="utf-8"))]
        return sorted(filter(None, map(_id_in, users)))


def _id_in(path: Path) -> str:
    found = re.search(r'^    id = "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def _mentions(path: Path, words: list[str]) -> bool:
    text = path.read_text(encoding="utf-8")
    return any(word in text for word in words)
