"""The size of a draft: how many words and units it is built of, reckoned from demands and from what came out before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..demands import ANY
from ..text.language.chinese import han_count
from ..text.parts import counted_sentences
from ..text.text import cached_text

if TYPE_CHECKING:
    from ..demands import Demands, Range

NATURAL_WORDS = 60
"""Words of a draft whose length nothing bounds."""
NATURAL_UNIT = 11
"""Words of a unit where nothing bounds their number."""
CHINESE_UNIT = 16
"""Characters of a Chinese one."""


@dataclass(frozen=True)
class Size:
    """What a build aims at."""

    words: int
    """Filler words."""
    units: int
    """Units that are not bullets."""
    stops: int | None = None
    """Units that end in a full stop; None is all."""
    merged: bool = False
    """The closing phrase ends the last unit, because there is no room for a sentence of its own."""
    padding: tuple[tuple[str, int], ...] = ()
    """Characters that are still missing, by how often."""


def first_size(demands: Demands) -> Size:
    """Return the size with which to begin."""
    words = _target(_length(demands))
    bullets, high = demands.bullets.low, demands.sentences.high
    structure = max(
        demands.blocks.low,
        demands.dividers.low,
        len(demands.lines),
        sum(span.low for _, span in demands.sections),
    )
    least = max(structure, demands.sentences.low - bullets, 2 if demands.form == "two responses" else bullets == 0)
    unit = CHINESE_UNIT if is_chinese(demands) else _unit(demands.sentence_words)
    units = max(least, round(words / unit) - bullets, bullets == 0)
    merged = False
    if high is not None:
        units = max(least, min(units, high - bullets - bool(demands.last)))
        merged = units + bullets + bool(demands.last) > high
    return Size(max(1, words - _literal_words(demands)), units, merged=merged)


def _literal_words(demands: Demands) -> int:
    literals = [*demands.contains, *demands.parts, demands.last, *(word for word, span in demands.counts if span.low)]
    literals += [*demands.lines, *(option for needed, options in demands.choices for option in options[:needed])]
    return sum(len(literal) if is_chinese(demands) else len(literal.split()) for literal in literals)


def is_chinese(demands: Demands) -> bool:
    """True if the draft is best made of Chinese sentences: nothing asks for another language or for capitals."""
    return demands.prose == demands.language == "zh" or (
        demands.prose == "zh" and not (demands.language or demands.case or demands.capitals.low)
    )


def _length(demands: Demands) -> Range:
    """The range of what filler is counted in: words, or Chinese characters, each of which is a word too."""
    return demands.words.meet(demands.characters)


def _target(words: Range) -> int:
    """A length inside the range, with slack on the bounded sides."""
    if words.high is None:
        return max(NATURAL_WORDS, words.low + max(4, words.low // 20)) if words.low else NATURAL_WORDS
    if words.low == 0:
        return max(1, min(NATURAL_WORDS, words.high - max(1, words.high // 10)))
    return (words.low + words.high) // 2


def resize(text: str, demands: Demands, size: Size, *, published: bool) -> Size:
    """Return the size that would bring the counts of `text` into their ranges; `size` itself if they are."""
    cut = cached_text(text)
    words = len(cut.published_words if published else cut.words) if demands.words != ANY else 0
    characters = han_count(text) if demands.characters != ANY else 0
    if characters not in demands.characters:
        size = replace(size, words=max(1, size.words + _target(_length(demands)) - characters))
    elif words not in demands.words:
        size = replace(size, words=max(1, size.words + _target(demands.words) - words))
    sentences = 0
    if demands.sentences != ANY:
        sentences = len(cut.published_sentences if published else counted_sentences(cut))
    if demands.sentences.high is not None and sentences > demands.sentences.high:
        over = sentences - demands.sentences.high
        stops = size.units if size.stops is None else size.stops
        size = replace(size, stops=max(0, stops - over))
    elif sentences < demands.sentences.low:
        size = replace(size, units=size.units + demands.sentences.low - sentences, stops=None)
    missing = {c: span.low - text.lower().count(c.lower()) for c, span in demands.letters}
    if any(number > 0 for number in missing.values()):
        before = dict(size.padding)
        size = replace(size, padding=tuple((c, before.get(c, 0) + max(0, n)) for c, n in missing.items()))
    return size


def _unit(sentence_words: Range) -> int:
    """Return how long a sentence is to be: there has to be room for a few literals in it."""
    high = sentence_words.high
    natural = NATURAL_UNIT if high is None else min(NATURAL_UNIT, high - 3)
    return max(natural, sentence_words.low, 1)
