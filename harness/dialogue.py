"""dialogue: questions of several turns, in which the model's own earlier answers stand.

A gap in a sample's turns is asked for first, with the turns before it; the answer is kept in `turns.jsonl` before the
next request goes out, and stands in the gap from then on. Only the last answer is judged.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tasks.sample import GAP, Turn

from .adapter import Response
from .errors import Rejected, StoreError
from .journal import Journal, decode, placed_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

    from .adapter import Request

TURN = "turn"
"""Field of a line in `turns.jsonl`: the number of the answer within its dialogue, from 1."""
THINKING = ("thinking",)
"""What of an answer is not sent back: providers leave it out of what they report as text, and templates cut it."""
_NONE = -1
_STOPS = {"length": "exhausted", "refusal": "refused"}
"""Why nothing stands in an answer, by its stop."""


def has_gap(turns: Sequence[Turn]) -> bool:
    """Say whether the model is to answer before the last turn."""
    return GAP in turns


def requests_of(turns: Sequence[Turn]) -> list[tuple[Turn, ...]]:
    """Return the turns of each request that a question takes, the last one whole; gaps are left as they are."""
    return [*(tuple(turns[:place]) for place, turn in enumerate(turns) if turn.is_gap), tuple(turns)]


def number_of(turns: Sequence[Turn]) -> int:
    """Return the number, from 1, of the answer that these turns ask for."""
    return 1 + sum(turn.role == "assistant" for turn in turns)


def sent_back(said: str) -> str:
    """Return what stands in the dialogue of an answer's text: all but thinking, "" if nothing is left."""
    from scorers import extract

    text = extract(said, THINKING).text
    return text if text.strip() else ""


class Dialogue:
    """One question while it is asked turn by turn; begins where `earlier` has no answer any more."""

    def __init__(self, request: Request, earlier: Earlier) -> None:
        self.request = request
        """The request, its first gaps filled as far as their answers are there."""
        self._earlier = earlier
        self._said: list[dict[str, str]] = []
        self._total = len(requests_of(request.turns))
        while has_gap(self.request.turns):
            kept = earlier.get(request.sample_id, request.epoch, self.number)
            if kept is None or not sent_back(kept.text):
                break
            self._fill(kept)

    @property
    def number(self) -> int:
        """The number of the answer that is asked for next, from 1."""
        return len(self._said) + 1

    @property
    def place(self) -> str:
        """Where the dialogue is, for messages: "answer 1 of 2: "."""
        return f"answer {self.number} of {self._total}: "

    def next(self) -> Request | None:
        """Return the request for the answer in the next gap, None when only the last answer is left."""
        first, *others = requests_of(self.request.turns)
        return replace(self.request, turns=first) if others else None

    def left(self) -> list[tuple[Turn, ...]]:
        """Return the turns of each request that is still to be made."""
        return requests_of(self.request.turns)

    async def keep(self, response: Response) -> None:
        """Write the answer to the next gap; returns when it is on disk."""
        await self._earlier.keep(response, self.number)

    def take(self, response: Response) -> None:
        """Put the answer into the next gap.

        Raises `Rejected` for one in which nothing stands: no provider takes such a turn, and the last answer would be
        to another question. One that is cut or refused is gone on with; the last answer says so.
        """
        if not sent_back(response.text):
            cause = _STOPS.get(response.stop, "blank")
            raise Rejected(f"nothing stands in it (stop: {response.stop}), so the dialogue cannot go on", cause=cause)
        self._fill(response)

    def closed(self, response: Response) -> Response:
        """Return the last answer with what was said before it."""
        return replace(response, earlier=tuple(self._said))

    def _fill(self, response: Response) -> None:
        text = sent_back(response.text)
        self._said.append({"text": text} | ({"stop": response.stop} if response.stop != "end" else {}))
        self.request = replace(self.request, turns=_filled(self.request.turns, text))


def _filled(turns: tuple[Turn, ...], text: str) -> tuple[Turn, ...]:
    """Return the turns with `text` in the first gap."""
    place = next(place for place, turn in enumerate(turns) if turn.is_gap)
    return (*turns[:place], Turn.of("assistant", text), *turns[place + 1 :])


def as_asked(turns: Sequence[Turn], earlier: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Turn, str]]:
    """Yield the turns with the earlier answers in their gaps, each with what is odd about it ("cut", "a refusal")."""
    said = iter(earlier)
    for turn in turns:
        found = next(said, None) if turn.is_gap else None
        if found is None:
            yield turn, ""
        else:
            yield Turn.of("assistant", str(found.get("text", ""))), odd(found)


def odd(found: Mapping[str, Any]) -> str:
    """Say what is odd about an earlier answer, "" for nothing."""
    return {"length": "cut at the token limit", "refusal": "a refusal"}.get(str(found.get("stop", "")), "")


class Earlier:
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
        return bool(self._at) and self._place(request.sample_id, request.epoch, number_of(request.turns)) != _NONE

    def count(self) -> int:
        """Return how many first answers are kept."""
        return sum(at != _NONE for at in self._at.get(1, ()))

    async def keep(self, response: Response, number: int) -> None:
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
        for line, at, record in placed_lines(self._path):
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
