"""Chinese words as parameters: drawn from the Chinese list and the article's opening, whatever the prompt is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from scorers import Context, Span, find_words

from ...context import Measure
from ...params import StringParam, WordsParam
from ...params.bounds import SHARES
from ...text.language.chinese import AT_LEAST, AT_MOST, simplify
from ...text.word_lists import word_list

_EXACT = (0.7, 1.2)
"""An exact number as a share of what an answer has by itself."""
_BOUNDED = re.compile(r"[^\W\u2e80-\U0003134f]|.*[^\W\u2e80-\U0003134f]\Z")


@dataclass(frozen=True)
class _ChineseWords(WordsParam):
    """A list of Chinese words."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> Any:
        return super().draw(rng, replace(context, language="zh"), limit)

    @property
    def range(self) -> str:
        where = "from the opening of the article and the Chinese word list" if self.from_request else "from the list"
        return f"at least one word; {self.drawn[0]} to {self.drawn[1]} are drawn {where}"


@dataclass(frozen=True)
class _ChineseWord(StringParam):
    """One Chinese word."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> Any:
        return super().draw(rng, context, limit or word_list("zh"))

    @property
    def range(self) -> str:
        return "any text that is not blank; drawn from the Chinese word list"


def find_in_both(raw: str, words: tuple[str, ...]) -> list[Span]:
    """Return where any of `words` stands, in simplified or in traditional characters."""
    return find_words(simplify(raw), tuple(dict.fromkeys(map(simplify, words))))


def draw_near(rng: Random, context: Context, measure: Measure, relation: str) -> int:
    """Draw a bound near the length of an answer, which misses most of them; 0 where that length is not known."""
    side = {AT_LEAST: "at least", AT_MOST: "less than"}.get(relation)
    low, high = context.bounds_near(measure, SHARES[side] if side else _EXACT) or (0, 0)
    return low + round(rng.random() * (high - low))


def word_rule(words: tuple[str, ...], of_chinese: str) -> str:
    """Return what counts as an occurrence: `of_chinese` where nothing bounds a word, whole words in Latin letters."""
    latin = [has_bounds(word) for word in words]
    bounded = "英文单词不分大小写，须独立成词"
    return bounded if all(latin) else f"{of_chinese}；{bounded}" if any(latin) else of_chinese


def has_bounds(word: str) -> bool:
    """True if the word begins or ends with what is written in words: a Latin letter or a digit."""
    return bool(_BOUNDED.match(word.strip()))


def chinese_words(doc: str, *, drawn: tuple[int, int], from_request: bool = False) -> Any:
    """Declare a list of Chinese words; `drawn` bounds how many are drawn."""
    return field(metadata={"param": _ChineseWords(doc, drawn, from_request)})


def chinese_word(doc: str) -> Any:
    """Declare a Chinese word."""
    return field(metadata={"param": _ChineseWord(doc)})
