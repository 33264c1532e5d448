"""The scripts of a text: how many of its letters belong to each, and the language that they settle."""

from __future__ import annotations

import re
from collections import Counter

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""The characters of the Han script, as members of a regular expression's class."""
_SCRIPTS = {
    "Latin": "A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
    "Greek": "\u0370-\u0373\u0376-\u037d\u0386-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u0481\u0483-\u052f",
    "Hebrew": "\u0591-\u05bd\u05d0-\u05ea",
    "Arabic": "\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": "\u0900-\u0963\u0971-\u097f",
    "Bengali": "\u0980-\u09e3\u09f0\u09f1",
    "Gurmukhi": "\u0a00-\u0a65\u0a70-\u0a75",
    "Gujarati": "\u0a80-\u0ae5",
    "Tamil": "\u0b80-\u0be5",
    "Telugu": "\u0c00-\u0c65",
    "Kannada": "\u0c80-\u0ce5",
    "Malayalam": "\u0d00-\u0d65\u0d7a-\u0d7f",
    "Thai": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "Hangul": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "kana": "\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\uff66-\uff9d",
    "Han": HAN,
}
_EACH = "|".join(f"(?P<{name}>[{members}]+)" for name, members in _SCRIPTS.items())
RUNS = re.compile(f"(?=[A-Za-zª-\U0003134f])(?:{_EACH})")
"""Finds runs of letters of one script, by its name; letters of other scripts than these are not looked for."""
_ASCII = re.compile("[A-Za-z]+")
WEIGHTS = {"Hangul": 3, "kana": 3, "Han": 3}
"""A character that stands for a syllable or a word counts as so many letters."""
ONE_LANGUAGE = {
    "Greek": "el",
    "Hebrew": "he",
    "Bengali": "bn",
    "Gurmukhi": "pa",
    "Gujarati": "gu",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Thai": "th",
    "Hangul": "ko",
}
SHARED = {
    "Cyrillic": frozenset(("bg", "mk", "ru", "uk")),
    "Arabic": frozenset(("ar", "fa", "ur")),
    "Devanagari": frozenset(("hi", "mr", "ne")),
}
_OWN_LETTERS = {
    "Cyrillic": {"uk": re.compile("[іїєґ]", re.IGNORECASE), "ru": re.compile("[ыэё]", re.IGNORECASE)},
    "Arabic": {"ur": re.compile("[ٹڈڑںےھہ]"), "fa": re.compile("[پچژگی]"), "ar": re.compile("[ةىأإي]")},
}
"""Letters by which languages of one script differ; Urdu also has those of Persian."""


def letters(text: str) -> Counter[str]:
    """Count letters by script."""
    if text.isascii():
        return Counter(Latin=found) if (found := sum(map(len, _ASCII.findall(text)))) else Counter()
    counts: Counter[str] = Counter()
    for run in RUNS.finditer(text):
        script = str(run.lastgroup)
        counts[script] += WEIGHTS.get(script, 1) * (run.end() - run.start())
    return counts


def language_by_script(text: str) -> str | None:
    """Return the code of the language that the script of most letters settles, None where it settles none.

    Han, kana, Hangul, Thai, Greek, Hebrew and the Indian scripts but Devanagari settle it; in Cyrillic and Arabic
    letters do that only some languages have; Latin does not.
    """
    if text.isascii():
        return None
    counts = letters(text)
    eastern = counts["Han"] + counts["kana"]
    script, most = max(counts.items(), key=lambda item: item[1], default=("", 0))
    if 2 * max(eastern, most) <= sum(counts.values()):
        return None
    if eastern >= most:
        return "ja" if 8 * counts["kana"] >= eastern else "zh"
    if script not in _OWN_LETTERS:
        return ONE_LANGUAGE.get(script)
    own = {code: len(pattern.findall(text)) for code, pattern in _OWN_LETTERS[script].items()}
    code = "ur" if 50 * own.get("ur", 0) >= most else max(own, key=lambda name: own[name])
    return code if 50 * own[code] >= most else None
