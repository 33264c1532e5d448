"""Finding given words in a text: literally, in any case, as whole words."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from .plain.markup import emphasis_in_words
from .plain.spans import apply_edits
from .scripts import HAN_KANA, MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..verdict import Span
    from .plain.spans import SpanMap

# Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without spaces: nothing bounds a word in them.
_UNSPACED = rf"{HAN_KANA}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_LETTER = rf"(?:[^\W_{_UNSPACED}]|[{MARKS}])"
_IS_LETTER = re.compile(_LETTER)
_SPECIAL = re.compile(rf"[{_UNSPACED}{MARKS}]")
_PLAIN_LETTER = r"[^\W_]"
"""The same as `_LETTER` where a text has nothing `_SPECIAL`; it compiles thirty times faster."""
_ALIKE = {c: f"[{group}]" for group in ("'’ʼ", '"“”„', "\\-‐‑") for c in group.replace("\\", "")}
"""Characters that are one and the same to a reader, by character."""


_FOLDED = re.compile("[ıſ\u0130\u212a]")
"""What is one of i, s and k to a search in any case, and does not become it in small letters, or not in one place."""
_RUN = re.compile(r"[^\W_]*+")
_BETWEEN = r"[*_~]{0,3}+\s++[*_~]{0,3}+"
"""What may be between two words of a phrase: white space, with marks of emphasis on either side of it."""


def find_words(raw: str, literals: tuple[str, ...]) -> list[Span]:
    """Return where any of `literals` stands as a whole word or phrase, in any case.

    An underscore, a hyphen or an apostrophe bounds a word; scripts written without spaces have no bounds. Emphasis in
    a word or between the words of a phrase is looked past (`**H**ello`, `New **York**`).
    """
    if not literals:
        return []
    bare, origin = _bare(raw) if "*" in raw else (raw, None)
    found = _places_of(bare, literals)
    return [origin.place(span) for span in found] if origin else found


@lru_cache(maxsize=8)
def _bare(raw: str) -> tuple[str, SpanMap | None]:
    """Return `raw` without emphasis in words, and where its stretches are in `raw`; None if it has none."""
    inside = emphasis_in_words(raw)
    return apply_edits(raw, [(start, end, "") for start, end in inside]) if inside else (raw, None)


def _places_of(raw: str, literals: tuple[str, ...]) -> list[Span]:
    plain, lower = _plain(literals), _looked_at(raw)[1]
    if plain and lower:
        return sorted(span for word in plain for span in _places(raw, lower, word))
    return [match.span() for match in _finder(raw, literals).finditer(raw)]


def has_word(raw: str, literal: str) -> bool:
    """True if `raw` has `literal` as a whole word or phrase, in any case."""
    raw = _bare(raw)[0] if "*" in raw else raw
    plain, lower = _plain((literal,)), _looked_at(raw)[1]
    if plain and lower:
        return any(True for _ in _places(raw, lower, plain[0]))
    return _finder(raw, (literal,)).search(raw) is not None


@lru_cache(maxsize=1024)
def _plain(literals: tuple[str, ...]) -> tuple[str, ...]:
    """Return the literals in small letters, each once, if all are words of English letters and digits; else nothing.

    Such words are found letter by letter, which takes a fraction of the time in which a pattern is made of them.
    """
    usual = all(literal.isascii() and literal.isalnum() for literal in literals)
    return tuple(dict.fromkeys(literal.lower() for literal in literals)) if usual else ()


@lru_cache(maxsize=8)
def _looked_at(raw: str) -> tuple[bool, str]:
    """Say whether `raw` holds anything `_SPECIAL`; and return it in small letters if plain words can be found in that.

    Cached for the last few texts: one text is searched for many words.
    """
    if raw.isascii():
        return False, raw.lower()
    if _SPECIAL.search(raw):
        return True, ""
    lower = "" if _FOLDED.search(raw) else raw.lower()
    return False, lower if len(lower) == len(raw) else ""


def _places(raw: str, lower: str, word: str) -> Iterator[Span]:
    """Yield where `word` stands alone; nothing else of the run of letters that it was found in can."""
    at = lower.find(word)
    while at >= 0:
        end = _RUN.match(raw, at).end()  # type: ignore[union-attr]  # it matches anywhere
        if end == at + len(word) and not raw[at - 1 : at].isalnum():
            yield at, end
        at = lower.find(word, end)


def _finder(raw: str, literals: tuple[str, ...]) -> re.Pattern[str]:
    return _pattern(literals, _LETTER if _looked_at(raw)[0] else _PLAIN_LETTER)


@lru_cache(maxsize=1024)
def _pattern(literals: tuple[str, ...], letter: str) -> re.Pattern[str]:
    """One branch for each way in which literals are bounded; a look at the first character comes before all."""
    branches: dict[tuple[str, str], list[str]] = {}
    for literal in sorted((literal.strip() for literal in literals), key=len, reverse=True):
        left = f"(?<!{letter})" if _IS_LETTER.match(literal[:1]) else ""
        right = f"(?!{letter})" if _IS_LETTER.match(literal[-1:]) else ""
        body = _BETWEEN.join("".join(map(_character, part)) for part in literal.split())
        branches.setdefault((left, right), []).append(body)
    joined = "|".join(f"{left}(?:{'|'.join(bodies)}){right}" for (left, right), bodies in branches.items())
    firsts = "|".join(sorted({_character(literal.strip()[:1]) for literal in literals}))
    return re.compile(f"(?={firsts})(?:{joined})", re.IGNORECASE)


def _character(character: str) -> str:
    return _ALIKE.get(character) or re.escape(character)


def runs_on(before: str, after: str) -> bool:
    """True if a word runs over the seam between the characters `before` and `after`."""
    return bool(_IS_LETTER.match(before) and _IS_LETTER.match(after))


def not_regular(pattern: str) -> str:
    """Say why `pattern` is no regular expression, or ""; published verifiers read keywords as such."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"{pattern!r:.60} is no regular expression ({error}), and the published verifier reads it as one"
    return ""


_VOWELS = "aeiou"
_VOWEL = re.compile(f"[{_VOWELS}y]")
_IRREGULAR = {
    **{f"{stem}f": f"{stem}ves" for stem in ("cal", "el", "hal", "lea", "loa", "sel", "shea", "shel", "thie", "wol")},
    **{f"{stem}fe": f"{stem}ves" for stem in ("kni", "li", "wi")},
    **{f"{stem}is": f"{stem}es" for stem in ("analys", "bas", "cris", "diagnos", "emphas", "hypothes", "oas", "thes")},
    "child": "children",
    "criterion": "criteria",
    "foot": "feet",
    "goose": "geese",
    "man": "men",
    "mouse": "mice",
    "person": "people",
    "phenomenon": "phenomena",
    "tooth": "teeth",
    "woman": "women",
}
"""Plurals that no rule makes."""
_OTHER_WORDS = frozenset(("evening", "hers", "herring", "news", "ours", "theirs", "wicked", "yours"))
"""Words of their own that look like a form of "even", "her", "new" and so on."""


@lru_cache(maxsize=1024)
def inflections(word: str) -> tuple[str, ...]:
    """Return `word` with its English plural and its regular -ed and -ing forms; other than plain words stay alone.

    >>> inflections("carry")
    ('carry', 'carries', 'carried', 'carrying')
    """
    base = word.lower()
    if not (base.isascii() and base.isalpha() and len(base) > 2):
        return (word,)
    irregular = [_IRREGULAR[base]] if base in _IRREGULAR else []
    forms = [word, *_plurals(base), *irregular, *(f"{stem}ed" for stem in _stems(base))]
    forms += [f"{stem}ing" for stem in _stems(base, before="i")]
    return tuple(dict.fromkeys(form for form in forms if form == word or form not in _OTHER_WORDS))


def _plurals(base: str) -> list[str]:
    if base.endswith("y") and base[-2] not in _VOWELS:
        return [f"{base[:-1]}ies"]
    hissing = base.endswith(("s", "x", "z", "ch", "sh", "o"))
    return [f"{base}s", *([f"{base}es"] if hissing else [])]


def _stems(base: str, before: str = "e") -> list[str]:
    """What -ed or -ing (`before` is its first letter) is put on: the last letter dropped, changed or doubled."""
    if base.endswith("ie"):
        return [base[:-1]] if before == "e" else [f"{base[:-2]}y"]
    if base.endswith(("ee", "oe", "ye")):
        short = len(base) == 3 and base.endswith("ee") and before == "e"  # "seed" and "feed" are not of "see" and "fee"
        return [] if short else [base[:-1]] if before == "e" else [base]
    if base.endswith("e"):
        return [base[:-1]] if _VOWEL.search(base[:-1]) else []  # "thing" is not of "the"
    if base.endswith("y") and base[-2] not in _VOWELS and before == "e":
        return [f"{base[:-1]}i"]
    spoken = base.replace("qu", "q")
    vowels = [c in _VOWELS for c in spoken]
    if vowels[-3:] != [False, True, False] or base[-1] in "wxy":
        return [base]
    doubled = base + base[-1]
    one_syllable = sum(vowels) == 1 and "y" not in base[1:]
    # A word of one syllable doubles its last letter ("hop": hopped, while "hoped" is of "hope"); others may.
    return [doubled] if one_syllable and base[-1] != "s" else [base, doubled]


def words_within(words: list[Span], spans: Iterable[Span]) -> list[list[Span]]:
    """Return the words of a text that lie in each of `spans`, of which no end is inside a word."""
    starts = [start for start, _ in words]
    return [words[bisect_left(starts, start) : bisect_left(starts, end)] for start, end in spans]
