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
        counted = f"{format_count(number, f'{kind} letter')}{format_lines(text, found)}"
        return Verdict.of(False, f"{counted}; none is allowed", found)
    against = mismatch(text.raw, "en")
    if against:
        other = f"{against.reason}{format_lines(text, against.spans)}; English was asked"
        return Verdict.of(False, other, against.spans)
    return Verdict(True, f"0 {kind} letters, and no language other than English")


def check_published(text: Text, wrong: Callable[[str], bool], kind: str, *, cased: bool) -> Verdict:
    """Return the verdict of Python's test of case (`cased`) and of langdetect; a text of no language passes."""
    if not cased:
        found = _runs(text.raw, wrong)
        number = sum(end - start for start, end in found)
        reason = (
            f"{format_count(number, f'{kind} letter')}{format_lines(text, found)}; none is allowed"
            if found
            else "0 letters that have a case; at least 1 was asked"
        )
        return Verdict.of(False, reason, found)
    language = text.detected_language
    reason = f"0 {kind} letters; langdetect says {language or 'nothing'}, and en was asked"
    return Verdict(language in (None, "en"), reason)


def english() -> str:
    """Return a few sentences that every detector takes for English, in capitals too."""
    filler = Filler(turn=2)
    return " ".join(filler.sentence(words) for words in (9, 11, 8, 10, 12))


def _runs(raw: str, wrong: Callable[[str], bool]) -> list[Span]:
    found = "".join(sorted(filter(wrong, set(raw))))
    return [match.span() for match in re.finditer(f"[{re.escape(found)}]+", raw)] if found else []
