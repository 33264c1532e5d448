"""Earlier responses of dialogues, saved in `turns.jsonl`."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from tasks.dialogue import response_number, text_sent_back

from ..adapters.base import Response
from ..adapters.record_kinds import RESPONSE
from ..errors import StoreError
from .files import open_plain, read_problem
from .journal import LONGEST_LINE, Journal, decode, lines_with_offsets
from .records import check_record

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

    from ..adapters.base import Request


TURN = "turn"
"""Field of a line in `turns.jsonl`: the number of the response within its dialogue, from 1."""


_NONE = -1
_MOST_TURNS = 1000
"""A damaged number above it must not fill the memory."""


class DialogueTurns:
    """The journal of earlier responses: where the latest of each sample, epoch and number is, 8 bytes each.

    The file is made with its first line. Raises `StoreError` for lines that are no such responses.
    """

    def __init__(self, path: Path, samples: SampleFile, epochs: int) -> None:
        self._path = path
        self._ids = samples.ids
        self._epochs = epochs
        self._at: dict[int, array[int]] = {}
        """By number of the response."""
        self._journal: Journal | None = None
        self._begun = bytearray(len(self._ids) * epochs)
        """Slots with an earlier response that the dialogue can continue from."""
        self._read()

    def refresh(self) -> None:
        """Read the file again: responses may have been added since."""
        self._at = {}
        self._begun[:] = bytes(len(self._begun))
        self._read()

    def get(self, id: str, epoch: int, number: int) -> Response | None:
        """Return the response that was saved when this was made, None if there was none."""
        at = self._place(id, epoch, number)
        if at == _NONE:
            return None
        try:
            with open_plain(self._path) as file:
                file.seek(at)
                record = decode(file.readline(LONGEST_LINE))
        except OSError as error:
            raise read_problem(self._path, error) from None
        if record is None:
            raise StoreError(f"{self._path}: was changed while it was read; give the same command again")
        return Response.from_json(record)

    def holds(self, request: Request) -> bool:
        """Return whether this very response was saved, so that requesting it again is for a reason."""
        return bool(self._at) and self._place(request.sample_id, request.epoch, response_number(request.turns)) != _NONE

    def begun(self) -> bytearray:
        """Return a byte for each slot: 1 where a dialogue has an earlier response to continue from."""
        return self._begun

    async def append(self, response: Response, number: int) -> None:
        """Write a response; returns when it is on disk."""
        if self._journal is None:
            self._journal = Journal(self._path)
        await self._journal.append({**response.to_json(), TURN: number})

    def close(self) -> None:
        """Close the file; reading still works."""
        journal, self._journal = self._journal, None
        if journal:
            journal.close()

    def _place(self, id: str, epoch: int, number: int) -> int:
        slot = self._slot(id, epoch)
        return self._at[number][slot] if slot is not None and number in self._at else _NONE

    def _slot(self, id: str, epoch: int) -> int | None:
        place = self._ids.get(id)
        return None if place is None or not 0 <= epoch < self._epochs else place * self._epochs + epoch

    def _read(self) -> None:
        if not (self._path.exists() or self._path.is_symlink()):
            return
        for line, at, record in lines_with_offsets(self._path):
            id, epoch = check_record(record, RESPONSE, self._path, line)
            number = record.get(TURN)
            if type(number) is not int or not 1 <= number <= _MOST_TURNS:
                raise StoreError(f"{self._path}, line {line}: turn is {number!r:.40}, but must be 1 or more")
            slot = self._slot(id, epoch)
            if slot is None:
                continue
            if number not in self._at:
                self._at[number] = array("q", [_NONE]) * (len(self._ids) * self._epochs)
            self._at[number][slot] = at
            # A dialogue cannot continue from a response of thinking alone.
            self._begun[slot] = self._begun[slot] or bool(text_sent_back(record["text"]))
