"""Reach: demands that the search for a witness has no way to meet, told before a draft is written.

Such a set is not impossible: somebody may write a text that follows it. But drafts keep a request to repeat as it
stands, and are in one line where JSON is asked for; repairs split paragraphs and join the last ones, never the first.

That is so in English. Chinese and other sentences without spaces end behind the quotation mark that closes them: there,
a repair can happen to cut JSON between two of its strings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..text.paragraphs import blocks, paragraphs
from ..text.text import HAN_KANA, cached_text
from ..text.word_search import has_word

if TYPE_CHECKING:
    from ..demands import Demands

_EASTERN = re.compile(f"[{HAN_KANA}。！？｡।॥؟۔։።။។]")
_MARGIN = 2
"""Sentences of a request that a line end in it could turn into headings."""


def is_unreachable(demands: Demands) -> bool:
    """Return whether no draft, however it is repaired, will follow a set with these joined demands (audited)."""
    if demands.prose or demands.language not in ("", "en"):
        return False
    if demands.form == "json":
        hopeless = not demands.lines and _json_out_of_reach(demands)
    else:
        hopeless = bool(demands.first) and not demands.form and _request_out_of_reach(demands)
    return hopeless and not _EASTERN.search(repr(demands))  # whatever of it may come to stand in a draft


def _json_out_of_reach(demands: Demands) -> bool:
    """No second paragraph or section begins in one line, and what JSON escapes is not there word for word."""
    several = demands.blocks.low > 1 or any(span.low > 1 for _, span in demands.sections)
    return several or '"' in demands.first or "\\" in demands.first


def _request_out_of_reach(demands: Demands) -> bool:
    """The request to repeat has too many sentences, or has the nth paragraph in it, and not the word that begins it."""
    first, most = demands.first, demands.sentences.high
    if most is not None and len(cached_text(first).sentences) > most + _MARGIN:
        return True
    absent = [nth for nth, word in demands.first_words if not has_word(first, word.strip())]
    return bool(absent) and min(absent) <= len(paragraphs(first, blocks(first)))
