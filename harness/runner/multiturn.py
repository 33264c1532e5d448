"""Dialogues: one request after the other, each with the model's own earlier responses.

A turn is a request, identified by sample, epoch and the number of its response. The response to a turn that is scored
is that of its sample, saved in `responses.jsonl`; that of any other turn is saved in `turns.jsonl`. Either is on disk
before the next request is sent, and fills its gap in the later turns from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.dialogue import count_requests, fill_gap, split_requests, text_sent_back

from ..errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from tasks.dialogue import DialogueLinks
    from tasks.sample import Turn

    from ..adapters.base import Request, Response
    from ..store.response_index import ResponseIndex
    from ..store.run_folder import RunFolder

_STOPS = {"length": "exhausted", "refusal": "refused"}
"""Why a response is empty, by its stop."""


def group_turns(
    ids: Iterable[str], links: DialogueLinks, epoch: int, completed: Container[tuple[str, int]]
) -> Iterator[list[str]]:
    """Yield the samples to request in an epoch: the missing turns of a dialogue together, any other sample alone."""
    for id in ids:
        if (id, epoch) in completed:
            continue
        earlier = links.earlier(id)
        if earlier is None or (earlier, epoch) in completed:  # else it is among those of the earlier turn
            yield [id, *(later for later in links.later(id) if (later, epoch) not in completed)]


class SavedTurns:
    """Finds the responses that a run folder holds to the turns of dialogues."""

    def __init__(self, folder: RunFolder, index: ResponseIndex, links: DialogueLinks) -> None:
        self._folder = folder
        self._index = index
        self._links = links

    def get(self, id: str, epoch: int, number: int) -> Response | None:
        """Return the response of this number in the dialogue of a sample, None if there is none."""
        own = self._links.sample_at(id, number)
        if own is None:
            return self._folder.dialogue_turns.get(id, epoch, number)
        slot = self._index.slot(own, epoch)
        return None if slot is None else self._index.response(slot)


@dataclass(frozen=True)
class TurnRequest:
    """One request of a dialogue; of any other sample, its only one."""

    request: Request
    """Its sample is the one that is scored by this response, or by the next one that is scored."""
    number: int
    """Number of the response in its dialogue, from 1."""
    total: int
    """Responses that the dialogue has in all."""
    is_scored: bool
    """Whether the response is that of the sample; otherwise it only leads to it."""

    @property
    def place(self) -> str:
        """Where the dialogue is, for messages: "response 1 of 2: "; "" for a sample of one request."""
        return f"response {self.number} of {self.total}: " if self.total > 1 else ""


class Dialogue:
    """One dialogue while it is requested turn by turn; begins where `saved` has no response any more.

    `requests` are those of its samples that are missing, in the order of their turns.
    """

    def __init__(self, requests: Sequence[Request], saved: SavedTurns) -> None:
        self._requests = {count_requests(request.turns): request for request in requests}
        self._total = max(self._requests)
        self._responses: list[dict[str, str]] = []
        """The responses so far, as they are sent back, each with an unusual stop."""
        self._ended = False
        first = requests[0]
        while (number := self._number) < self._total and number not in self._requests:
            response = saved.get(first.sample_id, first.epoch, number)
            if response is None or not text_sent_back(response.text):
                break
            self._add(response)

    @property
    def _number(self) -> int:
        """The number of the response that is requested next, from 1."""
        return len(self._responses) + 1

    def next(self) -> TurnRequest | None:
        """Return the next request, None at the end of the dialogue."""
        if self._ended or self._number > self._total:
            return None
        return self._turn(self._number)

    def remaining_requests(self) -> list[tuple[Turn, ...]]:
        """Return the turns of each request that is still to be made; responses still to come are gaps in them."""
        return [self._turn(number).request.turns for number in range(self._number, self._total + 1)]

    def take(self, turn: TurnRequest, response: Response) -> None:
        """Put the response into the gaps of the later turns.

        After an empty one the dialogue ends: no provider takes such a turn, and the later responses would be to another
        prompt. Raises `Rejected` if its sample is not scored by it. After a cut or refused one the dialogue continues;
        the later responses record it.
        """
        if text_sent_back(response.text):
            self._add(response)
            return
        self._ended = True
        if not turn.is_scored:
            cause = _STOPS.get(response.stop, "blank")
            raise Rejected(f"it is empty (stop: {response.stop}), so the dialogue cannot continue", cause=cause)

    def with_earlier(self, response: Response) -> Response:
        """Return a response with the earlier ones."""
        return replace(response, earlier=tuple(self._responses)) if self._responses else response

    def _turn(self, number: int) -> TurnRequest:
        owner = self._requests[min(scored for scored in self._requests if scored >= number)]
        turns = split_requests(owner.turns)[number - 1]
        for said in self._responses:
            turns = fill_gap(turns, said["text"])
        request = replace(owner, turns=turns)
        return TurnRequest(request, number, self._total, is_scored=number in self._requests)

    def _add(self, response: Response) -> None:
        text = text_sent_back(response.text)
        self._responses.append({"text": text} | ({"stop": response.stop} if response.stop != "end" else {}))
