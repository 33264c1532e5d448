"""Reach: demands that the search for a witness has no way to meet, found before a draft is written.

Such a set is not impossible: somebody may write a text that follows it. But drafts keep a request to repeat as it
stands, and escape in JSON what has to be escaped there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..text.text import cached_text

if TYPE_CHECKING:
    from ..demands import Demands

_MARGIN = 2
"""Sentences of a request that a line end in it could turn into headings."""


def is_unreachable(demands: Demands) -> bool:
    """Return whether no draft, however it is repaired, will follow a set with these joined demands (audited)."""
    if demands.prose or demands.language not in ("", "en") or not demands.repeats:
        return False
    # The request to repeat has too many sentences.
    most = demands.sentences.high
    return most is not None and not demands.form and len(cached_text(demands.first).sentences) > most + _MARGIN
