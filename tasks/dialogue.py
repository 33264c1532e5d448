"""Samples of several turns, in which the model's own earlier responses have gaps.

A dialogue is one sample with gaps, whose last response alone is scored. Or it is several samples that share
`meta["group"]`, one for each scored turn: the response to a sample fills the gap in the later ones.
"""

from __future__ import annotations

from array import array
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tasks.errors import BadSample
from tasks.sample import GAP, Turn, dialogue_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tasks.sample import Sample

LANGUAGE = "language"
"""Entry of `meta`: the language of a dialogue, by its English name."""

THINKING = ("thinking",)
"""What of an answer is not sent back: providers leave it out of what they report as text, and templates cut it."""


def has_gap(turns: Sequence[Turn]) -> bool:
    """Say whether the model is to answer before the last turn."""
    return GAP in turns


def split_requests(turns: Sequence[Turn]) -> list[tuple[Turn, ...]]:
    """Return the turns of each request that a question takes, the last one whole; gaps are left as they are."""
    return [*(tuple(turns[:place]) for place, turn in enumerate(turns) if turn.is_gap), tuple(turns)]


def count_requests(turns: Sequence[Turn]) -> int:
    """Return how many requests a sample takes, which is the number of its last response in the dialogue."""
    return 1 + sum(turn.is_gap for turn in turns)


def response_number(turns: Sequence[Turn]) -> int:
    """Return the number, from 1, of the answer that these turns ask for."""
    return 1 + sum(turn.role == "assistant" for turn in turns)


def text_sent_back(said: str) -> str:
    """Return what the dialogue repeats of an answer's text: all but thinking, "" if nothing is left."""
    from scorers import extract

    text = extract(said, THINKING).text
    return text if text.strip() else ""


def fill_gap(turns: tuple[Turn, ...], text: str) -> tuple[Turn, ...]:
    """Return the turns with `text` in the first gap."""
    place = next(place for place, turn in enumerate(turns) if turn.is_gap)
    return (*turns[:place], Turn.of("assistant", text), *turns[place + 1 :])


def turns_as_sent(turns: Sequence[Turn], earlier: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Turn, str]]:
    """Yield the turns with the earlier answers in their gaps, each with what is odd about it ("cut", "a refusal")."""
    said = iter(earlier)
    for turn in turns:
        found = next(said, None) if turn.is_gap else None
        if found is None:
            yield turn, ""
        else:
            yield Turn.of("assistant", str(found.get("text", ""))), describe_stop(found)


def describe_stop(found: Mapping[str, Any]) -> str:
    """Say what is odd about an earlier answer, "" for nothing."""
    return {"length": "cut at the token limit", "refusal": "a refusal"}.get(str(found.get("stop", "")), "")


class _Place(NamedTuple):
    """Where a sample is in a dialogue."""

    group: str
    number: int
    """Number of its response, from 1."""
    language: str


class DialogueLinks:
    """Which samples of a set are the turns of one dialogue; empty for a set without such samples."""

    def __init__(self, places: Mapping[str, _Place] | None = None) -> None:
        self._places: dict[str, _Place] = {}
        self._groups: dict[str, dict[int, str]] = {}
        for id, place in (places or {}).items():
            self._add(id, place)

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> Self:
        """Return the links among `samples`; raises `BadSample` as `add` does."""
        links = cls()
        for sample in samples:
            links.add(sample.id, sample.meta, count_requests(sample.turns))
        return links

    def add(self, id: str, meta: object, number: int) -> None:
        """Add a sample, whose response has this number in its dialogue; one without a group is passed over.

        Raises `BadSample` if another sample is the same turn of the same dialogue.
        """
        about: Mapping[str, Any] = meta if isinstance(meta, dict) else {}
        if group := dialogue_of(about):
            self._add(id, _Place(group, number, str(about.get(LANGUAGE, ""))))

    def only(self, ids: Collection[str]) -> Self:
        """Return the links among some of the samples."""
        return type(self)({id: place for id, place in self._places.items() if id in ids})

    def __len__(self) -> int:
        """Return the number of samples that are turns of a dialogue."""
        return len(self._places)

    def group(self, id: str) -> str:
        """Return the dialogue of a sample, "" if it is in none."""
        return self._places[id].group if id in self._places else ""

    def language(self, id: str) -> str:
        """Return the language of its dialogue, "" if it is not known."""
        return self._places[id].language if id in self._places else ""

    def sample_at(self, id: str, number: int) -> str | None:
        """Return the sample of another turn in the dialogue of a sample, None where that turn is not scored."""
        return self._groups[self._places[id].group].get(number) if id in self._places else None

    def earlier(self, id: str) -> str | None:
        """Return the sample of the scored turn before."""
        if id not in self._places:
            return None
        group, own, _ = self._places[id]
        number = max((number for number in self._groups[group] if number < own), default=None)
        return None if number is None else self._groups[group][number]

    def later(self, id: str) -> list[str]:
        """Return the samples of the scored turns after it, in their order."""
        if id not in self._places:
            return []
        group, own, _ = self._places[id]
        return [self._groups[group][number] for number in sorted(self._groups[group]) if number > own]

    def in_order(self) -> Iterator[str]:
        """Yield the samples of all dialogues, each after those of the turns before it."""
        for turns in self._groups.values():
            yield from (turns[number] for number in sorted(turns))

    def _add(self, id: str, place: _Place) -> None:
        other = self._groups.setdefault(place.group, {}).setdefault(place.number, id)
        if other != id:
            raise BadSample(f"samples {other} and {id} are both turn {place.number} of dialogue {place.group!r:.60}")
        self._places[id] = place


def places_in_turn(
    ids: Sequence[str], tasks: Sequence[str], dialogues: DialogueLinks, limit: int | None = None
) -> Iterator[int]:
    """Yield the places of the first `limit` samples, taken in turn from each task in the order of their appearance.

    A dialogue is taken whole and counts as one; dialogues are taken in turn from each language.
    """
    by_kind: dict[tuple[str, str], array[int]] = {}
    for place, (id, task) in enumerate(zip(ids, tasks, strict=True)):
        if dialogues.earlier(id) is None:
            by_kind.setdefault((task, dialogues.language(id)), array("I")).append(place)
    longest = max(map(len, by_kind.values()), default=0)
    turned = (places[i] for i in range(longest) for places in by_kind.values() if i < len(places))
    if not dialogues:
        yield from islice(turned, limit)
        return
    known = {id: place for place, id in enumerate(ids)}
    for place in islice(turned, limit):
        yield place
        yield from (known[id] for id in dialogues.later(ids[place]))
