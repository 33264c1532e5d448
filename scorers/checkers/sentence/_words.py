"""The words of each sentence, for the instructions of this family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...text.word_search import words_within

if TYPE_CHECKING:
    from scorers import Span, Text


def words_by_sentence(text: Text) -> list[list[Span]]:
    """Return the words of each sentence that has any."""
    return [words for words in words_within(text.words, text.sentences) if words]


def padded_sentences(draft: str, found: list[list[Span]], more: list[list[str]]) -> str:
    """Return `draft` with the words of `more` behind the last word of each sentence."""
    parts, at = [], 0
    for words, added in zip(found, more, strict=True):
        end = words[-1][1]
        parts += [draft[at:end], "".join(f" {word}" for word in added)]
        at = end
    return "".join([*parts, draft[at:]])
