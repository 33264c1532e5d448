"""Sets in other languages with IFEval's ids: which of their checkers verify English only."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from scorers.errors import Unscorable
from scorers.text.language import NAMES, detect
from scorers.text.scripts import language_by_script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..sample import Sample

_LOOKED_AT = 50
"""Prompts from the start of a set by which its language is recognised."""
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|with|your|is|for|that|should|you|not|it|on)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SHARE = 0.12
"""Of all words: English prompts have at least twice as many of these, other languages less than half."""


def describe_english_rules(samples: Iterable[Sample]) -> list[str]:
    """Return lines on the checkers that verify English only, [] for a set of English prompts."""
    found = list(samples)
    language = _foreign_language([sample.prompt for sample in found[:_LOOKED_AT]])
    if not language:
        return []
    counted: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    for sample in found:
        for checker in {instruction.id: instruction for instruction in sample.instructions}.values():
            if checker.english:
                counted[checker.id] += 1
                reasons[checker.id] = checker.english
    if not counted:
        return []
    lines = [f"  {id} ({number}): {reasons[id]}" for id, number in sorted(counted.items())]
    head = f"the prompts are not English ({language}); published checkers that are English by nature, with samples:"
    return [head, *lines]


def _foreign_language(prompts: list[str]) -> str:
    """Return the English name of the language of the prompts, "language unknown" for none found, "" for English."""
    text = "\n".join(prompts)
    words = len(_WORD.findall(text))
    if not words or len(_ENGLISH.findall(text)) >= _SHARE * words:
        return ""
    try:
        language = language_by_script(text[:2000]) or detect(text[:2000])
    except Unscorable:
        language = None
    return "" if language == "en" else NAMES.get(language or "", "language unknown")
