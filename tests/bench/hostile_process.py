"""A command of `python -m tests.bench.hostile` in a process of its own: its deadline, its memory, what broke."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.hostile_cases import Case

DEADLINE = 60.0
MOST_MEMORY = 400_000_000
HARD_MEMORY = 3_000_000_000
"""Bytes that the system refuses to a command: a case that breaks must not take the machine with it."""
_PARENT_DEATH_SIGNAL = 1
"""Linux: the option of `prctl` with which a process ends when its parent does."""
_CRASHES = ("Traceback (most recent call last)", "this is a bug in ifharness")


@dataclass(frozen=True)
class Outcome:
    """What became of one case."""

    broken: str
    """What broke, "" for nothing."""
    memory: int
    seconds: float


def run_case(case: Case, folder: Path) -> Outcome:
    """Run one command in a process of its own, within the deadline."""
    output = folder / "output.txt"
    # The command is a fork of the bench: what the bench holds, such as a bomb that it has just written, is not its own.
    held = max(0, _resident_bytes() - _first_resident_bytes())
    began = time.monotonic()
    pid = os.fork()
    if not pid:
        _become(case, output)
    with suppress(OSError):
        os.setpgid(pid, pid)  # here as well: the group must be there before it can be killed
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() - began > DEADLINE:
            os.killpg(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            break
        time.sleep(0.005)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)  # processes that the command started and left behind
    seconds, memory = time.monotonic() - began, usage.ru_maxrss * 1024 - held
    text = output.read_text(encoding="utf-8", errors="replace")
    return Outcome(_broken(text, status, memory, seconds), memory, seconds)


def _resident_bytes() -> int:
    """Return the memory of this process; 0 where the system does not show it."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    return 0


@cache
def _first_resident_bytes() -> int:
    """Return the memory of the bench before its first case: the modules that each command needs too."""
    return _resident_bytes()


def _broken(text: str, status: int, memory: int, seconds: float) -> str:
    if seconds > DEADLINE:
        return f"no end after {DEADLINE:.0f} s"
    if os.WIFSIGNALED(status):
        return f"died of signal {os.WTERMSIG(status)}"
    crash = next((mark for mark in _CRASHES if mark in text), "")
    if crash:
        return " ".join([line for line in text.splitlines() if line.strip()][-3:])[:160]
    if memory > MOST_MEMORY:
        return f"took {memory / 1e6:.0f} MB"
    return "control characters were printed" if "\x1b]" in text or "\u202e" in text else ""


def _become(case: Case, output: Path) -> None:
    """Be the command: as `ifh` is, with its output in a file."""
    code = 1
    try:
        os.setpgid(0, 0)
        _limit_self()
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.environ.update(COLUMNS="200", HF_HUB_OFFLINE="1", NO_COLOR="1")
        from harness.__main__ import print_crash
        from harness.cli import run_cli

        try:
            code = run_cli(list(case.args))
        # `os._exit` below ends the child without a traceback, so the child itself prints every exception as `ifh`
        # prints a crash, SystemExit and KeyboardInterrupt too: the parent reads that text and counts the case.
        except BaseException as error:  # noqa: BLE001
            print_crash(type(error), error, error.__traceback__)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _limit_self() -> None:
    """Have the system end this process with its parent, and limit its memory and processor time.

    The deadline is kept by the parent, so without these a command would run on, and grow, after a killed bench.
    """
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = HARD_MEMORY if most == resource.RLIM_INFINITY else min(HARD_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    seconds = int(DEADLINE) + 10
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() == 1:  # the parent died before
            os._exit(1)
