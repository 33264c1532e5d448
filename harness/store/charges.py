"""What the requests of a run used and cost, read from its logs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tasks.limits.value_kinds import AMOUNT

from ..config.prices import COUNTED, format_dollars

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class UsageRecord(NamedTuple):
    """What the journals hold about one request, in tokens and US dollars."""

    answered: bool
    usage: Mapping[str, int] | None
    wasted: Mapping[str, int] | None
    """Tokens of earlier attempts, which gave no response."""
    cost: float | None
    sample_id: str = ""
    error: str = ""
    attempts: int = 1
    turn: int = 0
    """Number of an earlier response within its dialogue, from 1; 0 is the last one."""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read a line of `responses.jsonl`, `failures.jsonl` or `turns.jsonl`, whichever it is."""
        cost = record.get("cost")
        return cls(
            "text" in record,
            _counts(record.get("usage")),
            _counts(record.get("wasted")),
            float(cost) if cost is not None and AMOUNT.fits(cost) else None,
            str(record.get("sample_id", "")),
            str(record.get("error", "")),
            attempts if type(attempts := record.get("attempts", 1)) is int else 1,
            turn if type(turn := record.get("turn", 0)) is int else 0,
        )


@dataclass(frozen=True)
class SpentTotals:
    """What a run has cost so far: every response and failure on record, replaced ones included."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of the input."""
    reasoning_tokens: int = 0
    """Of the output."""
    tokens_unknown: int = 0
    """Responses whose tokens the provider did not report."""
    cost: float | None = None
    """US dollars, of what is known; None if nothing is."""
    cost_unknown: int = 0
    """Responses, and failures with reported tokens, whose cost is not known."""

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.input_tokens + self.output_tokens

    def to_json(self) -> dict[str, Any]:
        """Return the table of `scores.json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        return cls(**{name: value for name, value in record.items() if name in cls.__dataclass_fields__})


def add_up(charges: Iterable[UsageRecord]) -> SpentTotals:
    """Add up what is on record; a failure without reported tokens counts as nothing, for most such are not charged."""
    tokens: Counter[str] = Counter()
    costs: list[float] = []
    tokens_unknown = cost_unknown = 0
    for charge in charges:
        for usage in (charge.usage, charge.wasted):
            tokens.update(usage or {})
        tokens_unknown += charge.answered and not charge.usage
        if charge.cost is not None:
            costs.append(charge.cost)
        elif charge.answered or charge.usage:
            cost_unknown += 1
    cost = round(fsum(costs), 10) if costs else None
    return SpentTotals(
        input_tokens=tokens["input"],
        output_tokens=tokens["output"],
        cached_tokens=tokens["cached"],
        reasoning_tokens=tokens["reasoning"],
        tokens_unknown=tokens_unknown,
        cost=cost,
        cost_unknown=cost_unknown,
    )


def describe_spent(spent: SpentTotals) -> str:
    """Return tokens and cost in words: "tokens 1,200 in (300 cached), 800 out (500 thinking); cost $0.0110"."""
    if spent == SpentTotals():
        return "nothing that is on record"
    parts = []
    for count, what, part, of_which in (
        (spent.input_tokens, "in", spent.cached_tokens, "cached"),
        (spent.output_tokens, "out", spent.reasoning_tokens, "thinking"),
    ):
        parts.append(f"{count:,} {what}" + (f" ({part:,} {of_which})" if part else ""))
    tokens = f"tokens {', '.join(parts)}" if spent.tokens else "tokens unknown"
    if spent.tokens and spent.tokens_unknown:
        tokens += f", unknown of {_answers(spent.tokens_unknown)}"
    if spent.cost is None:
        return f"{tokens}; cost unknown"
    more = f", unknown of {_answers(spent.cost_unknown)}" if spent.cost_unknown else ""
    return f"{tokens}; cost {format_dollars(spent.cost)}{more}"


def _answers(count: int) -> str:
    return f"{count} answer{'s' * (count != 1)}"


def _counts(usage: object) -> dict[str, int] | None:
    """Return the tokens that a record holds; what is no number is skipped."""
    if not isinstance(usage, dict):
        return None
    return {name: count for name in COUNTED if type(count := usage.get(name)) is int and AMOUNT.fits(count)} or None
