"""The scripts of a text: how many of its letters belong to each, and the language that they decide."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""The characters of the Han script, as members of a regular expression's class."""
HAN_KANA = (
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
"""Scripts written without spaces in which every character is counted as a word."""
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d\u0859-\u085b"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962-\u0963"
    "\u0981-\u0983\u09bc\u09be-\u09c4\u09c7-\u09c8\u09cb-\u09cd\u09d7\u09e2-\u09e3\u09fe\u0a01-\u0a03"
    "\u0a3c\u0a3e-\u0a42\u0a47-\u0a48\u0a4b-\u0a4d\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83\u0abc"
    "\u0abe-\u0ac5\u0ac7-\u0ac9\u0acb-\u0acd\u0ae2-\u0ae3\u0afa-\u0aff\u0b01-\u0b03\u0b3c\u0b3e-\u0b44"
    "\u0b47-\u0b48\u0b4b-\u0b4d\u0b55-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bc2\u0bc6-\u0bc8\u0bca-\u0bcd"
    "\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c44\u0c46-\u0c48\u0c4a-\u0c4d\u0c55-\u0c56\u0c62-\u0c63"
    "\u0c81-\u0c83\u0cbc\u0cbe-\u0cc4\u0cc6-\u0cc8\u0cca-\u0ccd\u0cd5-\u0cd6\u0ce2-\u0ce3\u0d00-\u0d03"
    "\u0d3b-\u0d3c\u0d3e-\u0d44\u0d46-\u0d48\u0d4a-\u0d4d\u0d57\u0d62-\u0d63\u0d81-\u0d83\u0dca"
    "\u0dcf-\u0dd4\u0dd6\u0dd8-\u0ddf\u0df2-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    "\u0ec8-\u0ecd\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f\u0f71-\u0f84\u0f86-\u0f87\u0f8d-\u0f97"
    "\u0f99-\u0fbc\u0fc6\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
    "\u1082-\u108d\u108f\u109a-\u109d\u135d-\u135f\u1712-\u1715\u1732-\u1734\u1752-\u1753\u1772-\u1773"
    "\u17b4-\u17d3\u17dd\u180b-\u180d\u180f\u1885-\u1886\u18a9\u1920-\u192b\u1930-\u193b\u1a17-\u1a1b"
    "\u1a55-\u1a5e\u1a60-\u1a7c\u1a7f\u1ab0-\u1ace\u1b00-\u1b04\u1b34-\u1b44\u1b6b-\u1b73\u1b80-\u1b82"
    "\u1ba1-\u1bad\u1be6-\u1bf3\u1c24-\u1c37\u1cd0-\u1cd2\u1cd4-\u1ce8\u1ced\u1cf4\u1cf7-\u1cf9"
    "\u1dc0-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099-\u309a\ua66f-\ua672"
    "\ua674-\ua67d\ua69e-\ua69f\ua6f0-\ua6f1\ua802\ua806\ua80b\ua823-\ua827\ua82c\ua880-\ua881"
    "\ua8b4-\ua8c5\ua8e0-\ua8f1\ua8ff\ua926-\ua92d\ua947-\ua953\ua980-\ua983\ua9b3-\ua9c0\ua9e5"
    "\uaa29-\uaa36\uaa43\uaa4c-\uaa4d\uaa7b-\uaa7d\uaab0\uaab2-\uaab4\uaab7-\uaab8\uaabe-\uaabf\uaac1"
    "\uaaeb-\uaaef\uaaf5-\uaaf6\uabe3-\uabea\uabec-\uabed\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f"
)
"""Combining marks (Unicode 14, categories Mn, Mc, Me, basic plane), as members of a regular expression's class.

`\\w` leaves them out, so that without them a Hindi or Thai word falls apart at every vowel sign. The list is written
out, not computed, so that word counts do not change with the Python version.
"""
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
    "Armenian": "\u0531-\u0556\u0561-\u0587",
    "Odia": "\u0b01-\u0b63",
    "Sinhala": "\u0d81-\u0ddf",
    "Lao": "\u0e81-\u0ebd\u0ec0-\u0ecd",
    "Tibetan": "\u0f40-\u0fbc",
    "Burmese": "\u1000-\u103f\u1050-\u109d",
    "Georgian": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Ethiopic": "\u1200-\u135f",
    "Khmer": "\u1780-\u17d3",
    "Hangul": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "kana": "\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\uff66-\uff9d",
    "Han": HAN,
}
_EACH = "|".join(f"(?P<{name}>[{members}]+)" for name, members in _SCRIPTS.items())
RUNS = re.compile(f"(?=[A-Za-zª-\U0003134f])(?:{_EACH})")
"""Finds runs of letters of one script, by its name; letters of other scripts than these are not looked for."""
_STOPS = r"(?P<stop>[.!?](?=[\s\"'”’»)\]*_]|\Z)|[…:;。！？।॥؟۔()\[\]{}（）|•–—\"«»“”„「」『』《》<>\r\n\t]|[-*]\s)"


@cache
def parts_pattern(*, ascii: bool) -> re.Pattern[str]:
    """Return what finds the words of one script, by its name, and what ends a clause (`stop`).

    A word may have apostrophes inside. The pattern for text in ASCII finds the same in a fraction of the time.
    """
    words = "(?P<Latin>[A-Za-z]+(?:'[A-Za-z]+)*+)" if ascii else _each_word()
    return re.compile(f"{_STOPS}|{words}")


def _each_word() -> str:
    word = "[{0}](?:[{0}{1}\u200c\u200d]|['’](?=[{0}]))*+"
    return "|".join(f"(?P<{name}>{word.format(members, MARKS)})" for name, members in _SCRIPTS.items())


_ASCII = re.compile("[A-Za-z]+")
WEIGHTS = {"Hangul": 3, "kana": 3, "Han": 3}
"""The letters that one character counts for, where it stands for a syllable or a word."""
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
    """Return the code of the language that the script of most letters decides, None where it decides none.

    Han, kana, Hangul, Thai, Greek, Hebrew and the Indian scripts but Devanagari decide it; in Cyrillic and Arabic
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


def fold_accents(word: str) -> str:
    """Return `word` in small letters without accents: É is e."""
    lower = word.lower()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
