"""Lock: one process at a time works in a results folder, and others can read which."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import StoreError
from .files import NO_LINK, check_no_link, explain_link, read_plain, write_problem

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import BaseFileLock

_LOCK, _PID = ".lock", ".lock.pid"
_LONGEST_NAME = 300
"""Bytes of a process's name ("4711 on host")."""


class Lock:
    """The right to write to a folder, held until `release`.

    Raises `StoreError` if another process has it, after waiting for `wait` seconds.
    """

    def __init__(self, folder: Path, *, wait: float = 0) -> None:
        from filelock import Timeout

        self._lock = _lock_of(folder)
        self._name = folder / _PID
        try:
            self._lock.acquire(timeout=wait)
            self._write_name()
        except Timeout:
            who = _read_name(self._name)
            raise StoreError(
                f"{folder}: {f'process {who}' if who else 'another process'} is working in this folder. Wait until it "
                "is done, end it, or give another folder with --out"
            ) from None
        except OSError as error:
            self._lock.release()
            raise write_problem(folder, error) from None

    def release(self) -> None:
        """Release the folder; a second time does nothing."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._name.unlink(missing_ok=True)
            self._lock.release()

    def _write_name(self) -> None:
        try:
            fd = os.open(self._name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, 0o666)
        except OSError as error:
            raise explain_link(self._name, error) from None
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(f"{os.getpid()} on {platform.node()}")


def read_holder(folder: Path) -> str | None:
    """Return the process that is working in a folder ("4711 on host"), None if there is none."""
    from filelock import Timeout

    # Trying the lock could make a run fail that starts in this moment; so only where a process has left its name.
    if not (folder / _PID).exists():
        return None
    lock = _lock_of(folder)
    try:
        lock.acquire()
        lock.release()
    except Timeout:
        return _read_name(folder / _PID) or "unknown"
    except OSError:  # no process can work in a folder that cannot be written
        return None
    return None


def _read_name(path: Path) -> str:
    try:
        return read_plain(path, _LONGEST_NAME).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _lock_of(folder: Path) -> BaseFileLock:
    from filelock import FileLock

    check_no_link(folder / _LOCK)  # taking the lock empties the file
    return FileLock(folder / _LOCK, timeout=0, thread_local=False)
