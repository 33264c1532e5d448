"""Prices of a model, and the cost of reported tokens."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MILLION = 1_000_000
BATCH_SHARE = 0.5
"""Share of the list price that OpenAI, Anthropic and Google take for a request in a batch."""
COUNTED = ("input", "output", "cached", "reasoning")
"""The kinds of tokens. Of these, `cached` are a part of `input`, and `reasoning` a part of `output`."""


@dataclass(frozen=True)
class Prices:
    """US dollars per million tokens, as of a day."""

    input: float
    output: float
    date: str
    """The day on which they were valid, such as 2024-11-25."""
    cached_input: float | None = None
    """Price of cached input tokens; None is unknown, and such tokens are charged as `input`."""
    up_to: int | None = None
    """Maximum input tokens of a request at these prices; None is no maximum."""
    source: str = ""
    """The source, in words."""
    batch: float | None = None
    """Share of these prices that requests in a batch cost; None is half."""

    def in_batch(self, *, cached: bool = True) -> Prices:
        """Return the prices of requests in a batch; `cached` says whether cached tokens get the discount as well."""
        share = BATCH_SHARE if self.batch is None else self.batch
        cached_input = self.cached_input
        if cached_input is not None and cached:
            cached_input *= share
        return replace(self, input=self.input * share, output=self.output * share, cached_input=cached_input, batch=1)

    def cost(self, usage: Mapping[str, int] | None) -> float | None:
        """Return US dollars for reported tokens; None if they are not reported, or above `up_to`."""
        if not usage or "input" not in usage or "output" not in usage:
            return None
        tokens_in, tokens_out = usage["input"], usage["output"]
        if self.up_to is not None and tokens_in > self.up_to:
            return None
        cached = min(usage.get("cached", 0), tokens_in) if self.cached_input is not None else 0
        dollars = (tokens_in - cached) * self.input + cached * (self.cached_input or 0.0) + tokens_out * self.output
        return round(dollars / MILLION, 10)

    def cost_of(self, usage: Mapping[str, int] | None, wasted: Mapping[str, int] | None) -> float | None:
        """Return US dollars for a response and the attempts before it; None if either is unknown."""
        response, before = self.cost(usage), self.cost(wasted) if wasted else 0.0
        return None if response is None or before is None else round(response + before, 10)

    def to_json(self) -> dict[str, Any]:
        """Return the known fields."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


def all_tokens(usages: Iterable[Mapping[str, int] | None]) -> dict[str, int] | None:
    """Add the tokens of several attempts; None if none reported any."""
    found = [usage for usage in usages if usage]
    return {name: sum(usage.get(name, 0) for usage in found) for usage in found for name in usage} or None


def format_dollars(amount: float) -> str:
    """Return US dollars such as "$1.4087", with more digits for small amounts."""
    if amount == 0:
        return "$0"
    digits = 2 if amount >= 10 else 4 if amount >= 0.01 else 6 if amount >= 0.0001 else 9
    return f"${amount:,.{digits}f}"


def describe_prices(prices: Prices) -> str:
    """Return prices in words, with the day on which they were valid."""
    cached = f", cached ${prices.cached_input:g}" if prices.cached_input is not None else ""
    up_to = f", for requests of up to {prices.up_to:,} input tokens" if prices.up_to else ""
    output = f"${prices.output:g} out"
    return f"${prices.input:g} in{cached}, {output} per million tokens{up_to}, as of {prices.date}"
