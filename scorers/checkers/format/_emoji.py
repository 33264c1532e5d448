"""Emoji, as the package that the published verifiers use knows them."""

from __future__ import annotations

from functools import cache
from typing import Any

from scorers import Unscorable

_TEXT_SIGNS = "©®™‼⁉ℹ"
"""Signs that are in the package's table and that a reader takes for text."""
_WINDOW = 24
"""Characters in which an emoji at one end of a text is looked for; the longest sequence has fewer."""


@cache
def _package() -> Any:
    try:
        import emoji
    except ImportError as error:
        raise Unscorable("format:emoji needs the package emoji; run: pip install emoji") from error
    return emoji


def is_emoji(character: str) -> bool:
    """Return whether one code point is an emoji (IFBench's test)."""
    return bool(_package().is_emoji(character))


def places(text: str) -> list[tuple[int, int]]:
    """Return where the emoji of `text` stand, sequences as one."""
    if text.isascii():
        return []
    return [(found["match_start"], found["match_end"]) for found in _package().emoji_list(text)]


def ends_with_emoji(text: str) -> bool:
    """Return whether `text` ends with an emoji."""
    tail = text[-_WINDOW:]
    found = places(tail)
    return (
        bool(found)
        and found[-1][1] == len(tail)
        and tail[found[-1][0] : found[-1][1]].rstrip("\ufe0f") not in _TEXT_SIGNS
    )


def starts_with_emoji(text: str) -> bool:
    """Return whether `text` begins with an emoji."""
    head = text[:_WINDOW]
    found = places(head)
    return bool(found) and found[0][0] == 0 and head[: found[0][1]].rstrip("\ufe0f") not in _TEXT_SIGNS
