"""One run: samples, asking, scoring; the way through the house in one function."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from scorers.errors import BadInstruction, NotInBook, near
from scorers.rules import judge
from tasks.questions import round_robin
from tasks.stored import SampleFile

from .adapter import Settings, Setup, adapter_names, check_adapter, is_adapter, loading, make_adapter
from .ahead import Ahead
from .ask import ask
from .budget import Budget
from .cache import Cache, Cached, cacheable
from .chosen import DEFAULT_ADAPTER, Chosen, complete
from .config import Config, Model, override
from .drawn import by_rule, draw_samples, rates
from .errors import ConfigError
from .keys import base_url_from_env
from .limits import Pace
from .live import LiveScore
from .models import find_model, places_of
from .plan import Plan
from .progress import Progress
from .retry import RetryPolicy
from .scoring import score_run
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tasks.draw import Drawn
    from tasks.questions import QuestionSet
    from tasks.sample import Sample

    from .adapter import Adapter
    from .ask import Asked
    from .scoring import Scored

_LOAD_AFTER = 0.5
"""Seconds of asking after which the libraries of judging are loaded."""


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    store: Store
    asked: Asked
    scored: Scored
    drawn: Drawn | None
    notes: tuple[str, ...] = ()
    """What else there is to tell."""


def choose_model(config: Config, model: str | None, adapter: str | None, base_url: str | None) -> Config:
    """Apply `--model`, `--adapter` and `--base-url`.

    `provider/name` picks adapter and model together where `provider` is an adapter; a name that a model file knows
    goes to the adapter and address that stand there; any other, with or without a slash, to the adapter of the run
    file or of `--adapter`. Settings that belong to the run file's adapter (address, key, options) do not follow to
    another one.
    """
    if adapter:
        check_adapter(adapter)
    entry = None
    if model and not adapter:
        provider, slash, name = model.partition("/")
        if slash and is_adapter(provider):
            adapter, model = provider, name
        elif not base_url and not config.model.base_url and (entry := find_model(model, places_of(config))):
            adapter, base_url = entry.adapter, entry.base_url
        elif slash and not base_url and (hint := near(provider, known := adapter_names())):
            raise ConfigError(
                f"--model {model}: no adapter is called {provider!r}{hint} (adapters: {', '.join(known)})"
            )
    if adapter and (adapter != (config.model.adapter or DEFAULT_ADAPTER) or (entry and entry.base_url)):
        config = replace(config, model=_fresh(config.model, adapter))
    config = override(config, {"model.name": model, "model.adapter": adapter, "model.base_url": base_url})
    if not config.model.name:
        raise ConfigError(f"{config.path} names no model; give one with --model provider/name")
    return config


def _fresh(model: Model, adapter: str) -> Model:
    """Return the settings of `model` that mean the same to any adapter."""
    kept = ("file", "max_tokens", "temperature", "top_p", "seed", "stop")
    return Model(adapter=adapter, **{name: getattr(model, name) for name in kept})


def samples_for(
    config: Config, questions: QuestionSet | None, limit: int | None
) -> tuple[Sequence[Sample], Drawn | None]:
    """Return the samples of a run: those of `questions`, or drawn."""
    if limit is not None and limit < 1:
        raise ConfigError(f"--limit is {limit}, but must be at least 1")
    if questions:
        return round_robin(questions.samples, limit), None
    drawn = draw_samples(config, limit)
    return drawn.samples, drawn


def plan_of(config: Config, samples: Sequence[Sample]) -> Plan:
    """Return what decides the questions and the answers of a run; `config` is completed by the model files."""
    prefix = config.model.prompt_prefix
    return Plan.of(
        samples=samples,
        adapter=config.model.adapter,
        model=config.model.name,
        base_url=config.model.base_url or base_url_from_env(config.model.adapter),
        settings=settings_of(config.model).to_json() | ({"prompt_prefix": prefix} if prefix else {}),
        options=config.model.options,
        epochs=config.ask.epochs,
    )


def folder_of(config: Config, plan: Plan, out: str | None) -> Path:
    """Return the results folder: `out`, or the one that the plan names."""
    return Path(out) if out else Path("results") / plan.folder_name(config.name)


def settings_of(model: Model) -> Settings:
    """Return the request settings of a `[model]` section."""
    return Settings(model.max_tokens, model.temperature, model.top_p, model.seed, model.stop, model.extra)


def run(
    asked_for: Config | Chosen,
    *,
    questions: QuestionSet | None = None,
    limit: int | None = None,
    out: str | None = None,
    retry: Collection[str] = (),
    quiet: bool = False,
) -> Outcome:
    """Ask and score one run, going on where an earlier one of the same plan stopped.

    A run file's configuration is completed by the model files here, unless `complete` did so already.
    `retry` names settled questions that are asked again (of `kept.RETRIES`); their latest answer counts.
    `questions` are asked instead of drawing some, and scored by their own rules unless the run file names others.
    Raises `ConfigError` before anything is sent, `StoreError` and `AuthFailed` with everything kept so far.
    """
    chosen = asked_for if isinstance(asked_for, Chosen) else complete(asked_for)
    config, budget = chosen.config, Budget(chosen.limits)
    samples, drawn = samples_for(config, questions, limit)
    with ExitStack() as opened:
        # Forked before anything else: it shall hold neither the client's library nor the lock of the folder.
        ahead = _ahead(config, len(samples), retry, opened)
        loaded = loading(config.model.adapter)
        check_judgeable(samples, config.score.rules)
        adapter = make_adapter(config.model.adapter, _setup(config, samples))
        plan = plan_of(config, samples)
        header = _header(chosen, questions, drawn)
        folder = folder_of(config, plan, out)
        store = opened.enter_context(Store.open(folder, plan, samples=samples, header=header))
        turned = chosen.turned(store.asked.by_id())
        budget.count(store.charges(), turned.values())
        progress = Progress(quiet=quiet, live=_live(config, turned))
        adapter, cached = _with_cache(config, adapter, store, retry)
        if ahead:
            ahead.follow(store)
        loaded.join()
        asked = asyncio.run(_ask(config, turned, adapter, store, retry, progress, budget, scoring=not ahead))
        scored = (ahead and ahead.finish()) or score_run(store, names=config.score.extract)
    return Outcome(store, asked, scored, drawn, tuple(cached()))


def _header(chosen: Chosen, questions: QuestionSet | None, drawn: Drawn | None) -> dict[str, Any]:
    """Return what `run.json` says beside the plan."""
    config = chosen.config
    return {
        "config": config.name,
        "rules": config.score.rules,
        "extract": list(config.score.extract),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "drawn": rates(drawn) if drawn else None,
        **({"rejected": by_rule(drawn)} if drawn and drawn.rejected else {}),
        **({"questions": questions.to_json()} if questions else {}),
        **chosen.to_json(),
    }


def _ahead(config: Config, samples: int, retry: Collection[str], opened: ExitStack) -> Ahead | None:
    """Return the process that judges while asking, where there is one; `opened` ends it."""
    if retry:  # an answer that is there may be replaced: nothing can be judged before the end
        return None
    ahead = Ahead.start(samples * config.ask.epochs, config.score.extract)
    return opened.enter_context(ahead) if ahead else None


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


def check_judgeable(samples: Sequence[Sample], rules: str | None) -> None:
    """Refuse, before anything is sent, samples whose answers could not be judged."""
    for sample in samples:
        for instruction in sample.instructions:
            try:
                judge(instruction, rules or sample.rules)
            except (BadInstruction, NotInBook) as error:
                raise ConfigError(f"sample {sample.id}: {error}") from None


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


def _live(config: Config, samples: Mapping[str, Sample]) -> LiveScore:
    return LiveScore(samples, config.score.rules, config.score.extract)


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
