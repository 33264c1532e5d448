"""The words that sentences of a language hardly do without: the, der, que. They distinguish languages of one script.

A detector of letter sequences needs twenty words or more; three function words decide a clause of five.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..scripts import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FILE = Path(__file__).parents[2] / "data" / "function_words.txt"


@cache
def function_words() -> dict[str, frozenset[str]]:
    """Return the function words of each language that has a list, in lower case."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    words_of = {code: words.split() for code, _, words in (line.partition(":") for line in lines)}
    return {code: frozenset((*words, *(word.replace("'", "’") for word in words))) for code, words in words_of.items()}


@cache
def _languages_of(script: str) -> dict[str, tuple[str, ...]]:
    """Return the languages of a script in which each function word occurs."""
    other = frozenset(code for codes in SHARED.values() for code in codes)
    codes = SHARED.get(script) or function_words().keys() - other
    languages: dict[str, tuple[str, ...]] = {}
    for code in sorted(codes & function_words().keys()):
        for word in function_words()[code]:
            languages[word] = (*languages.get(word, ()), code)
    return languages


@cache
def _words_of_others(script: str, code: str) -> frozenset[str]:
    """Return the function words of any language of a script that are none of the language `code`."""
    return frozenset(_languages_of(script)) - function_words().get(code, frozenset())


def count_function_words(words: Iterable[str], script: str) -> dict[str, int]:
    """Count for each language of a script how many of `words` (in lower case) are its function words."""
    languages = _languages_of(script)
    counts: dict[str, int] = {}
    for word in words:
        for code in languages.get(word, ()):
            counts[code] = counts.get(code, 0) + 1
    return counts


def language_of_clause(words: Sequence[str], script: str, code: str) -> tuple[str | None, int, int]:
    """Return the language other than `code` that a clause is in (None if it may be `code`), its hits and those of code.

    `words` are the clause's words as they are written, all of one script.
    """
    lower = [word.lower() for word in words]
    if not any(map(_words_of_others(script, code).__contains__, lower)):
        return None, 0, sum(word in function_words().get(code, ()) for word in lower)
    counts = count_function_words(lower, script)
    own = counts.pop(code, 0)
    if not counts:
        return None, 0, own
    best = min(counts, key=lambda name: (-counts[name], name))
    hits = counts[best]
    number = len(lower) if sum(len(word) > 1 for word in lower) >= 4 else 0  # formulas are made of single letters
    for_it, against_it = _count_distinctive(lower, best, code)
    if number == 4:
        enough = for_it >= 3 and own == 0
    else:
        enough = number > 4 and hits >= max(2, number / (2 if words[-1].isupper() else 3)) and for_it >= against_it + 2
    if not enough or 2 * against_it >= for_it or is_name(words, best):
        return None, hits, own
    return best, hits, own


def _count_distinctive(words: Iterable[str], best: str, code: str) -> tuple[int, int]:
    """Count the words that are function words of `best` and not of `code`, and the other way round."""
    these, those = function_words()[best], function_words().get(code, frozenset())
    found = [(word in these, word in those) for word in words]
    return found.count((True, False)), found.count((False, True))


def is_name(words: Sequence[str], code: str) -> bool:
    """True for a title such as The Lord of the Rings: every longer word has a capital letter, but not all letters."""
    if code == "de" or all(word.isupper() for word in words):
        return False
    longer = [word for word in words[1:] if len(word) >= 4]
    return bool(longer) and all(word[0].isupper() for word in longer)
