"""conduct: the asking of one run, from the adapter to the last answer that is kept."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..adapters.registry import make_adapter, preload_libraries
from ..store.run_folder import RunFolder
from .cache import CachingAdapter, ResponseCache, is_cacheable
from .limits.budget import Budget
from .limits.retry import RetryPolicy
from .progress.display import Progress
from .progress.live_score import LiveScore
from .request import RequestContext
from .scheduler import RequestStats, request_responses
from .setup import (
    adapter_setup,
    budget_limits,
    check_scorable,
    concurrency_limiter,
    prefixed_samples,
    request_settings,
)
from .stop import StopState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import ExitStack
    from typing import Any

    from tasks.sample import Sample

    from ..adapters.base import Adapter
    from ..config.model import ResolvedModel
    from ..config.run_file import Config
    from ..store.run_spec import RunSpec
    from .background_scoring import BackgroundScorer


class SessionResult(NamedTuple):
    """What asking left behind."""

    store: RunFolder
    asked: RequestStats
    notes: tuple[str, ...]
    """What else there is to tell."""


def run_session(
    chosen: ResolvedModel,
    samples: Sequence[Sample],
    *,
    plan: RunSpec,
    folder: Path,
    header: Mapping[str, Any],
    ahead: BackgroundScorer | None,
    retry: Collection[str],
    quiet: bool,
    opened: ExitStack,
) -> SessionResult:
    """Ask what `folder` has no answer to; `opened` closes it later, `ahead` judges meanwhile.

    Raises `ConfigError` before anything is sent or written, `StoreError` and `AuthFailed` with everything kept so far.
    """
    config, budget = chosen.config, Budget(budget_limits(chosen))
    limiter = concurrency_limiter(config)
    setup = replace(adapter_setup(config, samples), on_headers=limiter.update_from_headers)
    adapter = make_adapter(config.model.adapter, setup)
    if ahead:
        ahead.check()
    else:
        check_scorable(samples, config.score.rules)
    store = opened.enter_context(RunFolder.open(folder, plan, samples=samples, header=header))
    turned = prefixed_samples(chosen, store.samples_file.by_id())
    budget.count(store.usage_records(), turned.values())
    progress = Progress(quiet=quiet, live=LiveScore(turned, config.score.rules, config.score.extract))
    adapter, cached = _with_cache(config, adapter, store, retry)
    if ahead:
        ahead.follow(store)
    preload_libraries(config.model.adapter).join()
    policy = RetryPolicy(attempts=config.ask.attempts, max_wait=config.ask.max_wait)
    context = RequestContext(adapter, store, policy, limiter, budget, progress, StopState(budget))
    gc.freeze()  # what is loaded stays, and need not be looked through while answers come
    try:
        asked = asyncio.run(_request_all(chosen, context, turned, retry))
    finally:
        gc.unfreeze()
    return SessionResult(store, asked, (*cached(), *asked.notes))


def _with_cache(
    config: Config, adapter: Adapter, store: RunFolder, retry: Collection[str]
) -> tuple[Adapter, Callable[[], list[str]]]:
    """Put the cache before `adapter` where one is asked for; return with it what says how the cache did."""
    if config.ask.cache is None:
        return adapter, list
    if not is_cacheable(adapter):
        told = f"the adapter {config.model.adapter!r} makes no requests, so the cache is not used"
        return adapter, lambda: [told]
    # What is asked again has an answer in the cache already: the one that was not good enough.
    again = store.answered() if retry else set()
    cached = CachingAdapter(
        adapter,
        ResponseCache(Path(config.ask.cache)),
        store.plan.values,
        skip=lambda request: (request.sample_id, request.epoch) in again or store.dialogue_turns.holds(request),
    )
    return cached, cached.describe


async def _request_all(
    chosen: ResolvedModel, context: RequestContext, samples: Mapping[str, Sample], retry: Collection[str]
) -> RequestStats:
    """Request what is missing with an adapter that is open meanwhile."""
    async with context.adapter:
        return await request_responses(
            context,
            samples,
            retry=retry,
            model=chosen.config.model.name,
            settings=request_settings(chosen.config.model),
            epochs=chosen.config.ask.epochs,
        )
