"""lock: one process at a time works in a results folder, and others can tell which."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import StoreError
from .journal import write_problem

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import BaseFileLock

_LOCK, _PID = ".lock", ".lock.pid"


class Lock:
    """The right to write to a folder, held until `release`; raises `StoreError` if another process has it."""

    def __init__(self, folder: Path) -> None:
        from filelock import Timeout

        self._lock = _lock_of(folder)
        self._name = folder / _PID
        try:
            self._lock.acquire()
            self._name.write_text(f"{os.getpid()} on {platform.node()}", encoding="utf-8")
        except Timeout:
            who = "another process"
            with suppress(OSError):
                who = f"process {self._name.read_text(encoding='utf-8')}"
            raise StoreError(
                f"{folder}: {who} is working in this folder. Wait until it is done, end it, "
                f"or give another folder with --out"
            ) from None
        except OSError as error:
            self._lock.release()
            raise write_problem(folder, error) from None

    def release(self) -> None:
        """Give the folder free; a second time does nothing."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._name.unlink(missing_ok=True)
            self._lock.release()


def read_holder(folder: Path) -> str | None:
    """Say which process is working in a folder ("4711 on host"), None if none is."""
    from filelock import Timeout

    # Trying the lock could refuse a run that starts just now; so only where a process has left its name.
    if not (folder / _PID).exists():
        return None
    lock = _lock_of(folder)
    try:
        lock.acquire()
        lock.release()
    except Timeout:
        with suppress(OSError):
            return (folder / _PID).read_text(encoding="utf-8")
        return "unknown"
    except OSError:  # a folder that cannot be written: nobody works in it
        return None
    return None


def _lock_of(folder: Path) -> BaseFileLock:
    from filelock import FileLock

    return FileLock(folder / _LOCK, timeout=0, thread_local=False)
