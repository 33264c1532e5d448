"""Fields of many results as numbers, so that nothing is built of each result."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from ...scoring.per_response.columns import CodedField, Column
from ...scoring.per_response.result_table import ResultTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from ...scoring.per_response.sample_result import SampleResult

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]

T = TypeVar("T")
U = TypeVar("U")


class CodedValues(Generic[T]):
    """Values of which many are equal: the distinct ones, and the place of each among them."""

    def __init__(self, values: Sequence[T], codes: NDArray[np.integer[Any]]) -> None:
        self.values = values
        """All that occur, perhaps more, perhaps some twice."""
        self.codes = codes

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.codes)

    def __iter__(self) -> Iterator[T]:
        """Yield the values."""
        return map(self.values.__getitem__, self.codes.tolist())

    def __getitem__(self, place: int) -> T:
        """Return the value at a place."""
        return self.values[int(self.codes[place])]

    def take(self, places: NDArray[np.integer[Any]]) -> CodedValues[T]:
        """Return the values at some places."""
        return CodedValues(self.values, self.codes[places])

    def map(self, change: Callable[[T], float]) -> Floats:
        """Return a number for each value, computed once for equal ones."""
        used, inverse = np.unique(self.codes, return_inverse=True)
        return np.array([change(self.values[code]) for code in used.tolist()], dtype=np.float64)[inverse]

    def where(self, test: Callable[[T], object]) -> NDArray[np.bool_]:
        """Return where a test holds."""
        return self.map(lambda value: bool(test(value))).astype(bool)

    def rename(self, change: Callable[[T], U]) -> CodedValues[U]:
        """Return other values for them, such as the names of their groups."""
        used, inverse = np.unique(self.codes, return_inverse=True)
        return CodedValues([change(self.values[code]) for code in used.tolist()], inverse)

    def in_order(self) -> CodedValues[T]:
        """Return the same, with each value once in the order of first appearance."""
        used, first, inverse = np.unique(self.codes, return_index=True, return_inverse=True)
        known: dict[T, int] = {}
        numbers = np.empty(len(used), dtype=np.intp)
        for place in np.argsort(first).tolist():
            numbers[place] = known.setdefault(self.values[used[place]], len(known))
        return CodedValues(list(known), numbers[inverse])

    def is_value(self, value: T) -> NDArray[np.bool_]:
        """Return where the value is this one; only of values `in_order`."""
        return np.asarray(self.codes == self.values.index(value))


def flatten(values: CodedValues[tuple[T, ...]]) -> CodedValues[T]:
    """Return the items of all values in a row."""
    items = Column[T]()
    for item in chain.from_iterable(values.values):
        items.append(item)
    sizes = np.array([len(value) for value in values.values], dtype=np.intp)
    starts = np.cumsum(sizes) - sizes
    counts = sizes[values.codes]
    before = np.cumsum(counts) - counts
    places = np.arange(int(counts.sum())) + np.repeat(starts[values.codes] - before, counts)
    return CodedValues(items.values, np.asarray(items.codes)[places])


def read_field(
    results: Sequence[SampleResult], name: str, numbers: NDArray[np.integer[Any]] | None = None
) -> CodedValues[Any]:
    """Return a field of results (any but texts), or of those with some numbers."""
    found = results.column(name) if isinstance(results, ResultTable) else _code(results, name)
    wanted = np.arange(len(results)) if numbers is None else numbers
    return CodedValues(found.values, np.asarray(found.codes)[wanted // found.each if found.each > 1 else wanted])


def find_scored(results: Sequence[SampleResult]) -> Whole:
    """Return the numbers of the results with verdicts."""
    return np.flatnonzero(~read_field(results, "unscored").where(bool))


def pick_results(results: Sequence[SampleResult], name: str) -> Iterator[SampleResult]:
    """Yield the results in which a field is not empty."""
    return (results[number] for number in np.flatnonzero(read_field(results, name).where(bool)).tolist())


def _code(results: Sequence[SampleResult], name: str) -> CodedField:
    column = Column[Any]()
    for one in results:
        column.append(getattr(one, name))
    return CodedField(column.values, column.codes)


def number_codes(codes: NDArray[np.integer[Any]]) -> Whole:
    """Return a number for each code, equal for equal ones, in the order of first appearance."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    numbers = np.empty(len(first), dtype=np.intp)
    numbers[np.argsort(first)] = np.arange(len(first))
    return np.asarray(numbers[inverse])


def number_clusters(articles: CodedValues[str], samples: CodedValues[str]) -> Whole:
    """Return the number of the article of each result; a sample without one is a cluster of its own."""
    alone = ~articles.where(bool)
    return number_codes(np.where(alone, len(articles.values) + samples.codes.astype(np.intp), articles.codes))
