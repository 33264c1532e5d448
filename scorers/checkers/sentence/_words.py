"""The words of each sentence, for the instructions of this family."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scorers import Span, Text


def words_by_sentence(text: Text) -> list[list[Span]]:
    """Return the words of each sentence that has any."""
    found: list[list[Span]] = []
    words, at = text.words, 0
    for start, end in text.sentences:
        while at < len(words) and words[at][0] < start:
            at += 1
        begin = at
        while at < len(words) and words[at][1] <= end:
            at += 1
        if at > begin:
            found.append(words[begin:at])
    return found


def padded_sentences(draft: str, found: list[list[Span]], more: list[list[str]]) -> str:
    """Return `draft` with the words of `more` behind the last word of each sentence."""
    parts, at = [], 0
    for words, added in zip(found, more, strict=True):
        end = words[-1][1]
        parts += [draft[at:end], "".join(f" {word}" for word in added)]
        at = end
    return "".join([*parts, draft[at:]])
