"""Results of a run in about ten bytes each: verdicts as numbers, reasons and messages left in a file."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from tasks.formats.id_index import IdIndex

from ...errors import StoreError
from ...store.journal import decode
from .columns import CodedField, Column
from .sample_result import SampleResult, loosen_reasons

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from .line_texts import LineTexts


class _Marks(NamedTuple):
    """The place of a sample in a dialogue or among twins, as fields of its result."""

    turn: int = 0
    language: str = ""
    group: str = ""
    twin: str = ""


class _Outcome(NamedTuple):
    """What is known of a response beside its sample; many are equal."""

    unscored: str
    strict: tuple[bool, ...]
    loose: tuple[bool, ...]
    flags: tuple[str, ...]


_PLAIN = _Marks()


class SampleTable:
    """The samples of a run without their texts, in their order."""

    def __init__(self) -> None:
        self.places: Mapping[str, int] = {}
        """The place of each id, from 0."""
        self.names: Sequence[str] = ()
        """The id of each place."""
        self._task, self._article_id = Column[str](), Column[str]()
        self._ids, self._marks = Column[tuple[str, ...]](), Column[_Marks]()

    def append(self, task: str, article_id: str, ids: tuple[str, ...], marks: Mapping[str, Any]) -> None:
        """Add the next sample; `marks` are its place in a dialogue or among twins, as attributes of a result."""
        self._task.append(task)
        self._article_id.append(article_id)
        self._ids.append(ids)
        self._marks.append(_Marks(**marks) if marks else _PLAIN)

    def close(self, places: Mapping[str, int], left_out: Collection[int]) -> None:
        """Name the samples by the place of each id, without those at the places `left_out`."""
        self.places = places
        self.names = _Names(places) if isinstance(places, IdIndex) else list(places)
        for column in (self._task, self._article_id, self._ids, self._marks):
            column.close(left_out)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self._ids)

    def ids(self, place: int) -> tuple[str, ...]:
        """Return the instructions of the sample at a place."""
        return self._ids[place]

    def column(self, name: str) -> tuple[Sequence[Any], Sequence[int]]:
        """Return the values of a field, and the number of that of each sample."""
        if name == "sample_id":
            return self.names, range(len(self))
        if name in _Marks._fields:
            return [getattr(marks, name) for marks in self._marks.values], self._marks.codes
        known: Column[Any] = vars(self)[f"_{name}"]
        return known.values, known.codes

    def build(self, place: int, epoch: int, result: Mapping[str, Any]) -> SampleResult:
        """Return a result of the sample at a place."""
        return SampleResult(
            sample_id=self.names[place],
            epoch=epoch,
            task=self._task[place],
            article_id=self._article_id[place],
            ids=self._ids[place],
            **result,
            **self._marks[place]._asdict(),
        )


class _Names(Sequence[str]):
    """The ids of an index in their order."""

    def __init__(self, index: IdIndex) -> None:
        self._index = index

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._index.name(one) for one in range(*place.indices(len(self)))]
        return self._index.name(place)

    def __len__(self) -> int:
        return len(self._index)


class ResultTable(Sequence[SampleResult]):
    """The results of a run in the order of its samples and epochs, each built when it is looked at."""

    def __init__(self, samples: SampleTable, epochs: int, lines: LineTexts) -> None:
        self.samples = samples
        """The samples, in their order."""
        self._epochs, self._lines = epochs, lines
        self._outcomes = Column[_Outcome]()
        self._is_loose = False

    def append(self, line: Mapping[str, Any]) -> None:
        """Add the next result, a line of `verdicts.jsonl`; raises `StoreError` for verdicts on other instructions."""
        verdicts = line.get("verdicts", ())
        cause = line.get("unscored", "")
        if not cause and tuple([verdict["id"] for verdict in verdicts]) != self.samples.ids(len(self) // self._epochs):
            raise StoreError(f"the verdicts of sample {line['sample_id']} are not on its instructions")
        strict = tuple([verdict["followed"] for verdict in verdicts])  # lists are built faster than generators run
        loose = tuple([verdict["followed"] or "loose" in verdict for verdict in verdicts])
        self._outcomes.append(_Outcome(cause, strict, loose, tuple(line.get("flags", ()))))

    def close(self) -> None:
        """Free what only `append` needs."""
        self._outcomes.close()

    @property
    def due(self) -> int:
        """How many results the run has once it is complete."""
        return len(self.samples) * self._epochs

    def loosely(self) -> ResultTable:
        """Return the same results with the loose verdicts in place of the strict ones."""
        other = copy(self)
        vars(other)["_is_loose"] = True
        return other

    def __len__(self) -> int:
        """Return the number of results."""
        return len(self._outcomes)

    @overload
    def __getitem__(self, number: int) -> SampleResult: ...
    @overload
    def __getitem__(self, number: slice) -> list[SampleResult]: ...
    def __getitem__(self, number: int | slice) -> SampleResult | list[SampleResult]:
        """Build a result."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        number = range(len(self))[number]
        cause, strict, loose, flags = self._outcomes[number]
        found: dict[str, Any] = {"flags": flags}
        if cause:
            found |= {"unscored": cause, "message": self._line(number)["message"]}
        else:
            found |= {"strict": loose if self._is_loose else strict, "loose": loose, "reasons": _Reasons(self, number)}
        return self.samples.build(*divmod(number, self._epochs), found)

    def count_causes(self) -> Counter[str]:
        """Count the unscored results by cause, and the scored ones as ""."""
        causes = Counter[str]()
        for code, count in Counter(self._outcomes.codes).items():
            causes[self._outcomes.values[code].unscored] += count
        return causes

    def column(self, name: str) -> CodedField:
        """Return a field of all results without building them: `unscored`, `strict`, or another but texts."""
        if name == "epoch":
            return CodedField(range(self._epochs), array("I", range(self._epochs)) * len(self.samples))
        if name not in _Outcome._fields:
            return CodedField(*self.samples.column(name), each=self._epochs)
        own = "loose" if name == "strict" and self._is_loose else name
        return CodedField([getattr(one, own) for one in self._outcomes.values], self._outcomes.codes)

    def __eq__(self, other: object) -> bool:
        """Return whether these are the same results, also in a list."""
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def has_keys_of(self, other: ResultTable) -> bool:
        """Return whether both are known to have the same samples and epochs, in one order."""
        return (self.samples, self._epochs, len(self)) == (other.samples, other._epochs, len(other))

    def iter_keys(self) -> Iterator[tuple[str, int]]:
        """Yield sample id and epoch of each result."""
        for number in range(len(self)):
            place, epoch = divmod(number, self._epochs)
            yield self.samples.names[place], epoch

    def find(self, id: str, epoch: int) -> int | None:
        """Return the number of a result, None if there is none."""
        place = self.samples.places.get(id)
        number = -1 if place is None else place * self._epochs + epoch
        return number if 0 <= epoch < self._epochs and 0 <= number < len(self) else None

    def reasons(self, number: int) -> tuple[str, ...]:
        """Read the reasons of a scored result; raises `StoreError` if its file was changed."""
        found = tuple(verdict["reason"] for verdict in self._line(number)["verdicts"])
        if self._is_loose:
            _, strict, loose, _ = self._outcomes[number]
            return tuple(loosen_reasons(strict, loose, found))
        return found

    def _line(self, number: int) -> dict[str, Any]:
        record = decode(self._lines[number])
        if record is None or record.get("sample_id") != self.samples.names[number // self._epochs]:
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
