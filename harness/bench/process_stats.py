"""A command run to its end, with its processor time and memory on the way."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LOOK = 0.01
"""Seconds between two looks at the processor time."""
_WEIGH = 0.05
"""Seconds between two looks at the memory, which take longer."""
_WEIGH_MARKED = 0.25
"""The same where all processes of the machine are looked at."""


@dataclass(frozen=True)
class ProcessStats:
    """A process that has ended; times in seconds, `began` and `ended` on the monotonic clock."""

    began: float
    ended: float
    cpu: float
    """Processor time of the process and of those that it started and waited for."""
    peak: float
    """MB that all of them took together at most, what they share counted once; of the largest where that is unknown."""
    looks: list[tuple[float, float]]
    """Moments, and the processor time of the first process alone until then."""

    def cpu_until(self, last: float, requests: int) -> float | None:
        """Return the milliseconds a request of the first process from its start to a moment."""
        inside = [cpu for at, cpu in self.looks if at <= last]
        return 1000 * inside[-1] / requests if inside else None

    def cpu_between(self, first: float, last: float, requests: int) -> float | None:
        """Return the same between two moments."""
        inside = [cpu for at, cpu in self.looks if first <= at <= last]
        return 1000 * (inside[-1] - inside[0]) / requests if len(inside) > 1 else None


def measure_process(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, detached: bool = False
) -> ProcessStats:
    """Run `command` in `folder`; raises `HarnessError` with its last words if it fails.

    `detached` counts processes too that it starts but does not wait for, such as those of a cluster, each until it was
    last seen; Linux only.
    """
    log = folder / "log"
    marked = _Marked(secrets.token_hex(16)) if detached else None
    environment = {**environment, **(marked.environment if marked else {})}
    with log.open("wb") as file:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=file, stderr=file, env=environment, cwd=folder)  # noqa: S603 - ours
        looks: list[tuple[float, float]] = []
        peak, weigh_at = 0.0, began
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            ended = time.monotonic()
            if pid:
                break
            with suppress(OSError, IndexError, ValueError):
                looks.append((ended, _cpu(process.pid)))
                if ended >= weigh_at:
                    peak = max(peak, marked.look() if marked else tree_memory(process.pid))
                    weigh_at = ended + (_WEIGH_MARKED if marked else _WEIGH)
            time.sleep(_LOOK)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise HarnessError(f"the run ended with exit code {process.returncode}: {' '.join(said[-3:])}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    cpu = max(usage.ru_utime + usage.ru_stime, marked.cpu if marked else 0.0)
    return ProcessStats(began, ended, cpu, max(peak, usage.ru_maxrss / unit), looks)


class _Marked:
    """Processes found by a variable of their environment, which they inherit also where a daemon starts them."""

    def __init__(self, token: str) -> None:
        self.environment = {"IFH_BENCH_PROCESS": token}
        self._cpu: dict[str, float] = {}

    @property
    def cpu(self) -> float:
        """Seconds of processor time of all that were seen."""
        return sum(self._cpu.values())

    def look(self) -> float:
        """Return the MB that they use together now."""
        [(name, token)] = self.environment.items()
        total = 0.0
        for folder in Path("/proc").iterdir():
            with suppress(OSError, ValueError, IndexError):  # no process, another user's, or one that ends meanwhile
                if folder.name.isdigit() and f"{name}={token}".encode() in (folder / "environ").read_bytes():
                    self._cpu[folder.name] = _cpu(int(folder.name))
                    total += _own_memory(int(folder.name))
        return total


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tree_memory(pid: int) -> float:
    """Return the MB that a process and its children use now; raises `OSError` if the system has no count."""
    total = _own_memory(pid)
    with suppress(OSError):  # one that ends meanwhile
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            total += tree_memory(int(child))
    return total


def _own_memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:"))
