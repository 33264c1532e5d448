"""What a run will take, before any request is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any

from tasks.dialogue import DialogueLinks, has_gap, split_requests

from ..adapters.base import Request, Settings
from ..config.prices import format_dollars
from ..store.charges import add_up
from ..store.run_folder import RUN, RunFolder
from ..store.run_spec import check_same_spec
from ..store.samples.growth import check_samples
from .limits.input_estimate import ENOUGH, Amount, Prompt, describe_pictures, estimate_input, typical_output
from .multiturn import Dialogue, SavedTurns, group_turns
from .setup import (
    budget_limits,
    check_scorable,
    prefixed_samples,
    run_folder_path,
    run_name,
    run_spec_of,
    samples_for,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from tasks.formats.question_set import QuestionSet
    from tasks.sample import Sample, Turn

    from ..config.model import ResolvedModel
    from ..config.prices import Prices
    from ..store.charges import SpentTotals, UsageRecord
    from ..store.run_folder import Key
    from ..store.run_spec import RunSpec

DIALOGUES = "questions of several turns take a request for each answer; an earlier answer is input to the next one"
BATCHES = "prices: those of requests in batches"


@dataclass(frozen=True)
class RunEstimate:
    """What a run will take."""

    folder: str
    model: str
    adapter: str
    samples: int
    epochs: int
    already: int
    """Questions that need no asking any more: answered, or rejected by the provider."""
    to_ask: int
    """Requests still to make, without the attempts that are repeated; a dialogue takes one for each of its answers."""
    input_tokens: Amount
    output_tokens: Amount
    cost: Amount | None
    """US dollars; None if the prices are unknown."""
    spent: SpentTotals
    """What the folder's journals say was spent before."""
    prices: Prices | None
    rules: tuple[str, ...] = ()
    """How the amounts were found, in words."""
    notes: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the record that `--json` prints."""
        known = {"prices": self.prices.to_json() if self.prices else "unknown"}
        return {**asdict(self), "rules": list(self.rules), "notes": list(self.notes), **known}


def estimate_run(
    chosen: ResolvedModel,
    *,
    questions: QuestionSet | None = None,
    limit: int | None = None,
    out: str | None = None,
) -> RunEstimate:
    """Return what `run` with the same arguments would take; sends nothing and writes nothing.

    Raises `ConfigError` for what `run` would refuse before its first request, except a missing key; `StoreError` for a
    folder of another run spec.
    """
    chosen = chosen.in_batches() if chosen.config.ask.batch else chosen
    config, limits = chosen.config, budget_limits(chosen)
    samples, _ = samples_for(chosen, questions, limit)
    check_scorable(samples, config.score.rules)
    spec = run_spec_of(config, samples)
    folder = run_folder_path(run_name(config, questions), spec, out)
    before = _Before(folder, spec, samples)
    prefixed = prefixed_samples(chosen, {sample.id: sample for sample in samples})
    already = sum((id, epoch) in before.completed for epoch in range(config.ask.epochs) for id in prefixed)
    to_ask = before.remaining_prompts(prefixed, DialogueLinks.of(samples), config.ask.epochs)
    seen = [(_prompt_of(prefixed[one.sample_id], one), one) for one in before.answers if one.sample_id in prefixed]
    given, how_given = estimate_input(to_ask, seen, chosen)
    made, how_made = _output(to_ask, seen, chosen)
    cost = _cost(given, made, chosen.prices)
    return RunEstimate(
        folder=str(folder),
        model=config.model.name,
        adapter=config.model.adapter,
        samples=len(prefixed),
        epochs=config.ask.epochs,
        already=already,
        to_ask=len(to_ask),
        input_tokens=given,
        output_tokens=made,
        cost=cost,
        spent=before.spent,
        prices=chosen.prices,
        rules=(how_given, how_made, *_further_rules(chosen, prefixed.values())),
        notes=tuple(_limit_notes(limits.max_cost, limits.max_tokens, cost, given, made, before.spent)),
    )


def _further_rules(chosen: ResolvedModel, samples: Collection[Sample]) -> list[str]:
    """Return the rules that hold for dialogues, for pictures and for batches."""
    dialogues = [DIALOGUES] if any(has_gap(one.turns) for one in samples) else []
    pictures = [describe_pictures(chosen)] if any(one.pictures for one in samples) else []
    return dialogues + pictures + ([BATCHES] if chosen.config.ask.batch and chosen.prices else [])


class _Before:
    """What a results folder holds of a run spec; nothing if there is none."""

    def __init__(self, folder: Path, spec: RunSpec, samples: Sequence[Sample]) -> None:
        self.completed: Container[Key] = ()
        self.answers: list[UsageRecord] = []
        """Those of which the tokens are reported."""
        self._saved: SavedTurns | None = None
        self.spent = add_up(())
        if not (folder / RUN).is_file():
            return
        with RunFolder.load(folder) as store:
            check_same_spec(folder, store.plan.values, spec.values, grows=True)
            check_samples(folder, samples, store.samples_file, grows=store.plan != spec)
            index = store.index()
            self.completed = index.completed_keys()
            self._saved = SavedTurns(store, index, store.samples_file.dialogues)
            charges = list(store.usage_records())
        self.spent = add_up(charges)
        self.answers = [charge for charge in charges if charge.answered and charge.usage]

    def remaining_prompts(self, samples: Mapping[str, Sample], links: DialogueLinks, epochs: int) -> list[Prompt]:
        """Return each request that is still to be made."""
        return [
            Prompt(samples[ids[0]].task, turns)
            for epoch in range(epochs)
            for ids in group_turns(samples, links, epoch, self.completed)
            for turns in self._remaining_requests([samples[id] for id in ids], epoch)
        ]

    def _remaining_requests(self, samples: list[Sample], epoch: int) -> list[tuple[Turn, ...]]:
        """Return the turns of each request that a sample, or the missing turns of a dialogue, still take."""
        *_, last = samples
        if not has_gap(last.turns):
            return [last.turns]
        if self._saved is None:
            return split_requests(last.turns)
        requests = [Request(sample.id, epoch, "", sample.turns, Settings()) for sample in samples]
        return Dialogue(requests, self._saved).remaining_requests()


def _prompt_of(sample: Sample, charge: UsageRecord) -> Prompt:
    """Return the request of a response."""
    requests = split_requests(sample.turns)
    return Prompt(sample.task, requests[charge.turn - 1 if charge.turn <= len(requests) else -1])


def _output(
    to_ask: list[Prompt], answered: list[tuple[Prompt, UsageRecord]], chosen: ResolvedModel
) -> tuple[Amount, str]:
    """Return output tokens: never above the limit of each response, thinking included."""
    most = chosen.max_output
    high = most * len(to_ask) if most else None
    seen = [charge.usage["output"] for _, charge in answered if charge.usage and "output" in charge.usage]
    if len(seen) >= ENOUGH:
        return _further(seen, len(to_ask), high), f"output: as measured on {len(seen)} answers of this run"
    likely = sum(typical_output(ask.task, most) for ask in to_ask)
    bound = f"at most {most:,} an answer" if most else "without an upper bound: max_tokens is not set"
    if chosen.entry and chosen.entry.thinking == "always":
        return Amount(likely // 2, None, high), f"output: the model thinks, which counts; {bound}"
    return Amount(likely // 2, likely, high), f"output: what gpt-4-turbo wrote by task (half as low); {bound}"


def _further(seen: list[int], count: int, high: float | None) -> Amount:
    """Return the sum of `count` more values like `seen`, with twice its standard error either way."""
    mean = sum(seen) / len(seen)
    spread = sqrt(sum((value - mean) ** 2 for value in seen) / (len(seen) - 1))
    error = 2 * spread * sqrt(count + count**2 / len(seen))
    top = count * mean + error if high is None else min(high, count * mean + error)
    return Amount(round(max(0.0, count * mean - error)), round(count * mean), round(top))


def _cost(given: Amount, made: Amount, prices: Prices | None) -> Amount | None:
    if prices is None:
        return None

    def at(tokens_in: float | None, tokens_out: float | None) -> float | None:
        if tokens_in is None or tokens_out is None:
            return None
        return round((tokens_in * prices.input + tokens_out * prices.output) / 1e6, 6)

    return Amount(at(given.low, made.low), at(given.likely, made.likely), at(given.high, made.high))


def _limit_notes(
    max_cost: float | None, max_tokens: int | None, cost: Amount | None, given: Amount, made: Amount, spent: SpentTotals
) -> list[str]:
    """Say which limits may end the run early."""
    notes = []
    if max_cost is not None and cost:
        whole = [None if part is None else part + (spent.cost or 0.0) for part in (cost.likely, cost.high)]
        if _above(whole, max_cost):
            notes.append(f"max_cost {format_dollars(max_cost)} may end the run early; rerun the same command with more")
    if max_tokens is not None:
        sums = ((given.likely, made.likely), (given.high, made.high))
        whole = [None if one is None or other is None else one + other + spent.tokens for one, other in sums]
        if _above(whole, max_tokens):
            notes.append(f"max_tokens_total {max_tokens:,} may end the run early; rerun the same command with more")
    return notes


def _above(whole: Iterable[float | None], limit: float) -> bool:
    return any(amount is None or amount > limit for amount in whole)
