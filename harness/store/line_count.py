"""The number of lines of a growing file, of which only what was added is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .files import open_plain

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1 << 20


class LineCount:
    """Counts the complete lines of a file again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = self._lines = 0
        self._end = b"\n"
        self.has_blank = False
        """Whether a line is empty: such a line holds no record."""

    def update(self) -> int:
        """Return the number of lines now; 0 for a missing file, else `OSError` as `open_plain` raises it."""
        try:
            file = open_plain(self._path)
        except FileNotFoundError:
            return 0
        with file:
            if file.seek(0, 2) < self._at:
                self._at, self._lines, self._end = 0, 0, b"\n"
            file.seek(self._at)
            while block := file.read(_BLOCK):
                self.has_blank |= b"\n\n" in block or b"\n\r" in block or self._end + block[:1] in (b"\n\n", b"\n\r")
                self._at += len(block)
                self._lines += block.count(b"\n")
                self._end = block[-1:]
        return self._lines
