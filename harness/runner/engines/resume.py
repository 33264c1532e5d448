"""Resuming: the results of a long command so far, in a folder beside its output, until the output is complete."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ...errors import StoreError
from ...store.files import check_no_link, open_plain, write_problem
from ...store.journal import Journal, read_lines
from ...store.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

R = TypeVar("R")
WORTH = 1000
"""Results from which on they are saved: fewer are there again in seconds after a kill."""
_RESULTS = "results.jsonl"


class SavedResults:
    """The results of a command that writes `out`, in the order in which they come; a context manager.

    `basis` is what they are made from. One process at a time may use them. Raises `StoreError` if another one does, if
    results of another basis are there, and for a folder that cannot be written.
    """

    def __init__(self, out: Path, basis: Mapping[str, Any]) -> None:
        self.folder = out.with_name(f"{out.name}.partial")
        self.count = 0
        """Results that an earlier command saved."""
        self._path = self.folder / _RESULTS
        self._head = {"format": 1, **basis}
        self._resources = ExitStack()
        self._journal: Journal

    def __enter__(self) -> Self:
        check_no_link(self.folder)
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_problem(self.folder, error) from None
        with ExitStack() as stack:
            stack.callback(Lock(self.folder).release)
            self._open(stack)
            self._resources = stack.pop_all()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._resources.close()

    def _open(self, stack: ExitStack) -> None:
        first = self._read_head()
        if first is None:
            self._path.unlink(missing_ok=True)
        elif first != self._head:
            raise StoreError(
                f"{self.folder} holds results of another command (other samples, options or ifharness), which was "
                "killed. Give that command again to resume it, delete the folder, or give another --out"
            )
        self._journal = Journal(self._path)
        stack.callback(self._journal.close)
        if first is None:
            self._journal.write_all([self._head])
        with open_plain(self._path) as file:
            self.count = sum(1 for _ in file) - 1

    def _read_head(self) -> dict[str, Any] | None:
        """Return what the results there are made from, None if there are none; raises `StoreError`."""
        if not self._path.exists():
            return None
        try:
            return next(read_lines(self._path), None)
        except StoreError:
            raise self._damage() from None

    def read(self, count: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the results of earlier commands, or the first `count`; raises `StoreError` for a damaged file."""
        wanted = self.count if count is None else count
        try:
            yield from islice(read_lines(self._path), 1, 1 + wanted)
        except StoreError:
            raise self._damage() from None

    def save(self, results: Iterable[dict[str, Any]]) -> None:
        """Save further results; raises `StoreError`."""
        self._journal.write_all(results)

    def remove(self) -> None:
        """Remove the folder: the output is complete."""
        self._resources.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            for name in (".lock", ".lock.pid"):
                (self.folder / name).unlink(missing_ok=True)
            self.folder.rmdir()

    def _damage(self) -> StoreError:
        return StoreError(f"{self._path}: is damaged; delete the folder {self.folder} and give the same command again")


def join_saved(
    saved: SavedResults | None,
    parts: Iterable[Iterable[R]],
    to_record: Callable[[R], dict[str, Any]],
    from_record: Callable[[dict[str, Any]], R],
) -> Iterator[R]:
    """Yield the results that an earlier command saved, then those of the parts behind them, each part saved first."""
    if saved:
        yield from map(from_record, saved.read())
    for found in parts:
        if saved:
            saved.save(map(to_record, found))
        yield from found
