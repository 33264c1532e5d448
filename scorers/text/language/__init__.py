"""The language of a text: what langdetect says of it, and what its script and its words say to a reader.

Published verifiers take langdetect's first answer, so `detect` gives exactly that, its random draws seeded with 0.
A reader sees the script first: langdetect takes short Chinese for Korean, and words in capitals for anything.
`mismatch` decides as a reader would, passage by passage, and is what the audited checks use.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..scripts import ONE_LANGUAGE, RUNS, SHARED, WEIGHTS, language_by_script, letters
from ..word_lists import word_list
from .detector import detect, detector_name, probabilities
from .passages import Word, chinese_clauses, clauses, foreign_passages, hide_code, hide_quotations
from .profiles import count_function_words, language_of_clause

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from ...verdict import Span
    from .passages import Passage

NAMES = dict(
    pair.split(":")
    for pair in """af:Afrikaans ar:Arabic bg:Bulgarian bn:Bengali ca:Catalan cs:Czech cy:Welsh da:Danish de:German
    el:Greek en:English es:Spanish et:Estonian fa:Persian fi:Finnish fr:French gu:Gujarati he:Hebrew hi:Hindi
    hr:Croatian hu:Hungarian id:Indonesian it:Italian ja:Japanese kn:Kannada ko:Korean lt:Lithuanian lv:Latvian
    mk:Macedonian ml:Malayalam mr:Marathi ne:Nepali nl:Dutch no:Norwegian pa:Punjabi pl:Polish pt:Portuguese
    ro:Romanian ru:Russian sk:Slovak sl:Slovenian so:Somali sq:Albanian sv:Swedish sw:Swahili ta:Tamil te:Telugu
    th:Thai tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu vi:Vietnamese zh:Chinese""".split()
)
"""English names by ISO 639-1 code: every language that langdetect knows."""

_SCRIPTS_OF = {
    **{code: {script} for script, code in ONE_LANGUAGE.items()},
    **{code: {script} for script, codes in SHARED.items() for code in codes},
    "zh": {"Han"},
    "ja": {"Han", "kana"},
    "ko": {"Hangul", "Han"},
}
_LATIN = frozenset(NAMES) - _SCRIPTS_OF.keys()

_COMMON = frozenset(
    """a about after all also am an and any are as at be been but by can could day did do does each few find first for
    from get give go good had has have he hello help her here hi him his how i if in into is it its just know like
    make may me more most much my new no not now of on one only or other our out over people see she should so some
    such take tell than thank thanks that the their them then there these they think this time to two up us use very
    want was way we well were what when where which who why will with would yes you your""".split()
)
__all__ = ["NAMES", "Mismatch", "detect", "detector_name", "language_by_script", "mismatch"]

OWN_SHARE = 0.25
"""Share of the letters that are in the script of the language at least; names and terms may be written otherwise."""
ENOUGH = 12
"""Different words from which on a detector can distinguish languages of one script."""
SURE = 0.95
"""Probability from which on a detector is believed where function words say the same."""
LONGEST_WORD = 40
"""Characters of the longest word that is shown to a detector; what is longer is hardly a word."""


class Mismatch(NamedTuple):
    """What speaks against a text being in a language."""

    reason: str
    spans: Sequence[Span] = ()


def mismatch(text: str, code: str) -> Mismatch | None:
    """Return what speaks against a whole text being in the language `code` (a key of `NAMES`), None if nothing does.

    Addresses, code and quotations are left out. A text too short to distinguish languages of one script gets the
    benefit of the doubt.
    """
    prose = hide_code(text)
    counts = letters(prose) or letters(prose := text)
    if not counts:
        return Mismatch("it has no letters")
    scripts = _SCRIPTS_OF.get(code, {"Latin"})
    other = _other_script(prose, counts, scripts)
    if other:
        return other
    cut = list(clauses(hide_quotations(prose)))
    instead = _instead([word for words in cut for word in words if word.script in scripts], code)
    if instead:
        return Mismatch(f"it is in {NAMES[instead]}")
    passages = foreign_passages(text, code, scripts, cut)
    if code in ("ja", "ko"):
        passages += chinese_clauses(text, cut)
    return _describe_passages(passages) if passages else None


def _describe_passages(passages: Sequence[Passage]) -> Mismatch:
    scripts = [passage.language for passage in passages if passage.language not in NAMES]
    found = dict.fromkeys(NAMES[passage.language] for passage in passages if passage.language in NAMES)
    parts = [f"part of it is in {' and '.join(found)}"] if found else []
    parts += [f"it has {' and '.join(dict.fromkeys(scripts))} letters in it"] if scripts else []
    return Mismatch(", and ".join(parts), [passage.span for passage in passages])


def _other_script(text: str, counts: Counter[str], own: set[str]) -> Mismatch | None:
    total = sum(counts.values())
    if sum(counts[script] for script in own) >= OWN_SHARE * total:
        return None
    script = max(counts.keys() - own, key=lambda name: (counts[name], name))
    spans = [run.span() for run in RUNS.finditer(text) if run.lastgroup == script]
    return Mismatch(f"{100 * counts[script] / total:.0f} % of its letters are {script}", spans)


def _instead(own: Sequence[Word], code: str) -> str | None:
    """Return the language that the words in the script of `code` are in instead of it, None if they may be in it."""
    text = " ".join(word.text for word in own)
    by_script = language_by_script(text)
    if by_script:
        few_signs = (by_script, code) == ("zh", "ja") and letters(text)["Han"] <= ENOUGH * WEIGHTS["Han"]
        return None if by_script == code or few_signs else by_script
    words = _different_words(own)
    if not words or _has_its_function_words(words, own[0].script, code):
        return None
    found = _likely(words, code)
    by_words, hits, of_code = language_of_clause([word.text for word in own], own[0].script, code)
    if by_words and len(words) < ENOUGH:
        return by_words
    if found and hits > 1 and not of_code and found[0][0] != code and found[0][1] > SURE:
        return found[0][0]
    if not found or code in (likely for likely, _ in found):
        return None
    likeliest = found[0][0]
    if len(words) >= ENOUGH:
        return likeliest
    if _is_plain_english(words):
        return None if code == "en" else "en"
    halves = [_likely(words[half::2], "")[:1] for half in (0, 1)]
    return likeliest if all(half and half[0][0] == likeliest for half in halves) else None


def _has_its_function_words(words: Sequence[str], script: str, code: str) -> bool:
    """True if function words show that most of a text is in the language `code`; of a short one, a word or two."""
    counts = count_function_words(words, script)
    own = counts.pop(code, 0)
    others = max(counts.values(), default=0)
    return 3 * own >= 4 * others if own >= 3 else len(words) < ENOUGH and own >= max(1, others)


def _likely(words: Sequence[str], code: str) -> list[tuple[str, float]]:
    """Ask the detector, and keep those of its answers that are written in the script of most letters."""
    text = " ".join(words)
    counts = letters(text)
    script = max(counts, key=lambda name: counts[name], default="Latin")
    languages = SHARED.get(script, _LATIN) | {code}
    found = ((lang.partition("-")[0], probability) for lang, probability in probabilities(text) or ())
    return [(lang, probability) for lang, probability in found if lang in languages]


def _different_words(words: Sequence[Word]) -> list[str]:
    """Return the words once each, in small letters: detectors trip over capitals, repetitions and endless words."""
    return list(dict.fromkeys(word.text.lower() for word in words if len(word.text) <= LONGEST_WORD))


def _is_plain_english(words: Sequence[str]) -> bool:
    known = _common_words()
    return 2 * sum(word.strip("\"'“”‘’.,;:!?()*_#-") in known for word in words) >= len(words)


@cache
def _common_words() -> frozenset[str]:
    return _COMMON.union(word_list())
