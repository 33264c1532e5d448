"""Putting a block of lines into a draft, for repairs: where it disturbs what begins and ends the draft least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..text.text import cached_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def insert_block(draft: str, block: str, follows: Callable[[str], bool]) -> str:
    """Return `draft` with the lines of `block` at the first place where `follows` says yes, or else `block` alone."""
    for at in _places(draft):
        before, behind = draft[:at].rstrip(" \t"), draft[at:].lstrip(" \t")
        for gap in ("\n", "\n\n"):
            head = before + (gap if before and not before.endswith(("\n", "\r")) else "")
            tail = (gap if behind and not behind.startswith(("\n", "\r")) else "") + behind
            repaired = f"{head}{block}{tail}"
            if follows(repaired):
                return repaired
    return block


def _places(draft: str) -> Iterator[int]:
    """Yield places in order of preference: before the last line, between two sentences, the start, the end."""
    text = cached_text(draft)
    lines = [line for line in text.lines if line.kind != "blank"]
    if len(lines) > 1:
        yield lines[-1].start
    sentences = text.sentences
    if len(sentences) > 1:
        yield sentences[len(sentences) // 2][0]
    yield 0
    yield len(draft)
