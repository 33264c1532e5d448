"""Samples in a file, read one at a time: ids and places stay in memory, questions do not."""

from __future__ import annotations

import os
from array import array
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from itertools import accumulate, islice
from operator import eq
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload
from weakref import finalize

from ..dialogue import DialogueLinks, places_in_turn
from ..errors import BadSample, InputLimitError
from ..limits.files import iter_lines
from ..limits.syntax import parse_record, peek_record
from ..limits.value_kinds import NAME
from ..pictures.picture import pictures_folder
from ..sample import GROUP, Sample, Turn
from .id_index import Numbering
from .livebench import SINCE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_BLOCK = 1 << 20
_IMAGE = b'"image"'
"""What a line with a picture contains."""


class SampleFile(Sequence[Sample]):
    """The samples of one uncompressed `samples.jsonl`, in its order; a sample is read when it is looked at.

    The file must not change meanwhile. With `repeats`, a sample that stands twice is taken once. `on_record` gets line
    number and record of each line with a sample, in which large whole numbers may be rounded. Raises `BadSample` naming
    file and line for what is no sample.
    """

    def __init__(
        self, path: Path, *, repeats: bool = False, on_record: Callable[[int, dict[str, Any]], None] | None = None
    ) -> None:
        self.path = path
        self._repeats = repeats
        self.left_out: Collection[int] = ()
        """Places, among all lines with a sample, of those that are in a line before."""
        self.ids: Mapping[str, int] = {}
        """The place of each id, counting from 0."""
        self.tasks: list[str] = []
        """The task of each place."""
        self.rules: frozenset[str] = frozenset()
        """The rule books of the samples."""
        self.since: frozenset[str] = frozenset()
        """The release dates that the samples name."""
        self.dialogues = DialogueLinks()
        """Which of the samples are the turns of one dialogue."""
        self.copy_of: SampleFile | None = None
        """The samples that this file is a copy of, line by line and in their order, where `copy_to` made it."""
        self.has_pictures = False
        """Whether any of the samples may have pictures."""
        self._at = array("q")
        self._size = array("I")
        self._line = array("I")
        self._index(on_record)

    def _index(self, on_record: Callable[[int, dict[str, Any]], None] | None) -> None:
        known: dict[str, str] = {}
        numbering = Numbering()
        at = 0
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(iter_lines(file, self.path), 1):
                    if line.strip():
                        record = self._add(number, line, at, known, numbering)
                        if on_record:
                            on_record(number, record)
                    at += len(line)
        except InputLimitError as error:
            raise BadSample(str(error)) from None
        except OSError as error:
            raise BadSample(f"{self.path}: cannot be read: {error.strerror or error}") from None
        self._number(numbering)

    def _number(self, numbering: Numbering) -> None:
        twice = dict(numbering.repeats())
        if twice and not self._repeats:
            place, first = next(iter(twice.items()))
            line, before = self._line[place], self._line[first]
            id = peek_record(self.path, line, self._bytes(place))["id"]
            raise BadSample(f"{self.path}, line {line}: the sample {id} is in line {before} already")
        self.ids = numbering.to_index(without=twice)
        if twice:
            self.left_out = twice.keys()
            vars(self).update(self._entries([place for place in range(len(self.tasks)) if place not in twice]))

    def _bytes(self, place: int) -> bytes:
        with self.path.open("rb") as file:
            return os.pread(file.fileno(), self._size[place], self._at[place])

    def _entries(self, places: Sequence[int]) -> dict[str, object]:
        """Return what is known of the samples at some places, in their order, by the names that it has here."""
        columns = {"_at": self._at, "_size": self._size, "_line": self._line}
        selected = {name: array(column.typecode, (column[at] for at in places)) for name, column in columns.items()}
        return {"tasks": [self.tasks[place] for place in places], **selected}

    def _add(self, number: int, line: bytes, at: int, known: dict[str, str], ids: Numbering) -> dict[str, Any]:
        record = peek_record(self.path, number, line)
        self.has_pictures |= _IMAGE in line
        id, task, rules = (record.get(name) for name in ("id", "task", "rules"))
        if not (isinstance(id, str) and isinstance(task, str) and isinstance(rules, str)):
            raise BadSample(f"{self.path}, line {number}: {_lacking(record)}")
        if not NAME.fits(id):
            raise BadSample(f"{self.path}, line {number}: id is {id!r:.40}, but must be {NAME.name}")
        ids.add(id)
        self.tasks.append(known.setdefault(task, task))
        if rules not in self.rules:
            self.rules |= {rules}
        meta = record.get("meta")
        if isinstance(meta, dict) and (since := str(meta.get(SINCE, ""))) and since not in self.since:
            self.since |= {since}
        if isinstance(meta, dict) and GROUP in meta:
            self._link(number, id, meta, record.get("turns"))
        for places, value in ((self._at, at), (self._size, len(line)), (self._line, number)):
            places.append(value)
        return record

    def _link(self, number: int, id: str, meta: dict[str, Any], turns: object) -> None:
        """Take note that a sample is a turn of a dialogue."""
        said = turns if isinstance(turns, list) else []
        gaps = (isinstance(turn, dict) and turn.get("role") == "assistant" and not turn.get("parts") for turn in said)
        own = 1 + sum(gaps)
        try:
            self.dialogues.add(id, meta, own)
        except BadSample as error:
            raise BadSample(f"{self.path}, line {number}: {error}") from None

    def in_turn(self, limit: int | None = None) -> Self:
        """Return the first `limit` of them, or of their dialogues, in the order of `places_in_turn`."""
        names = list(self.ids)
        order = array("I", places_in_turn(names, self.tasks, self.dialogues, limit))
        if len(order) == len(self) and all(map(eq, order, range(len(self)))):
            return self
        ids = Numbering(names[place] for place in order).to_index()
        return self._like(ids=ids, copy_of=None, dialogues=self.dialogues.only(ids), **self._entries(order))

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.tasks)

    @overload
    def __getitem__(self, place: int) -> Sample: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sample]: ...
    def __getitem__(self, place: int | slice) -> Sample | Sequence[Sample]:
        """Read the sample at a place."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        with self.path.open("rb") as file:
            return self._read(file.fileno(), place)

    def __iter__(self) -> Iterator[Sample]:
        """Read all of them, one in memory at a time."""
        with self.path.open("rb") as file:
            for place in range(len(self)):
                yield self._read(file.fileno(), place)

    def by_id(self) -> SamplesById:
        """Return them as a mapping from id to sample, each read again when it is looked up."""
        return _ById(self)

    def turns(self, file: int, place: int) -> tuple[Turn, ...]:
        """Read from an open `file` what the sample at a place asks; raises `BadSample` if that has changed."""
        line, number = os.pread(file, self._size[place], self._at[place]), self._line[place]
        try:
            turns = peek_record(self.path, number, line)["turns"]
            return tuple(Turn.from_json(turn, self._pictures) for turn in turns)
        except (KeyError, TypeError, AttributeError) as error:
            raise BadSample(f"{self.path}, line {number}: a sample record is malformed: {error}") from None

    def copy_to(self, path: Path, write: Callable[[Path, Iterator[bytes]], None]) -> Self:
        """Have `write` make a file of the lines as they stand, blank ones left out; return the samples in that file.

        What is known of them is not read again.
        """
        sizes = array("I")

        def lines() -> Iterator[bytes]:
            with self.path.open("rb") as file:
                for place in range(len(self)):
                    yield (whole := self._whole(file.fileno(), place))
                    sizes.append(len(whole))

        write(path, lines())
        return self.as_copy(path, sizes)

    def as_copy(self, path: Path, sizes: array[int]) -> Self:
        """Return the samples as they are in a file that `copy_to` made, of lines of these `sizes`."""
        at = array("q", islice(accumulate(sizes, initial=0), len(sizes)))
        return self._like(path=path, copy_of=self, _size=sizes, _at=at, _line=array("I", range(1, len(sizes) + 1)))

    @property
    def sizes(self) -> array[int]:
        """Bytes of each line."""
        return self._size

    def _like(self, **changed: object) -> Self:
        other = object.__new__(type(self))
        vars(other).update(vars(self), **changed)
        return other

    def find_same(self, path: Path) -> Self | None:
        """Return the samples of another file without indexing it, if it has the same bytes; None if not."""
        try:
            with self.path.open("rb") as ours, path.open("rb") as other:
                while block := ours.read(_BLOCK):
                    if other.read(_BLOCK) != block:
                        return None
                return None if other.read(1) else self._like(path=path)
        except OSError:
            return None

    def find_changed(self, other: SampleFile) -> str | None:
        """Return the id of the first sample that says something else under the same id in `other`, None for none.

        Only lines that differ are looked into: `meta` and the order of fields decide nothing.
        """
        if self._at is other._at:  # of `find_same`
            return None
        with self.path.open("rb") as ours, other.path.open("rb") as others:
            for place, id in enumerate(self.ids):
                there, (mine, its) = other.ids.get(id), (ours.fileno(), others.fileno())
                if there is None or self._whole(mine, place) == other._whole(its, there):
                    continue
                if self._read(mine, place).content_id != other._read(its, there).content_id:
                    return id
        return None

    def _whole(self, file: int, place: int) -> bytes:
        return os.pread(file, self._size[place], self._at[place]).removeprefix(BOM_UTF8).strip() + b"\n"

    def _read(self, file: int, place: int) -> Sample:
        try:
            return Sample.from_json(self._record(file, place), self._pictures)
        except BadSample as error:
            text = str(error)
            named = text if text.startswith(str(self.path)) else f"{self.path}, line {self._line[place]}: {text}"
            raise BadSample(named) from None

    @property
    def _pictures(self) -> Path | None:
        return pictures_folder(self.path) if self.has_pictures else None

    def _record(self, file: int, place: int) -> dict[str, Any]:
        return parse_record(self.path, self._line[place], os.pread(file, self._size[place], self._at[place]))


class SamplesById(Mapping[str, Sample]):
    """Samples by id that are built when they are looked up."""

    def turns(self, id: str) -> tuple[Turn, ...]:
        """Return what one of them asks."""
        return self[id].turns


class _ById(SamplesById):
    def __init__(self, file: SampleFile) -> None:
        self._file = file
        self._open: int | None = None

    def turns(self, id: str) -> tuple[Turn, ...]:
        """Read what one asks, without building its instructions; the file stays open for the next one."""
        if self._open is None:
            self._open = os.open(self._file.path, os.O_RDONLY)
            finalize(self, os.close, self._open)
        return self._file.turns(self._open, self._file.ids[id])

    def __getitem__(self, id: str) -> Sample:
        return self._file[self._file.ids[id]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._file.ids)

    def __len__(self) -> int:
        return len(self._file)


def _lacking(record: dict[str, Any]) -> str:
    try:
        Sample.from_json(record)
    except BadSample as error:
        return str(error)
    return "a sample record is malformed: id, task or rules is no text"
