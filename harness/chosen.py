"""chosen: the model of a run, completed by what a model file knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.formats.sample_file import SamplesById
from tasks.sample import Part, Sample, Turn

from .adapter import check_adapter
from .keys import base_url_from_env
from .models import find_model, near_model, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .budget import Limits
    from .config import Config, Model
    from .cost import Prices
    from .models import ModelEntry

DEFAULT_ADAPTER = "openai"
SAME_FORMAT = ("openai", "compatible")
"""Adapters that speak to the same servers, with the same options."""
UNKNOWABLE = ("scripted", "replay")
"""Adapters whose model names are not those of models."""


@dataclass(frozen=True)
class Chosen:
    """Whom a run asks, and how."""

    config: Config
    """With the address, key variable, settings and options that the model file adds."""
    entry: ModelEntry | None = None
    """What a model file knows; None if none knows the model."""
    prices: Prices | None = None
    """None is not known."""
    applied: tuple[str, ...] = ()
    """What the model file changed about the requests, in words."""
    hint: str = ""
    """What the user may have meant, where the model files do not know the model."""

    @property
    def max_output(self) -> int | None:
        """Tokens that one answer can have at the most, or None if nobody knows."""
        return self.config.model.max_tokens or (self.entry.max_output if self.entry else None)

    @property
    def notes(self) -> list[str]:
        """What the user should know before anything is asked."""
        who = f"{self.entry.name} ({self.entry.origin})" if self.entry else ""
        return [*([self.hint] if self.hint else []), *(f"{who}: {change}" for change in self.applied)]

    @property
    def limits(self) -> Limits:
        """What the run must not go above; raises `ConfigError` where that cannot be known."""
        from .budget import Limits

        ask = self.config.ask
        return Limits(self.prices, ask.max_cost, ask.max_tokens_total, self.max_output, self.config.model.name)

    def turned(self, samples: Mapping[str, Sample]) -> Mapping[str, Sample]:
        """Return the samples as they are asked: with the prompt prefix, under their own ids."""
        prefix = self.config.model.prompt_prefix
        return _Turned(samples, prefix) if prefix else samples

    def to_json(self) -> dict[str, Any]:
        """Return what `run.json` says about it."""
        if self.entry is None:
            return {}
        prices = self.prices.to_json() if self.prices else "unknown"
        known = {"file": self.entry.origin, "name": self.entry.name, "cutoff": self.entry.cutoff or "unknown"}
        return {"model_file": {**known, "prices": prices, "applied": list(self.applied)}}


def complete(config: Config) -> Chosen:
    """Return the model of `config`, completed by a model file that knows it.

    What the run file or the command line sets stays as it is. At another address than the model file's, prices are
    not known; limits, options and request fields are, unless the model file names an address that they belong to.
    Raises `ConfigError`.
    """
    model = config.model
    entry = None if model.adapter in UNKNOWABLE else find_model(model.name, places_of(config))
    elsewhere = _elsewhere(model, entry) if entry else False
    if not model.adapter:
        adapter = entry.adapter if entry and not elsewhere else DEFAULT_ADAPTER
        model = replace(model, adapter=adapter)
    check_adapter(model.adapter)
    hint = _hint(model, config, entry)
    if entry is None or not _same_format(entry.adapter, model.adapter):
        return Chosen(replace(config, model=model), hint=hint)
    if not elsewhere:
        model = replace(model, base_url=model.base_url or entry.base_url, key_env=model.key_env or entry.key_env)
    if elsewhere and entry.base_url:
        entry = replace(entry, max_output=None, options={}, extra={})
    model, applied = _with_quirks(model, entry, name=entry.api_name if elsewhere else entry.sent)
    if elsewhere:
        applied = (*applied, f"asked at another address than {entry.origin} knows: prices unknown")
    prices = None if elsewhere else entry.prices
    return Chosen(replace(config, model=model), entry, prices, applied, hint)


def _hint(model: Model, config: Config, entry: ModelEntry | None) -> str:
    if model.file and (entry is None or entry.origin != Path(model.file).name):
        return f"the model file {model.file} does not know {model.name!r}"
    if entry or model.adapter in UNKNOWABLE or model.base_url:
        return ""
    close = near_model(model.name, places_of(config))
    return f"no model file knows {model.name!r}{close} Its prices and limits are unknown." if close else ""


def _same_format(one: str, other: str) -> bool:
    return one == other or (one in SAME_FORMAT and other in SAME_FORMAT)


def _elsewhere(model: Model, entry: ModelEntry) -> bool:
    """Say whether the run names an address, itself or by an environment variable, and not the model file's."""
    given = model.base_url
    if not given and (model.adapter or not entry.base_url):  # who names the adapter means its address too
        given = base_url_from_env(model.adapter or entry.adapter)
    wanted = entry.base_url or _address_of(model.adapter or entry.adapter) or _address_of(entry.adapter)
    return bool(given) and (given or "").rstrip("/") != (wanted or "").rstrip("/")


def _address_of(adapter: str) -> str | None:
    """Return the address that an adapter asks by itself."""
    try:
        module = import_module(f"{__package__}.adapters.{adapter}")
    except ImportError:  # a plug-in's
        return None
    return getattr(module, "DEFAULT_URL", None)


def _with_quirks(model: Model, entry: ModelEntry, *, name: str | None) -> tuple[Model, tuple[str, ...]]:
    """Return the model with what the entry needs where the run says nothing, and what that changed.

    `name` is sent in place of the one that was given; None keeps it.
    """
    applied = []
    changes: dict[str, Any] = {}
    if name and name != model.name:
        changes["name"] = name
    if name and name.casefold() != model.name.casefold():
        applied.append(f"the name that is sent is {name}")
    for place, wanted in (("options", entry.options), ("extra", entry.extra)):
        have: Mapping[str, Any] = getattr(model, place)
        added = {key: value for key, value in wanted.items() if key not in have}
        if added:
            changes[place] = {**added, **have}
            applied += [f"{place}.{key} = {_shown(value)}" for key, value in added.items()]
    if model.prompt_prefix is None and entry.prompt_prefix:
        changes["prompt_prefix"] = entry.prompt_prefix
        applied.append(f"each question begins with the line {entry.prompt_prefix!r}")
    most = entry.max_output
    if model.max_tokens and most and model.max_tokens > most:
        changes["max_tokens"] = most
        applied.append(f"max_tokens is {most} instead of {model.max_tokens}: the model gives no more")
    return replace(model, **changes), tuple(applied)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


class _Turned(SamplesById):
    """Samples by id, each given its prefix when it is looked up."""

    def __init__(self, samples: Mapping[str, Sample], prefix: str) -> None:
        self._samples = samples
        self._prefix = prefix

    def __getitem__(self, id: str) -> Sample:
        sample = self._samples[id]
        return replace(sample, turns=_prefixed(sample.turns, self._prefix))

    def turns(self, id: str) -> tuple[Turn, ...]:
        known = self._samples
        return _prefixed(known.turns(id) if isinstance(known, SamplesById) else known[id].turns, self._prefix)

    def __iter__(self) -> Iterator[str]:
        return iter(self._samples)

    def __len__(self) -> int:
        return len(self._samples)


def _prefixed(turns: tuple[Turn, ...], prefix: str) -> tuple[Turn, ...]:
    """Return the turns with `prefix` and a newline before the first user turn."""
    for number, turn in enumerate(turns):
        if turn.role == "user":
            return (*turns[:number], Turn(turn.role, (Part(f"{prefix}\n"), *turn.parts)), *turns[number + 1 :])
    return turns
