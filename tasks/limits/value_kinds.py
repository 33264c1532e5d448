"""Kinds of JSON values, for records that come from elsewhere and are checked before use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class ValueKind(NamedTuple):
    """What a value must be."""

    fits: Callable[[object], bool]
    name: str
    """In words: "a text"."""
    exact: type | None = None
    """A type whose values all fit: for them `fits` need not be called."""


def or_null(kind: ValueKind) -> ValueKind:
    """Return the kind that allows null as well."""
    return ValueKind(lambda value: value is None or kind.fits(value), f"{kind.name} or null")


def list_of(kind: ValueKind, name: str) -> ValueKind:
    """Return the kind of lists whose items are all of one kind."""
    return ValueKind(lambda value: isinstance(value, list) and all(map(kind.fits, value)), name)


TEXT = ValueKind(lambda value: isinstance(value, str), "a text", str)


def _is_name(value: object) -> bool:
    """Return whether a value is a text that a file can hold: half of a surrogate pair has no UTF-8."""
    if not isinstance(value, str):
        return False
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:
        return False


NAME = ValueKind(_is_name, "a text in UTF-8")
_LARGEST = 1e15
"""Above it a number is damage: no count, time or amount of money of ours is that large."""
_NUMBERS = (int, float)


def _is_amount(value: Any) -> bool:
    return type(value) in _NUMBERS and 0 <= value <= _LARGEST


AMOUNT = ValueKind(_is_amount, "a number from 0")
WHOLE = ValueKind(lambda value: type(value) is int, "a whole number", int)
FLAG = ValueKind(lambda value: isinstance(value, bool), "true or false", bool)
TABLE = ValueKind(lambda value: isinstance(value, dict), "a table", dict)
COUNTS = ValueKind(
    lambda value: isinstance(value, dict) and all(map(AMOUNT.fits, value.values())), "a table of numbers from 0"
)
TEXTS = list_of(TEXT, "a list of texts")


def find_wrong_kind(record: Mapping[str, object], kinds: Mapping[str, ValueKind], prefix: str = "") -> str:
    """Return which field of a record is of a wrong kind and what it must be, "" if all fit.

    Fields that are missing, or that `kinds` does not name, are not looked at.
    """
    for name, value in record.items():
        kind = kinds.get(name)
        if kind is None or type(value) is kind.exact:
            continue
        if not kind.fits(value):
            return f"{prefix}{name} is {value!r:.40}, but must be {kind.name}"
    return ""
