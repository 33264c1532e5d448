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
