"""Samples of several turns, in which the model's own earlier responses have gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.sample import GAP, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


THINKING = ("thinking",)
"""What of an answer is not sent back: providers leave it out of what they report as text, and templates cut it."""


def has_gap(turns: Sequence[Turn]) -> bool:
    """Say whether the model is to answer before the last turn."""
    return GAP in turns


def split_requests(turns: Sequence[Turn]) -> list[tuple[Turn, ...]]:
    """Return the turns of each request that a question takes, the last one whole; gaps are left as they are."""
    return [*(tuple(turns[:place]) for place, turn in enumerate(turns) if turn.is_gap), tuple(turns)]


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
