"""Prints the estimate of `ifh run --dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...config.prices import describe_prices, format_dollars
from ...store.charges import describe_spent as spending
from .console import _say, _say_json, console

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...runner.estimate import Amount, RunEstimate


def print_estimate(found: RunEstimate, *, as_json: bool) -> None:
    """Print what a run would take."""
    if as_json:
        _say_json(found.to_json())
        return
    out = console()
    rows = {
        "model": f"{found.model}, asked by {found.adapter}",
        "samples": f"{found.samples:,}, {found.epochs} answer{'s' * (found.epochs != 1)} each",
        "requests": f"{found.to_ask:,} still to ask, {found.already:,} settled before",
        "input": f"{_between(found.input_tokens, '{:,.0f}'.format)} tokens",
        "output": f"{_between(found.output_tokens, '{:,.0f}'.format)} tokens",
        "cost": _between(found.cost, format_dollars) if found.cost else "unknown: no model file knows the prices",
        "prices": describe_prices(found.prices) if found.prices else "unknown",
        "spent": spending(found.spent) if found.already or found.spent.tokens else "nothing so far",
        "folder": found.folder,
    }
    for name, said in rows.items():
        _say(out, f"{name:<9} {said}")
    for said in (*found.rules, "attempts that are repeated come on top; nothing was asked", *found.notes):
        _say(out, said)


def _between(amount: Amount, shown: Callable[[float], str]) -> str:
    """Return "between 1,200 and 9,000, likely 2,400"."""
    low, high = ("unknown" if end is None else shown(end) for end in (amount.low, amount.high))
    likely = "" if amount.likely is None else f", likely {shown(amount.likely)}"
    return f"between {low} and {high}{likely}" if low != high else f"{low}"
