"""Earlier responses of dialogues, kept in `turns.jsonl`."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from tasks.dialogue import response_number

from ..adapters.base import Response
from ..errors import StoreError
from .journal import Journal, decode, lines_with_offsets

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

    from ..adapters.base import Request


TURN = "turn"
"""Field of a line in `turns.jsonl`: the number of the answer within its dialogue, from 1."""


_NONE = -1


class DialogueTurns:
    """The journal of earlier answers: where the latest of each sample, epoch and number stands, 8 bytes each.

    The file is made with its first line. Raises `StoreError` for lines that are no such answers.
    """

    def __init__(self, path: Path, asked: SampleFile, epochs: int) -> None:
        self._path = path
        self._ids = asked.ids
        self._epochs = epochs
        self._at: dict[int, array[int]] = {}
        """By number of the answer."""
        self._journal: Journal | None = None
        if path.exists():
            self._read()

    def get(self, id: str, epoch: int, number: int) -> Response | None:
        """Return the answer that was kept when this was made, None if there was none."""
        at = self._place(id, epoch, number)
        if at == _NONE:
            return None
        try:
            with self._path.open("rb") as file:
                file.seek(at)
                record = decode(file.readline())
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be read: {error.strerror or error}") from None
        if record is None:
            raise StoreError(f"{self._path}: was changed while it was read; give the same command again")
        return Response.from_json(record)

    def holds(self, request: Request) -> bool:
        """Say whether this very answer was kept: who asks all the same could not use it."""
        return bool(self._at) and self._place(request.sample_id, request.epoch, response_number(request.turns)) != _NONE

    def count(self) -> int:
        """Return how many first answers are kept."""
        return sum(at != _NONE for at in self._at.get(1, ()))

    async def append(self, response: Response, number: int) -> None:
        """Write an answer; returns when it is on disk."""
        if self._journal is None:
            self._journal = Journal(self._path)
        await self._journal.append({**response.to_json(), TURN: number})

    def close(self) -> None:
        """Close the file; reading goes on working."""
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
        for line, at, record in lines_with_offsets(self._path):
            id, epoch, number = (record.get(name) for name in ("sample_id", "epoch", TURN))
            if not (isinstance(id, str) and type(epoch) is int and type(number) is int):
                raise StoreError(f"{self._path}, line {line}: sample_id, epoch or turn is missing or of a wrong type")
            if not (isinstance(record.get("text"), str) and isinstance(record.get("model"), str)):
                raise StoreError(f"{self._path}, line {line}: is not an answer: text or model is missing or no text")
            slot = self._slot(id, epoch)
            if slot is None:
                continue
            if number not in self._at:
                self._at[number] = array("q", [_NONE]) * (len(self._ids) * self._epochs)
            self._at[number][slot] = at
