"""Notices that another program removed, replaced or shortened a file while this process writes to it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from ...errors import StoreError
from ..files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 1 << 16


class FileWatch:
    """Compares an open file with what is at its path."""

    def __init__(self, fd: int, path: Path) -> None:
        self._fd = fd
        self._path = path
        self.change = ""
        """What another program did to the file, "" for nothing."""

    def is_shortened(self, size: int) -> bool:
        """Return whether the file has fewer bytes than were written to it, and note it."""
        if os.fstat(self._fd).st_size < size:
            self.change = self.change or "shortened"
            return True
        return False

    def check(self, size: int) -> None:
        """Raise `StoreError` unless the file at the path is the open one, with at least `size` bytes."""
        if not self.change:
            mine = os.fstat(self._fd)
            try:
                there = os.lstat(self._path)
            except OSError:
                self.change = "moved or renamed" if mine.st_nlink else "removed"
            else:
                if (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino):
                    self.change = "replaced"
                else:
                    self.is_shortened(size)
        if self.change:
            raise StoreError(self._what())

    def save(self) -> StoreError:
        """Save a removed file under another name; return the error that says where its lines are now."""
        what, again = f"{self._what()}, so the run ended.", "and give the same command again"
        count = sum(block.count(b"\n") for block in self._blocks())
        if self.change == "shortened":
            return StoreError(
                f"{what} {_lines(count)} in it now. What was cut off is lost: give the same command again to request it"
            )
        if os.fstat(self._fd).st_nlink:
            return StoreError(f"{what} {_lines(count)} in the moved file: move it back {again}")
        folder, home = self._path.parent, self._path.parent.parent
        for place in (folder / self._path.stem, home / f"{folder.name}-{self._path.stem}"):
            path = place.with_name(f"{place.name}.saved-{os.getpid()}{self._path.suffix}")
            with suppress(StoreError, OSError):
                write_whole(path, self._blocks())
                return StoreError(f"{what} {_lines(count)} saved in {path}: move it to {self._path} {again}")
        return StoreError(f"{what} {_lines(count)} lost: no copy could be written beside it")

    def _what(self) -> str:
        return f"{self._path}: was {self.change} by another program while the run wrote to it"

    def _blocks(self) -> Iterator[bytes]:
        at = 0
        while block := os.pread(self._fd, _BLOCK, at):
            at += len(block)
            yield block


def _lines(count: int) -> str:
    return "1 line is" if count == 1 else f"{count:,} lines are"
