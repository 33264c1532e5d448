"""One session of a run in batches: from the settings of the run to its statistics."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from scorers.text.reasons import format_count

from ...adapters.batches.base import LIVE
from ...adapters.registry import make_batch_adapter
from ...config.sections import AskSection
from ...config.toml import typed_section
from ...store.batches.log import BATCHES, BatchLog, now
from ...store.batches.record import CONTINUED, RUN
from ..limits.budget import Budget, WorstCase
from ..scheduler import RequestStats, request_responses
from ..setup import budget_limits, request_settings
from .context import BatchContext, BatchSettings
from .engine import BatchEngine, describe_open
from .source import RequestSource

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from tasks.sample import Sample

    from ...adapters.base import AdapterSetup
    from ...config.model import ResolvedModel
    from ..request import RequestContext
    from ..stopping.cancel import Cancellation

WAITING = "waiting"
"""Why a run ended that left its batches at the provider."""


def batch_settings(ask: AskSection, folder: Path, *, wait: bool = True, submit: bool = True) -> BatchSettings | None:
    """Return how a run uses batches, None if it does not; a run that has begun in batches continues in them."""
    if not ask.batch:
        if not (folder / BATCHES).exists():
            return None
        log = BatchLog(folder)
        if not log.exists:
            return None
        ask = parse_ask(log)
    return BatchSettings(ask.batch_fallback, ask.batch_size, ask.batch_poll, ask.batch_timeout, wait, submit)


def parse_ask(log: BatchLog) -> AskSection:
    """Return the `[ask]` section on record; what is missing or of a later version takes its default.

    Raises `ConfigError` for values of a wrong type.
    """
    saved, known = log.about.get("ask") or {}, AskSection.__dataclass_fields__
    given = {name: value for name, value in saved.items() if name in known and value is not None}
    return typed_section(AskSection, given, str(log.path), "ask")


def describe_run(model: ResolvedModel) -> dict[str, Any]:
    """Return what `ifh batch` needs to know of a run besides run.json."""
    config = model.config
    return {
        "ask": asdict(config.ask),
        "key_env": config.model.key_env,
        "prices": model.prices.to_json() if model.prices else None,
        "max_output": model.max_output,
    }


async def run_in_batches(
    model: ResolvedModel,
    context: RequestContext,
    samples: Mapping[str, Sample],
    settings: BatchSettings,
    setup: AdapterSetup,
    retry: Collection[str],
    cancellation: Cancellation | None,
) -> RequestStats:
    """Request what the folder has no response to in batches, and wait for them if `settings` says so.

    Raises what `request_responses` does.
    """
    log = BatchLog(context.folder.folder)
    adapter = make_batch_adapter(model.config.model.adapter, setup)
    source = RequestSource(
        context.folder,
        samples,
        model=model.config.model.name,
        settings=request_settings(model.config.model),
        epochs=model.config.ask.epochs,
        retry=retry,
    )
    try:
        if not log.exists or model.config.ask.batch:
            about = describe_run(model)
            if log.about != about:
                log.append(RUN, about=about)
        if settings.submit and log.stopped:
            log.append(CONTINUED)
        source.load(log)
        _count_batches(context.budget, log, source)
        batches = BatchContext(context, adapter, log, source, settings)
        async with context.adapter, adapter:
            with cancellation.attach(context.stop.interrupt) if cancellation else nullcontext():
                stats = await _run(batches)
                if settings.fallback == LIVE and settings.submit and not (stats.stop_reason or log.open):
                    return await _run_live(model, batches, samples, stats)
                return stats
    finally:
        source.close()
        log.close()


async def _run(batches: BatchContext) -> RequestStats:
    context, source = batches.run, batches.source
    resumed = source.count_completed()
    context.startup.over = resumed > 0 or any(record.outcome.get("answered") for record in batches.log.records.values())
    context.progress.start(source.total, resumed, None, context.budget)
    engine = BatchEngine(batches)
    try:
        await engine.run()
    finally:
        context.progress.stop()
    complete = source.count_completed() >= source.total
    reason, message = context.stop.describe(complete=complete)
    if waiting := batches.log.open:
        shown = describe_open(waiting, context.folder.folder.name) + _describe_rest(batches, short=engine.short)
        begun = message.removesuffix("; rerun the same command to resume")  # `shown` ends in how to resume
        reason, message = reason or WAITING, f"{begun}; {shown}" if message else shown
    elif batches.hold_until > now() and not reason and (left := source.count_open()):
        shown = f"{format_count(left, 'request')} not submitted: the provider's queue is full"
        reason, message = WAITING, f"{shown}; to submit, rerun the same command later"
    elif not batches.settings.submit and not reason:
        reason, message = (
            "cancelled",
            "the batches were cancelled; to send what is missing, rerun the same command",
        )
    return RequestStats(context.responses, context.failures, resumed, reason, message, context.markers.describe())


def _count_batches(budget: Budget, log: BatchLog, source: RequestSource) -> None:
    """Count what earlier batches may have cost, and reserve the worst case of those at the provider.

    What a batch reserved when it was prepared may be less: the run may have had no budget then.
    """
    for usage in log.wasted.values():
        budget.add(usage, ())
    for record in log.records.values() if budget.limits.set else ():
        if record.resolved and not record.doubtful:
            continue
        worst = [budget.worst_of(source.turns_of(item)) for item in log.items(record)]
        if record.resolved:
            budget.add_worst(max(worst), record.doubtful)
        else:
            tokens, cost = max(sum(one.tokens for one in worst), record.reserved_tokens), sum(one.cost for one in worst)
            budget.hold(record.marker, WorstCase(tokens, max(cost, record.reserved_cost)))


def _describe_rest(batches: BatchContext, *, short: bool) -> str:
    """Return how many requests are in no batch, and why; "" for none."""
    left = batches.source.count_open()
    if not left or not (short or batches.hold_until > now()):
        return ""
    limits = batches.run.budget.limits
    why = (
        f"{limits.names} has room for them only when these batches have ended, or with a higher limit"
        if short
        else "the provider's queue is full"
    )
    return f". {format_count(left, 'request')} not submitted: {why}"


async def _run_live(
    model: ResolvedModel, batches: BatchContext, samples: Mapping[str, Sample], stats: RequestStats
) -> RequestStats:
    """Send what no batch answered as live requests, at the prices of those."""
    context, budget = batches.run, Budget(budget_limits(model))
    budget.count(context.folder.usage_records(), samples.values())
    _count_batches(budget, batches.log, batches.source)
    live = replace(context, budget=budget, stop=type(context.stop)(budget))
    sent = await request_responses(
        live,
        samples,
        model=model.config.model.name,
        settings=request_settings(model.config.model),
        epochs=model.config.ask.epochs,
    )
    return replace(sent, resumed=stats.resumed)
