"""Words and sentences as Multi-IF's verifier counts them: by the language that langdetect names.

Chinese and Japanese have one rule, Hindi has another one for sentences only, and Thai is cut by PyThaiNLP. Any other
language, and a text in which langdetect finds none, is counted as IFEval counts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from scorers import Unscorable

from ...text.paragraphs import trim
from ...text.plain.spans import SpanMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from scorers import Span, Text

_CHINESE_JAPANESE = frozenset({"zh-cn", "zh-tw", "ja"})
_HINDI, _THAI, _NONE_FOUND = "hi", "th", "en"
_LINE_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
"""What `str.splitlines` parts lines at, for a set of a regular expression."""
_LINE = re.compile(f"[^{_LINE_ENDS}]++")
_BETWEEN_STOPS = re.compile("[^.!?。！？．]++")
_HINDI_PIECE = re.compile("[^।!?]*+[।!?]|[^।!?]++")
_DELETED = "!\"#$%&'()*+,-./:;<>?@[\\]^_{}~`»—“”…、。《》「」〔〕！（），．：；？￥"
_LEFT = re.compile(f"[^{re.escape(_DELETED)}]++")
_WITHOUT = str.maketrans("", "", _DELETED)
_VARIATION_SELECTORS = {"\ufe0e", "\ufe0f"}
_ASIAN = "\u4e00-\u9fff\u3400-\u4dbf\u3040-\u30ff\uac00-\ud7af"
_ASIAN_CHARACTER = re.compile(f"[{_ASIAN}]")
_WORD = re.compile(rf"[{_ASIAN}]|[^\s{_ASIAN}]++")


class Counted(NamedTuple):
    """A number of words or sentences, and how it came about."""

    number: int
    by: str
    """langdetect's language, and whose counter that leads to."""
    places: Callable[[], list[Span]]
    """Returns where they are: `number` spans in order, found only when a verdict shows them."""


def count_words(text: Text) -> Counted:
    """Return the words of a text; raises `Unscorable` for Thai without PyThaiNLP."""
    language = text.detected_language or _NONE_FOUND
    if language in _CHINESE_JAPANESE:
        return text.get_cached("multiif words", lambda: _chinese_words(text.raw, language))
    if language == _THAI:
        return text.get_cached("multiif words", lambda: _of_spans(_thai_words(text.raw), language))
    return Counted(len(text.published_words), _by(text), lambda: text.published_words)


def count_sentences(text: Text) -> Counted:
    """Return the sentences of a text; raises `Unscorable` for Thai without PyThaiNLP."""
    language = text.detected_language or _NONE_FOUND
    cut = {_HINDI: _hindi_sentences, _THAI: _thai_sentences, **dict.fromkeys(_CHINESE_JAPANESE, _chinese_sentences)}
    if language in cut:
        return text.get_cached("multiif sentences", lambda: _of_spans(cut[language](text.raw), language))
    return Counted(len(text.published_sentences), _by(text), lambda: text.published_sentences)


def _of_spans(spans: list[Span], language: str) -> Counted:
    return Counted(len(spans), f"by the rule for {language}, which langdetect finds", lambda: spans)


def _by(text: Text) -> str:
    return f"by IFEval's rule, langdetect finds {text.detected_language or 'no language'}"


def _chinese_sentences(raw: str) -> list[Span]:
    """Return the stretches between stops, line by line; a closing quotation mark alone is one too."""
    lines = (trim(raw, *line.span()) for line in _LINE.finditer(raw))
    return [match.span() for start, end in lines for match in _BETWEEN_STOPS.finditer(raw, start, end)]


def _hindi_sentences(raw: str) -> list[Span]:
    """Return the pieces that end with a danda, `!` or `?`, and what follows the last one; not the blank ones."""
    found = (trim(raw, *match.span()) for match in _HINDI_PIECE.finditer(raw))
    return [(start, end) for start, end in found if start < end]


def _chinese_words(raw: str, language: str) -> Counted:
    """Count each Asian character, each emoji, and each run of anything else between them and white space.

    Punctuation and emoji are deleted first and nothing replaces them, so that what they part is one run.
    """
    left, emoji = _without_emoji(raw.translate(_WITHOUT))
    others, asian = _ASIAN_CHARACTER.subn(" ", left)
    number = asian + len(others.split()) + emoji
    return Counted(number, f"by the rule for {language}, which langdetect finds", lambda: _places(raw))


def _without_emoji(text: str) -> tuple[str, int]:
    """Return the text without emoji, and how many it has; a sequence is one.

    The package also deletes variation selectors and the joiners of sequences that it does not know.
    """
    if text.isascii() or not _emoji_signs().search(text):
        return text, 0
    found: list[str] = []

    def delete(emoji: str, _: object) -> str:
        found.append(emoji)
        return ""

    return _emoji_package().replace_emoji(text, delete), len(found)


def _places(raw: str) -> list[Span]:
    """Return where the words of a Chinese or Japanese text are, emoji among them."""
    origin = SpanMap.of_pieces([match.span() for match in _LEFT.finditer(raw)])
    left = raw.translate(_WITHOUT)
    plain, number = _without_emoji(left)
    found = _emoji_package().emoji_list(left) if number else []
    emoji = [(one["match_start"], one["match_end"]) for one in found]
    inside = {place for start, end in emoji for place in range(start, end)}
    places: list[int] = []
    for place, character in enumerate(left):
        if place not in inside and plain.startswith(character, len(places)):
            places.append(place)
    words = [(places[match.start()], places[match.end() - 1] + 1) for match in _WORD.finditer(plain)]
    return [origin.place(span) for span in sorted([*words, *emoji])]


@cache
def _emoji_signs() -> re.Pattern[str]:
    """Return what finds a character that begins or ends an emoji; without one, there is nothing to delete."""
    known = _emoji_package().EMOJI_DATA
    signs = {sign for sequence in known for sign in (sequence[0], sequence[-1]) if not sign.isascii()}
    signs |= _VARIATION_SELECTORS
    return re.compile(f"[{re.escape(''.join(sorted(signs)))}]")


@cache
def _emoji_package() -> Any:
    try:
        import emoji
    except ImportError as error:
        raise Unscorable(_missing("words of Chinese or Japanese text", "emoji", "emoji")) from error
    return emoji


def _thai_words(raw: str) -> list[Span]:
    """Return PyThaiNLP's words, blanks among them."""
    return _in_order(_thai("word_tokenize")(raw), raw, 0, len(raw))


def _thai_sentences(raw: str) -> list[Span]:
    """Return PyThaiNLP's sentences, line by line."""
    tokenize = _thai("sent_tokenize")
    lines = (match.span() for match in _LINE.finditer(raw))
    return [span for start, end in lines for span in _in_order(tokenize(raw[start:end]), raw, start, end)]


def _in_order(parts: list[str], raw: str, start: int, end: int) -> list[Span]:
    """Return where each part is; one that is not in the text as it stands has the place where it was sought."""
    found = []
    for part in parts:
        at = raw.find(part, start, end)
        place = (start, min(start + len(part), end)) if at < 0 else (at, at + len(part))
        found.append(place)
        start = place[1]
    return found


@cache
def _thai(name: str) -> Any:
    try:
        import pycrfsuite  # noqa: F401  # PyThaiNLP imports it only when it cuts sentences
        from pythainlp import tokenize
    except ImportError as error:
        raise Unscorable(_missing("Thai text", "pythainlp and python-crfsuite", '"ifharness[thai]"')) from error
    return getattr(tokenize, name)


def _missing(what: str, packages: str, install: str) -> str:
    return f"the rule book multiif needs {packages} for {what}; run: pip install {install}"
