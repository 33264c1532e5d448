"""One run: samples, asking, scoring; the way through the house in one function."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..adapters.registry import preload_libraries
from ..config.model import ResolvedModel, resolve_model
from ..config.run_file import Config
from .background_scoring import BackgroundScorer
from .setup import run_folder_path, run_spec_of, samples_for

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tasks.formats.question_set import QuestionSet
    from tasks.generate.generator import GeneratedSet
    from tasks.sample import Sample

    from ..store.run_folder import RunFolder
    from .scheduler import RequestStats
    from .score import ScoringResult


@dataclass(frozen=True)
class RunResult:
    """What a run left behind."""

    store: RunFolder
    asked: RequestStats
    scored: ScoringResult
    drawn: GeneratedSet | None
    notes: tuple[str, ...] = ()
    """What else there is to tell."""


def run(
    asked_for: Config | ResolvedModel,
    *,
    questions: QuestionSet | None = None,
    limit: int | None = None,
    out: str | None = None,
    retry: Collection[str] = (),
    quiet: bool = False,
) -> RunResult:
    """Ask and score one run, going on where an earlier one of the same plan stopped.

    A run file's configuration is completed by the model files here, unless `complete` did so already.
    `retry` names settled questions that are asked again (of `adapter.RETRIES`); their latest answer counts.
    `questions` are asked instead of drawing some, and scored by their own rules unless the run file names others.
    Raises `ConfigError` before anything is sent, `StoreError` and `AuthFailed` with everything kept so far.
    """
    chosen = asked_for if isinstance(asked_for, ResolvedModel) else resolve_model(asked_for)
    config = chosen.config
    samples, drawn = samples_for(config, questions, limit)
    with ExitStack() as opened:
        # Forked before anything else: it shall hold neither the client's library nor the lock of the folder.
        ahead = _ahead(config, samples, retry, opened)
        preload_libraries(config.model.adapter)
        # Loaded only now, beside that process and that thread: half of the time to the first request is loading.
        from .session import run_session

        done = run_session(
            chosen,
            samples,
            plan=(plan := run_spec_of(config, samples)),
            folder=run_folder_path(config, plan, out),
            header=_header(chosen, questions, drawn),
            ahead=ahead,
            retry=retry,
            quiet=quiet,
            opened=opened,
        )
        scored = _scored(done.store, config, ahead)
    return RunResult(done.store, done.asked, scored, drawn, done.notes)


def _header(chosen: ResolvedModel, questions: QuestionSet | None, drawn: GeneratedSet | None) -> dict[str, Any]:
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
    from ..dataset.generate import count_rejections, instruction_rates

    return {"drawn": instruction_rates(drawn), **({"rejected": count_rejections(drawn)} if drawn.rejected else {})}


def _ahead(
    config: Config, samples: Sequence[Sample], retry: Collection[str], opened: ExitStack
) -> BackgroundScorer | None:
    """Return the process that judges while asking, where there is one; `opened` ends it."""
    if retry:  # an answer that is there may be replaced: nothing can be judged before the end
        return None
    ahead = BackgroundScorer.start(samples, config.ask.epochs, config.score)
    return opened.enter_context(ahead) if ahead else None


def _scored(store: RunFolder, config: Config, ahead: BackgroundScorer | None) -> ScoringResult:
    if ahead:
        ahead.end()
        # Reading the outcome and telling it need these; they are loaded while the other process comes to its end.
        import rich.table  # noqa: F401

        from ..cli.output import run as show  # noqa: F401

        if scored := ahead.finish():
            return scored
    from .score import score_run

    return score_run(store, names=config.score.extract)
