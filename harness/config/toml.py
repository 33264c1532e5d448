"""Reads TOML tables into dataclasses; errors name the nearest key or the expected type."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from scorers.errors import did_you_mean
from tasks.errors import BadQuality

from ..errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

_KINDS: dict[Any, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list",
    dict: "a table",
}


def typed_section(cls: type[T], table: Any, path: str, section: str, beside: Mapping[str, type] | None = None) -> T:
    """Read a TOML table into the dataclass `cls`; raises `ConfigError` for unknown keys and wrong types.

    `beside` holds the other sections of the file, so that the error about a misplaced key can name its section.
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [{section}] must be a table, got {table!r}")
    hints = typing.get_type_hints(cls)
    names = [f.name for f in fields(cls)]  # type: ignore[arg-type]  # every section is a dataclass
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in hints:
            hint = _home(key, beside or {}) or did_you_mean(key, names)
            raise ConfigError(f"{path}: [{section}] has no key {key!r}{hint} (keys: {', '.join(names)})")
        values[key] = typed_value(value, hints[key], f"{path}: [{section}] {key}")
    try:
        return cls(**values)
    except BadQuality as error:
        raise ConfigError(f"{path}: [{section}] {error}") from None


def _home(key: str, sections: Mapping[str, type]) -> str:
    homes = [name for name, kind in sections.items() if key in {f.name for f in fields(kind)}]
    return f"; it belongs in [{homes[0]}]" if homes else ""


def typed_value(value: Any, hint: Any, where: str) -> Any:
    """Return a TOML value checked against a type hint; accepts integers as floats, turns lists into tuples."""
    if hint is Any:
        return tuple(value) if isinstance(value, list) else value
    options = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if type(value) is date and str in options:
        return value.isoformat()
    for option in options:
        origin = get_origin(option) or option
        if is_dataclass(option) and isinstance(option, type) and isinstance(value, dict):
            path, _, key = where.partition(": ")
            return typed_section(option, value, path, "".join(key.split("[")).replace("] ", "."))
        if option is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if origin is tuple and isinstance(value, list):
            return tuple(typed_value(item, get_args(option)[0], f"{where}[{i}]") for i, item in enumerate(value))
        if origin is dict and isinstance(value, dict):
            inner = get_args(option)[1]
            return {k: typed_value(v, inner, f"{where}.{k}") for k, v in value.items()}
        if origin in (str, int, float, bool) and type(value) is origin:
            return value
    expected = [_KINDS.get(get_origin(o) or o, "a table") for o in options if o is not types.NoneType]
    raise ConfigError(f"{where} takes {' or '.join(expected)}, got {value!r}")
