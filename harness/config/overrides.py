"""Overrides of single keys of a run file: `--set SECTION.KEY=VALUE`, `--omit`, `--price-in` and `--price-out`."""

from __future__ import annotations

import re
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_type_hints

from scorers.errors import did_you_mean
from tasks.limits.syntax import parse_toml

from ..errors import ConfigError
from .prices import Prices
from .run_file import SECTIONS, override
from .toml import typed_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .model import ResolvedModel
    from .run_file import Config

_PART = re.compile(r'"([^"]*)"|([^."]+)')
_FORM = "give SECTION.KEY=VALUE, such as --set model.extra.reasoning_effort=low"


def parse_assignment(text: str) -> tuple[str, Any]:
    """Return key and value of "KEY=VALUE"; what is no TOML value is a text. Raises `ConfigError` without "="."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise ConfigError(f"--set {text!r:.80}: {_FORM}")
    try:
        found = parse_toml(f"value = {value}")
    except ValueError:
        return key.strip(), value.strip()
    return key.strip(), found["value"] if found.keys() == {"value"} else value.strip()


def set_keys(config: Config, values: Mapping[str, Any]) -> Config:
    """Return `config` with keys replaced, by their dotted names; a key of a table leaves its other keys.

    Parts of a name that contain a dot are in double quotes. Raises `ConfigError` with near misses.
    """
    for key, value in values.items():
        section, name, rest = _split(key)
        current: Any = getattr(getattr(config, section), name)
        where = f"--set: [{section}] {name}"
        given = _nest(where, current, rest, value) if rest else value
        hint = get_type_hints(SECTIONS[section])[name]
        config = override(config, {f"{section}.{name}": typed_value(_to_toml(given), hint, where)})
    return config


def _split(key: str) -> tuple[str, str, list[str]]:
    """Return section, key and the parts behind it."""
    parts = [quoted or bare.strip() for quoted, bare in _PART.findall(key)]
    section = parts[0] if parts else ""
    if section not in SECTIONS:
        known = [f"{name}.{field.name}" for name, kind in SECTIONS.items() for field in fields(kind)]
        homes = [name for name in known if name.partition(".")[2] == section]
        hint = f"; did you mean {homes[0]!r}?" if homes else did_you_mean(section, SECTIONS) or did_you_mean(key, known)
        raise ConfigError(f"--set {key}: unknown section {section!r}{hint} (sections: {', '.join(SECTIONS)})")
    names = [field.name for field in fields(SECTIONS[section])]
    if len(parts) < 2 or parts[1] not in names:
        name = parts[1] if len(parts) > 1 else ""
        what = f"[{section}] has no key {name!r}{did_you_mean(name, names)}" if name else _FORM
        raise ConfigError(f"--set {key}: {what} (keys: {', '.join(names)})")
    return section, parts[1], parts[2:]


def _nest(where: str, current: Any, rest: Sequence[str], value: Any) -> dict[str, Any]:
    """Return the table `current` with the value at `rest` replaced."""
    if is_dataclass(current) and not isinstance(current, type):
        current = asdict(current)
    if isinstance(current, bool):  # the rules of the quality filter, all by default
        current = {}
    if not isinstance(current, dict):
        raise ConfigError(f"{where} is no table, so it has no key {rest[0]!r}")
    name, *inner = rest
    return {**current, name: _nest(f"{where}.{name}", current.get(name, {}), inner, value) if inner else value}


def _to_toml(value: Any) -> Any:
    """Return a value with lists, as a run file has them, instead of tuples."""
    if isinstance(value, dict):
        return {name: _to_toml(item) for name, item in value.items()}
    return [_to_toml(item) for item in value] if isinstance(value, list | tuple) else value


def omit_settings(model: ResolvedModel, names: Iterable[str]) -> ResolvedModel:
    """Return the model with further settings that are not sent."""
    added = tuple(names)
    if not added:
        return model
    section = model.config.model
    before = section.options.get("omit", ())
    listed = tuple(before) if isinstance(before, list | tuple) else ()
    options = {**section.options, "omit": tuple(dict.fromkeys((*listed, *added)))}
    return replace(model, config=replace(model.config, model=replace(section, options=options)))


def set_prices(model: ResolvedModel, price_in: float | None, price_out: float | None) -> ResolvedModel:
    """Return the model with prices in US dollars per million tokens; raises `ConfigError` for one without the other."""
    if price_in is None and price_out is None:
        return model
    given = []
    for name, value in (("--price-in", price_in), ("--price-out", price_out)):
        if value is None:
            raise ConfigError(f"{name} is missing: --price-in and --price-out need each other")
        if not 0 <= value < float("inf"):
            raise ConfigError(f"{name} is {value:g}, but must be 0 or more")
        given.append(value)
    today = datetime.now(UTC).date().isoformat()
    return replace(model, prices=Prices(given[0], given[1], today, source="--price-in and --price-out"))
