"""JSON by orjson where it is installed and does exactly what the standard library does, else by the standard library.

The two differ in numbers: orjson rounds whole ones of more than 64 bits, and spells exponents otherwise. So a record is
written by it only if no float in it has an exponent, and one that was read is taken only if no float is that large.
"""

from __future__ import annotations

import json
from typing import Any

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


def dump_compact(record: dict[str, Any]) -> bytes | None:
    """Return what `json.dumps` makes of a record, compact and in UTF-8; None for what is left to it."""
    return _by_orjson(record, sort=False)


def dump_text(record: dict[str, Any]) -> str:
    """Return the same as text, by the standard library."""
    return _encoded(record)


def dump_canonical(record: dict[str, Any]) -> bytes:
    """Return the compact JSON of a record with sorted keys; lone surrogates stand in it as they are."""
    found = _by_orjson(record, sort=True)
    return _encoded_sorted(record).encode("utf-8", "surrogatepass") if found is None else found


def load_json(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line as `json.loads` reads it; None for what is left to it, be it wrong or only large."""
    if orjson is None:
        return None
    try:
        record = orjson.loads(line)
        return record if type(record) is dict and _is_exact(record) else None
    except (ValueError, RecursionError):
        return None


def _by_orjson(record: dict[str, Any], *, sort: bool) -> bytes | None:
    if orjson is None:
        return None
    try:
        return orjson.dumps(record, option=orjson.OPT_SORT_KEYS if sort else 0) if _is_plain(record) else None
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
