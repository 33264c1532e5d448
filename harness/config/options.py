"""The options of a run: those of `ifh run`, and the keyword arguments of `harness.run` with the same names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, cast, get_args, get_type_hints

from scorers.errors import did_you_mean

from ..errors import ConfigError
from .model import ResolvedModel, apply_model_options, resolve_model
from .overrides import omit_settings, set_keys, set_prices
from .run_file import Config, load_config, override
from .toml import typed_value

RuleBook = Literal["audited", "ifeval", "ifbench", "livebench", "multiif"]
"""The names of the rule books."""
Retry = Literal["failures", "truncated", "refused", "blank"]
"""Completed requests that `--retry` sends again."""
Setting = Literal["max_tokens", "temperature", "top_p", "seed", "stop"]
"""The settings of a request that `--omit` leaves out."""
Fallback = Literal["resubmit", "live", "fail"]
"""What `--batch-fallback` takes."""
Engine = Literal["auto", "process", "single", "ray"]
"""What `--engine` takes."""

SETTINGS = {
    "seed": "questions.seed",
    "model_seed": "model.seed",
    "model_file": "model.file",
    "temperature": "model.temperature",
    "top_p": "model.top_p",
    "max_tokens": "model.max_tokens",
    "timeout": "ask.timeout",
    "max_retries": "ask.attempts",
    "cache": "ask.cache",
    "max_wait": "ask.max_wait",
    "epochs": "ask.epochs",
    "concurrency": "ask.concurrency",
    "engine": "ask.engine",
    "batch": "ask.batch",
    "batch_fallback": "ask.batch_fallback",
    "max_cost": "ask.max_cost",
    "max_tokens_total": "ask.max_tokens_total",
}
"""Options that override a key of the run file."""


class RunOptions(TypedDict, total=False):
    """Keyword arguments of `harness.run`: the options of `ifh run`, with underscores. None is the default of each."""

    release: str | None
    """LiveBench release that `samples` is restricted to, such as "2024-11-25"."""
    skip_unknown: bool
    """Whether samples with unknown instruction ids are omitted; otherwise they are an error."""
    model: str | None
    """Model name, or "adapter/model"."""
    adapter: str | None
    base_url: str | None
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    """Maximum output tokens per response."""
    model_seed: int | None
    limit: int | None
    """Maximum number of samples."""
    seed: int | None
    """Seed of the generated samples."""
    cache: str | Path | None
    """Folder of responses that runs share."""
    epochs: int | None
    """Responses per sample."""
    retry: Sequence[Retry]
    """Completed requests that are sent again."""
    out: str | Path | None
    """Results folder."""
    concurrency: int | None
    """Maximum requests in flight."""
    engine: Engine | None
    """Where the run works: `ray` sends requests from the nodes of a cluster."""
    timeout: float | None
    """Seconds per attempt."""
    max_retries: int | None
    """Attempts per request after the first."""
    model_file: str | Path | None
    batch: bool | None
    """Whether requests are sent in batches, at half the price, for responses within a day."""
    batch_fallback: Fallback | None
    """What happens to a request that a batch did not answer."""
    wait: bool
    """Whether the run waits for its batches; otherwise the same call collects them later."""
    max_cost: float | None
    """Budget of the run in US dollars."""
    max_tokens_total: int | None
    """Budget of the run in tokens, input and output."""
    max_wait: float | None
    """Seconds that a provider may ask the run to wait; a longer wait ends the run."""
    set: Mapping[str, Any]
    """Any keys of the run file with their values, such as {"model.extra.reasoning_effort": "low"}."""
    omit: Sequence[Setting]
    """Settings that are not sent to the model."""
    price_in: float | None
    """US dollars per million input tokens."""
    price_out: float | None
    """US dollars per million output tokens."""
    quiet: bool
    """Whether the progress display is off; it is written to stderr otherwise."""


_HINTS = {
    name: hint
    for name, hint in get_type_hints(RunOptions).items()
    if name not in ("retry", "omit", "set")  # checked by their values
}


def check_options(options: Mapping[str, Any]) -> RunOptions:
    """Return `options` with paths as strings and without None.

    Raises:
        TypeError: There is no such option.
        ConfigError: A value has the wrong type, or is none of those allowed.

    """
    checked: dict[str, Any] = {}
    for name, value in options.items():
        if name not in RunOptions.__annotations__:
            hint = did_you_mean(name, RunOptions.__annotations__)
            raise TypeError(f"run() has no option {name!r}{hint} (options: {', '.join(RunOptions.__annotations__)})")
        if value is None:
            continue
        if name in _CHOICES:
            checked[name] = _check_choices(name, value)
        elif name == "set":
            checked[name] = _check_table(value)
        else:
            plain = str(value) if isinstance(value, Path) else value
            checked[name] = typed_value(plain, _HINTS[name], f"option {name}")
    if checked.get("max_retries", 0) < 0:
        raise ConfigError(f"option max_retries is {checked['max_retries']}, but must be at least 0")
    return cast("RunOptions", checked)


_CHOICES = {"retry": get_args(Retry), "omit": get_args(Setting)}


def _check_choices(option: str, value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, Sequence | set | frozenset):
        raise ConfigError(f"option {option} takes a list, got {value!r}")
    known = _CHOICES[option]
    for name in names:
        if name not in known:
            hint = did_you_mean(str(name), known)
            raise ConfigError(f"option {option}: unknown value {name!r}{hint} (values: {', '.join(known)})")
    return tuple(names)


def _check_table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ConfigError(f"option set takes a table of keys of the run file, got {value!r:.60}")
    return value


def resolve_options(config: str | Path | Config, options: Mapping[str, Any]) -> ResolvedModel:
    """Return the resolved model of a run file (a path or shipped name) or `Config` with `options` applied.

    Raises `ConfigError`.
    """
    loaded = config if isinstance(config, Config) else load_config(str(config))
    changes = {SETTINGS[name]: value for name, value in options.items() if name in SETTINGS}
    if (retries := options.get("max_retries")) is not None:
        changes[SETTINGS["max_retries"]] = 1 + retries
    if file := options.get("model_file"):
        # Given on the command line or in code, the path starts at the working folder and not at the run file.
        changes[SETTINGS["model_file"]] = str(Path(file).resolve())
    model, adapter, base_url = (options.get(name) for name in ("model", "adapter", "base_url"))
    values = options.get("set") or {}
    # Before, for the name of the model may be among them; and behind, for another adapter drops settings of the file's.
    applied = apply_model_options(set_keys(override(loaded, changes), values), model, adapter, base_url)
    resolved = omit_settings(resolve_model(set_keys(applied, values)), options.get("omit") or ())
    return set_prices(resolved, options.get("price_in"), options.get("price_out"))


def load_with_seed(config: str | Path | Config, limit: int | None, seed: int | None) -> Config:
    """Return the configuration with another seed; raises `ConfigError`, also if `limit` is below 1."""
    checked = check_options({"limit": limit, "seed": seed})
    if limit is not None and limit < 1:
        raise ConfigError(f"option limit is {limit}, but must be at least 1")
    loaded = config if isinstance(config, Config) else load_config(str(config))
    return override(loaded, {SETTINGS["seed"]: checked.get("seed")})


def check_between(name: str, value: Any, low: float, high: float) -> None:
    """Raise `ConfigError` unless `value` is a number from `low` (itself excluded if 0) to `high`."""
    if not isinstance(value, int | float) or not (low <= value <= high) or value == 0:
        raise ConfigError(f"option {name} is {value!r}, but must be a number from {low:g} to {high:g}")
