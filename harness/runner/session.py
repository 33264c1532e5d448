"""One session of a run: opens adapter, cache and results folder, and requests the missing responses."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..adapters.registry import load_libraries, make_adapter
from ..config.published import headline_of
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
from .stopping.state import StopState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import ExitStack
    from typing import Any

    from tasks.sample import Sample

    from ..adapters.base import Adapter, AdapterSetup
    from ..config.model import ResolvedModel
    from ..config.run_file import Config
    from ..store.run_spec import RunSpec
    from .batches.context import BatchSettings
    from .engines.background import BackgroundScorer
    from .stopping.cancel import Cancellation


class SessionResult(NamedTuple):
    """The result of a session."""

    run_folder: RunFolder
    requests: RequestStats
    notes: tuple[str, ...]
    """Messages for the user."""


def run_session(
    model: ResolvedModel,
    samples: Sequence[Sample],
    *,
    spec: RunSpec,
    folder: Path,
    header: Mapping[str, Any],
    scorer: BackgroundScorer | None,
    retry: Collection[str],
    quiet: bool,
    cancellation: Cancellation | None,
    resources: ExitStack,
    batches: BatchSettings | None = None,
) -> SessionResult:
    """Request what `folder` has no response to, while `scorer` scores; `resources` closes the folder later.

    Raises `ConfigError` before anything is sent or written, `StoreError` and `AuthFailed` with all responses saved.
    """
    config, budget = model.config, Budget(budget_limits(model.in_batches() if batches else model))
    limiter = concurrency_limiter(config)
    setup = replace(adapter_setup(config, samples), on_headers=limiter.update_from_headers)
    notes: list[str] = []
    adapter = _make_adapter(config, setup, notes.append)
    if scorer:  # it reads and checks the samples in its own process, meanwhile
        scorer.check()
    else:
        check_scorable(samples, config.score.rules)
    run_folder = resources.enter_context(RunFolder.open(folder, spec, samples=samples, header=header))
    prompts = prefixed_samples(model, run_folder.samples_file.by_id())
    budget.count(run_folder.usage_records(), prompts.values())
    metric = headline_of(header.get("questions", {}))
    progress = Progress(quiet=quiet, live=LiveScore(prompts, config.score.rules, config.score.extract, metric))
    adapter, describe_cache = _with_cache(config, adapter, run_folder, retry)
    if scorer:
        scorer.follow(run_folder)
    policy = RetryPolicy(attempts=config.ask.attempts, max_wait=config.ask.max_wait)
    context = RequestContext(adapter, run_folder, policy, limiter, budget, progress, StopState(budget))
    if batches:
        from .batches.session import run_in_batches  # a run without batches does not wait for their modules

        requests = asyncio.run(run_in_batches(model, context, prompts, batches, setup, retry, cancellation))
    else:
        requests = asyncio.run(_request_all(model, context, prompts, retry, cancellation))
    return SessionResult(run_folder, requests, (*notes, *describe_cache(), *requests.notes))


def _make_adapter(config: Config, setup: AdapterSetup, on_note: Callable[[str], object]) -> Adapter:
    """Return the adapter of the run, its requests sent from where the run file says; raises `ConfigError`."""
    name = config.model.adapter
    adapter = make_adapter(name, setup)
    load_libraries(name)
    if config.ask.engine != "ray":
        return adapter
    from .engines.cluster.requests import ClusterAdapter  # Ray is optional, and takes a second to import

    return ClusterAdapter(name, setup, adapter, on_note)


def _with_cache(
    config: Config, adapter: Adapter, run_folder: RunFolder, retry: Collection[str]
) -> tuple[Adapter, Callable[[], list[str]]]:
    """Return `adapter` behind the configured cache, and a function that describes how the cache was used."""
    if config.ask.cache is None:
        return adapter, list
    if not is_cacheable(adapter):
        note = f"the adapter {config.model.adapter!r} makes no requests, so the cache is not used"
        return adapter, lambda: [note]
    # A sample requested again has a response in the cache already: the rejected one.
    again = run_folder.answered_keys() if retry else set()
    cached = CachingAdapter(
        adapter,
        ResponseCache(Path(config.ask.cache)),
        run_folder.plan.values,
        skip=lambda request: (request.sample_id, request.epoch) in again or run_folder.dialogue_turns.holds(request),
    )
    return cached, cached.describe


async def _request_all(
    model: ResolvedModel,
    context: RequestContext,
    samples: Mapping[str, Sample],
    retry: Collection[str],
    cancellation: Cancellation | None,
) -> RequestStats:
    """Request what is missing, with the adapter open meanwhile."""
    async with context.adapter:
        with cancellation.attach(context.stop.interrupt) if cancellation else nullcontext():
            return await request_responses(
                context,
                samples,
                retry=retry,
                model=model.config.model.name,
                settings=request_settings(model.config.model),
                epochs=model.config.ask.epochs,
            )
