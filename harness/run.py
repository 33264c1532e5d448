"""One run: samples, asking, scoring; the way through the house in one function."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import BadInstruction, NotInBook, near
from scorers.rules import judge
from tasks.draw import Drawing, Drawn, DrawPlan
from tasks.questions import round_robin
from tasks.sources import load_source
from tasks.stored import SampleFile
from tasks.wording import Wording

from .adapter import Settings, Setup, adapter_names, make_adapter
from .ask import ask
from .cache import Cache, Cached, cacheable
from .config import Config, Model, override
from .errors import ConfigError
from .keys import base_url_from_env
from .plan import Plan
from .progress import Progress
from .retry import RetryPolicy
from .scoring import score_run
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tasks.questions import QuestionSet
    from tasks.sample import Sample

    from .adapter import Adapter
    from .ask import Asked
    from .scoring import Scored


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

    `provider/name` picks adapter and model together where `provider` is an adapter; any other model name, with
    or without a slash, goes to the adapter of the run file or of `--adapter`. Settings that belong to the run
    file's adapter (address, key, options) do not follow to another one.
    """
    known = adapter_names()
    if adapter and adapter not in known:
        raise ConfigError(f"unknown adapter {adapter!r}{near(adapter, known)} (adapters: {', '.join(known)})")
    if model and not adapter and "/" in model:
        provider, name = model.split("/", 1)
        if provider in known:
            adapter, model = provider, name
        elif (hint := near(provider, known)) and not base_url:
            raise ConfigError(
                f"--model {model}: no adapter is called {provider!r}{hint} (adapters: {', '.join(known)})"
            )
    if adapter and adapter != config.model.adapter:
        kept = config.model
        fresh = Model(max_tokens=kept.max_tokens, temperature=kept.temperature, top_p=kept.top_p, seed=kept.seed)
        config = replace(config, model=replace(fresh, adapter=adapter, stop=kept.stop))
    config = override(config, {"model.name": model, "model.base_url": base_url})
    if not config.model.name:
        raise ConfigError(f"{config.path} names no model; give one with --model provider/name")
    return config


def draw_samples(config: Config, limit: int | None = None) -> Drawn:
    """Draw the samples that `config` asks for; `limit` keeps the first, taken in turn from each task."""
    source = load_source(config.articles.source, _paths_beside(config))
    plan = DrawPlan(
        tasks=config.questions.tasks,
        per_task=config.questions.per_task,
        sentences=config.articles.sentences,
        pool=config.instructions.pool or None,
        count=config.instructions.count,
        weights=config.instructions.weights,
        limits=config.instructions.limits,
        seed=config.questions.seed,
    )
    wording = Wording.load(config.beside(config.questions.wording)) if config.questions.wording else Wording()
    drawing = Drawing(plan, source.articles(), wording)
    samples = list(islice(drawing, limit))
    return Drawn(samples, drawing.drawn, drawing.kept, drawing.sets, drawing.skipped)


def rates(drawn: Drawn) -> dict[str, dict[str, Any]]:
    """Return how often each instruction was drawn and kept, by id."""
    return {
        id: {"drawn": times, "kept": drawn.kept[id], "rate": round(drawn.kept[id] / times, 4)}
        for id, times in sorted(drawn.drawn.items())
    }


def _paths_beside(config: Config) -> dict[str, object]:
    options = dict(config.articles.options)
    if isinstance(options.get("path"), str):
        options["path"] = str(config.beside(options["path"]))
    return options


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
    """Return what decides the questions and the answers of a run."""
    return Plan.of(
        samples=samples,
        adapter=config.model.adapter,
        model=config.model.name,
        base_url=config.model.base_url or (base_url_from_env() if config.model.adapter == "openai" else None),
        settings=settings_of(config.model).to_json(),
        options=config.model.options,
        epochs=config.ask.epochs,
    )


def settings_of(model: Model) -> Settings:
    """Return the request settings of a `[model]` section."""
    return Settings(model.max_tokens, model.temperature, model.top_p, model.seed, model.stop, model.extra)


def run(
    config: Config,
    *,
    questions: QuestionSet | None = None,
    limit: int | None = None,
    out: str | None = None,
    retry: Collection[str] = (),
    quiet: bool = False,
) -> Outcome:
    """Ask and score one run, going on where an earlier one of the same plan stopped.

    `retry` names settled questions that are asked again (of `kept.RETRIES`); their latest answer counts.
    `questions` are asked instead of drawing some, and scored by their own rules unless the run file names others.
    Raises `ConfigError` before anything is sent, `StoreError` and `AuthFailed` with everything kept so far.
    """
    samples, drawn = samples_for(config, questions, limit)
    _check_judgeable(samples, config.score.rules)
    adapter = make_adapter(config.model.adapter, _setup(config, samples))
    plan = plan_of(config, samples)
    folder = Path(out) if out else Path("results") / plan.folder_name(config.name)
    header = {
        "config": config.name,
        "rules": config.score.rules,
        "extract": list(config.score.extract),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "drawn": rates(drawn) if drawn else None,
        **({"questions": questions.to_json()} if questions else {}),
    }
    with Store.open(folder, plan, samples=samples, header=header) as store:
        adapter, cached = _with_cache(config, adapter, store, retry)
        asked = asyncio.run(_ask(config, adapter, store, retry, Progress(quiet=quiet)))
        scored = score_run(store, names=config.score.extract)
    return Outcome(store, asked, scored, drawn, tuple(cached()))


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
        skip=lambda request: (request.sample_id, request.epoch) in again,
    )
    return cached, cached.told


def _check_judgeable(samples: Sequence[Sample], rules: str | None) -> None:
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


async def _ask(config: Config, adapter: Adapter, store: Store, retry: Collection[str], progress: Progress) -> Asked:
    async with adapter:
        return await ask(
            store.asked.by_id(),
            adapter,
            store,
            retry=retry,
            model=config.model.name,
            settings=settings_of(config.model),
            epochs=config.ask.epochs,
            concurrency=config.ask.concurrency,
            policy=RetryPolicy(attempts=config.ask.attempts),
            progress=progress,
        )
