"""Dialogues: samples of several turns, which hold the model's own earlier responses.

The response for a gap in a sample's turns is requested first, with the turns before it. It is saved in `turns.jsonl`
before the next request is sent, and fills the gap from then on. Only the last response is scored.
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
"""Why a response is empty, by its stop."""


class Dialogue:
    """One sample while it is requested turn by turn; begins where `earlier` has no response any more."""

    def __init__(self, request: Request, earlier: DialogueTurns) -> None:
        self.request = request
        """The request, its first gaps filled as far as their responses are there."""
        self._earlier = earlier
        self._responses: list[dict[str, str]] = []
        self._total = len(split_requests(request.turns))
        while has_gap(self.request.turns):
            saved = earlier.get(request.sample_id, request.epoch, self.number)
            if saved is None or not text_sent_back(saved.text):
                break
            self._fill(saved)

    @property
    def number(self) -> int:
        """The number of the response that is requested next, from 1."""
        return len(self._responses) + 1

    @property
    def place(self) -> str:
        """Where the dialogue is, for messages: "response 1 of 2: "."""
        return f"response {self.number} of {self._total}: "

    def next(self) -> Request | None:
        """Return the request for the response in the next gap, None when only the last response is left."""
        first, *others = split_requests(self.request.turns)
        return replace(self.request, turns=first) if others else None

    def remaining_requests(self) -> list[tuple[Turn, ...]]:
        """Return the turns of each request that is still to be made."""
        return split_requests(self.request.turns)

    async def save(self, response: Response) -> None:
        """Save the response for the next gap; returns when it is on disk."""
        await self._earlier.append(response, self.number)

    def take(self, response: Response) -> None:
        """Put the response into the next gap.

        Raises `Rejected` for an empty one: no provider takes such a turn, and the last response would be to another
        prompt. After a cut or refused one the dialogue continues; the last response records it.
        """
        if not text_sent_back(response.text):
            cause = _STOPS.get(response.stop, "blank")
            raise Rejected(f"it is empty (stop: {response.stop}), so the dialogue cannot continue", cause=cause)
        self._fill(response)

    def with_earlier(self, response: Response) -> Response:
        """Return the last response with the earlier ones."""
        return replace(response, earlier=tuple(self._responses))

    def _fill(self, response: Response) -> None:
        text = text_sent_back(response.text)
        self._responses.append({"text": text} | ({"stop": response.stop} if response.stop != "end" else {}))
        self.request = replace(self.request, turns=fill_gap(self.request.turns, text))
