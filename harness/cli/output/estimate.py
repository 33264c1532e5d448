"""Prints the estimate of `ifh run --dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...config.prices import describe_prices, format_dollars
from ...store.charges import describe_spent
from .console import console, print_json, print_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...runner.estimate import RunEstimate
    from ...runner.limits.input_estimate import Amount


ESTIMATE_FORMAT = 1
"""Format number of `ifh run --dry-run --json` for several runs."""


def print_estimates(estimates: Sequence[RunEstimate], *, as_json: bool) -> None:
    """Print the estimate of each run; several are one JSON record."""
    if as_json and len(estimates) > 1:
        print_json({"format": ESTIMATE_FORMAT, "estimates": [estimate.to_json() for estimate in estimates]})
        return
    for number, estimate in enumerate(estimates):
        if number:
            print_line(console(), "")
        print_estimate(estimate, as_json=as_json)


def print_estimate(estimate: RunEstimate, *, as_json: bool) -> None:
    """Print the requests, tokens and cost that a run would take."""
    if as_json:
        print_json(estimate.to_json())
        return
    out = console()
    cost = _format_range(estimate.cost, format_dollars) if estimate.cost else "unknown (no model file has prices)"
    spent = estimate.already or estimate.spent.tokens
    rows = {
        "model": f"{estimate.model} (adapter {estimate.adapter})",
        "samples": f"{estimate.samples:,}, {estimate.epochs} response{'s' * (estimate.epochs != 1)} each",
        "requests": f"{estimate.to_ask:,} to send, {estimate.already:,} already completed",
        "input": f"{_format_range(estimate.input_tokens, '{:,.0f}'.format)} tokens",
        "output": f"{_format_range(estimate.output_tokens, '{:,.0f}'.format)} tokens",
        "cost": cost,
        "prices": describe_prices(estimate.prices) if estimate.prices else "unknown",
        "spent": describe_spent(estimate.spent) if spent else "nothing so far",
        "folder": estimate.folder,
    }
    for name, text in rows.items():
        print_line(out, f"{name:<9} {text}")
    for text in (*estimate.rules, "Retries not included. No requests were sent.", *estimate.notes):
        print_line(out, text)


def _format_range(amount: Amount, form: Callable[[float], str]) -> str:
    """Return "between 1,200 and 9,000, likely 2,400"."""
    low, high = ("unknown" if end is None else form(end) for end in (amount.low, amount.high))
    likely = "" if amount.likely is None else f", likely {form(amount.likely)}"
    return f"between {low} and {high}{likely}" if low != high else f"{low}"
