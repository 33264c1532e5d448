"""What the two checkers of English in one case have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import category

from scorers import Filler, Span, Text, Verdict, format_count, format_lines

from ...text.language import mismatch


def is_small(character: str) -> bool:
    """True for a small letter; a raised one (as in Nº) has no case to a reader."""
    return character.islower() and category(character) == "Ll"


def is_capital(character: str) -> bool:
    """True for a capital letter, also one of two letters in one (ǅ)."""
    return category(character) in ("Lu", "Lt")


def check_letters(text: Text, wrong: Callable[[str], bool], kind: str) -> Verdict:
    """Return the audited verdict: no letter that is `wrong` (a `kind` letter), and nothing that is not English."""
    found = _runs(text.raw, wrong)
    if found:
        number = sum(end - start for start, end in found)
        return Verdict.of(False, f"{format_count(number, f'{kind} letter')}{format_lines(text, found)}", found)
    against = mismatch(text.raw, "en")
    if against:
        return Verdict.of(False, against.reason + format_lines(text, against.spans), against.spans)
    return Verdict(True, f"no {kind} letter, in English")


def check_published(text: Text, wrong: Callable[[str], bool], kind: str, *, cased: bool) -> Verdict:
    """Return the verdict of Python's test of case (`cased`) and of langdetect; a text of no language passes."""
    if not cased:
        found = _runs(text.raw, wrong)
        number = sum(end - start for start, end in found)
        reason = (
            f"{format_count(number, f'{kind} letter')}{format_lines(text, found)}"
            if found
            else "no letter that has a case"
        )
        return Verdict.of(False, reason, found)
    language = text.detected_language
    reason = f"no {kind} letter, langdetect says {language or 'nothing'}"
    return Verdict(language in (None, "en"), reason)


def english() -> str:
    """Return a few sentences that every detector takes for English, in capitals too."""
    filler = Filler(turn=2)
    return " ".join(filler.sentence(words) for words in (9, 11, 8, 10, 12))


def _runs(raw: str, wrong: Callable[[str], bool]) -> list[Span]:
    found = "".join(sorted(filter(wrong, set(raw))))
    return [match.span() for match in re.finditer(f"[{re.escape(found)}]+", raw)] if found else []
