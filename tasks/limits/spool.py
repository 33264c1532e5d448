"""Temporary files: values on disk, a block of them in memory at a time, and a folder that ends with the process."""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import finalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

T = TypeVar("T")
_BLOCK = 256
"""Values of a block; fewer than that never reach the disk."""


def lasting_folder() -> Path:
    """Return a new folder for temporary files, which is there until this process ends.

    Those of killed processes are removed with the next one.
    """
    import platform
    import tempfile

    # Containers may share the folder, and each has a process 1.
    machine = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
    _remove_left(Path(tempfile.gettempdir()), machine)
    folder = Path(tempfile.mkdtemp(prefix=f"ifharness-{machine}-{os.getpid()}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _remove_left(folder: Path, machine: str) -> None:
    for path in folder.glob(f"ifharness-{machine}-*-*"):
        pid = path.name.split("-")[2]
        with suppress(OSError, OverflowError):  # another user's process, or none that can be
            if not pid.isdecimal():
                continue
            try:
                os.kill(int(pid), 0)
            except ProcessLookupError:
                shutil.rmtree(path, ignore_errors=True)


def temporary_space() -> int:
    """Return how many bytes one temporary file may have: half of the free space."""
    import tempfile

    return shutil.disk_usage(tempfile.gettempdir()).free // 2


class Spool(Collection[T], Generic[T]):
    """Values in a temporary file without a name, which ends with the process, also after kill -9."""

    def __init__(self, on_progress: Callable[[int], object] | None = None) -> None:
        self._on_progress = on_progress
        """Gets the number of values after each block."""
        self._file: BinaryIO | None = None
        self._places: list[tuple[int, int]] = []
        self._last: list[T] = []
        self._count = self._size = 0

    def append(self, value: T) -> None:
        """Add a value; raises `OSError` if the folder of temporary files (TMPDIR) is full."""
        self._last.append(value)
        self._count += 1
        if len(self._last) >= _BLOCK:
            if self._file is None:
                import tempfile

                self._file = tempfile.TemporaryFile(buffering=0, prefix="ifharness-")  # noqa: SIM115 - as long as this
                finalize(self, self._file.close)
            block = pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL)
            left = memoryview(block)
            while left:
                left = left[os.write(self._file.fileno(), left) :]
            self._places.append((self._size, len(block)))
            self._size += len(block)
            self._last = []
            if self._on_progress:
                self._on_progress(self._count)

    def __len__(self) -> int:
        """Return the number of values."""
        return self._count

    def __iter__(self) -> Iterator[T]:
        """Yield the values in their order; several iterations do not disturb each other."""
        for start, size in self._places:
            assert self._file is not None
            yield from pickle.loads(os.pread(self._file.fileno(), size, start))  # noqa: S301 - written above
        yield from self._last

    def __contains__(self, value: object) -> bool:
        """Return whether a value is among them."""
        return any(value == one for one in self)
