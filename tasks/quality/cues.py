"""Kinds of page as `cues.toml` describes them: phrases with weights, titles and addresses."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MOST = 4
"""Matches of one cue that count, unless it says otherwise."""
_FILE = Path(__file__).with_name("cues.toml")


@dataclass(frozen=True)
class Kind:
    """One kind of page that is no article."""

    name: str
    """With its article, such as "a puzzle"."""
    sum: float
    """From which sum of weights on a text is of the kind."""
    density: float
    """And from which sum for a hundred words of the opening."""
    cues: tuple[tuple[float, int, re.Pattern[str]], ...]
    """Weight of one match, how many matches count, phrases."""
    title: re.Pattern[str] | None
    address: re.Pattern[str] | None


@cache
def get_kind(rule: str) -> Kind:
    """Return the kind that a rule of the gate rejects; made when first asked for, since patterns take long to make."""
    found = _content()[rule]
    return Kind(
        found["name"],
        float(found.get("sum", 0)),
        float(found.get("density", 0)),
        tuple(
            (float(cue["weight"]), int(cue.get("most", MOST)), _pattern(cue["any"])) for cue in found.get("cues", ())
        ),
        _pattern(found["title"]) if "title" in found else None,
        _pattern(found["address"]) if "address" in found else None,
    )


@cache
def zodiac_patterns() -> tuple[re.Pattern[str], ...]:
    """Return a pattern for each sign of the zodiac, by any of its names; capitals count: leo is no lion."""
    return tuple(
        re.compile("|".join(rf"(?<![A-Za-z]){name}(?![A-Za-z])" for name in names))
        for names in _content()["signs"]["names"]
    )


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _cue(found: dict[str, Any]) -> tuple[float, int, re.Pattern[str]]:
    return float(found["weight"]), int(found.get("most", MOST)), _pattern(found["any"])


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    joined = "|".join(phrases)
    for word, phrase in _content()["words"].items():
        joined = joined.replace(f"@{word}@", phrase)
    return re.compile(joined, re.IGNORECASE | re.MULTILINE)
