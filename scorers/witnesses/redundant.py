"""Sets of Chinese instructions in which one says what another has said, or leaves another nothing to say.

A text can follow such a set, but a reader takes it for a mistake: "at most once" of a word that is forbidden, the
number of paragraphs twice. Sets that are drawn have none of it, so it counts as a contradiction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..demands import ANY, Demands
from ..text.language.chinese import han_count
from ..text.text import cached_text
from ..text.word_search import has_word

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME = (("the number of sentences", ("sentences",)), ("the length", ("words", "characters")))
"""What instructions can bound, and the demands that are such bounds."""


def redundancies(demands: Demands, parts: list[Demands]) -> Iterator[str]:
    """Yield why an instruction of a set that is worded in Chinese is redundant; `demands` are those of the whole."""
    if demands.prose == "zh":
        yield from _said_twice(demands, parts)
        yield from _met_anyway(demands)


def met_by_request(demands: Demands) -> Iterator[str]:
    """Yield which bounds from below a response meets by repeating the request, so that they ask for nothing more.

    Such a set can be followed: drawing avoids it where it can, and a search for a witness does not mind.
    """
    if not demands.repeats:
        return
    request = cached_text(demands.first)
    bounds = ((demands.words.low, request.words, "words"), (demands.sentences.low, request.sentences, "sentences"))
    for least, counted, what in bounds:
        if 0 < least <= len(counted):
            yield f"a response that begins with the whole request has {least} {what} anyway"


def _said_twice(demands: Demands, parts: list[Demands]) -> Iterator[str]:
    if sum(part.blocks.low == part.blocks.high for part in parts) > 1:
        yield f"two instructions ask for {demands.blocks} paragraphs"
    for word in demands.excludes:
        if sum(word in part.excludes for part in parts) > 1:
            yield f"two instructions forbid {word!r}"
    for what, fields in _SAME:
        spans = [span for part in parts for name in fields if (span := getattr(part, name)) != ANY]
        if sum(span.low > 0 for span in spans) > 1 or sum(span.high is not None for span in spans) > 1:
            yield f"two instructions bound {what} from the same side"


def _met_anyway(demands: Demands) -> Iterator[str]:
    for word, span in demands.counts:
        if not span.low and any(has_word(word, forbidden) for forbidden in demands.excludes):
            yield f"{word!r} is forbidden, so that a bound on how often it occurs says nothing"
    if not demands.first:
        return
    there = {"characters": han_count(demands.first), "sentences": len(cached_text(demands.first).sentences)}
    for name, number in there.items():
        if 0 < getattr(demands, name).low <= number:
            yield f"what must begin it has {number} {name}, so that a bound from below says nothing"
