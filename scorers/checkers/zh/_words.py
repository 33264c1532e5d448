"""Chinese words as parameters: drawn from the Chinese list and the article's opening, whatever the prompt is in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from scorers import Context

from ...params import StringParam, WordsParam
from ...word_lists import word_list


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


def chinese_words(doc: str, *, drawn: tuple[int, int], from_request: bool = False) -> Any:
    """Declare a list of Chinese words; `drawn` bounds how many are drawn."""
    return field(metadata={"param": _ChineseWords(doc, drawn, from_request)})


def chinese_word(doc: str) -> Any:
    """Declare a Chinese word."""
    return field(metadata={"param": _ChineseWord(doc)})
