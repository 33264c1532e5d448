"""Does this text follow these instructions? Rule-based verifiers with reasons; usable on their own.

>>> import scorers
>>> [verdict] = scorers.verify("One, two.", [{"id": "punctuation:no_comma"}])
>>> verdict.followed, verdict.reason
(False, '1 comma, at line 1')
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .catalog import ids, load, read
    from .checker import Case, Checker, Context, Quirk
    from .demands import Between, Demands
    from .errors import BadChecker, BadInstruction, NotInBook, ScorersError, Unscorable
    from .many import Item, Judged, verify_many
    from .readings import EXTRACTIONS, READINGS, Extracted, extract
    from .reward import assert_follows, reward
    from .rules import BOOKS
    from .score import Score, score
    from .text import Text
    from .verdict import BothVerdicts, Span, Verdict
    from .verify import verify, verify_both
    from .witness import Search, search, witness

__all__ = [
    "BOOKS",
    "EXTRACTIONS",
    "READINGS",
    "BadChecker",
    "BadInstruction",
    "Between",
    "BothVerdicts",
    "Case",
    "Checker",
    "Context",
    "Demands",
    "Extracted",
    "Item",
    "Judged",
    "NotInBook",
    "Quirk",
    "Score",
    "ScorersError",
    "Search",
    "Span",
    "Text",
    "Unscorable",
    "Verdict",
    "assert_follows",
    "extract",
    "ids",
    "load",
    "read",
    "reward",
    "score",
    "search",
    "verify",
    "verify_both",
    "verify_many",
    "witness",
]

_MODULES = {
    "catalog": "ids load read",
    "checker": "Case Checker Context Quirk",
    "demands": "Between Demands",
    "errors": "BadChecker BadInstruction NotInBook ScorersError Unscorable",
    "many": "Item Judged verify_many",
    "readings": "EXTRACTIONS READINGS Extracted extract",
    "reward": "assert_follows reward",
    "rules": "BOOKS",
    "score": "Score score",
    "text": "Text",
    "verdict": "BothVerdicts Span Verdict",
    "verify": "verify verify_both",
    "witness": "Search search witness",
}
"""Where each public name lives: a module is loaded when a name of it is used, since all of them take 0.1 s."""
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


class _Package(ModuleType):
    """The package: its functions `verify`, `score`, `reward`, `witness` stand before the modules of their names."""

    def __setattr__(self, name: str, value: object) -> None:
        # Importing a module binds it in its package, which would hide the function.
        if isinstance(value, ModuleType) and _HOME.get(name) == name:
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


if not TYPE_CHECKING:  # a type checker that sees it would let every name pass

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
