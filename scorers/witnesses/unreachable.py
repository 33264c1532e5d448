"""Reach: demands that the search for a witness has no way to meet, found before a draft is written.

Such a set is not impossible: somebody may write a text that follows it. But drafts keep a request to repeat as it
stands, and escape in JSON what has to be escaped there.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from ..demands import Range
from ..text.text import cached_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..checker import Checker
    from ..demands import Demands

MOST = 100_000
"""Words, or other parts, of the longest text that is written."""
_TOO_LONG = 20_000
"""Numbers from here on are named when a search exceeds a limit: they are the usual cause."""
_SHOWN = 200
_MARGIN = 2
"""Sentences of a request that a line end in it could turn into headings."""


def is_too_long(demands: Demands) -> bool:
    """Return whether a text that meets the demands is longer than any that the search writes.

    A received sample may ask for a billion words, and a draft of them takes gigabytes.
    """
    for value in (getattr(demands, one.name) for one in fields(demands)):
        counted = [value] if isinstance(value, Range) else _parts(value)
        if any(isinstance(one, Range) and one.low > MOST for one in counted):
            return True
    return False


def _parts(value: object) -> list[object]:
    pairs = value if isinstance(value, tuple) else ()
    return [part for pair in pairs if isinstance(pair, tuple) for part in pair]


def is_unreachable(demands: Demands) -> bool:
    """Return whether no draft, however it is repaired, will follow a set with these joined demands (audited)."""
    if demands.prose or demands.language not in ("", "en") or not demands.repeats:
        return False
    # The request to repeat has too many sentences.
    most = demands.sentences.high
    return most is not None and not demands.form and len(cached_text(demands.first).sentences) > most + _MARGIN


def describe_suspects(instructions: Sequence[Checker]) -> str:
    """Return the parameters a search may have failed at, in parentheses.

    They are the large numbers, else patterns and long texts; "" if no instruction has a parameter.
    """
    given = [
        (f"{instruction.id} {name}={value!r:.100}", value)
        for instruction in instructions
        for name, value in instruction.to_json().items()
        if name != "id"
    ]
    large = [shown for shown, value in given if type(value) is int and abs(value) >= _TOO_LONG]
    shown = "; ".join(large or [shown for shown, _ in given])
    return f" ({shown[:_SHOWN]})" if shown else ""
