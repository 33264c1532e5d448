"""The first look at a mutant of IFBench's checkers: do its recorded verdicts change?

A process in the copy of the checkout has everything imported. For each mutant it forks: the child drops the modules of
the mutant's family, imports them again and compares the hashes of `test_recorded_verdicts.py`. That takes a tenth of
the time of a process that starts anew. Run as a script, this file is that process.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

SECONDS = 20
"""Processor time of the unchanged code."""
TIMES = 5
"""Times that processor time, and a second, that a mutant may take."""
CLOCK = 400
"""Seconds by the clock, on a busy machine or asleep."""
MEMORY = 4 * 1024**3
"""Bytes a mutant may address: a loop that never ends can fill the machine before its time is up."""
SAME, CHANGED = 0, 1


class Recorded:
    """The process of one tree, started when it is first needed."""

    def __init__(self, folder: Path) -> None:
        """Take the root of the copy; nothing is started yet."""
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def compare(self, ids: list[str]) -> str:
        """Compare the hashes of `ids`, of one family; returns "passed", "failed: recorded", or "time".

        The first time that `ids` are given, the code is to be the unchanged one, by which the time limit is set.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__],
                cwd=self._folder,
                env=os.environ | {"PYTHONPATH": str(self._folder), "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(ids) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"the process that compares recorded verdicts has ended, at {ids}")
        return answer

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()


def serve() -> None:
    """Answer each line of ids on standard input with one line, until there are no more."""
    sys.path[:0] = [str(Path("tests").absolute()), str(Path("tests", "scorers").absolute())]
    import conftest  # type: ignore[import-not-found]  # noqa: F401 -- says where the data of the tagger is
    import test_recorded_verdicts as held  # type: ignore[import-not-found]

    for id in held.IDS:
        held.texts_of(id.partition(":")[0])
    if held.CASES.is_file():
        held.published()
    has_tagger = not held.scorers.load(held.TAGGED).missing_data()
    limits: dict[str, int] = {}
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _compare(held, json.loads(line), limits.get(line, SECONDS), has_tagger=has_tagger)
        _, status, used = os.wait4(child, 0)
        limits.setdefault(line, 1 + math.ceil(TIMES * used.ru_utime))
        ended = {SAME: "passed", CHANGED: "failed: recorded"}.get(os.waitstatus_to_exitcode(status), "time")
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


def _compare(held: ModuleType, ids: list[str], seconds: int, *, has_tagger: bool) -> None:
    """End this process with what the ids' hashes are."""
    code = CHANGED
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(CLOCK)
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        _forget(ids[0].partition(":")[0])
        recorded = held.recorded()
        code = SAME if all(_is_same(held, recorded, id, has_tagger=has_tagger) for id in ids) else CHANGED
    finally:
        os._exit(code)


def _is_same(held: ModuleType, recorded: dict[str, dict[str, str]], id: str, *, has_tagger: bool) -> bool:
    if id == held.TAGGED and not has_tagger:
        return True
    if held.digest(held.own(id)) != recorded[held.OWN][id]:
        return False
    if not held.CASES.is_file():
        return True
    return bool(held.digest([held.verdicts(*pair) for pair in held.published()[id]]) == recorded[held.PUBLISHED][id])


def _forget(family: str) -> None:
    """Drop the family's modules, so that they are imported from their files again."""
    from scorers import catalog

    package = f"scorers.checkers.{family}"
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
    for value in vars(catalog).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()


if __name__ == "__main__":
    serve()
