"""Notices markers at the start of many responses that no extraction removes: a server left thinking in the text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ...sanitize import escape_control

if TYPE_CHECKING:
    from ...adapters.base import Request, Response

_MARKER = re.compile(r"\s*+(<\|?/?[a-zA-Z][\w:. -]{1,40}\|?>|\[/?[A-Z][A-Z_]{2,30}\]|◁/?\w{2,30}▷)")
_EXPECTED = re.compile(r"</?(?:solution|answer|html|head|body|div|p|h[1-6]|article|section|ul|ol)>", re.IGNORECASE)
"""What tasks ask for, and markup."""
_FEWEST, _SHARE = 5, 0.5
"""Responses, and their share of all, that have to begin with the same marker."""


class UnknownMarkers:
    """Counts the markers that responses begin with."""

    def __init__(self) -> None:
        self._responses = 0
        self._found: Counter[str] = Counter()

    def add(self, request: Request, response: Response) -> None:
        """Look at the start of a response; a marker that the prompt mentions is part of the task."""
        self._responses += 1
        found = _MARKER.match(response.text)
        if found is None or _EXPECTED.fullmatch(found[1]) or any(found[1] in turn.text for turn in request.turns):
            return
        from scorers import extract  # 60 ms of text rules, which the first request would wait for

        if not extract(response.text).done:
            self._found[found[1]] += 1

    def describe(self) -> tuple[str, ...]:
        """Return a note for each marker that many responses begin with."""
        return tuple(
            f"{number} of {self._responses} responses begin with {escape_control(marker)}, which no extraction "
            "removes: if the model thinks there, let the server report its thinking apart (vLLM: --reasoning-parser)"
            for marker, number in self._found.items()
            if number >= max(_FEWEST, _SHARE * self._responses)
        )
