"""dialogue: questions of several turns, in which the model's own earlier answers stand.

A gap in a sample's turns is asked for first, with the turns before it; the answer is kept in `turns.jsonl` before the
next request goes out, and stands in the gap from then on. Only the last answer is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.dialogue import fill_gap, has_gap, split_requests, text_sent_back

if TYPE_CHECKING:
    from ..store.turns import DialogueTurns

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.sample import Turn

from ..adapters.base import Response
from ..errors import Rejected

if TYPE_CHECKING:
    from ..adapters.base import Request

_STOPS = {"length": "exhausted", "refusal": "refused"}
"""Why nothing stands in an answer, by its stop."""


class Dialogue:
    """One question while it is asked turn by turn; begins where `earlier` has no answer any more."""

    def __init__(self, request: Request, earlier: DialogueTurns) -> None:
        self.request = request
        """The request, its first gaps filled as far as their answers are there."""
        self._earlier = earlier
        self._said: list[dict[str, str]] = []
        self._total = len(split_requests(request.turns))
        while has_gap(self.request.turns):
            kept = earlier.get(request.sample_id, request.epoch, self.number)
            if kept is None or not text_sent_back(kept.text):
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
        first, *others = split_requests(self.request.turns)
        return replace(self.request, turns=first) if others else None

    def left(self) -> list[tuple[Turn, ...]]:
        """Return the turns of each request that is still to be made."""
        return split_requests(self.request.turns)

    async def save(self, response: Response) -> None:
        """Write the answer to the next gap; returns when it is on disk."""
        await self._earlier.append(response, self.number)

    def take(self, response: Response) -> None:
        """Put the answer into the next gap.

        Raises `Rejected` for one in which nothing stands: no provider takes such a turn, and the last answer would be
        to another question. One that is cut or refused is gone on with; the last answer says so.
        """
        if not text_sent_back(response.text):
            cause = _STOPS.get(response.stop, "blank")
            raise Rejected(f"nothing stands in it (stop: {response.stop}), so the dialogue cannot go on", cause=cause)
        self._fill(response)

    def closed(self, response: Response) -> Response:
        """Return the last answer with what was said before it."""
        return replace(response, earlier=tuple(self._said))

    def _fill(self, response: Response) -> None:
        text = text_sent_back(response.text)
        self._said.append({"text": text} | ({"stop": response.stop} if response.stop != "end" else {}))
        self.request = replace(self.request, turns=fill_gap(self.request.turns, text))
