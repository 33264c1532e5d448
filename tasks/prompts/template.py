"""Templates: text with named fields, cut up once, so that what fills a field is never parsed.

`{name}` is a value as it is: text, digits, or a list in brackets; `{name|filter}` puts it otherwise:

- `list`: a list as `"a", "b" and "c"`; `list:和` as Chinese writes it, “a”、“b”和“c”;
- `like:'1', '2' or '3'`: a list as the example puts three items, the joints and what is around them;
- `as:less than=少于, at least=不少于`: a choice in other words, with words for each of its values;
- `plural:NOUN`: a number with its noun, `1 word`, `3 words`;
- `ordinal`: a number as `1st`, `2nd`, `3rd`;
- `words`: a number below a hundred in words, `three`, `twenty-one`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean
from scorers.text.language.chinese import quote_chinese
from scorers.text.reasons import format_count, format_list

from ..errors import BadWording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<field>[^{}]*)\}|[{}]")
_NOUN = re.compile(r"[A-Za-z]+(?:[ -][A-Za-z]+)*")
_LIKE = re.compile(r"(?P<open>[^1]*)1(?P<joint>[^12]*)2(?P<last>[^123]*)3(?P<close>[^123]*)")
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FILTERS = {
    "list": "list of words",
    "like": "list of words",
    "plural": "integer",
    "ordinal": "integer",
    "words": "integer",
    "as": "choice",
}
"""Each filter with the kind of parameter that it takes."""


@dataclass(frozen=True)
class TemplateField:
    """A place that a value fills."""

    name: str
    filter: str = ""
    argument: str = ""

    def show(self, value: Any) -> str:
        """Return `value` as this place puts it."""
        if self.filter == "list" and self.argument:
            return quote_chinese(tuple(map(str, value)), self.argument)
        if self.filter == "as":
            return _pairs(self.argument)[str(value)]
        if self.filter == "list":
            return format_list(f'"{item}"' for item in value)
        if self.filter == "plural":
            return format_count(value, self.argument, _plural(self.argument))
        if self.filter == "ordinal":
            return ordinal(value)
        if self.filter == "words":
            return in_words(value)
        if self.filter == "like":
            return _like(self.argument, tuple(map(str, value)))
        return str(list(value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class Template:
    """A parsed template."""

    pieces: tuple[str | TemplateField, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, in order."""
        return tuple(piece.name for piece in self.pieces if isinstance(piece, TemplateField))

    def fill(self, values: Mapping[str, Any]) -> str:
        """Return the text with every field filled."""
        return "".join(piece if isinstance(piece, str) else piece.show(values[piece.name]) for piece in self.pieces)


def parse(text: str, kinds: Mapping[str, str], options: Mapping[str, Sequence[str]] | None = None) -> Template:
    """Cut `text` up; `kinds` are the fields it may name, each with its kind of value, `options` those of choices.

    Raises `BadWording`.
    """
    pieces: list[str | TemplateField] = []
    at = 0
    for match in _PIECE.finditer(text):
        pieces.append(text[at : match.start()])
        at = match.end()
        if match["field"] is not None:
            pieces.append(_field(match["field"], kinds, options or {}))
        elif match.group() in ("{{", "}}"):
            pieces.append(match.group()[0])
        else:
            raise BadWording(f"a single {match.group()!r} at character {match.start() + 1}; write it double to mean it")
    return Template((*pieces, text[at:]))


def _field(written: str, kinds: Mapping[str, str], options: Mapping[str, Sequence[str]]) -> TemplateField:
    name, bar, rest = (part.strip() for part in written.partition("|"))
    if name not in kinds:
        has = f"fields: {', '.join(kinds)}" if kinds else "it has no fields"
        raise BadWording(f"unknown field {{{written}}}{did_you_mean(name, kinds)} ({has})")
    if not bar:
        return TemplateField(name)
    filter, colon, argument = (part.strip() for part in rest.partition(":"))
    if filter not in _FILTERS:
        raise BadWording(
            f"unknown filter in {{{written}}}{did_you_mean(filter, _FILTERS)} "
            "(filters: list, like:1, 2 and 3, plural:NOUN, ordinal, words, as:VALUE=WORDS)"
        )
    if kinds[name] != _FILTERS[filter]:
        raise BadWording(
            f"{{{written}}}: {filter} takes the kind {_FILTERS[filter]}, but {name} is of the kind {kinds[name]}"
        )
    if filter == "plural" and not _NOUN.fullmatch(argument):
        raise BadWording(f"{{{written}}}: plural takes a noun, as in {{{name}|plural:word}}")
    if filter == "as":
        _check_pairs(written, argument, options.get(name, ()))
    if filter == "like" and not _LIKE.fullmatch(argument):
        raise BadWording(f"{{{written}}}: like takes an example of three items, as in {{{name}|like:'1', '2' and '3'}}")
    if filter in ("ordinal", "words") and colon:
        raise BadWording(f"{{{written}}}: {filter} takes nothing behind it")
    return TemplateField(name, filter, argument)


def _pairs(argument: str) -> dict[str, str]:
    """Read `value=words, value=words`."""
    parted = (pair.partition("=") for pair in argument.split(","))
    return {value.strip(): words.strip() for value, _, words in parted}


def _check_pairs(written: str, argument: str, options: Sequence[str]) -> None:
    pairs = _pairs(argument)
    blank = next((option for option in options if not pairs.get(option)), None)
    if blank is not None:
        raise BadWording(f"{{{written}}}: as says nothing for the value {blank!r}; write {blank}=WORDS into it")
    strange = [value for value in pairs if value not in options]
    if strange:
        raise BadWording(f"{{{written}}}: as knows no value {strange[0]!r}{did_you_mean(strange[0], options)}")


def ordinal(number: int) -> str:
    """Return "1st", "2nd", "3rd", "4th", "11th"."""
    suffix = "th" if abs(number) % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(abs(number) % 10, "th")
    return f"{number}{suffix}"


def in_words(number: int) -> str:
    """Return "three", "twenty-one"; a number that is negative or has three digits stays in digits."""
    if 0 <= number < len(_UNITS):
        return _UNITS[number]
    if not 0 <= number < 100:
        return str(number)
    ten, unit = _TENS[number // 10 - 2], number % 10
    return f"{ten}-{_UNITS[unit]}" if unit else ten


def _like(example: str, items: tuple[str, ...]) -> str:
    """Put `items` as the example puts 1, 2 and 3."""
    shape = _LIKE.fullmatch(example)
    assert shape is not None  # looked at when the template was read
    *before, end = items or ("",)
    body = f"{shape['joint'].join(before)}{shape['last']}{end}" if before else end
    return f"{shape['open']}{body}{shape['close']}"


def _plural(noun: str) -> str:
    """Return the regular English plural; of a phrase, that of its last word."""
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else f"{noun}s"
