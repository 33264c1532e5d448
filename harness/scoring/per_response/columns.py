"""Columns: values of which many are equal, in four bytes each."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

T = TypeVar("T")


class Column(Generic[T]):
    """Values of which many are equal, as numbers."""

    def __init__(self) -> None:
        self.values: list[T] = []
        """The different values, in the order of their first appearance."""
        self.codes = array("I")
        """The place among `values` of each value."""
        self._known: dict[T, int] = {}

    def append(self, value: T) -> None:
        """Add a value."""
        code = self._known.get(value)
        if code is None:
            code = self._known[value] = len(self.values)
            self.values.append(value)
        self.codes.append(code)

    def close(self, left_out: Collection[int] = ()) -> None:
        """Remove the values at the places `left_out`, and free what only `append` needs."""
        self._known = {}
        if left_out:
            self.codes = array("I", (code for place, code in enumerate(self.codes) if place not in left_out))

    def __len__(self) -> int:
        """Return the number of values added."""
        return len(self.codes)

    def __getitem__(self, place: int) -> T:
        """Return the value at a place."""
        return self.values[self.codes[place]]


class CodedField(NamedTuple):
    """One field of the results of a run: `values[codes[number // each]]` is that of the result with a number."""

    values: Sequence[object]
    codes: Sequence[int]
    each: int = 1
    """Results in a row that share an entry."""
