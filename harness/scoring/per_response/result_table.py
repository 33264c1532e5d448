"""Results of a run in about twenty bytes each: verdicts as bits, reasons and messages left in a file."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from tasks.formats.id_index import IdIndex

from ...errors import StoreError
from ...store.journal import decode
from .sample_result import SampleResult, loosen_reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .line_texts import LineTexts

T = TypeVar("T")


class Column(Generic[T]):
    """Values of which many are equal, as numbers."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self._known: dict[T, int] = {}
        self._codes = array("I")

    def append(self, value: T) -> None:
        """Add a value."""
        code = self._known.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        self._codes.append(code)

    def __getitem__(self, place: int) -> T:
        """Return the value at a place."""
        return self.values[self._codes[place]]


class SampleTable:
    """The samples of a run without their texts, in their order."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self.places = ids
        """The place of each id, from 0."""
        self._names: IdIndex | list[str] = ids if isinstance(ids, IdIndex) else list(ids)
        self._task, self._article = Column[str](), Column[str]()
        self._ids = Column[tuple[str, ...]]()
        self._marks: dict[int, Mapping[str, Any]] = {}
        self._count = 0

    def append(self, task: str, article_id: str, ids: tuple[str, ...], marks: Mapping[str, Any]) -> None:
        """Add the next sample; `marks` are its place in a dialogue or among twins, as attributes of a result."""
        self._task.append(task)
        self._article.append(article_id)
        self._ids.append(ids)
        if marks:
            self._marks[self._count] = marks
        self._count += 1

    def __len__(self) -> int:
        """Return the number of samples."""
        return self._count

    def name(self, place: int) -> str:
        """Return the id of the sample at a place."""
        return self._names.name(place) if isinstance(self._names, IdIndex) else self._names[place]

    def ids(self, place: int) -> tuple[str, ...]:
        """Return the instructions of the sample at a place."""
        return self._ids[place]

    def build(self, place: int, epoch: int, result: Mapping[str, Any]) -> SampleResult:
        """Return a result of the sample at a place."""
        return SampleResult(
            sample_id=self.name(place),
            epoch=epoch,
            task=self._task[place],
            article_id=self._article[place],
            ids=self._ids[place],
            **result,
            **self._marks.get(place, {}),
        )


class ResultTable(Sequence[SampleResult]):
    """The results of a run in the order of its samples and epochs, each built when it is looked at."""

    def __init__(self, samples: SampleTable, epochs: int, lines: LineTexts) -> None:
        self._samples, self._epochs, self._lines = samples, epochs, lines
        self._strict, self._loose = Column[tuple[bool, ...]](), Column[tuple[bool, ...]]()
        self._flags, self._cause = Column[tuple[str, ...]](), Column[str]()
        self._count = 0
        self._is_loose = False

    def append(self, line: Mapping[str, Any]) -> None:
        """Add the next result, a line of `verdicts.jsonl`; raises `StoreError` for verdicts on other instructions."""
        verdicts = line.get("verdicts", ())
        ids = tuple(verdict["id"] for verdict in verdicts)
        if "unscored" not in line and ids != self._samples.ids(self._count // self._epochs):
            raise StoreError(f"the verdicts of sample {line['sample_id']} are not on its instructions")
        self._strict.append(tuple(verdict["followed"] for verdict in verdicts))
        self._loose.append(tuple(verdict["followed"] or "loose" in verdict for verdict in verdicts))
        self._flags.append(tuple(line.get("flags", ())))
        self._cause.append(line.get("unscored", ""))
        self._count += 1

    @property
    def due(self) -> int:
        """How many results the run has once it is complete."""
        return len(self._samples) * self._epochs

    def loosely(self) -> ResultTable:
        """Return the same results with the loose verdicts in place of the strict ones."""
        other = copy(self)
        vars(other)["_is_loose"] = True
        return other

    def __len__(self) -> int:
        """Return the number of results."""
        return self._count

    @overload
    def __getitem__(self, number: int) -> SampleResult: ...
    @overload
    def __getitem__(self, number: slice) -> list[SampleResult]: ...
    def __getitem__(self, number: int | slice) -> SampleResult | list[SampleResult]:
        """Build a result."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(self._count))]
        number = range(self._count)[number]
        found: dict[str, Any] = {"flags": self._flags[number]}
        if cause := self._cause[number]:
            found |= {"unscored": cause, "message": self._line(number)["message"]}
        else:
            loose = self._loose[number]
            strict = loose if self._is_loose else self._strict[number]
            found |= {"strict": strict, "loose": loose, "reasons": _Reasons(self, number)}
        return self._samples.build(*divmod(number, self._epochs), found)

    def __eq__(self, other: object) -> bool:
        """Return whether these are the same results, also in a list."""
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def iter_keys(self) -> Iterator[tuple[str, int]]:
        """Yield sample id and epoch of each result."""
        for number in range(self._count):
            place, epoch = divmod(number, self._epochs)
            yield self._samples.name(place), epoch

    def find(self, id: str, epoch: int) -> int | None:
        """Return the number of a result, None if there is none."""
        place = self._samples.places.get(id)
        number = -1 if place is None else place * self._epochs + epoch
        return number if 0 <= epoch < self._epochs and 0 <= number < self._count else None

    def reasons(self, number: int) -> tuple[str, ...]:
        """Read the reasons of a scored result; raises `StoreError` if its file was changed."""
        found = tuple(verdict["reason"] for verdict in self._line(number)["verdicts"])
        if self._is_loose:
            return tuple(loosen_reasons(self._strict[number], self._loose[number], found))
        return found

    def _line(self, number: int) -> dict[str, Any]:
        record = decode(self._lines[number])
        if record is None or record.get("sample_id") != self._samples.name(number // self._epochs):
            raise StoreError(f"{self._lines.name}: was changed while it was read; give the command again")
        return record


class _Reasons(Sequence[str]):
    """The reasons of one result, read when they are looked at."""

    __slots__ = ("_number", "_table")

    def __init__(self, table: ResultTable, number: int) -> None:
        self._table, self._number = table, number

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        return self._table.reasons(self._number)[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.reasons(self._number))

    def __len__(self) -> int:
        return len(self._table.reasons(self._number))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
