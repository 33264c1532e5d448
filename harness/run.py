"""One run: samples, asking, scoring; the way through the house in one function."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean
from tasks.formats.question_set import round_robin

from .adapter import Settings, adapter_names, check_adapter, is_adapter, loading
from .ahead import Ahead
from .chosen import DEFAULT_ADAPTER, Chosen, complete
from .config import Config, Model, override
from .errors import ConfigError
from .keys import base_url_from_env
from .models import find_model, places_of
from .plan import Plan

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tasks.formats.question_set import QuestionSet
    from tasks.generate.generator import GeneratedSet
    from tasks.sample import Sample

    from .ask import Asked
    from .scoring import Scored
    from .store import Store


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    store: Store
    asked: Asked
    scored: Scored
    drawn: GeneratedSet | None
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
        elif slash and not base_url and (hint := did_you_mean(provider, known := adapter_names())):
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
) -> tuple[Sequence[Sample], GeneratedSet | None]:
    """Return the samples of a run: those of `questions`, or drawn."""
    if limit is not None and limit < 1:
        raise ConfigError(f"--limit is {limit}, but must be at least 1")
    if questions:
        return round_robin(questions.samples, limit), None
    from .drawn import draw_samples

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
    `retry` names settled questions that are asked again (of `adapter.RETRIES`); their latest answer counts.
    `questions` are asked instead of drawing some, and scored by their own rules unless the run file names others.
    Raises `ConfigError` before anything is sent, `StoreError` and `AuthFailed` with everything kept so far.
    """
    chosen = asked_for if isinstance(asked_for, Chosen) else complete(asked_for)
    config = chosen.config
    samples, drawn = samples_for(config, questions, limit)
    with ExitStack() as opened:
        # Forked before anything else: it shall hold neither the client's library nor the lock of the folder.
        ahead = _ahead(config, samples, retry, opened)
        loading(config.model.adapter)
        # Loaded only now, beside that process and that thread: half of the time to the first request is loading.
        from .conduct import conduct

        done = conduct(
            chosen,
            samples,
            plan=(plan := plan_of(config, samples)),
            folder=folder_of(config, plan, out),
            header=_header(chosen, questions, drawn),
            ahead=ahead,
            retry=retry,
            quiet=quiet,
            opened=opened,
        )
        scored = _scored(done.store, config, ahead)
    return Outcome(done.store, done.asked, scored, drawn, done.notes)


def _header(chosen: Chosen, questions: QuestionSet | None, drawn: GeneratedSet | None) -> dict[str, Any]:
    """Return what `run.json` says beside the plan."""
    config = chosen.config
    return {
        "config": config.name,
        "rules": config.score.rules,
        "extract": list(config.score.extract),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        **_about_drawing(drawn),
        **({"questions": questions.to_json()} if questions else {}),
        **chosen.to_json(),
    }


def _about_drawing(drawn: GeneratedSet | None) -> dict[str, Any]:
    if drawn is None:
        return {"drawn": None}
    from .drawn import by_rule, rates

    return {"drawn": rates(drawn), **({"rejected": by_rule(drawn)} if drawn.rejected else {})}


def _ahead(config: Config, samples: Sequence[Sample], retry: Collection[str], opened: ExitStack) -> Ahead | None:
    """Return the process that judges while asking, where there is one; `opened` ends it."""
    if retry:  # an answer that is there may be replaced: nothing can be judged before the end
        return None
    ahead = Ahead.start(samples, config.ask.epochs, config.score)
    return opened.enter_context(ahead) if ahead else None


def _scored(store: Store, config: Config, ahead: Ahead | None) -> Scored:
    if ahead:
        ahead.end()
        # Reading the outcome and telling it need these; they are loaded while the other process comes to its end.
        import rich.table  # noqa: F401

        from . import show  # noqa: F401

        if scored := ahead.finish():
            return scored
    from .scoring import score_run

    return score_run(store, names=config.score.extract)
