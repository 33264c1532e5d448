"""What scorers can refuse: a bad instruction, an id outside a rule book, a missing resource."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ScorersError(Exception):
    """Base of everything `scorers` raises on purpose; the text says what, where and what next."""


class BadInstruction(ScorersError):
    """An instruction cannot be read: unknown id, unknown or missing parameter, wrong type, out of range."""


class BadChecker(ScorersError):
    """A checker file is malformed; names file, line and reason."""


class NotInBook(ScorersError):
    """An instruction is not defined in the rule book asked for; names the books that define it."""


class Unscorable(ScorersError):
    """A resource that a check needs is missing (a package, a data file); the response stays unscored."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Say which known names come close to `name`: "; did you mean 'x'?", or "" if none does."""
    close = get_close_matches(name, list(known), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(repr(c) for c in close)}?" if close else ""
