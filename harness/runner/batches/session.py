"""One session of a run in batches: from the settings of the run to its statistics."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ...adapters.batches.base import LIVE
from ...adapters.registry import make_batch_adapter
from ...config.sections import AskSection
from ...store.batches.log import BATCHES, CONTINUED, RUN, BatchLog
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
        ask = parse_ask(log.about)
    return BatchSettings(ask.batch_fallback, ask.batch_size, ask.batch_poll, ask.batch_timeout, wait, submit)


def parse_ask(about: Mapping[str, Any]) -> AskSection:
    """Return the `[ask]` section on record; what is missing or of a later version takes its default."""
    saved = about.get("ask")
    known = AskSection.__dataclass_fields__
    return AskSection(**{name: value for name, value in saved.items() if name in known} if saved else {})


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
        for usage in log.wasted.values():
            context.budget.add(usage, ())
        for record in log.open:
            context.budget.hold(record.marker, WorstCase(record.reserved_tokens, record.reserved_cost))
        batches = BatchContext(context, adapter, log, source, settings)
        async with context.adapter, adapter:
            with cancellation.attach(context.stop.interrupt) if cancellation else nullcontext():
                stats = await _run(batches)
                if settings.fallback == LIVE and settings.submit and not (stats.stop_reason or log.open):
                    return await _run_live(model, context, samples, stats)
                return stats
    finally:
        source.close()
        log.close()


async def _run(batches: BatchContext) -> RequestStats:
    context, source = batches.run, batches.source
    resumed = source.count_completed()
    context.startup.over = True
    context.progress.start(source.total, resumed, None, context.budget)
    try:
        await BatchEngine(batches).run()
    finally:
        context.progress.stop()
    complete = source.count_completed() >= source.total
    reason, message = context.stop.describe(complete=complete)
    if waiting := batches.log.open:
        shown = describe_open(waiting, context.folder.folder.name)
        reason, message = reason or WAITING, f"{message}; {shown}" if message else shown
    elif not batches.settings.submit and not reason:
        reason, message = (
            "cancelled",
            "the batches were cancelled; to send what is missing, rerun the same command",
        )
    return RequestStats(context.responses, context.failures, resumed, reason, message, context.markers.describe())


async def _run_live(
    model: ResolvedModel, context: RequestContext, samples: Mapping[str, Sample], stats: RequestStats
) -> RequestStats:
    """Send what no batch answered as live requests, at the prices of those."""
    budget = Budget(budget_limits(model))
    budget.count(context.folder.usage_records(), samples.values())
    live = replace(context, budget=budget, stop=type(context.stop)(budget))
    live.startup.over = True
    sent = await request_responses(
        live,
        samples,
        model=model.config.model.name,
        settings=request_settings(model.config.model),
        epochs=model.config.ask.epochs,
    )
    return replace(sent, resumed=stats.resumed)
