"""Ids: the places of many sample ids, in twenty bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_DIGITS = 16


class IdIndex(Mapping[str, int]):
    """A mapping from sample ids to 0, 1, 2, ... that cannot be changed; a dict takes ten times as much."""

    def __init__(self, codes: array[int]) -> None:
        order = sorted(range(len(codes)), key=codes.__getitem__)
        self._codes = codes
        self._places = array("I", order)
        self._sorted = array("Q", (codes[place] for place in order))

    def __getitem__(self, id: str) -> int:
        code = _code(id)
        if code is not None:
            at = bisect_left(self._sorted, code)
            if at < len(self._sorted) and self._sorted[at] == code:
                return self._places[at]
        raise KeyError(id)

    def __iter__(self) -> Iterator[str]:
        return map(_text, self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def name(self, place: int) -> str:
        """Return the id of a number."""
        return _text(self._codes[place])

    def in_order(self) -> Iterator[str]:
        """Yield the ids sorted."""
        return map(_text, self._sorted)


class Numbering:
    """Ids in their order, before they are numbered; a few bytes each as long as all are like ours."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._codes = array("Q")
        self._texts: list[str] = []
        """All of them, once one is not like ours."""
        for id in ids:
            self.add(id)

    def add(self, id: str) -> None:
        """Take the next one."""
        code = None if self._texts else _code(id)
        if code is None:
            self._texts = self._texts or list(map(_text, self._codes))
            self._texts.append(id)
        else:
            self._codes.append(code)

    def repeats(self) -> list[tuple[int, int]]:
        """Return the place of each id that came before, and the place where it first did; in order."""
        ids: list[str] | array[int] = self._texts or self._codes
        found: dict[int, int] = {}
        order = sorted(range(len(ids)), key=ids.__getitem__)
        for before, place in pairwise(order):  # equal ones are side by side, in their order
            if ids[before] == ids[place]:
                found[place] = found.get(before, before)
        return sorted(found.items())

    def to_index(self, without: Collection[int] = ()) -> Mapping[str, int]:
        """Return the ids with their numbers from 0; the places in `without` are passed over."""
        if self._texts:
            left = (id for place, id in enumerate(self._texts) if place not in without)
            return {id: number for number, id in enumerate(left)}
        if without:
            return IdIndex(array("Q", (code for place, code in enumerate(self._codes) if place not in without)))
        return IdIndex(self._codes)


def _text(code: int) -> str:
    return f"{code:016x}"


def _code(id: str) -> int | None:
    """Return the number that an id spells in 16 small hexadecimal digits, None for any other text."""
    if len(id) != _DIGITS:
        return None
    try:
        code = int(id, 16)
    except ValueError:
        return None
    return code if _text(code) == id else None
