"""Does this text follow these instructions? Rule-based verifiers with reasons; usable on their own.

>>> import scorers
>>> [verdict] = scorers.verify("One, two.", [{"id": "punctuation:no_comma"}])
>>> verdict.followed, verdict.reason
(False, '1 comma, at line 1')
"""

from .catalog import ids, load, read
from .checker import Case, Checker, Context, Quirk
from .demands import Between, Demands
from .errors import BadChecker, BadInstruction, NotInBook, ScorersError, Unscorable
from .readings import EXTRACTIONS, READINGS, Extracted, extract
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
    "NotInBook",
    "Quirk",
    "Score",
    "ScorersError",
    "Search",
    "Span",
    "Text",
    "Unscorable",
    "Verdict",
    "extract",
    "ids",
    "load",
    "read",
    "score",
    "search",
    "verify",
    "verify_both",
    "witness",
]
