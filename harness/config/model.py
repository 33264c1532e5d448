"""The model of a run, completed from a model file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ..adapters.credentials import base_url_from_env
from ..adapters.registry import (
    adapter_names,
    check_adapter,
    check_batches,
    default_url,
    discounts_cached,
    is_adapter,
)
from ..errors import ConfigError
from .model_files import find_model, near_model, places_of
from .run_file import Config, override
from .sections import ModelSection

if TYPE_CHECKING:
    from .image_tokens import PictureTokens
    from .model_files import ModelEntry
    from .prices import Prices

DEFAULT_ADAPTER = "openai"
SAME_FORMAT = ("openai", "compatible")
"""Adapters for the same servers, with the same options."""
UNKNOWABLE = ("scripted", "replay")
"""Adapters whose model names are not names of models."""


@dataclass(frozen=True)
class ResolvedModel:
    """The model of a run with its request settings."""

    config: Config
    """With the base URL, key variable, settings and options of the model file."""
    entry: ModelEntry | None = None
    """The model file's entry; None if no file has the model."""
    prices: Prices | None = None
    """None is unknown."""
    applied: tuple[str, ...] = ()
    """The changes that the model file made to the requests, in words."""
    hint: str = ""
    """A suggestion, if no model file has the model."""

    @property
    def max_output(self) -> int | None:
        """Maximum tokens of one response; None if unknown."""
        return self.config.model.max_tokens or (self.entry.max_output if self.entry else None)

    @property
    def takes_images(self) -> bool | None:
        """Whether the model takes pictures; None if that is not on record."""
        own = self.config.model.images
        return own if own is not None else self.entry.images if self.entry else None

    @property
    def picture_tokens(self) -> PictureTokens | None:
        """Return the tokens of a picture by its size; None if unknown."""
        own = self.config.model.image_tokens
        if own is not None:
            return lambda _width, _height: own
        return self.entry.image_tokens.count if self.entry and self.entry.image_tokens else None

    def in_batches(self) -> ResolvedModel:
        """Return the model with the prices of requests in batches; raises `ConfigError` for an adapter without any."""
        check_batches(adapter := self.config.model.adapter)
        prices = self.prices.in_batch(cached=discounts_cached(adapter)) if self.prices else None
        return replace(self, prices=prices)

    @property
    def notes(self) -> list[str]:
        """Messages to print before the first request."""
        name = f"{self.entry.name} ({self.entry.origin})" if self.entry else ""
        return [*([self.hint] if self.hint else []), *(f"{name}: {change}" for change in self.applied)]

    def to_json(self) -> dict[str, Any]:
        """Return the part of `run.json` about the model."""
        if self.entry is None:
            return {"prices": self.prices.to_json()} if self.prices else {}
        prices = self.prices.to_json() if self.prices else "unknown"
        known = {"file": self.entry.origin, "name": self.entry.name, "cutoff": self.entry.cutoff or "unknown"}
        return {"model_file": {**known, "prices": prices, "applied": list(self.applied)}}


def resolve_model(config: Config) -> ResolvedModel:
    """Return the model of `config`, completed from the model file that has it.

    Settings of the run file and the command line take precedence. At another base URL than the model file's, prices
    are unknown; limits, options and request fields apply unless the model file gives a base URL for them.
    Raises `ConfigError`.
    """
    model = config.model
    entry = None if model.adapter in UNKNOWABLE else find_model(model.name, places_of(config))
    elsewhere = _has_other_url(model, entry) if entry else False
    if not model.adapter:
        adapter = entry.adapter if entry and not elsewhere else DEFAULT_ADAPTER
        model = replace(model, adapter=adapter)
    check_adapter(model.adapter)
    hint = _hint(model, config, entry)
    if entry is None or not _same_format(entry.adapter, model.adapter):
        return ResolvedModel(replace(config, model=model), hint=hint)
    if not elsewhere:
        model = replace(model, base_url=model.base_url or entry.base_url, key_env=model.key_env or entry.key_env)
    if elsewhere and entry.base_url:
        entry = replace(entry, max_output=None, options={}, extra={})
    model, applied = _with_quirks(model, entry, name=entry.api_name if elsewhere else entry.sent)
    if elsewhere:
        applied = (*applied, f"asked at another address than {entry.origin} knows: prices unknown")
    prices = None if elsewhere else entry.prices
    return ResolvedModel(replace(config, model=model), entry, prices, applied, hint)


def _hint(model: ModelSection, config: Config, entry: ModelEntry | None) -> str:
    if model.file and (entry is None or entry.origin != Path(model.file).name):
        return f"the model file {model.file} has no model {model.name!r}"
    if entry or model.adapter in UNKNOWABLE or model.base_url:
        return ""
    close = near_model(model.name, places_of(config))
    return f"no model file has {model.name!r}{close} Its prices and limits are unknown." if close else ""


def _same_format(one: str, other: str) -> bool:
    return one == other or (one in SAME_FORMAT and other in SAME_FORMAT)


def _has_other_url(model: ModelSection, entry: ModelEntry) -> bool:
    """Return whether the run sets another base URL than the model file, directly or by an environment variable."""
    given = model.base_url
    if not given and (model.adapter or not entry.base_url):  # an adapter given by name implies its base URL
        given = base_url_from_env(model.adapter or entry.adapter)
    expected = entry.base_url or default_url(model.adapter or entry.adapter) or default_url(entry.adapter)
    return bool(given) and (given or "").rstrip("/") != (expected or "").rstrip("/")


def _with_quirks(model: ModelSection, entry: ModelEntry, *, name: str | None) -> tuple[ModelSection, tuple[str, ...]]:
    """Return the model with the entry's settings where the run has none, and the changes in words.

    `name` replaces the model name in requests; None leaves it.
    """
    applied = []
    changes: dict[str, Any] = {}
    if name and name != model.name:
        changes["name"] = name
    if name and name.casefold() != model.name.casefold():
        applied.append(f"the name that is sent is {name}")
    for place, needed in (("options", entry.options), ("extra", entry.extra)):
        have: Mapping[str, Any] = getattr(model, place)
        added = {key: value for key, value in needed.items() if key not in have}
        if added:
            changes[place] = {**added, **have}
            applied += [f"{place}.{key} = {_format_value(value)}" for key, value in added.items()]
    if model.prompt_prefix is None and entry.prompt_prefix:
        changes["prompt_prefix"] = entry.prompt_prefix
        applied.append(f"each question begins with the line {entry.prompt_prefix!r}")
    most = entry.max_output
    if model.max_tokens and most and model.max_tokens > most:
        changes["max_tokens"] = most
        applied.append(f"max_tokens is {most} instead of {model.max_tokens}: the model gives no more")
    return replace(model, **changes), tuple(applied)


def _format_value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def apply_model_options(config: Config, model: str | None, adapter: str | None, base_url: str | None) -> Config:
    """Apply `--model`, `--adapter` and `--base-url`.

    `adapter/name` selects both. A name in a model file selects that file's adapter and base URL. Any other name, with
    or without a slash, uses the adapter of the run file or of `--adapter`. Settings for the run file's adapter (base
    URL, key, options) do not apply to another adapter. Raises `ConfigError`.
    """
    if adapter:
        check_adapter(adapter)
    entry = None
    if model and not adapter:
        provider, slash, name = model.partition("/")
        if slash and is_adapter(provider):
            adapter, model = provider, name
        elif not base_url and not config.model.base_url and (entry := find_model(model, places_of(config))):
            adapter, base_url = entry.adapter, entry.base_url
        elif slash and not base_url and (hint := did_you_mean(provider, known := adapter_names())):
            raise ConfigError(f"--model {model}: unknown adapter {provider!r}{hint} (adapters: {', '.join(known)})")
    if adapter and (adapter != (config.model.adapter or DEFAULT_ADAPTER) or (entry and entry.base_url)):
        config = replace(config, model=_fresh(config.model, adapter))
    config = override(config, {"model.name": model, "model.adapter": adapter, "model.base_url": base_url})
    if not config.model.name:
        raise ConfigError(f"{config.path} has no model; add --model ADAPTER/NAME")
    return config


def _fresh(model: ModelSection, adapter: str) -> ModelSection:
    """Return the settings of `model` that every adapter understands."""
    shared = ("file", "max_tokens", "temperature", "top_p", "seed", "stop")
    return ModelSection(adapter=adapter, **{name: getattr(model, name) for name in shared})
