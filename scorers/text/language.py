"""The language of a text: what langdetect says of it, and what its script says before any detector is asked.

Published verifiers take langdetect's first answer, so `detect` gives exactly that, its random draws seeded with 0.
A reader sees the script first: langdetect takes short Chinese for Korean, and words in capitals for anything.
`mismatch` judges as a reader would and is what the audited checks ask.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Unscorable
from .scripts import ONE_LANGUAGE, RUNS, SHARED, WEIGHTS, language_by_script, letters
from .word_lists import word_list

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from ..verdict import Span

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

_NOT_PROSE = re.compile(r"```.*?(?:```|\Z)|https?://\S+", re.DOTALL)
_LINE = re.compile(r"[^\r\n]+")
_COMMON = frozenset(
    """a about after all also am an and any are as at be been but by can could day did do does each few find first for
    from get give go good had has have he hello help her here hi him his how i if in into is it its just know like
    make may me more most much my new no not now of on one only or other our out over people see she should so some
    such take tell than thank thanks that the their them then there these they think this time to two up us use very
    want was way we well were what when where which who why will with would yes you your""".split()
)
__all__ = ["NAMES", "Mismatch", "detect", "detector_name", "language_by_script", "mismatch"]

OWN_SHARE = 0.7
"""Share of the letters that stand in the script of the language; names and terms may be written otherwise."""
ENOUGH = 12
"""Different words from which on a detector can tell languages of one script apart."""
LONGEST_WORD = 40
"""Characters of the longest word that is shown to a detector; what is longer is hardly a word."""
PASSAGE = 20
"""Different words that make a line a passage whose language counts by itself."""
PASSAGES = 100
"""Passages that are looked at; a detector may need milliseconds for each."""


class Mismatch(NamedTuple):
    """What speaks against a text being in a language, and where."""

    reason: str
    spans: Sequence[Span] = ()


class _Detector(NamedTuple):
    factory: Any
    undetectable: type[Exception]


_LOADING = Lock()
_LOADED: list[_Detector] = []


def detector_name() -> str:
    """Name what `detect` asks, with its version: `langdetect-rs` where it is installed, else `langdetect`.

    Both give the same answers. Raises `Unscorable` if neither is installed.
    """
    from importlib.metadata import version

    for module, package in (("langdetect_rs", "langdetect-rs"), ("langdetect", "langdetect")):
        if find_spec(module):
            return f"{package} {version(package)}"
    raise Unscorable("no language detector is installed; install one with: pip install langdetect==1.0.9")


def detect(text: str) -> str | None:
    """Return langdetect's code for a text (its random draws seeded with 0), None where it finds no language."""
    found = _probabilities(text)
    return None if found is None else found[0][0] if found else "unknown"


def _probabilities(text: str) -> list[tuple[str, float]] | None:
    """Return languages with their probabilities, likeliest first; None if nothing in the text tells a language."""
    loaded = _detector()
    detector = loaded.factory.create()
    detector.append(text)
    try:
        return [(found.lang, found.prob) for found in detector.get_probabilities()]
    except loaded.undetectable:
        return None


def _detector() -> _Detector:
    """Return a detector with a seed of its own, so that nobody else's calls are seeded along; loaded once."""
    with _LOADING:
        if not _LOADED:
            _LOADED.append(_load_fast() if detector_name().startswith("langdetect-rs") else _load())
    return _LOADED[0]


def _load_fast() -> _Detector:
    from langdetect_rs import PROFILES_DIRECTORY, DetectorFactory, LangDetectException

    return _seeded(DetectorFactory(), PROFILES_DIRECTORY, LangDetectException)


def _load() -> _Detector:
    from langdetect import DetectorFactory, LangDetectException
    from langdetect.detector_factory import PROFILES_DIRECTORY

    return _seeded(DetectorFactory(), PROFILES_DIRECTORY, LangDetectException)


def _seeded(factory: Any, profiles: str, undetectable: type[Exception]) -> _Detector:
    factory.load_profile(profiles)
    factory.set_seed(0)
    return _Detector(factory, undetectable)


def mismatch(text: str, code: str) -> Mismatch | None:
    """Say what speaks against a whole text being in the language `code` (a key of `NAMES`), None if nothing does.

    Addresses and fenced code are left out. A text too short to tell languages of one script apart is given the
    benefit of the doubt.
    """
    prose = _NOT_PROSE.sub(lambda found: " " * len(found[0]), text)
    counts = letters(prose) or letters(prose := text)
    if not counts:
        return Mismatch("it has no letters")
    other = _other_script(prose, counts, code)
    if other:
        return other
    instead = _instead(prose, code)
    if instead:
        return Mismatch(f"it is in {NAMES[instead]}")
    passages = [(span, found) for span, found in _passages(prose) if found != code]
    if not passages:
        return None
    names = " and ".join(dict.fromkeys(NAMES[found] for _, found in passages))
    return Mismatch(f"part of it is in {names}", [span for span, _ in passages])


def _other_script(text: str, counts: Counter[str], code: str) -> Mismatch | None:
    own = _SCRIPTS_OF.get(code, {"Latin"})
    total = sum(counts.values())
    if sum(counts[script] for script in own) >= OWN_SHARE * total:
        return None
    script = max(counts.keys() - own, key=lambda name: (counts[name], name))
    spans = [run.span() for run in RUNS.finditer(text) if run.lastgroup == script]
    return Mismatch(f"{100 * counts[script] / total:.0f} % of its letters are {script}", spans)


def _instead(text: str, code: str) -> str | None:
    """Return the language that a text is in instead of `code`, of those written in the same script."""
    settled = language_by_script(text)
    if settled:
        few_signs = (settled, code) == ("zh", "ja") and letters(text)["Han"] <= ENOUGH * WEIGHTS["Han"]
        return None if settled == code or few_signs else settled
    words = _different_words(text)
    found = _likely(words, code)
    if not found or code in (likely for likely, _ in found):
        return None
    likeliest = found[0][0]
    if len(words) >= ENOUGH:
        return likeliest
    if _is_plain_english(words):
        return None if code == "en" else "en"
    halves = [_likely(words[half::2], "")[:1] for half in (0, 1)]
    return likeliest if all(half and half[0][0] == likeliest for half in halves) else None


def _passages(text: str) -> Iterator[tuple[Span, str]]:
    """Yield lines long enough to tell the language of, each with it."""
    left = PASSAGES
    for line in _LINE.finditer(text):
        start, end = line.span()
        if end - start < 3 * PASSAGE or not left:
            continue
        settled = language_by_script(line[0])
        words = _different_words(line[0])
        if settled:
            yield (start, end), settled
        elif len(words) >= PASSAGE:
            left -= 1
            found = _likely(words, "")
            if found and found[0][1] > 0.9:
                yield (start, end), found[0][0]


def _likely(words: Sequence[str], code: str) -> list[tuple[str, float]]:
    """Ask the detector, and keep those of its answers that are written in the script of most letters."""
    text = " ".join(words)
    counts = letters(text)
    script = max(counts, key=lambda name: counts[name], default="Latin")
    languages = SHARED.get(script, _LATIN) | {code}
    found = ((lang.partition("-")[0], probability) for lang, probability in _probabilities(text) or ())
    return [(lang, probability) for lang, probability in found if lang in languages]


def _different_words(text: str) -> list[str]:
    """Return the words once each, in small letters: detectors trip over capitals, repetitions and endless words."""
    words = (word for word in text.lower().split() if len(word) <= LONGEST_WORD and RUNS.search(word))
    return list(dict.fromkeys(words))


def _is_plain_english(words: Sequence[str]) -> bool:
    known = _common_words()
    return 2 * sum(word.strip("\"'“”‘’.,;:!?()*_#-") in known for word in words) >= len(words)


@cache
def _common_words() -> frozenset[str]:
    return _COMMON.union(word_list())
