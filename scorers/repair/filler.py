"""Filler: plain English sentences of any number of words that avoid given words and characters.

A witness needs prose that satisfies counts without tripping over other instructions; this prose has no commas,
digits or names, and every sentence reads as subject, verb, object, places.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADJECTIVES = """quiet old small green bright calm warm young local busy steady modest narrow patient rural
public honest gentle famous early wide clean simple careful brown cold deep fresh great heavy kind long new open
plain rich soft strong tall thin""".split()
_NOUNS = """farmers towns rivers gardens schools bakers streets bridges harbours teachers forests villages workers
markets families roads fields hills ships trains neighbours kitchens workshops libraries painters boats houses shops
doctors students lakes trees birds islands valleys orchards cooks sailors parks barns""".split()
_VERBS = """watch support visit follow serve reach protect welcome connect supply describe share value join admire
keep like paint surround help find build clean face feed guard hold know love need""".split()
_PREPOSITIONS = """near beside across behind along around beyond above below within past without for from with by to
under over in""".split()
_ADVERBS = "daily together again often today calmly slowly gladly early there now still".split()
_PLACE = ["preposition", "article", "adjective", "noun"]
_SHAPES = {
    1: ["noun"],
    2: ["noun", "verb"],
    3: ["noun", "verb", "noun"],
    4: ["adjective", "noun", "verb", "noun"],
    5: ["adjective", "noun", "verb", "adjective", "noun"],
    6: ["article", "adjective", "noun", "verb", "adjective", "noun"],
    7: ["article", "adjective", "noun", "verb", "article", "adjective", "noun"],
}
"""The kinds of word in a sentence of a given length; a longer one continues with places."""

_WORDS = {
    "adjective": _ADJECTIVES,
    "noun": _NOUNS,
    "verb": _VERBS,
    "preposition": _PREPOSITIONS,
    "adverb": _ADVERBS,
    "article": ["the"],
}
_SPLIT = re.compile(r"[^a-z]+").split


@lru_cache(maxsize=256)
def _usable(banned: frozenset[str], characters: frozenset[str]) -> dict[str, list[str]]:
    """Return the words by their kind, without those that are banned or hold one of the characters."""
    return {
        kind: [word for word in words if word not in banned and characters.isdisjoint(word)]
        for kind, words in _WORDS.items()
    }


class Filler:
    """A supply of sentences; two supplies made with the same arguments give the same sentences."""

    stop = "."
    space = " "

    def __init__(self, avoid: Iterable[str] = (), lacks: Iterable[str] = (), turn: int = 0) -> None:
        """`avoid`: words not to use, in any case. `lacks`: characters not to use. `turn`: where to begin."""
        banned = frozenset(part for word in avoid for part in _SPLIT(word.lower()) if part)
        characters = frozenset(c.lower() for c in lacks)
        self._lists = _usable(banned, characters)
        self._turns = {kind: count(turn * (7 + i)) for i, kind in enumerate(self._lists)}

    @property
    def usable(self) -> bool:
        """False if the bans leave no noun or no verb, so that no sentence can be made."""
        return bool(self._lists["noun"] and self._lists["verb"])

    def sentence(self, words: int, extra: Iterable[str] = ()) -> str:
        """Return a sentence of `words` filler words (at least one) that also names each literal in `extra`.

        It begins with a capital letter and ends with a full stop.
        """
        parts = self._words(max(1, words))
        for literal in extra:
            parts.insert(len(parts) // 2 if len(parts) > 1 else 0, literal)
        text = " ".join(part for part in parts if part)
        return text[:1].upper() + text[1:] + "."

    def word(self, kind: str = "noun") -> str:
        """Return the next usable word of a kind, or "" if none is left."""
        words = self._lists[kind] or self._lists["noun"]
        return words[next(self._turns[kind]) % len(words)] if words else ""

    def _words(self, length: int) -> list[str]:
        return [word for kind in _shape(length, article=bool(self._lists["article"])) if (word := self.word(kind))]


@lru_cache(maxsize=256)
def _shape(length: int, *, article: bool) -> tuple[str, ...]:
    """Return the kinds of word in a sentence of `length` words."""
    shape = list(_SHAPES.get(length, _SHAPES[min(length, max(_SHAPES))]))
    step = _PLACE if article else [kind for kind in _PLACE if kind != "article"]
    while length - len(shape) >= len(step):
        shape += step
    left = length - len(shape)
    shape += {0: [], 2: ["preposition", "noun"], 3: ["preposition", "adjective", "noun"]}.get(left, ["adverb"] * left)
    return tuple(shape)
