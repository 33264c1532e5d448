"""Prints `ifh models`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...config.prices import describe_prices
from .console import console, print_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ...config.model_files import ModelEntry

UNKNOWN = "unknown"


def print_models(entries: Sequence[ModelEntry]) -> None:
    """Print a line for each model."""
    out = console()
    _line(out, "model", "adapter", "max out", "$ in", "$ out", "as of", "cutoff")
    for entry in entries:
        prices = entry.prices
        _line(
            out,
            entry.name,
            entry.adapter,
            f"{entry.max_output:,}" if entry.max_output else UNKNOWN,
            f"{prices.input:g}" if prices else UNKNOWN,
            f"{prices.output:g}" if prices else UNKNOWN,
            prices.date if prices else "",
            entry.cutoff or UNKNOWN,
        )
    print_text(
        out, f"\n{len(entries)} models. max out: maximum output tokens. $: per million tokens, on the day given."
    )


def _line(out: Console, name: str, adapter: str, max_output: str, *rest: str) -> None:
    price_in, price_out, day, cutoff = rest
    print_text(
        out,
        f"{name:<46} {adapter:<10} {max_output:>7} {price_in:>7} {price_out:>7}  {day:<10}  {cutoff}",
        soft_wrap=True,
    )


def print_model(entry: ModelEntry) -> None:
    """Print every known fact about a model, and which ones are unknown."""
    out = console()
    for name, value in _facts(entry).items():
        print_text(out, f"{name:<14} {value}", soft_wrap=True)


def _facts(entry: ModelEntry) -> dict[str, str]:
    known = {
        "name": entry.name,
        "aliases": ", ".join(entry.aliases),
        "family": entry.family,
        "sent as": entry.sent if entry.sent != entry.name else "",
        "adapter": entry.adapter,
        "base URL": entry.base_url or "the adapter's default",
        "key variable": entry.key_env or "the adapter's default",
        "context": _tokens(entry.context),
        "max output": _tokens(entry.max_output),
        "cutoff": entry.cutoff or UNKNOWN,
        "thinking": entry.thinking or UNKNOWN,
        "images": UNKNOWN if entry.images is None else "yes" if entry.images else "no",
        "image tokens": _describe_tokens(entry),
        "prices": describe_prices(entry.prices) if entry.prices else UNKNOWN,
        "source": entry.prices.source if entry.prices else "",
        "prompt prefix": repr(entry.prompt_prefix) if entry.prompt_prefix else "",
        **{f"options.{name}": _format_value(value) for name, value in entry.options.items()},
        **{f"extra.{name}": _format_value(value) for name, value in entry.extra.items()},
        "note": entry.note,
        "file": entry.origin,
    }
    return {name: value for name, value in known.items() if value}


def _describe_tokens(entry: ModelEntry) -> str:
    """Return the rule for the tokens of a picture with its numbers; "" for a model without pictures."""
    if not entry.images:
        return ""
    found = entry.image_tokens.to_json() if entry.image_tokens else {}
    return ", ".join(f"{name} {value}" for name, value in found.items()) or UNKNOWN


def _format_value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _tokens(count: int | None) -> str:
    return f"{count:,} tokens" if count else UNKNOWN
