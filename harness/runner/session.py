"""conduct: the asking of one run, from the adapter to the last answer that is kept."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from ..adapters.registry import loading, make_adapter
from ..store.run_folder import Store
from .ask import ask
from .cache import Cache, Cached, cacheable
from .limits.budget import Budget
from .limits.retry import RetryPolicy
from .progress.display import Progress
from .progress.live_score import LiveScore
from .setup import (
    adapter_setup,
    budget_limits,
    check_judgeable,
    concurrency_limiter,
    prefixed_samples,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import ExitStack
    from typing import Any

    from tasks.sample import Sample

    from ..adapters.base import Adapter
    from ..config.model import Chosen
    from ..config.run_file import Config
    from ..store.run_spec import Plan
    from .ask import Asked
    from .background_scoring import Ahead

_LOAD_AFTER = 0.5
"""Seconds of asking after which the libraries of judging are loaded."""


class Conducted(NamedTuple):
    """What asking left behind."""

    store: Store
    asked: Asked
    notes: tuple[str, ...]
    """What else there is to tell."""


def conduct(
    chosen: Chosen,
    samples: Sequence[Sample],
    *,
    plan: Plan,
    folder: Path,
    header: Mapping[str, Any],
    ahead: Ahead | None,
    retry: Collection[str],
    quiet: bool,
    opened: ExitStack,
) -> Conducted:
    """Ask what `folder` has no answer to; `opened` closes it later, `ahead` judges meanwhile.

    Raises `ConfigError` before anything is sent or written, `StoreError` and `AuthFailed` with everything kept so far.
    """
    config, budget = chosen.config, Budget(budget_limits(chosen))
    adapter = make_adapter(config.model.adapter, adapter_setup(config, samples))
    if ahead:
        ahead.check()
    else:
        check_judgeable(samples, config.score.rules)
    store = opened.enter_context(Store.open(folder, plan, samples=samples, header=header))
    turned = prefixed_samples(chosen, store.asked.by_id())
    budget.count(store.charges(), turned.values())
    progress = Progress(quiet=quiet, live=LiveScore(turned, config.score.rules, config.score.extract))
    adapter, cached = _with_cache(config, adapter, store, retry)
    if ahead:
        ahead.follow(store)
    loading(config.model.adapter).join()
    gc.freeze()  # what is loaded stays, and need not be looked through while answers come
    try:
        asked = asyncio.run(_ask(config, turned, adapter, store, retry, progress, budget, scoring=not ahead))
    finally:
        gc.unfreeze()
    return Conducted(store, asked, tuple(cached()))


def _with_cache(
    config: Config, adapter: Adapter, store: Store, retry: Collection[str]
) -> tuple[Adapter, Callable[[], list[str]]]:
    """Put the cache before `adapter` where one is asked for; return with it what says how the cache did."""
    if config.ask.cache is None:
        return adapter, list
    if not cacheable(adapter):
        told = f"the adapter {config.model.adapter!r} makes no requests, so the cache is not used"
        return adapter, lambda: [told]
    # What is asked again has an answer in the cache already: the one that was not good enough.
    again = store.answered() if retry else set()
    cached = Cached(
        adapter,
        Cache(Path(config.ask.cache)),
        store.plan.values,
        skip=lambda request: (request.sample_id, request.epoch) in again or store.earlier.holds(request),
    )
    return cached, cached.told


def _load() -> None:
    import scipy.special  # noqa: F401 - loaded for `stats`, which finds it ready


async def _ask(
    config: Config,
    samples: Mapping[str, Sample],
    adapter: Adapter,
    store: Store,
    retry: Collection[str],
    progress: Progress,
    budget: Budget,
    *,
    scoring: bool,
) -> Asked:
    """Ask; `scoring` says that this process will judge the answers."""
    async with adapter:
        # Judging needs a large library: it is loaded while the network is waited for, unless that is over at once.
        loading = asyncio.get_running_loop().call_later(_LOAD_AFTER, Thread(target=_load).start)
        if not scoring:
            loading.cancel()
        asked = await ask(
            samples,
            adapter,
            store,
            retry=retry,
            model=config.model.name,
            settings=settings_of(config.model),
            epochs=config.ask.epochs,
            pace=concurrency_limiter(config),
            policy=RetryPolicy(attempts=config.ask.attempts),
            progress=progress,
            budget=budget,
        )
        loading.cancel()
        return asked
