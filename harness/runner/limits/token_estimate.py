"""The estimated number of tokens of a prompt, from its characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.sample import Turn

CHARACTERS = (3.0, 4.0, 5.0)
"""Characters of a token: the fewest, likely, the most. Measured on our samples: 3.2 to 3.7, template included."""
WIDE = (0.5, 1.0, 2.0)
"""The same for scripts that are written without spaces (Chinese, Japanese, Korean, and all above them)."""
PIXELS = 750
"""Pixels of a token, as a first guess for any model: what providers report replaces it."""
_WIDE = re.compile("[\u2e80-\U0010ffff]+")


def count_characters(turns: Iterable[Turn]) -> tuple[int, int, int]:
    """Return turns, characters of scripts with spaces, and characters of those without."""
    texts = [turn.written for turn in turns]
    wide = sum(len(run[0]) for text in texts if not text.isascii() for run in _WIDE.finditer(text))
    return len(texts), sum(map(len, texts)) - wide, wide


def estimate_tokens(turns: Iterable[Turn]) -> float:
    """Return the likely number of tokens of `turns`, without those that a chat template adds."""
    known = list(turns)
    _, narrow, wide = count_characters(known)
    pixels = sum(picture.width * picture.height for turn in known for picture in turn.pictures)
    return narrow / CHARACTERS[1] + wide / WIDE[1] + pixels / PIXELS
