"""Writes the requests of one batch into the files of a run folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..files import sync_folder, write_problem
from ..journal import encode

if TYPE_CHECKING:
    from pathlib import Path

    from .record import BatchEntry


class BatchWriter:
    """Writes the requests of one batch; `finish` brings them to disk."""

    def __init__(self, folder: Path, marker: str) -> None:
        self.marker = marker
        self.requests = self.bytes = 0
        self._folder = folder
        self._paths = (folder / f"{marker}.jsonl", folder / f"{marker}.map.jsonl")
        try:
            self._lines, self._map = (path.open("xb") for path in self._paths)
        except OSError as error:
            raise write_problem(folder, error) from None

    @property
    def next_id(self) -> str:
        """The custom id of the next request."""
        return f"{self.marker}-{self.requests + 1}"

    def add(self, line: bytes, item: BatchEntry) -> None:
        """Add a request."""
        try:
            self._lines.write(line + b"\n")
            self._map.write(encode({"custom_id": self.next_id, **item._asdict()}))
        except OSError as error:
            raise write_problem(self._folder, error) from None
        self.requests += 1
        self.bytes += len(line) + 1

    def finish(self) -> None:
        """Bring the files to disk."""
        try:
            for file in (self._lines, self._map):
                file.flush()
                os.fsync(file.fileno())
                file.close()
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
        except OSError as error:
            raise write_problem(self._folder, error) from None

    def discard(self) -> None:
        """Remove the files."""
        for file, path in zip((self._lines, self._map), self._paths, strict=True):
            file.close()
            path.unlink(missing_ok=True)
