"""read_completion: what of a completion is verified, in the forms that trainers hand on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..text.extraction import Extracted, extract
from ..text.plain.spans import SpanMap

if TYPE_CHECKING:
    from ..verdict import Span

_ROLE = re.compile(r"\s*+<\|assistant\|>\s*+")
"""The chat template's marker, which open-instruct decodes as text."""
_OPEN = re.compile(r"\s*+<answer>\s*+")
_CLOSE = "</answer>"


def read_completion(text: str, *, strip_thinking: bool) -> Extracted:
    """Return the part of a completion that is verified.

    With `strip_thinking`, thinking is removed, and also what trainers put around an answer: the marker `<|assistant|>`
    before everything, and the tags `<answer>` and `</answer>` at the two ends of what is left. A text inside keeps
    every character.
    """
    if not strip_thinking:
        return extract(text, ())
    role = _ROLE.match(text)
    first = role.end() if role else 0
    thought = extract(text[first:] if first else text, ("thinking",))
    start, end = _inside_tags(thought.text)
    if not first and (start, end) == (0, len(thought.text)):
        return thought
    piece: Span = thought.place((start, end)) if end > start else (0, 0)
    shifted = (piece[0] + first, piece[1] + first)
    return Extracted(thought.text[start:end], SpanMap.of_pieces([shifted]), ("thinking",))


def _inside_tags(text: str) -> Span:
    """Return the span between the two tags, the whole text where it does not begin with one."""
    opened = _OPEN.match(text)
    if opened is None:
        return 0, len(text)
    last = len(text.rstrip())
    if text.endswith(_CLOSE, opened.end(), last):
        last -= len(_CLOSE)
        return opened.end(), max(opened.end(), len(text[:last].rstrip()))
    return opened.end(), len(text)
