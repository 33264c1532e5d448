"""One run, from its samples to its report, in one function."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from .engines.background import BackgroundScorer
from .setup import run_folder_path, run_name, run_spec_of, samples_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from tasks.formats.question_set import QuestionSet
    from tasks.generate.generator import GeneratedSet
    from tasks.sample import Sample

    from ..config.model import ResolvedModel
    from ..config.run_file import Config
    from ..store.run_folder import RunFolder
    from .batches.context import BatchSettings
    from .score import RunResult, ScoringResult
    from .session import SessionResult
    from .stopping.cancel import Cancellation


def run(
    model: ResolvedModel,
    *,
    questions: QuestionSet | None = None,
    limit: int | None = None,
    out: str | None = None,
    retry: Collection[str] = (),
    quiet: bool = False,
    cancellation: Cancellation | None = None,
    when_requested: Callable[[], object] | None = None,
    wait: bool = True,
) -> RunResult:
    """Request and score the responses of one run; resumes an earlier one with the same run spec.

    `questions` replaces the generated samples, and is scored by its own rule book unless the run file names one.
    `retry` (of `adapters.base.RETRIES`) requests completed samples again, and their latest response counts.
    A run in batches that does not `wait` leaves them at the provider, for the same call to collect.
    `cancellation` interrupts from another thread. `when_requested` is called once all responses are saved.
    Raises `ConfigError` before anything is sent; `StoreError` and `AuthFailed` with all responses saved.
    """
    config = model.config
    samples, generated = samples_for(model, questions, limit)
    folder = run_folder_path(run_name(config, questions), spec := run_spec_of(config, samples), out)
    batches = batch_settings(model, folder, wait=wait)
    with ExitStack() as resources:
        # Forked first: it must inherit neither the client's library nor the lock of the folder.
        scorer = None if batches else _start_scorer(config, samples, retry, resources)
        # Imported here, while that process works: half of the time to the first request is imports.
        from .session import run_session

        session = run_session(
            model,
            samples,
            spec=spec,
            folder=folder,
            header=_header(model, questions, generated, in_batches=bool(batches)),
            scorer=scorer,
            retry=retry,
            quiet=quiet,
            cancellation=cancellation,
            resources=resources,
            batches=batches,
        )
        scoring = _score(session.run_folder, config, scorer, when_requested)
    return _result(scoring, session, generated)


def batch_settings(model: ResolvedModel, folder: Path, *, wait: bool) -> BatchSettings | None:
    """Return how a run uses batches; None, at the cost of one look at its folder, if it does not.

    Raises `ConfigError` for an adapter without batches.
    """
    config = model.config
    if not config.ask.batch and not (folder / "batches.jsonl").exists():
        if not wait:
            raise ConfigError("--no-wait is for a run in batches: add --batch")
        return None
    from .batches.session import batch_settings as settings_of

    model.in_batches()
    return settings_of(config.ask, folder, wait=wait)


def _header(
    model: ResolvedModel, questions: QuestionSet | None, generated: GeneratedSet | None, *, in_batches: bool
) -> dict[str, Any]:
    """Return what `run.json` records beside the run spec."""
    config = model.config
    return {
        "config": run_name(config, questions),
        "rules": config.score.rules,
        "extract": list(config.score.extract),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        **_generation_record(generated),
        **({"questions": questions.to_json()} if questions else {}),
        **model.to_json(),
        **({"batch": _batch_record(model)} if in_batches else {}),
    }


def _batch_record(model: ResolvedModel) -> dict[str, Any]:
    """Return the prices at which responses in batches are counted."""
    prices = model.in_batches().prices
    return {"prices": prices.to_json() if prices else "unknown"}


def _generation_record(generated: GeneratedSet | None) -> dict[str, Any]:
    if generated is None:
        return {"drawn": None}
    from ..dataset.generate import count_rejections, instruction_rates

    rejected = {"rejected": count_rejections(generated)} if generated.rejected else {}
    return {"drawn": instruction_rates(generated), **rejected}


def _start_scorer(
    config: Config, samples: Sequence[Sample], retry: Collection[str], resources: ExitStack
) -> BackgroundScorer | None:
    """Return the process that scores responses as they arrive, None without one; `resources` ends it."""
    if config.ask.engine == "single":
        return None
    if retry:  # a saved response may be replaced, so none can be scored before the end
        return None
    scorer = BackgroundScorer.start(samples, config.ask.epochs, config.score)
    return resources.enter_context(scorer) if scorer else None


def _score(
    folder: RunFolder, config: Config, scorer: BackgroundScorer | None, when_requested: Callable[[], object] | None
) -> ScoringResult:
    if scorer:
        scorer.end()
    if when_requested:
        when_requested()
    if scorer and (scored := scorer.finish()):
        return scored
    from .score import score_run

    return score_run(folder, names=config.score.extract)


def _result(scoring: ScoringResult, session: SessionResult, generated: GeneratedSet | None) -> RunResult:
    from .score import RunResult

    return RunResult(
        **vars(scoring),
        run_folder=session.run_folder,
        requests=session.requests,
        generated=generated,
        notes=session.notes,
    )
