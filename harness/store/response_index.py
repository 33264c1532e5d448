"""Kept: where the latest answer and failure of each question stand, so that none of them has to be in memory."""

from __future__ import annotations

from array import array
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from ..adapters.base import STOPS, Failure, Response
from ..errors import StoreError
from .journal import decode, lines_with_offsets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

_NONE = -1


class ResponseIndex:
    """The latest answer and the latest failure of each sample and epoch: 19 bytes each, read when looked at.

    A context manager around reading. Raises `StoreError` for lines that are no answer or no failure.
    """

    def __init__(self, asked: SampleFile, epochs: int, responses: Path, failures: Path) -> None:
        self._ids = asked.ids
        self._epochs = epochs
        size = len(asked) * epochs
        self._paths = {Response: responses, Failure: failures}
        self._at = {kind: array("q", [_NONE]) * size for kind in self._paths}
        self._stop = bytearray(size)
        self._rejected = bytearray(size)
        self._blank = bytearray(size)
        self._files: dict[type, BinaryIO] = {}
        self._open = ExitStack()
        self._read_responses(responses)
        self._read_failures(failures)

    def slot(self, id: str, epoch: int) -> int | None:
        """Return the number of a sample and epoch, None for what this run does not ask."""
        place = self._ids.get(id)
        return None if place is None or not 0 <= epoch < self._epochs else place * self._epochs + epoch

    def completed(self, retry: Collection[str] = ()) -> CompletedKeys:
        """Return what is not asked (again): answered or rejected, but for what `retry` names (of `adapter.RETRIES`)."""
        flags = bytearray(len(self._stop))
        again = {STOPS.index(stop) + 1 for word, stop in _STOP_OF.items() if word in retry}
        for slot, at in enumerate(self._at[Response]):
            if at != _NONE:
                flags[slot] = self._stop[slot] not in again and not ("blank" in retry and self._blank[slot])
            else:
                flags[slot] = self._rejected[slot] and "failures" not in retry
        return CompletedKeys(self, flags)

    def response(self, slot: int) -> Response | None:
        """Return the latest answer."""
        record = self._record(Response, slot)
        return Response.from_json(record) if record else None

    def failure(self, slot: int) -> Failure | None:
        """Return the latest failure, whether or not there is an answer."""
        record = self._record(Failure, slot)
        return Failure.from_json(record) if record else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()
        self._files = {}

    def _record(self, kind: type, slot: int) -> dict[str, Any] | None:
        at = self._at[kind][slot]
        if at == _NONE:
            return None
        path = self._paths[kind]
        try:
            if kind not in self._files:
                self._files[kind] = self._open.enter_context(path.open("rb"))
            self._files[kind].seek(at)
            record = decode(self._files[kind].readline())
        except OSError as error:
            raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from None
        if record is None:
            raise StoreError(f"{path}: was changed while it was read; give the same command again")
        return record

    def wait(self, slot: int) -> None:
        """Return when nothing more will come for a slot: at once, for nobody is asking."""

    def wait_for_end(self) -> None:
        """Return when asking is over: at once."""

    def _placed(self, path: Path, kind: type) -> Iterator[tuple[int, int, dict[str, Any]]]:  # noqa: ARG002 - for heirs
        """Yield line number, first byte and record of what a journal holds."""
        return lines_with_offsets(path) if path.exists() else iter(())

    def _read_responses(self, path: Path) -> None:
        for number, at, record in self._placed(path, Response):
            slot = self._slot_of(record, path, number)
            _check(record, ("text", "model"), path, number, "response")
            if slot is not None:
                self._at[Response][slot] = at
                stop = record.get("stop", "end")
                self._stop[slot] = STOPS.index(stop) + 1 if stop in STOPS else 1
                self._blank[slot] = not record["text"].strip()

    def _read_failures(self, path: Path) -> None:
        for number, at, record in self._placed(path, Failure):
            slot = self._slot_of(record, path, number)
            _check(record, ("error", "model", "message"), path, number, "failure")
            if slot is not None:
                self._at[Failure][slot] = at
                self._rejected[slot] = record["error"] == "rejected"
                self._note_failure(slot, at)

    def _note_failure(self, slot: int, at: int) -> None:
        """Take note of where a failure stands."""

    def _slot_of(self, record: dict[str, Any], path: Path, number: int) -> int | None:
        id, epoch = record.get("sample_id"), record.get("epoch")
        if not isinstance(id, str) or type(epoch) is not int:
            raise StoreError(f"{path}, line {number}: sample_id or epoch is missing or of a wrong type")
        return self.slot(id, epoch)


_STOP_OF = {"truncated": "length", "refused": "refusal"}


class CompletedKeys:
    """The samples and epochs that are not asked: `(id, epoch) in settled`."""

    def __init__(self, kept: ResponseIndex, flags: bytearray) -> None:
        self._kept = kept
        self._flags = flags

    def __contains__(self, key: object) -> bool:
        """Say whether this one is settled; what the run does not ask is not."""
        slot = self._kept.slot(*key) if isinstance(key, tuple) else None
        return slot is not None and bool(self._flags[slot])


def _check(record: dict[str, Any], names: tuple[str, ...], path: Path, number: int, kind: str) -> None:
    for name in names:
        if not isinstance(record.get(name), str):
            raise StoreError(f"{path}, line {number}: is not a {kind}: {name} is missing or no text")
