"""Tests of one mutant in a process that is forked, not started: the imports are done once.

A process in the copy of the checkout has imported pytest, Hypothesis and the scorers without their checkers. For each
mutant it forks: the child drops what the mutant may be part of, and runs pytest. Run as a script, this file is that
process.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

CHECKERS = "scorers.checkers"


class Ended(NamedTuple):
    """How a run of pytest ended."""

    code: int
    """Its exit code, or the negative number of the signal that ended it."""
    seconds: float
    """Processor time taken."""
    output: str


class Warm:
    """The process of one tree, started when it is first needed."""

    def __init__(self, folder: Path, memory: int) -> None:
        """Take the root of the copy and how many bytes a mutant may address; nothing is started yet."""
        self._folder, self._memory = folder, memory
        self._process: subprocess.Popen[str] | None = None

    def run(self, file: str, arguments: list[str], seconds: int, clock: int) -> Ended:
        """Run pytest for a mutant of `file`, within processor seconds and seconds by the clock."""
        if self._process is None:
            # Without plug-ins pytest starts in a third of the time; the scorers' tests use none.
            quick = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(self._memory)],
                cwd=self._folder,
                env=os.environ | {"PYTHONPATH": str(self._folder)} | quick,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        output = self._folder / "output.txt"
        self._process.stdin.write(json.dumps([file, arguments, seconds, clock, str(output)]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process that runs the tests has ended, at {file}")
        code, taken = json.loads(answer)
        return Ended(code, taken, output.read_text(encoding="utf-8", errors="replace"))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()


def serve() -> None:
    """Answer each line of standard input with one line, until there are no more."""
    _import_all()
    memory = int(sys.argv[1])
    for line in sys.stdin:
        file, arguments, seconds, clock, output = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(file, arguments, (seconds, memory), output)
        code, taken = _wait(child, clock)
        sys.stdout.write(f"{json.dumps([code, taken])}\n")
        sys.stdout.flush()


def _import_all() -> None:
    for name in ("pytest", "hypothesis", "hypothesis.strategies", "scorers", "scorers.testing"):
        importlib.import_module(name)
    for module in pkgutil.walk_packages(sys.modules["scorers"].__path__, "scorers."):
        if not module.name.startswith(CHECKERS) and not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ImportError:  # an optional dependency is not there; the tests skip what needs it
                continue


def _run(file: str, arguments: list[str], limits: tuple[int, int], output: str) -> None:
    """Run pytest and end this process with its exit code."""
    code = 1
    try:
        os.setsid()
        for what, limit in zip((resource.RLIMIT_CPU, resource.RLIMIT_AS), limits, strict=True):
            resource.setrlimit(what, (limit, limit))
        empty = os.open(os.devnull, os.O_RDONLY)
        written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream, target in ((0, empty), (1, written), (2, written)):
            os.dup2(target, stream)
        _forget(CHECKERS if file.startswith(CHECKERS.replace(".", "/")) else "scorers")
        import pytest

        code = int(pytest.main(arguments))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _forget(package: str) -> None:
    """Drop a package and all in it, so that it is imported from its files again."""
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
    for value in vars(sys.modules["scorers.catalog"]).values() if "scorers.catalog" in sys.modules else ():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
    importlib.invalidate_caches()


def _wait(child: int, clock: int) -> tuple[int, float]:
    """Wait for the child, which ends with all it has started after `clock` seconds; returns its code and time."""
    until = time.monotonic() + clock
    while True:
        ended, status, used = os.wait4(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.01)


if __name__ == "__main__":
    serve()
