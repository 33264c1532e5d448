"""Kinds of JSON values, for records that come from elsewhere and are checked before use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class ValueKind(NamedTuple):
    """What a value must be."""

    fits: Callable[[object], bool]
    name: str
    """In words: "a text"."""


def or_null(kind: ValueKind) -> ValueKind:
    """Return the kind that allows null as well."""
    return ValueKind(lambda value: value is None or kind.fits(value), f"{kind.name} or null")


def list_of(kind: ValueKind, name: str) -> ValueKind:
    """Return the kind of lists whose items are all of one kind."""
    return ValueKind(lambda value: isinstance(value, list) and all(map(kind.fits, value)), name)


TEXT = ValueKind(lambda value: isinstance(value, str), "a text")
NUMBER = ValueKind(lambda value: type(value) in (int, float), "a number")
WHOLE = ValueKind(lambda value: type(value) is int, "a whole number")
FLAG = ValueKind(lambda value: isinstance(value, bool), "true or false")
TABLE = ValueKind(lambda value: isinstance(value, dict), "a table")
COUNTS = ValueKind(
    lambda value: isinstance(value, dict) and all(map(NUMBER.fits, value.values())), "a table of numbers"
)
TEXTS = list_of(TEXT, "a list of texts")


def find_wrong_kind(record: Mapping[str, object], kinds: Mapping[str, ValueKind], prefix: str = "") -> str:
    """Return which field of a record is of a wrong kind and what it must be, "" if all fit.

    Fields that are missing, or that `kinds` does not name, are not looked at.
    """
    for name, value in record.items():
        kind = kinds.get(name)
        if kind and not kind.fits(value):
            return f"{prefix}{name} is {value!r:.40}, but must be {kind.name}"
    return ""
