"""The errors of `scorers`: a bad instruction, an id outside a rule book, a broken checker, a missing resource."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ScorersError(Exception):
    """Base of every error that `scorers` raises on purpose: what is wrong, what was expected, what to do."""


class BadInstruction(ScorersError):
    """An instruction cannot be read: unknown id, unknown or missing parameter, wrong type, out of range."""


class BadPlugin(ScorersError):
    """A plug-in cannot be loaded; names file, line, reason and package."""


class BadChecker(ScorersError):
    """A checker is malformed or returned something that is no verdict; names file, line and reason."""


class NotInBook(ScorersError):
    """The requested rule book does not define an instruction; names the books that do."""


class Unscorable(ScorersError):
    """A check lacks a resource (a package, a data file), so the response stays unscored."""


_LONGEST = 200
"""Characters of a name for which close ones are sought; the time grows with its square."""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known names closest to `name`, or "" if none is close."""
    if not isinstance(name, str) or len(name) > _LONGEST:
        return ""
    close = get_close_matches(name, list(known), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(repr(c) for c in close)}?" if close else ""
