"""Chinese characters: where they stand, how many there are, which of them only one of the two scripts has."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..scripts import HAN

if TYPE_CHECKING:
    from ...verdict import Span

_HAN = re.compile(f"[{HAN}]")
_RUN = re.compile(f"[{HAN}]+")
SIMPLIFIED, TRADITIONAL = "简体字", "繁体字"
SCRIPTS = (SIMPLIFIED, TRADITIONAL)
"""The two scripts, as instructions call them."""
_TRADITIONAL_BY_WORD = frozenset("乾徵瞭藉夥著於")
"""Characters of both scripts that are traditional in some words; the others of the table are simplified in some."""
AT_LEAST, AT_MOST, EXACTLY = "至少", "不超过", "恰好"
"""Comparisons of Chinese instructions, in the words of their sentences; the bound itself is allowed by all."""


def han_count(raw: str) -> int:
    """Return how many Chinese characters `raw` has: Unicode's Han script, without punctuation."""
    return sum(match.end() - match.start() for match in _RUN.finditer(raw)) if not raw.isascii() else 0


def han_spans(raw: str) -> list[Span]:
    """Return where each Chinese character stands."""
    return [match.span() for match in _HAN.finditer(raw)] if not raw.isascii() else []


@cache
def only_in(script: str) -> str:
    """Return the characters that no text in the other script holds; what both use is not among them.

    `python -m docs.han` makes the tables: what the converter opencc changes, less what prints of the other script have.
    """
    return "".join(_table({SIMPLIFIED: "han.simplified.txt", TRADITIONAL: "han.traditional.txt"}[script]).split())


def _table(name: str) -> str:
    return (Path(__file__).parents[2] / "data" / name).read_text(encoding="utf-8")


@cache
def foreign_to(script: str) -> re.Pattern[str]:
    """Return what finds the characters that a text in `script` does not hold."""
    other = TRADITIONAL if script == SIMPLIFIED else SIMPLIFIED
    return re.compile(f"[{only_in(other)}]")


def foreign_spans(raw: str, script: str) -> list[Span]:
    """Return where characters stand that a text in `script` does not hold, by themselves or in the word around them.

    >>> foreign_spans("皇后後來", SIMPLIFIED), foreign_spans("皇后后來", TRADITIONAL)
    ([(2, 3), (3, 4)], [(2, 3)])
    """
    if raw.isascii():
        return []
    words, contexts, folded = _contexts(script), _match_contexts(script), simplify(raw)
    spans = [match.span() for match in foreign_to(script).finditer(raw)]
    spans += [match.span() for match in contexts.finditer(raw) if _wrong(folded, match.start(), words[match.group()])]
    return sorted(spans)


@lru_cache(maxsize=64)
def simplify(raw: str) -> str:
    """Return the text with traditional characters in their simplified form, each in its place."""
    return raw if raw.isascii() else raw.translate(_pairs())


def has_variants(word: str) -> bool:
    """True if the word is written otherwise in the other script."""
    return simplify(word) != word or not _forms().isdisjoint(word)


@cache
def _forms() -> frozenset[str]:
    return frozenset(_pairs().values())


@cache
def _pairs() -> dict[int, str]:
    both = "".join(_table("han.pairs.txt").split())
    return {ord(traditional): form for traditional, form in zip(both[::2], both[1::2], strict=True)}


class _Words(NamedTuple):
    """Words around a character of both scripts: where it is right, and where the other script has another."""

    right: frozenset[str]
    wrong: frozenset[str]
    """`*` alone: all other words."""
    longest: int


@cache
def _contexts(script: str) -> dict[str, _Words]:
    """Return the characters that are wrong in some words of a text in `script`."""
    found = {}
    for line in _table("han.contexts.txt").splitlines():
        character, *listed = line.split()
        at = listed.index("|")
        right, wrong = frozenset(listed[:at]), frozenset(listed[at + 1 :])
        if (character in _TRADITIONAL_BY_WORD) == (script == SIMPLIFIED):
            found[character] = _Words(right, wrong, max(map(len, right | wrong)))
    return found


@cache
def _match_contexts(script: str) -> re.Pattern[str]:
    return re.compile(f"[{''.join(_contexts(script))}]")


def _wrong(folded: str, at: int, words: _Words) -> bool:
    """True if the longest listed word around the character at `at` is a wrong one."""
    for length in range(words.longest, 1, -1):
        around = {folded[start : start + length] for start in range(max(0, at - length + 1), at + 1)}
        if around & words.right:
            return False
        if around & words.wrong:
            return True
    return "*" in words.wrong


def compared_with(relation: str, count: int, bound: int) -> bool:
    """True if `count` is, as `relation` says, at least, at most or exactly `bound`."""
    return {AT_LEAST: count >= bound, AT_MOST: count <= bound}.get(relation, count == bound)


def format_bound(relation: str, bound: int) -> str:
    """Return "at most 80 were asked", for the reason of a verdict."""
    how = {AT_LEAST: "at least", AT_MOST: "at most"}.get(relation, "exactly")
    return f"{how} {bound} {'was' if bound == 1 else 'were'} asked"


def quote_chinese(items: tuple[str, ...], joint: str = "和") -> str:
    """Return a list as Chinese writes it: “甲”、“乙”和“丙”."""
    marked: list[Any] = [f"“{item}”" for item in items]
    return joint.join(["、".join(marked[:-1]), marked[-1]]) if len(marked) > 1 else "".join(marked)
