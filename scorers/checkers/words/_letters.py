"""Words by their letters, for the instructions of this family: which of them break it, and their repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorers import Span, Text, cached_text

from ...repair.attempts import first_following, without_words
from ...text.scripts import fold_accents
from ...text.word_lists import word_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from scorers import Checker


def find_lettered(text: Text) -> list[Span]:
    """Return the words of `text` that hold a letter."""
    raw = text.raw
    return [(a, b) for a, b in text.words if raw[a].isalpha() or any(map(str.isalpha, raw[a:b]))]


def first_letters(text: Text) -> list[tuple[str, Span]]:
    """Return the first letter or digit of every word that holds a letter, folded, with the word's place."""
    raw = text.raw
    return [(fold_accents(raw[a]) or raw[a], (a, b)) for a, b in find_lettered(text)]


def delete_words(checker: Checker, draft: str, doomed: Callable[[Text], list[Span]], least: str) -> str:
    """Return `draft` without the words that break the instruction, or `least` where that is not enough."""
    text = cached_text(draft)
    if checker.check(text).followed:
        return draft
    rest = without_words(draft, doomed(text))
    return first_following(checker, rest, f"{rest.rstrip()} {least}", least)


def swap_words(
    checker: Checker, draft: str, doomed: Callable[[Text], list[Span]], fits: Callable[[str], bool], least: str
) -> str:
    """Return `draft` with fitting words of the word list for those that break the instruction, or without them."""
    text = cached_text(draft)
    if checker.check(text).followed:
        return draft
    supply = [word for word in word_list() if fits(word)]
    parts, at = [], 0
    for count, (start, end) in enumerate(doomed(text)):
        word = supply[count * 7 % len(supply)]
        parts += [draft[at:start], word.capitalize() if draft[start].isupper() else word]
        at = end
    rest = without_words(draft, doomed(text))
    return first_following(checker, "".join([*parts, draft[at:]]), rest, f"{rest.rstrip()} {least}", least)
