"""What `ifh models` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...config.prices import describe_prices
from ...sanitize import escape_control
from .console import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ...config.model_files import ModelEntry

UNKNOWN = "unknown"


def print_models(entries: Sequence[ModelEntry]) -> None:
    """Print a line for each model."""
    out = console()
    _line(out, "model", "adapter", "answer", "$ in", "$ out", "as of", "cut-off")
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
    _say(out, f"\n{len(entries)} models; answer: tokens at the most; $: for a million tokens, as of that day")


def _line(out: Console, name: str, adapter: str, answer: str, *rest: str) -> None:
    given, made, day, cutoff = rest
    _say(out, f"{name:<46} {adapter:<10} {answer:>7} {given:>7} {made:>7}  {day:<10}  {cutoff}")


def _say(out: Console, text: str) -> None:
    from rich.text import Text

    out.print(Text(escape_control(text).rstrip()), soft_wrap=True)


def print_model(entry: ModelEntry) -> None:
    """Print everything that is known of a model, and what is not."""
    out = console()
    for name, value in _facts(entry).items():
        _say(out, f"{name:<14} {value}")


def _facts(entry: ModelEntry) -> dict[str, str]:
    known = {
        "name": entry.name,
        "aliases": ", ".join(entry.aliases),
        "family": entry.family,
        "sent as": entry.sent if entry.sent != entry.name else "",
        "adapter": entry.adapter,
        "address": entry.base_url or "the adapter's own",
        "key in": entry.key_env or "the adapter's own variable",
        "context": _tokens(entry.context),
        "answer at most": _tokens(entry.max_output),
        "cut-off": entry.cutoff or UNKNOWN,
        "thinks": entry.thinking or UNKNOWN,
        "prices": describe_prices(entry.prices) if entry.prices else UNKNOWN,
        "source": entry.prices.source if entry.prices else "",
        "prompt prefix": repr(entry.prompt_prefix) if entry.prompt_prefix else "",
        **{f"options.{name}": _shown(value) for name, value in entry.options.items()},
        **{f"extra.{name}": _shown(value) for name, value in entry.extra.items()},
        "note": entry.note,
        "file": entry.origin,
    }
    return {name: value for name, value in known.items() if value}


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _tokens(count: int | None) -> str:
    return f"{count:,} tokens" if count else UNKNOWN
