"""What a run may still spend: each request in flight is reserved at its worst case."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from scorers.text.reasons import format_count

from ...config.prices import all_tokens, format_dollars
from ...errors import AdapterError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tasks.sample import Sample, Turn

    from ...config.image_tokens import PictureTokens
    from ...config.prices import Prices
    from ...store.charges import UsageRecord

PER_TURN = 64
"""Tokens that a chat template adds to a turn at most: its marks, and the system text that some put in front."""
ENOUGH = 20
"""Responses of known length, from which on a request that does not fit at its worst may be sent with a lower limit."""
_MARGIN = 2
"""The lower limit, in lengths of the longest response so far."""
DOUBTFUL = ("timeout", "malformed")
"""Failures that the provider may have charged without reporting it."""


class WorstCase(NamedTuple):
    """The most that one request can take."""

    tokens: int
    cost: float
    """US dollars."""

    def plus(self, other: WorstCase, times: int = 1) -> WorstCase:
        """Return the two together."""
        return WorstCase(self.tokens + times * other.tokens, self.cost + times * other.cost)


NOTHING = WorstCase(0, 0.0)


@dataclass(frozen=True)
class BudgetLimits:
    """What a run must not exceed; raises `ConfigError` where that cannot be known."""

    prices: Prices | None = None
    max_cost: float | None = None
    """US dollars."""
    max_tokens: int | None = None
    """Tokens, in and out."""
    max_output: int | None = None
    """Tokens that one response can have at most."""
    model: str = ""
    picture_tokens: PictureTokens | None = None
    """Tokens of a picture by its size; None if unknown."""
    adjustable: bool = False
    """Whether the requests carry a token limit, which a single request may lower."""

    def __post_init__(self) -> None:
        if self.max_cost is not None and self.prices is None:
            raise ConfigError(
                f"max_cost needs the prices of {self.model!r}, which are unknown: give --price-in and --price-out, or "
                "a model file with them (docs/models.md), or leave max_cost out and set max_tokens_total"
            )
        if self.set and self.max_output is None:
            raise ConfigError(
                f"{self.names} needs an upper bound on the length of a response of {self.model!r}: "
                "set max_tokens in [model]"
            )

    @property
    def set(self) -> bool:
        """Whether there is any."""
        return self.max_cost is not None or self.max_tokens is not None

    @property
    def names(self) -> str:
        """Which ones are set."""
        known = {"max_cost": self.max_cost, "max_tokens_total": self.max_tokens}
        return " and ".join(name for name, value in known.items() if value is not None)

    def worst(self, turns: Sequence[Turn], output: int | None = None) -> WorstCase:
        """Return the most that a request can take: a token is at least a byte, and a response at most `output`.

        `output` None is `max_output`, which is also the length of a response that is still to come in a dialogue.
        """
        made = self.max_output or 0
        sizes = (made if turn.is_gap else len(turn.written.encode("utf-8", "surrogatepass")) for turn in turns)
        given = sum(size + PER_TURN for size in sizes)
        if counted := self.picture_tokens:
            given += sum(counted(picture.width, picture.height) for turn in turns for picture in turn.pictures)
        made = made if output is None else output
        price = self.prices
        return WorstCase(given + made, (given * price.input + made * price.output) / 1e6 if price else 0.0)


@dataclass(eq=False)
class Attempt:
    """One attempt while it is made."""

    usage: Mapping[str, int] | None = None
    """What the provider reports."""
    max_output: int | None = None
    """The lower token limit with which the attempt fits; None is that of the run."""


@dataclass
class Budget:
    """Lets an attempt begin only if it fits even at its worst; counts what it really took when it is over.

    The worst is far above what responses take. Where it does not fit any more, an attempt gets a lower token limit,
    once enough responses show what they need: the money is spent, and the limits of the run still hold.
    """

    limits: BudgetLimits = field(default_factory=BudgetLimits)
    cost: float = 0.0
    tokens: int = 0
    guessed: int = 0
    """Attempts that are counted at their worst, because the provider did not report what they took."""
    rejected: WorstCase | None = None
    """The request that did not fit any more."""
    _seen: int = field(default=0, init=False, repr=False)
    _longest: int = field(default=0, init=False, repr=False)
    """Tokens of the longest of the `_seen` responses."""
    _flying: dict[Attempt, WorstCase] = field(default_factory=dict, init=False, repr=False)
    _reserved: WorstCase = field(default=NOTHING, init=False, repr=False)
    _held: dict[str, Attempt] = field(default_factory=dict, init=False, repr=False)
    """The reservations of batches."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False, repr=False)

    def count(self, charges: Iterable[UsageRecord], samples: Iterable[Sample]) -> None:
        """Count what earlier runs took, at the worst where it was not reported."""
        if not self.limits.set:
            return
        turns = {sample.id: sample.turns for sample in samples}
        for charge in charges:
            doubtful = charge.answered or bool(charge.usage) or charge.error in DOUBTFUL
            known = charge.sample_id in turns and doubtful
            worst = self.limits.worst(turns[charge.sample_id]) if known else NOTHING
            if charge.usage:
                self._book(all_tokens((charge.usage, charge.wasted)), worst, cost=charge.cost)
            else:
                self._book(charge.wasted, NOTHING)
                self._book(None, worst, times=1 if charge.answered else charge.attempts)

    async def reserve(self, turns: Sequence[Turn]) -> Attempt | None:
        """Wait until an attempt fits beside those in flight, and reserve its worst; None if it never will."""
        attempt = Attempt()
        if not self.limits.set:
            return attempt
        worst = self.limits.worst(turns)
        while not self._fits(worst, self._reserved):
            lower = self._lower_limit()
            least = worst if lower is None else self.limits.worst(turns, lower)
            if lower is not None and self._fits(least, self._reserved):
                attempt.max_output, worst = lower, least
                break
            if not self._fits(least, NOTHING):
                self.rejected = least
                return None
            self._changed.clear()
            await self._changed.wait()
        self._flying[attempt] = worst
        self._reserved = self._reserved.plus(worst)
        return attempt

    def worst_of(self, turns: Sequence[Turn]) -> WorstCase:
        """Return the most that a request can take; nothing where no limit is set."""
        return self.limits.worst(turns) if self.limits.set else NOTHING

    def fits(self, worst: WorstCase, beside: WorstCase = NOTHING) -> bool:
        """Return whether a request fits beside what is reserved, and `beside`; it never waits."""
        return self._fits(worst, self._reserved.plus(beside))

    def hold(self, name: str, worst: WorstCase) -> None:
        """Reserve the worst of a batch until `release`."""
        self.release(name)
        self._held[name] = attempt = Attempt()
        self._flying[attempt] = worst
        self._reserved = self._reserved.plus(worst)

    def release(self, name: str) -> None:
        """Give back what a batch has reserved."""
        attempt = self._held.pop(name, None)
        if attempt is not None:
            worst = self._flying.pop(attempt)
            self._reserved = self._reserved.plus(worst, -1) if self._flying else NOTHING

    def add(self, usage: Mapping[str, int] | None, turns: Sequence[Turn]) -> None:
        """Count a request of a batch: what the provider reports, or else its worst."""
        self._book(usage, self.worst_of(turns))

    def add_worst(self, worst: WorstCase, times: int) -> None:
        """Count requests of unknown cost, each at a worst case."""
        self._book(None, worst, times=times)

    def _lower_limit(self) -> int | None:
        """Return a token limit that responses of this run have not come near, None where none is known."""
        if not self.limits.adjustable or self._seen < ENOUGH:
            return None
        lower = _MARGIN * max(1, self._longest)
        return lower if lower < (self.limits.max_output or 0) else None

    @contextmanager
    def track(self, attempt: Attempt) -> Iterator[None]:
        """Count what is done inside as the attempt that `reserve` granted; an `AdapterError` brings its own usage."""
        doubtful = True  # an attempt that is abandoned may be charged
        try:
            yield
        except AdapterError as error:
            attempt.usage = error.usage
            doubtful = bool(error.usage) or error.cause in DOUBTFUL
            raise
        finally:
            worst = self._flying.pop(attempt, None)
            if worst is not None:
                # From nothing each time nothing is in flight: sums of fractions drift.
                self._reserved = self._reserved.plus(worst, -1) if self._flying else NOTHING
                self._book(attempt.usage, worst if doubtful else NOTHING)
                self._changed.set()

    def _book(
        self, usage: Mapping[str, int] | None, worst: WorstCase, *, cost: float | None = None, times: int = 1
    ) -> None:
        """Count reported tokens and their cost; what of both is not known, at the worst of each attempt."""
        whole = usage is not None and "input" in usage and "output" in usage
        if usage and usage.get("output"):
            self._seen += 1
            self._longest = max(self._longest, usage["output"])
        prices = self.limits.prices
        if cost is None and prices is not None and whole:
            cost = prices.cost(usage)
        self.tokens += sum(usage[name] for name in ("input", "output")) if usage and whole else worst.tokens * times
        self.cost += cost if cost is not None else worst.cost * times
        self.guessed += 0 if worst == NOTHING or (whole and (cost is not None or prices is None)) else times

    def _fits(self, worst: WorstCase, beside: WorstCase) -> bool:
        limits = self.limits
        tokens = self.tokens + worst.tokens + beside.tokens
        cost = self.cost + worst.cost + beside.cost
        tokens_fit = limits.max_tokens is None or tokens <= limits.max_tokens
        return tokens_fit and (limits.max_cost is None or cost <= limits.max_cost)

    def describe(self) -> str:
        """Return what was spent, why no more is, and how to resume."""
        limits, parts, options = self.limits, [], []
        worst = self.rejected or NOTHING
        if limits.max_cost is not None:
            parts.append(
                f"{format_dollars(self.cost)} of max_cost {format_dollars(limits.max_cost)} "
                f"(the next request can cost up to {format_dollars(worst.cost)})"
            )
            options.append("--max-cost")
        if limits.max_tokens is not None:
            parts.append(
                f"{self.tokens:,} of max_tokens_total {limits.max_tokens:,} tokens (the next request can take up to "
                f"{worst.tokens:,})"
            )
            options.append("--max-tokens-total")
        guessed = ""
        if self.guessed:
            some = format_count(self.guessed, "attempt")
            guessed = f"; {some} of unknown cost {'is' if self.guessed == 1 else 'are'} counted at the worst"
        return f"spent {' and '.join(parts)}{guessed}; rerun the same command with a higher {' or '.join(options)}"
