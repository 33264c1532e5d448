"""Normalisation: a text as a reader sees it, with the places of its stretches in the text as it was written.

Invisible characters and HTML are removed; letters that look the same become the same (NFC and NFD, full-width and
mathematical letters, ligatures, an ellipsis and three full stops). Each step is linear, and plain ASCII costs nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category, is_normalized, normalize

from ..scripts import HAN_KANA
from .markup import markup_edits
from .spans import SpanMap, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .spans import Edit

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0"
"""Characters that show nothing: zero-width spaces, soft hyphens, signs of direction, fillers."""
_EAST = f"{HAN_KANA}\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_COMPATIBLE = "\ufb00-\ufb06\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"
_OTHER_FORMS = "…\u200c\u200d\u2028\u2029"
_INERT = "\x00-\u02ff\u2002-\u2125\u212c-\u2328\u2500-\u2adb\u3000-\u3029\u3041-\u3098\u309b-\u9fff\uff00-\uffff"
"""Characters that the form NFC leaves as they are, whatever is around them: most of most texts."""
_ANY = re.compile(f"[{INVISIBLE}{_COMPATIBLE}{_OTHER_FORMS}]|[^{_INERT}]")
_TRIGGERS = re.compile(f"[{INVISIBLE}{_COMPATIBLE}{_OTHER_FORMS}]")
# The joiners \u200c and \u200d stay between signs, where they make one emoji of several.
_FOLDED = re.compile(
    rf"(?P<invisible>[{INVISIBLE}]+|(?<=\w)[\u200c\u200d]+|[\u200c\u200d]+(?=[\w{INVISIBLE}]))|(?P<compatible>[{_COMPATIBLE}])"
    rf"|(?P<ellipsis>(?<![…{_EAST}])(?<![{_EAST}][“”‘’])…(?![“”‘’]?[…{_EAST}]))|(?P<line>\u2028)|(?P<paragraph>\u2029)"
)
_REPLACED = {"invisible": "", "ellipsis": "...", "line": "\n", "paragraph": "\n\n"}
# Vowels and final consonants of Hangul join the letter before them without being marks.
_JOINING_JAMO = "\u1160-\u11ff"


def fold(raw: str) -> str:
    """Return `raw` with its characters normalised; HTML stays.

    >>> fold("cafe\u0301 \uff21\uff29 co\u00adop…")
    'café AI coop...'
    """
    for edits in (_character_edits, _composing_edits):
        raw = _apply_edits(raw, edits(raw))[0]
    return raw


@lru_cache(maxsize=256)
def fold_literal(literal: str) -> str:
    """Return `fold(literal)`; cached, for the literals of instructions come again and again."""
    return fold(literal)


def make_plain(raw: str, *, markup: bool = True) -> tuple[str, list[SpanMap]]:
    """Return `raw` as a reader sees it, and the maps that lead back to it, the last one first.

    Without `markup` HTML stays. A text that is plain already has no maps.
    """
    maps: list[SpanMap] = []
    if markup and ("<" in raw or "&" in raw):
        raw, back = _apply_edits(raw, markup_edits(raw))
        maps += back
    if not raw.isascii() and _ANY.search(raw):
        for edits in (_character_edits, _composing_edits):
            raw, back = _apply_edits(raw, edits(raw))
            maps += back
    return raw, maps[::-1]


def _apply_edits(raw: str, edits: Iterable[Edit]) -> tuple[str, list[SpanMap]]:
    made = list(edits)
    if not made:
        return raw, []
    text, back = apply_edits(raw, made)
    return text, [back]


def _character_edits(raw: str) -> Iterator[Edit]:
    if raw.isascii():
        return
    at = 0
    while trigger := _TRIGGERS.search(raw, at):  # one set of characters is looked for faster than the alternatives
        at = trigger.end()
        match = _FOLDED.match(raw, trigger.start())
        if match is None:
            continue
        at = match.end()
        kind = str(match.lastgroup)
        yield *match.span(), normalize("NFKC", match[0]) if kind == "compatible" else _REPLACED[kind]


def _composing_edits(raw: str) -> Iterator[Edit]:
    """Yield what brings `raw` into the form NFC: letters with their marks, and single characters with another form."""
    if is_normalized("NFC", raw):
        return
    characters = sorted(filter(lambda character: not character.isascii(), set(raw)))
    marks = "".join(c for c in characters if category(c)[0] == "M") + _JOINING_JAMO
    single = "".join(c for c in characters if not is_normalized("NFC", c))
    pattern = f"[^{re.escape(marks[:-3])}{_JOINING_JAMO}]?[{re.escape(marks[:-3])}{_JOINING_JAMO}]+"
    pattern += f"|[{re.escape(single)}]" if single else ""
    for match in re.finditer(pattern, raw, re.DOTALL):
        composed = normalize("NFC", match[0])
        if composed != match[0]:
            yield *match.span(), composed
