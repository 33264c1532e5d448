"""Plain text that a wiki extracts from its pages, mended: what templates and formulas leave behind."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\{\\(?:display|text|script)style\b")
# Each run is looked at from its start only: from every place in it, the time would grow with its square.
_GAP = re.compile(r"(?<=[(（\[])[\s,;:·，；：、/–—-]++|(?<![\s,;:，；：、/–—-])[\s,;:，；：、/–—-]++(?=[)）\]])")
_EMPTY = re.compile(r"(?:(?<![ \t\u00a0])[ \t\u00a0]++)?(?:\(\)|（）|\[\])")
_GLUED = re.compile(r"(?<=[a-zà-ÿ)\]\"”’]{2})([.!?])(?=[\"“‘(]?[A-ZÀ-Þ][a-zà-ÿ]+(?:[ ,;:'’]|$))")
_SPACE = re.compile(r"(?<![ \t\u00a0])[ \t\u00a0]++(?=[,.;:!?](?:\s|$))")
_WORD = re.compile(r"\S++")
_LONGEST_FORMULA = 4000


def clean_extract(text: str) -> str:
    """Return an extract without formula markup and empty parentheses, its glued sentences parted by a space."""
    text = _without_formulas(text)
    text = _GAP.sub("", text)
    text = _EMPTY.sub("", text)
    text = _WORD.sub(_part_sentences, text)
    return _SPACE.sub("", text).strip()


def _part_sentences(word: re.Match[str]) -> str:
    """Put a space between two sentences that lost it with the footnote between them; addresses stay."""
    found = word.group()
    if "/" in found or "@" in found or "_" in found or found.count(".") > 3:
        return found
    return _GLUED.sub(r"\1 ", found)


def _without_formulas(text: str) -> str:
    """Remove the TeX source that an extract repeats behind each formula, braces balanced."""
    parts, at = [], 0
    for match in _FORMULA.finditer(text):
        if match.start() < at:
            continue
        end = _closing(text, match.start())
        parts.append(text[at : match.start()])
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _closing(text: str, start: int) -> int:
    """Return the place behind the brace that closes the one at `start`, or behind its line if none does."""
    depth = 0
    for place in range(start, min(len(text), start + _LONGEST_FORMULA)):
        depth += (text[place] == "{") - (text[place] == "}")
        if not depth:
            return place + 1
    line = text.find("\n", start)
    return line if line >= 0 else len(text)
