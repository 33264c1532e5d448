"""Does this text follow these instructions? Rule-based verifiers with reasons, usable on their own.

>>> import scorers
>>> [verdict] = scorers.verify("One, two.", [{"id": "punctuation:no_comma"}])
>>> verdict.followed, verdict.reason
(False, '1 comma, at line 1; none is allowed')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batch import BatchItem, BatchResult, LimitedVerifier, verify_many
    from .catalog import ids, load, read
    from .checker import Case, Checker, Instruction, PublishedVariant
    from .context import Context
    from .demands import SLOT, Demands, Range, exactly, range_of
    from .errors import BadChecker, BadInstruction, BadPlugin, NotInBook, ScorersError, Unscorable
    from .params import choice, integer, phrases, string, words
    from .params.published import keyword, number
    from .repair.filler import Filler
    from .repair.insert import insert_block
    from .rewards import REDUCTIONS, Reduction, RewardResult, assert_follows, reward, score_text
    from .rule_books import BOOKS, RuleBook
    from .text.extraction import EXTRACTIONS, MODES, Extracted, Extraction, Mode, extract
    from .text.reasons import format_asked, format_count, format_lines, format_list
    from .text.text import Text, cached_text
    from .text.word_search import find_words
    from .verdict import BothVerdicts, Score, Span, Verdict, score
    from .verifier import verify, verify_both
    from .witnesses.search import Search, search, witness

__all__ = [
    "BOOKS",
    "EXTRACTIONS",
    "MODES",
    "REDUCTIONS",
    "SLOT",
    "BadChecker",
    "BadInstruction",
    "BadPlugin",
    "BatchItem",
    "BatchResult",
    "BothVerdicts",
    "Case",
    "Checker",
    "Context",
    "Demands",
    "Extracted",
    "Extraction",
    "Filler",
    "Instruction",
    "LimitedVerifier",
    "Mode",
    "NotInBook",
    "PublishedVariant",
    "Range",
    "Reduction",
    "RewardResult",
    "RuleBook",
    "Score",
    "ScorersError",
    "Search",
    "Span",
    "Text",
    "Unscorable",
    "Verdict",
    "assert_follows",
    "cached_text",
    "choice",
    "exactly",
    "extract",
    "find_words",
    "format_asked",
    "format_count",
    "format_lines",
    "format_list",
    "ids",
    "insert_block",
    "integer",
    "keyword",
    "load",
    "number",
    "phrases",
    "range_of",
    "read",
    "reward",
    "score",
    "score_text",
    "search",
    "string",
    "verify",
    "verify_both",
    "verify_many",
    "witness",
    "words",
]

_MODULES = {
    "batch": "BatchItem BatchResult LimitedVerifier verify_many",
    "catalog": "ids load read",
    "checker": "Case Checker Instruction PublishedVariant",
    "context": "Context",
    "demands": "SLOT Range Demands range_of exactly",
    "errors": "BadChecker BadInstruction BadPlugin NotInBook ScorersError Unscorable",
    "params": "choice integer phrases string words",
    "params.published": "keyword number",
    "repair.filler": "Filler",
    "repair.insert": "insert_block",
    "rewards": "REDUCTIONS Reduction RewardResult assert_follows reward score_text",
    "rule_books": "BOOKS RuleBook",
    "text.extraction": "EXTRACTIONS MODES Extracted Extraction Mode extract",
    "text.word_search": "find_words",
    "text.reasons": "format_asked format_lines format_count format_list",
    "text.text": "Text cached_text",
    "verdict": "BothVerdicts Score Span Verdict score",
    "verifier": "verify verify_both",
    "witnesses.search": "Search search witness",
}
"""The module of each public name. A module is loaded on first use of one of its names: loading all takes 0.1 s."""
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


if not TYPE_CHECKING:  # a type checker that sees it would let every name pass

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
