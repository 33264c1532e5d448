"""Response index: where the latest response and failure of each sample and epoch are in the journals."""

from __future__ import annotations

from array import array
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from tasks.dialogue import text_sent_back

from ..adapters.base import STOPS, Failure, Response
from ..adapters.record_kinds import FAILURE, RESPONSE
from ..errors import StoreError
from .files import open_plain, read_problem
from .journal import LONGEST_LINE, decode, lines_with_offsets
from .records import check_record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

_NONE = -1
_STOP_OF = {"truncated": "length", "refused": "refusal"}
_KINDS: dict[type, str] = {Response: RESPONSE, Failure: FAILURE}


@dataclass
class ForeignLines:
    """Lines of a journal about samples or epochs that the run does not have."""

    path: Path
    first: int
    """Number of the first such line, from 1."""
    count: int = 1

    def __str__(self) -> str:
        """Return a sentence for the user."""
        lines = "1 line is" if self.count == 1 else f"{self.count:,} lines are"
        return f"{self.path.name}, line {self.first}: {lines} about samples that this run does not have, and ignored"


class ResponseIndex:
    """The latest response and the latest failure of each sample and epoch: 20 bytes each, read from disk on demand.

    A sample and epoch is a slot: a number from 0 in the order of the samples, then of the epochs. The index holds what
    was in the journals when it was made. It is a context manager around reading. Raises `StoreError` for lines that are
    no response or no failure.
    """

    def __init__(self, samples: SampleFile, epochs: int, responses: Path, failures: Path) -> None:
        self._ids = samples.ids
        self._dialogues = samples.dialogues
        self._epochs = epochs
        size = len(samples) * epochs
        self._paths: dict[type, Path] = {Response: responses, Failure: failures}
        self._at = {kind: array("q", [_NONE]) * size for kind in self._paths}
        self._stop = bytearray(size)
        self._rejected = bytearray(size)
        self._blank = bytearray(size)
        self._cached = bytearray(size)
        self._silent = bytearray(size if self._dialogues else 0)
        """Responses that a dialogue cannot continue from: nothing is left to be sent back."""
        self._files: dict[type, BinaryIO] = {}
        self._open = ExitStack()
        self.replaced = 0
        """Responses that a later line about the same sample and epoch replaces."""
        self.foreign: dict[str, ForeignLines] = {}
        """Lines about samples that the run does not have, by file name."""
        self._read_responses()
        self._read_failures()

    def slot(self, id: str, epoch: int) -> int | None:
        """Return the slot of a sample and epoch, None for one that this run does not have."""
        place = self._ids.get(id)
        return None if place is None or not 0 <= epoch < self._epochs else place * self._epochs + epoch

    def completed_keys(self, retry: Collection[str] = ()) -> CompletedKeys:
        """Return what is not requested (again).

        That is every sample and epoch with a response, or rejected by the provider, except what `retry` names (of
        `RETRIES`). A turn of a dialogue is requested again with each turn before it, and not at all where one of them
        is completed without a response to continue from.
        """
        flags = bytearray(len(self._stop))
        again = {STOPS.index(stop) + 1 for word, stop in _STOP_OF.items() if word in retry}
        for slot, at in enumerate(self._at[Response]):
            if at != _NONE:
                flags[slot] = self._stop[slot] not in again and not ("blank" in retry and self._blank[slot])
            else:
                flags[slot] = self._rejected[slot] and "failures" not in retry
        for slot, before in self.turn_slots():
            if not flags[before]:
                flags[slot] = False
            elif not self._continues(before):
                flags[slot] = True
        return CompletedKeys(self, flags)

    def find_blocking(self, id: str, epoch: int) -> tuple[str, str] | None:
        """Return the earlier turn of a dialogue without which a sample cannot be requested, and what became of it.

        That is an earlier turn that failed, or whose response is blank; None if there is none.
        """
        before = self._dialogues.earlier(id)
        slot = None if before is None else self.slot(before, epoch)
        if before is None or slot is None or self._continues(slot):
            return None
        if self.has_response(slot):
            return before, "its response is blank"
        if failure := self.failure(slot):
            return before, f"{failure.error}: {failure.message}"
        return self.find_blocking(before, epoch)

    def turn_slots(self) -> Iterator[tuple[int, int]]:
        """Yield the slot of each later turn of a dialogue with that of the scored turn before it, in their order."""
        for id in self._dialogues.in_order():
            before = self._dialogues.earlier(id)
            for epoch in range(self._epochs) if before else ():
                place, earlier = self.slot(id, epoch), self.slot(before or "", epoch)
                if place is not None and earlier is not None:
                    yield place, earlier

    def count_blocked(self) -> int:
        """Return how many turns of dialogues have neither a response nor a failure, for an earlier turn has none."""
        keys = ((id, epoch) for id in self._dialogues.in_order() for epoch in range(self._epochs))
        return sum(not self._is_known(id, epoch) and self.find_blocking(id, epoch) is not None for id, epoch in keys)

    def response(self, slot: int) -> Response | None:
        """Return the latest response."""
        record = self._record(Response, slot)
        return Response.from_json(record) if record else None

    def failure(self, slot: int) -> Failure | None:
        """Return the latest failure, whether or not there is a response."""
        record = self._record(Failure, slot)
        return Failure.from_json(record) if record else None

    def has_response(self, slot: int) -> bool:
        """Return whether there is a response."""
        return self._at[Response][slot] != _NONE

    def has_any(self, slot: int) -> bool:
        """Return whether there is a response or a failure."""
        return self.has_response(slot) or self._at[Failure][slot] != _NONE

    def answered_keys(self) -> set[tuple[str, int]]:
        """Return the sample ids and epochs that have a response."""
        keys = ((id, epoch) for id in self._ids for epoch in range(self._epochs))
        return {key for key, at in zip(keys, self._at[Response], strict=True) if at != _NONE}

    def responses(self) -> Iterator[Response]:
        """Yield the latest response of each sample and epoch, in the order of writing."""
        for slot in self._in_order(Response):
            if response := self.response(slot):
                yield response

    def failures(self) -> Iterator[Failure]:
        """Yield the latest failure of each sample and epoch without a response, in the order of writing."""
        for slot in self._in_order(Failure):
            if not self.has_response(slot) and (failure := self.failure(slot)):
                yield failure

    def last_response(self) -> Response | None:
        """Return the response that was written last."""
        at = self._at[Response]
        slot = max(range(len(at)), key=at.__getitem__, default=None)
        return None if slot is None else self.response(slot)

    def count_flags(self) -> dict[str, int]:
        """Return how many of the latest responses are `truncated`, `refused`, `blank` and `from_cache`."""
        stops = {word: self._stop.count(STOPS.index(stop) + 1) for word, stop in _STOP_OF.items()}
        return {**stops, "blank": self._blank.count(1), "from_cache": self._cached.count(1)}

    def count_responses(self) -> int:
        """Return how many samples and epochs have a response."""
        return len(self._stop) - self._stop.count(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()
        self._files = {}

    def wait(self, slot: int) -> None:
        """Return when nothing more will come for a slot: at once, for no run is followed."""

    def wait_for_end(self) -> None:
        """Return when the run is over: at once."""

    def _continues(self, slot: int) -> bool:
        """Return whether a dialogue can continue from the response in a slot."""
        return self.has_response(slot) and not self._silent[slot]

    def _is_known(self, id: str, epoch: int) -> bool:
        slot = self.slot(id, epoch)
        return slot is not None and any(at[slot] != _NONE for at in self._at.values())

    def _forget_later(self, id: str, epoch: int) -> None:
        """Forget the responses to later turns of a dialogue: they answer what this turn no longer says."""
        for other in self._dialogues.later(id):
            slot = self.slot(other, epoch)
            if slot is not None:
                self._at[Response][slot] = _NONE
                self._stop[slot] = self._blank[slot] = self._cached[slot] = self._silent[slot] = 0

    def _in_order(self, kind: type) -> list[int]:
        at = self._at[kind]
        return sorted((slot for slot, start in enumerate(at) if start != _NONE), key=at.__getitem__)

    def _record(self, kind: type, slot: int) -> dict[str, Any] | None:
        at = self._at[kind][slot]
        if at == _NONE:
            return None
        path = self._paths[kind]
        try:
            if kind not in self._files:
                self._files[kind] = self._open.enter_context(open_plain(path))
            self._files[kind].seek(at)
            record = decode(self._files[kind].readline(LONGEST_LINE))
        except OSError as error:
            raise read_problem(path, error) from None
        if record is None or self.slot(*check_record(record, _KINDS[kind], path, 0)) != slot:
            raise StoreError(f"{path}: was changed while it was read; give the same command again")
        return record

    def _iter_lines(self, kind: type) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Yield line number, first byte and record of what a journal holds."""
        path = self._paths[kind]
        return lines_with_offsets(path) if path.exists() or path.is_symlink() else iter(())

    def _read_responses(self) -> None:
        for number, at, record in self._iter_lines(Response):
            slot = self._slot_of(record, Response, number)
            if slot is not None:
                if self.has_response(slot):
                    self.replaced += 1
                    self._forget_later(record["sample_id"], record["epoch"])
                self._at[Response][slot] = at
                stop = record.get("stop", "end")
                self._stop[slot] = STOPS.index(stop) + 1 if stop in STOPS else 1
                self._blank[slot] = not record["text"].strip()
                self._cached[slot] = bool(record.get("from_cache"))
                if self._dialogues:
                    self._silent[slot] = not text_sent_back(record["text"])

    def _read_failures(self) -> None:
        for number, at, record in self._iter_lines(Failure):
            slot = self._slot_of(record, Failure, number)
            if slot is not None:
                self._at[Failure][slot] = at
                self._rejected[slot] = record["error"] == "rejected"
                self._note_failure(slot, at)

    def _note_failure(self, slot: int, at: int) -> None:
        """Take note of where a failure is."""

    def _slot_of(self, record: dict[str, Any], kind: type, number: int) -> int | None:
        path = self._paths[kind]
        slot = self.slot(*check_record(record, _KINDS[kind], path, number))
        if slot is None:
            if found := self.foreign.get(path.name):
                found.count += 1
            else:
                self.foreign[path.name] = ForeignLines(path, number)
        return slot


class CompletedKeys:
    """The samples and epochs that are not requested: `(id, epoch) in completed`."""

    def __init__(self, index: ResponseIndex, flags: bytearray) -> None:
        self._index = index
        self._flags = flags

    def __contains__(self, key: object) -> bool:
        """Return whether this one is completed; one that the run does not have is not."""
        slot = self._index.slot(*key) if isinstance(key, tuple) else None
        return slot is not None and bool(self._flags[slot])

    def count_missing(self) -> int:
        """Return how many samples and epochs are requested."""
        return self._flags.count(0)
