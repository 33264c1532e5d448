"""JSON for the whole program: by orjson where it is installed, else by the standard library.

The two differ in numbers: orjson rounds whole ones of more than 64 bits, and spells exponents otherwise. So the program
writes a record with orjson only if no float in it has an exponent, and takes what orjson read as exact only if no float
in it is that large. orjson is also stricter: it rejects lone surrogates, NaN and deep nesting. Then the standard
library has the last word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

_EXACT = float(2**53)
_PLAINLY = (1e-4, 1e15)
"""Between these both write floats without an exponent."""
_PLAIN = frozenset((str, int, bool, type(None)))
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_encoded_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_encoded_indented = json.JSONEncoder(ensure_ascii=False, indent=2).encode


def dump_line(record: dict[str, Any]) -> bytes:
    """Return the compact JSON of a record in UTF-8, lone surrogates as escapes.

    The bytes are those of the standard library whatever is installed, so that a record is the same everywhere.
    """
    if (found := _by_orjson(record)) is not None:
        return found
    return _encoded(record).encode("utf-8", "backslashreplace")  # of all characters, only lone surrogates need it


def dump_canonical(record: dict[str, Any]) -> bytes:
    """Return the compact JSON of a record with sorted keys; lone surrogates are encoded as they are."""
    found = _by_orjson(record, sort=True)
    return _encoded_sorted(record).encode("utf-8", "surrogatepass") if found is None else found


def dump_indented(value: object) -> str:
    """Return the JSON of a value, two spaces a level, as the standard library writes it; only ASCII is escaped."""
    found = _by_orjson(value, indent=True)
    return _encoded_indented(value) if found is None else found.decode()


def stream_object(fields: Iterable[tuple[str, object]], dump: Callable[[object], str], step: int) -> Iterator[str]:
    """Yield the JSON of an object in pieces, laid out as `dump` lays values out by `step` spaces a level.

    An iterator among the values is written as a list, item by item. Fields and items are taken when it is their turn.
    """
    before = "{"
    for name, value in fields:
        yield f"{before}\n{' ' * step}{dump(name)}: "
        before = ","
        if isinstance(value, Iterator):
            yield from _stream_list(value, dump, step)
        else:
            yield _shift(dump(value), step)
    yield "{}" if before == "{" else "\n}"


def _stream_list(items: Iterator[object], dump: Callable[[object], str], step: int) -> Iterator[str]:
    before = "["
    for item in items:
        yield f"{before}\n{' ' * 2 * step}{_shift(dump(item), 2 * step)}"
        before = ","
    yield "[]" if before == "[" else f"\n{' ' * step}]"


def _shift(text: str, depth: int) -> str:
    """Return a JSON text that begins behind `depth` spaces: no line break in it is part of a value."""
    return text.replace("\n", "\n" + " " * depth)


def dump_any(value: object) -> bytes:
    """Return the compact JSON of a value in UTF-8, for readers to whom the spelling of numbers is all one.

    Raises `TypeError`, `ValueError` or `RecursionError` for what JSON cannot hold.
    """
    return _encoded(value).encode() if orjson is None else orjson.dumps(value)


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text; large whole numbers may be rounded.

    Raises `ValueError` or `RecursionError`.
    """
    if orjson is not None:
        with suppress(ValueError):
            return orjson.loads(raw)
    return json.loads(raw)


def peek_json(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line for a look at its texts: large whole numbers may be rounded in it.

    None is left to the standard library, which knows what is wrong.
    """
    if orjson is None:
        return None
    try:
        record = orjson.loads(line)
    except ValueError:
        return None
    return record if type(record) is dict else None


def load_json(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line exactly as `json.loads` reads it.

    None is left to the standard library: the line is wrong, or a number in it is large.
    """
    if orjson is None:
        return None
    try:
        record = orjson.loads(line)
        return record if type(record) is dict and _is_exact(record) else None
    except (ValueError, RecursionError):
        return None


def _by_orjson(record: object, *, sort: bool = False, indent: bool = False) -> bytes | None:
    if orjson is None:
        return None
    option = (orjson.OPT_SORT_KEYS if sort else 0) | (orjson.OPT_INDENT_2 if indent else 0)
    try:
        return orjson.dumps(record, option=option) if _is_plain(record) else None
    except (TypeError, RecursionError):  # a lone surrogate, a whole number of more than 64 bits, many levels
        return None


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is dict:
        return all(type(key) is str for key in value) and all(map(_is_plain, value.values()))
    if kind is float:
        return bool(value == 0 or _PLAINLY[0] <= abs(value) < _PLAINLY[1])
    return (kind is list or kind is tuple) and all(map(_is_plain, value))


def _is_exact(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all(map(_is_exact, value.values()))
    if kind is list:
        return all(map(_is_exact, value))
    return kind is not float or -_EXACT < value < _EXACT
