"""Stuffing: words or phrases repeated far more often than anyone writes, and bare keywords in place of sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .text_pair import FUNCTION_WORDS, grams

if TYPE_CHECKING:
    from .text_pair import TextPair

IN_A_ROW = 5
"""Times that a word is repeated in a row."""
WORD_TIMES, WORD_SHARE = 10, 0.12
"""Times and share of all words from which on one content word is too often there; names of a text reach 6%."""
REPEATED, REPEATED_WORDS = 0.35, 40
"""Share of runs of five words that occur earlier, from which on a text of that many words repeats itself.

Songs with a refrain, the most that good answers repeat, reach 31%.
"""
BARE_RUN = 40
"""Words in a row without one that only holds a sentence together."""
BARE_SHARE, BARE_WORDS = 0.15, 25
"""Share of such words below which a text of that many words is a list; of English prose they are 4 in 10.

Of good answers with lists, tables and JSON they are 2 in 10 at least.
"""


def describe_repetition(material: TextPair) -> str:
    """Say how an answer is stuffed, or "". What its instructions demand to be said does not count."""
    words = material.words
    repeated = _in_a_row(material) or _one_word(material) or _repeated_runs(words)
    return repeated or ("" if material.foreign else _bare(material))


def _in_a_row(material: TextPair) -> str:
    length, before = 0, ""
    for word in material.words:
        length = length + 1 if word == before else 1
        before = word
        if length >= IN_A_ROW and len(word) > 1 and word.isalpha() and word not in material.forced:
            return f"{word!r} stands {IN_A_ROW} times in a row (flagged from {IN_A_ROW})"
    return ""


def _one_word(material: TextPair) -> str:
    counts = Counter(word for word in material.content if word not in material.forced)
    total = len(material.words)
    for word, times in counts.most_common(1):
        if times >= WORD_TIMES and times >= WORD_SHARE * total:
            return (
                f"{word!r} is {times} of its {total} words, {100 * times / total:.0f}% "
                f"(flagged from {100 * WORD_SHARE:.0f}% and {WORD_TIMES} times)"
            )
    return ""


def _repeated_runs(words: list[str]) -> str:
    runs = grams(words, 5)
    if len(words) < REPEATED_WORDS:
        return ""
    share = 1 - len(set(runs)) / len(runs)
    if share < REPEATED:
        return ""
    return f"{100 * share:.0f}% of its runs of 5 words stand there before (flagged from {100 * REPEATED:.0f}%)"


def _bare(material: TextPair) -> str:
    words = [word for word in material.words if word not in material.forced or word in FUNCTION_WORDS]
    length = longest = 0
    for word in words:
        # A passage in another language has its own such words, which are not known here.
        length = 0 if word in FUNCTION_WORDS or not word.isascii() else length + 1
        longest = max(longest, length)
    if longest >= BARE_RUN:
        return f"{longest} bare words in a row, with nothing that makes a sentence (flagged from {BARE_RUN})"
    share = sum(word in FUNCTION_WORDS for word in words) / max(1, len(words))
    if len(words) < BARE_WORDS or share >= BARE_SHARE:
        return ""
    return (
        f"{100 * share:.0f}% of its {len(words)} words hold sentences together, as in a list of keywords "
        f"(flagged below {100 * BARE_SHARE:.0f}%; prose has about 40%)"
    )
