"""Shard files: the verdict lines of consecutive responses, written whole, so that a killed job resumes behind them."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from .files import check_no_link, open_plain, read_problem, write_problem, write_whole
from .journal import LONGEST_LINE, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FOLDER = "shards"
"""The folder in a results folder that the files are in."""
_MOST, _LEAST, _PARTS = 4000, 250, 64
"""Responses of a shard at most and at least, and the number of shards in between."""
_NAME = re.compile(r"verdicts(\.[a-z]+)?\.(\d{9})-(\d{9})\.jsonl")


@dataclass(frozen=True, order=True)
class Shard:
    """The responses of the numbers from `first` up to, not including, `end`; in the order of samples and epochs."""

    first: int
    end: int

    def __len__(self) -> int:
        """Return the number of responses."""
        return self.end - self.first

    def __str__(self) -> str:
        """Return it in words."""
        return f"responses {self.first + 1:,} to {self.end:,}"


def divide(total: int) -> list[Shard]:
    """Return the shards of a number of responses; the same number is always divided alike."""
    size = min(_MOST, max(_LEAST, -(-total // _PARTS)))
    return [Shard(first, min(first + size, total)) for first in range(0, total, size)]


class ShardFiles:
    """The shard files of one results folder and rule book.

    `basis` is what the verdicts are made from (versions, files, rule book): files of another basis do not count.
    `suffix` is that of the verdict file (".ifeval"). Raises `StoreError`.
    """

    def __init__(self, results: Path, suffix: str, basis: Mapping[str, Any]) -> None:
        self.folder = results / FOLDER
        self._suffix = suffix
        self._basis = dict(basis)
        check_no_link(self.folder)

    def path(self, shard: Shard) -> Path:
        """Return the path of the file of a shard."""
        return self.folder / f"verdicts{self._suffix}.{shard.first:09}-{shard.end:09}.jsonl"

    def write(self, shard: Shard, lines: Iterable[bytes]) -> None:
        """Write the lines of a shard, one for each of its responses, whole or not at all."""
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_problem(self.folder, error) from None
        head = json.dumps(self._head(shard), sort_keys=True).encode() + b"\n"
        write_whole(self.path(shard), [head, *lines])

    def read(self, shard: Shard) -> Iterator[bytes]:
        """Yield the lines of a shard."""
        path = self.path(shard)
        try:
            with open_plain(path) as file:
                yield from islice(iter(lambda: file.readline(LONGEST_LINE), b""), 1, None)
        except OSError as error:
            raise read_problem(path, error) from None

    def has(self, shard: Shard) -> bool:
        """Return whether there is a file of a shard, of this basis and with all of its lines."""
        path = self.path(shard)
        try:
            with open_plain(path) as file:
                if decode(file.readline(LONGEST_LINE)) != self._head(shard):
                    return False
                return sum(1 for line in file if line.endswith(b"\n")) == len(shard)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise read_problem(path, error) from None

    def remove(self) -> None:
        """Remove the files of this rule book, and the folder if nothing else is in it."""
        with suppress(OSError):
            for path in self.folder.iterdir():
                named = _NAME.fullmatch(path.name)
                if named and (named[1] or "") == self._suffix:
                    path.unlink()
            self.folder.rmdir()

    def _head(self, shard: Shard) -> dict[str, Any]:
        return {"format": 1, "first": shard.first, "end": shard.end, **self._basis}


def find_suffixes(results: Path) -> list[str]:
    """Return the suffixes of the rule books that a results folder holds shard files of ("" is the run's own)."""
    check_no_link(results / FOLDER)
    try:
        found = [_NAME.fullmatch(path.name) for path in (results / FOLDER).iterdir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise read_problem(results / FOLDER, error) from None
    return sorted({named[1] or "" for named in found if named})


def parse_part(text: str) -> tuple[int, int]:
    """Return the numbers of "I/N", 1 <= I <= N; raises `ConfigError`."""
    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise ConfigError(f"--shard is {text!r:.40}, but must be I/N, such as 3/8: part 3 of 8, counted from 1")
    return int(number), int(count)


def select_part(shards: list[Shard], number: int, count: int) -> list[Shard]:
    """Return the shards of part `number` of `count`, counted from 1: consecutive ones, of equal numbers up to one."""
    return shards[len(shards) * (number - 1) // count : len(shards) * number // count]
