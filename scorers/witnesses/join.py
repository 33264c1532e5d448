"""join: the intersection of a set's demands, and the first contradiction in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..demands import ANY, COUNTS, KEYED, LISTS, SINGLE, Demands, Range
from ..text.word_search import find_words, has_word
from .redundant import redundancies

if TYPE_CHECKING:
    from collections.abc import Iterator


_COUNTS = frozenset(COUNTS)
_COUNTED = {
    "sentence_words": "words in a sentence",
    "paragraph_words": "words in a paragraph",
    "word_repeats": "repetitions of a word",
}
"""Counts whose field does not say what they are."""


class JointDemands(NamedTuple):
    """The intersection of several demands, and the reason why nothing can meet it ("" where none is known)."""

    demands: Demands
    impossible: str


def combine(parts: list[Demands]) -> JointDemands:
    """Intersect `parts`; the reason names the first contradiction found, in plain words."""
    given = [[(name, value) for name, value in vars(part).items() if value and value is not ANY] for part in parts]
    merged: dict[str, Any] = {}
    keyed: dict[str, dict[str, Range]] = {}
    for name, value in (entry for entries in given for entry in entries):
        if name in _COUNTS:
            merged[name] = merged.get(name, ANY).meet(value)
        elif name in KEYED:
            ranges = keyed.setdefault(name, {})
            for key, between in value:
                ranges[key] = ranges.get(key, ANY).meet(between)
        elif name in LISTS:
            merged[name] = (*merged.get(name, ()), *value)
        elif name in SINGLE:
            merged[name] = max(merged.get(name, ""), value, key=len)
    merged |= {name: tuple(ranges.items()) for name, ranges in keyed.items()}
    merged |= {name: tuple(dict.fromkeys(merged[name])) for name in LISTS if name in merged}
    merged["title"] = any(part.title for part in parts)
    merged["quoted"] = any(part.quoted for part in parts)
    merged["repeats"] = any(part.repeats for part in parts)
    merged["stretches"] = max((part.stretches for part in parts), default=0)
    demands = Demands(**merged)
    reasons = (reason for check in _CHECKS for reason in check(demands, parts))
    return JointDemands(demands, next(reasons, ""))


def _empty_ranges(demands: Demands, _parts: list[Demands]) -> Iterator[str]:
    for name in COUNTS:
        span: Range = getattr(demands, name)
        if span.empty:
            yield f"no number of {_COUNTED.get(name, name)} is both at least {span.low} and at most {span.high}"
    for name in KEYED:
        for key, span in getattr(demands, name):
            if span.empty:
                yield f"no number of {key!r} is both at least {span.low} and at most {span.high}"
    if demands.sentences.high == 0:
        yield "a response that is not blank has at least 1 sentence"


def _clashing_values(demands: Demands, parts: list[Demands]) -> Iterator[str]:
    for name in ("case", "language", "form", "first"):
        values = sorted({getattr(part, name) for part in parts} - {""})
        if len(values) > 1:
            yield f"its {name} cannot be both {values[0]!r:.60} and {values[1]!r:.60}"
    ending = demands.last.lower()
    for part in parts:
        if part.last and not ending.endswith(part.last.lower()):
            yield f"it cannot end both with {part.last!r} and with {demands.last!r}"
    places: dict[int, str] = {}
    for n, word in demands.first_words:
        if places.setdefault(n, word) != word:
            yield f"paragraph {n} cannot start both with {places[n]!r} and with {word!r}"


def _literals(demands: Demands) -> Iterator[tuple[str, str]]:
    """Yield every string that the text must have as whole words, and how (a section label may touch its number)."""
    yield from ((literal, "must stand in it") for literal in demands.contains)
    if demands.last:
        yield demands.last, "must end it"
    if demands.first:
        yield demands.first, "must begin it"
    yield from ((word, f"must start paragraph {n}") for n, word in demands.first_words)
    yield from ((word, "must occur in it") for word, span in demands.counts if span.low)


def _forbidden_parts(demands: Demands, _parts: list[Demands]) -> Iterator[str]:
    for part in demands.parts:
        for character in demands.lacks:
            if character in part:
                yield f"{character!r} is forbidden, yet {_short(part)} must stand in it"


def _forbidden_literals(demands: Demands, _parts: list[Demands]) -> Iterator[str]:
    for literal, how in _literals(demands):
        for word in demands.excludes:
            if has_word(literal, word):
                yield f"{word!r} is forbidden, yet {_short(literal)} {how}"
        for character in demands.lacks:
            if character in literal:
                yield f"{character!r} is forbidden, yet {_short(literal)} {how}"


def _whole_forms(demands: Demands, _parts: list[Demands]) -> Iterator[str]:
    """What cannot be part of one of a few fixed answers, or in a text of one case."""
    if demands.form == "option":
        for word in demands.contains:
            if not any(has_word(option, word) for option in demands.option):
                yield f"{_short(word)} must stand in it, yet it must be one of {len(demands.option)} fixed answers"
        for what, needed in (("a title", demands.title), ("a postscript", demands.postscript)):
            if needed:
                yield f"{what} must stand in it, yet it must be one of {len(demands.option)} fixed answers"
    for what in demands.layout:
        if demands.form in ("json", "option"):
            form = "JSON" if demands.form == "json" else f"one of {len(demands.option)} fixed answers"
            yield f"{what} must stand in it, yet it must be {form}"
    if demands.case == "lower" and demands.capitals.low:
        yield f"it must be in lower case, yet hold at least {demands.capitals.low} words in capitals"


def _too_few_words(demands: Demands, _parts: list[Demands]) -> Iterator[str]:
    # Keywords are not counted: a hyphen makes one word of several of them.
    high = demands.words.high
    if high is not None and (least := max(map(_words, (demands.first, demands.last)))) > high:
        yield f"what must begin or end it has {least} words, at most {high} are allowed"


def _too_often(demands: Demands, _parts: list[Demands]) -> Iterator[str]:
    """A word that may occur fewer times than the obligatory beginning and end already hold it."""
    for word, span in demands.counts:
        fixed = sum(len(find_words(literal, (word,))) for literal in (demands.first, demands.last) if literal)
        if span.high is not None and fixed > span.high:
            yield f"{word!r} may occur at most {span.high} times, yet what must begin and end it holds it {fixed} times"

    most = demands.word_repeats.high
    for word, span in demands.counts:
        if most is not None and span.low > most:
            yield f"no word may occur more than {most} times, yet {word!r} must occur {span.low} times"


def _clashing_traits(demands: Demands, _parts: list[Demands]) -> Iterator[str]:
    fixed: dict[str, str] = {}
    for what, how in demands.traits:
        if fixed.setdefault(what, how) != how:
            yield f"its {what} cannot be both {fixed[what]!r} and {how!r}"


def _words(literal: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in literal.split())


def _short(literal: str) -> str:
    return repr(literal if len(literal) <= 60 else f"{literal[:59]}…")


_CHECKS = (
    _empty_ranges,
    _clashing_values,
    _whole_forms,
    _forbidden_literals,
    _forbidden_parts,
    _too_few_words,
    _too_often,
    _clashing_traits,
    redundancies,
)
