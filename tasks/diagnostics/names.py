"""Names: the names and numbers of an opening, and whether an answer holds one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from scorers import Text

from .text_pair import FUNCTION_WORDS, stem, to_lower

if TYPE_CHECKING:
    from collections.abc import Collection

_CAPITAL = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+")
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()
)
_OPENERS = "\"'“‘«(["


@lru_cache(maxsize=16)
def names_in(opening: str) -> tuple[str, ...]:
    """Return the names (words with a capital that begin no sentence) and numbers of an English text, once each.

    Each is in small letters, a genitive left out; days and months are not among them.
    """
    text = Text(opening)
    firsts = {_first(opening, start) for start, _ in text.sentences}
    found: dict[str, None] = {}
    for start, end in text.words:
        word = opening[start:end]
        bare = to_lower(word).removesuffix("'s")
        name = start not in firsts and opening[start - 1 : start] not in _OPENERS and _CAPITAL.match(word)
        number = any(map(str.isdigit, word)) and len(word) > 1
        if (name and bare not in FUNCTION_WORDS and bare not in _CALENDAR) or number:
            found.setdefault(bare)
    return tuple(found)


def count_present(keys: Collection[str], words: Collection[str]) -> int:
    """Count the `keys` (names and numbers) that are among an answer's words, be it in another form."""
    known = set(map(stem, words))
    known.update(word.replace(",", "") for word in words if word[0].isdigit())
    return sum((key.replace(",", "") if key[0].isdigit() else stem(key)) in known for key in keys)


def _first(opening: str, start: int) -> int:
    while start < len(opening) and opening[start] in _OPENERS:
        start += 1
    return start
