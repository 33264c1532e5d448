"""conduct: the asking of one run, from the adapter to the last answer that is kept."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from tasks.formats.sample_file import SampleFile

from .adapter import Setup, loading, make_adapter
from .ask import ask
from .budget import Budget
from .cache import Cache, Cached, cacheable
from .judgeable import check_judgeable
from .limits import Pace
from .live import LiveScore
from .progress import Progress
from .retry import RetryPolicy
from .run import settings_of
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import ExitStack
    from typing import Any

    from tasks.sample import Sample

    from .adapter import Adapter
    from .ahead import Ahead
    from .ask import Asked
    from .chosen import Chosen
    from .config import Config
    from .plan import Plan

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
    config, budget = chosen.config, Budget(chosen.limits)
    adapter = make_adapter(config.model.adapter, _setup(config, samples))
    if ahead:
        ahead.check()
    else:
        check_judgeable(samples, config.score.rules)
    store = opened.enter_context(Store.open(folder, plan, samples=samples, header=header))
    turned = chosen.turned(store.asked.by_id())
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


def _setup(config: Config, samples: Sequence[Sample]) -> Setup:
    return Setup(
        model=config.model.name,
        base_url=config.model.base_url,
        key_env=config.model.key_env,
        timeout=config.ask.timeout,
        concurrency=config.ask.concurrency,
        options=config.model.options,
        samples=samples.by_id() if isinstance(samples, SampleFile) else {sample.id: sample for sample in samples},
    )


def _pace(config: Config) -> Pace:
    return Pace(
        config.ask.concurrency,
        adaptive=config.ask.adaptive,
        requests_per_minute=config.ask.requests_per_minute,
        tokens_per_minute=config.ask.tokens_per_minute,
    )


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
            pace=_pace(config),
            policy=RetryPolicy(attempts=config.ask.attempts),
            progress=progress,
            budget=budget,
        )
        loading.cancel()
        return asked
