"""Which requests a run in batches still has to send, and which request a result belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tasks.formats.sample_file import SamplesById

from ...adapters.base import Request
from ..multiturn import Dialogue, SavedTurns, group_turns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tasks.dialogue import DialogueLinks
    from tasks.sample import Sample, Turn

    from ...adapters.base import Settings
    from ...store.batches.log import BatchLog
    from ...store.batches.record import BatchEntry
    from ...store.response_index import ResponseIndex
    from ...store.run_folder import RunFolder
    from ..multiturn import TurnRequest


class OpenTurn(NamedTuple):
    """The next request of a dialogue, or of a sample."""

    dialogue: Dialogue
    turn: TurnRequest
    ids: list[str]
    """The samples of the dialogue that are missing."""

    @property
    def key(self) -> tuple[str, int, int]:
        """Sample, epoch and turn."""
        return self.turn.request.sample_id, self.turn.request.epoch, self.turn.number


class RequestSource:
    """What the folder of a run has no response to; a few bytes for each sample and epoch.

    Which turn of a dialogue is next is read from the journals, so that it is the same for each process.
    """

    def __init__(
        self,
        folder: RunFolder,
        samples: Mapping[str, Sample],
        *,
        model: str,
        settings: Settings,
        epochs: int,
        retry: Collection[str],
    ) -> None:
        self._folder = folder
        self._samples = samples
        self._links: DialogueLinks = folder.samples_file.dialogues
        self._model = model
        self._settings = settings
        self._epochs = epochs
        self._index: ResponseIndex = folder.index()
        self._completed = self._index.completed_keys(retry)
        slots = len(folder.samples_file) * folder.epochs
        self._done = bytearray(slots)
        self._flying = bytearray(slots)
        self._again = bytearray(slots)
        """Slots that are or were in a batch of this process: an older response does not complete them."""
        self._attempts: dict[int, bytearray] = {}
        """By turn: batches that each slot was in."""
        self._saved = SavedTurns(folder, self._index, self._links)

    @property
    def total(self) -> int:
        """Samples times epochs."""
        return len(self._samples) * self._epochs

    def count_completed(self) -> int:
        """Return how many of them need no request."""
        return sum((id, epoch) in self for epoch in range(self._epochs) for id in self._samples)

    def __contains__(self, key: object) -> bool:
        """Return whether a sample and epoch needs no request."""
        slot = self._index.slot(*key) if isinstance(key, tuple) else None
        if slot is not None and self._again[slot]:
            return bool(self._done[slot])
        return key in self._completed or (slot is not None and bool(self._done[slot]))

    def load(self, log: BatchLog) -> None:
        """Take note of the requests that are, or were, in batches."""
        for record in log.records.values():
            for item in log.items(record):
                if record.taken:
                    self._count(item)
                if not record.resolved:
                    self.mark_flying(item)

    def refresh(self) -> None:
        """Read the journals again: responses may have arrived since."""
        self._index.__exit__()
        self._index = self._folder.index()
        self._folder.dialogue_turns.refresh()
        self._saved = SavedTurns(self._folder, self._index, self._links)

    def iter_open(self) -> Iterator[OpenTurn]:
        """Yield the next request of each dialogue and sample that has none in a batch."""
        for epoch in range(self._epochs):
            for ids in group_turns(self._samples, self._links, epoch, self):
                if not any(self._flying[self._slot(id, epoch)] for id in ids):
                    yield self._open(ids, epoch)

    def find(self, item: BatchEntry) -> OpenTurn | None:
        """Return the request of an item, None if its response is there already or the dialogue is elsewhere now."""
        if (item.sample_id, item.epoch) in self or item.sample_id not in self._samples:
            return None
        earlier = [id for id in self._earlier(item.sample_id) if (id, item.epoch) not in self]
        if earlier:
            return None
        ids = [item.sample_id, *self._links.later(item.sample_id)]
        found = self._open([id for id in ids if (id, item.epoch) not in self], item.epoch)
        return found if found.key == (item.sample_id, item.epoch, item.turn) else None

    def attempt_of(self, turn: OpenTurn) -> int:
        """Return the number of batches that a request was in."""
        id, epoch, number = turn.key
        return self._attempts[number][self._slot(id, epoch)] if number in self._attempts else 0

    def finish(self, ids: Collection[str], epoch: int) -> None:
        """Request these samples no more in this process."""
        for id in ids:
            self._done[self._slot(id, epoch)] = 1

    def add_sent(self, items: Collection[BatchEntry]) -> None:
        """Take note of the requests of a new batch."""
        for item in items:
            self._count(item)
            self.mark_flying(item)

    def mark_flying(self, item: BatchEntry, *, flying: bool = True) -> None:
        """Take note of whether a request is in a batch."""
        slot = self._index.slot(item.sample_id, item.epoch)
        if slot is not None:
            self._flying[slot] = flying
            self._again[slot] = 1

    def uncount(self, item: BatchEntry) -> None:
        """Take back that a request was in a batch, because the provider did not take that."""
        slot = self._index.slot(item.sample_id, item.epoch)
        if slot is not None and item.turn in self._attempts:
            self._attempts[item.turn][slot] = min(255, item.attempt - 1)

    def count_open(self) -> int:
        """Return how many dialogues and samples have a request that is in no batch."""
        return sum(
            not any(self._flying[self._slot(id, epoch)] for id in ids)
            for epoch in range(self._epochs)
            for ids in group_turns(self._samples, self._links, epoch, self)
        )

    def turns_of(self, item: BatchEntry) -> tuple[Turn, ...]:
        """Return the turns of the sample of an item, its responses as gaps; none of a sample that is not there."""
        return self._turns(item.sample_id) if item.sample_id in self._samples else ()

    def close(self) -> None:
        """Close the journals."""
        self._index.__exit__()

    def _open(self, ids: list[str], epoch: int) -> OpenTurn:
        requests = [Request(id, epoch, self._model, self._turns(id), self._settings) for id in ids]
        dialogue = Dialogue(requests, self._saved)
        turn = dialogue.next()
        assert turn, "a missing sample has a request"
        return OpenTurn(dialogue, turn, ids)

    def _turns(self, id: str) -> tuple[Turn, ...]:
        # A samples file knows the turns of a sample without building its checkers.
        samples = self._samples
        return samples.turns(id) if isinstance(samples, SamplesById) else samples[id].turns

    def _earlier(self, id: str) -> Iterator[str]:
        before = self._links.earlier(id)
        while before is not None:
            yield before
            before = self._links.earlier(before)

    def _slot(self, id: str, epoch: int) -> int:
        slot = self._index.slot(id, epoch)
        assert slot is not None, "the samples are those of the folder"
        return slot

    def _count(self, item: BatchEntry) -> None:
        slot = self._index.slot(item.sample_id, item.epoch)
        if slot is not None:
            counts = self._attempts.setdefault(item.turn, bytearray(len(self._done)))
            counts[slot] = min(255, max(counts[slot], item.attempt))
