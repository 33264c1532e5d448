"""Chinese characters: where they stand, how many there are, which of them only one of the two scripts has."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .scripts import HAN

if TYPE_CHECKING:
    from ..verdict import Span

_HAN = re.compile(f"[{HAN}]")
_RUN = re.compile(f"[{HAN}]+")
SIMPLIFIED, TRADITIONAL = "简体字", "繁体字"
SCRIPTS = (SIMPLIFIED, TRADITIONAL)
"""The two scripts, as instructions call them."""
AT_LEAST, AT_MOST, EXACTLY = "至少", "不超过", "恰好"
"""Comparisons of Chinese instructions, in the words of their sentences; the bound itself is allowed by all."""


def han_count(raw: str) -> int:
    """Return how many Chinese characters stand in `raw`: Unicode's Han script, without punctuation."""
    return sum(match.end() - match.start() for match in _RUN.finditer(raw)) if not raw.isascii() else 0


def han_spans(raw: str) -> list[Span]:
    """Return where each Chinese character stands."""
    return [match.span() for match in _HAN.finditer(raw)] if not raw.isascii() else []


@cache
def only_in(script: str) -> str:
    """Return the characters that no text in the other script holds; what both use is not among them.

    `python -m docs.han` makes the tables: what the converter opencc changes, less what Big5 or GB 2312 holds.
    """
    name = {SIMPLIFIED: "han.simplified.txt", TRADITIONAL: "han.traditional.txt"}[script]
    return "".join((Path(__file__).parents[1] / "data" / name).read_text(encoding="utf-8").split())


@cache
def foreign_to(script: str) -> re.Pattern[str]:
    """Return what finds the characters that a text in `script` does not hold."""
    other = TRADITIONAL if script == SIMPLIFIED else SIMPLIFIED
    return re.compile(f"[{only_in(other)}]")


def compared_with(relation: str, count: int, bound: int) -> bool:
    """True if `count` is, as `relation` says, at least, at most or exactly `bound`."""
    return {AT_LEAST: count >= bound, AT_MOST: count <= bound}.get(relation, count == bound)


def quote_chinese(items: tuple[str, ...], joint: str = "和") -> str:
    """Return a list as Chinese writes it: “甲”、“乙”和“丙”."""
    marked: list[Any] = [f"“{item}”" for item in items]
    return joint.join(["、".join(marked[:-1]), marked[-1]]) if len(marked) > 1 else "".join(marked)
