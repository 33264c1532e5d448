"""Scores a run: verdicts, metrics and report written to its folder, and the results of `run` and `score`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scorers.rule_books import chain
from tasks.sample import GROUP

from ..config.published import headline_of
from ..scoring.results import ScoredResponse, UnscoredSample
from ..scoring.score import default_rule_book, score_responses
from ..scoring.summary import Summary, SummaryBuilder
from ..scoring.verdict_file import ScoringBasis, has_current_verdicts, to_verdict_line
from ..store.charges import add_up
from ..store.journal import encode
from ..store.response_index import ResponseIndex
from ..store.run_folder import RunFolder, find_run
from ..store.samples.growth import BASIS
from .engines.engine import AUTO
from .engines.shards import WORTH, ShardedScoring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tasks.generate.generator import GeneratedSet

    from ..scoring.breakdowns.headline import Headline
    from ..scoring.breakdowns.turns import TurnCount
    from ..scoring.intervals import Interval
    from .engines.shards import OnProgress, Result
    from .scheduler import RequestStats


def score_folder(
    run: str | Path, *, rules: str | None = None, engine: str = AUTO, on_progress: OnProgress | None = None
) -> ScoringResult:
    """Score the saved responses of a run again, a results folder or its name; raises `StoreError`, `NotInBook`."""
    if rules:
        chain(rules)
    with RunFolder.load(find_run(str(run))) as store:
        return score_run(store, rules=rules, names=store.manifest.extract, engine=engine, on_progress=on_progress)


def find_report(run: str, rules: str | None = None) -> tuple[Path, str]:
    """Return the path of a run's report, written if it is missing, and a note for the user ("" if none).

    `rules` selects the report of another rule book than the run's own. Raises `StoreError`, `NotInBook`.
    """
    with RunFolder.load(find_run(run)) as store:
        own = default_rule_book(store.samples_file.rules, store.manifest.rules)
        book = rules if rules and rules != own else None
        suffix = f".{book}" if book else ""
        path = store.folder / f"report{suffix}.html"
        if not path.is_file():
            names = store.manifest.extract
            return score_run(store, rules=book, names=names).report, "the report was missing; wrote a new one"
        if not has_current_verdicts(store.folder, suffix):
            again = f"to update it, run: ifh score {store.folder.name}"
            return path, f"the report is of fewer responses or of another ifharness; {again}"
        return path, ""


EMBEDDED = 2000
"""Maximum responses in a report, and maximum unscored samples; the files have all."""
_FAILING = 2


@dataclass(frozen=True)
class ScoringResult:
    """A scored run; of a large one, only the first responses are in memory."""

    summary: Summary
    """All metrics, as in `scores.json`."""
    rows: list[ScoredResponse]
    """The first `EMBEDDED` responses, then some that fail an instruction which those do not.

    Of a run scored by the background process, only those that `ifh run` prints.
    """
    unscored: list[UnscoredSample]
    """The first `EMBEDDED`, or those that `ifh run` prints."""
    report: Path
    """The HTML report."""
    dialogues: Path | None
    """The page of dialogues turn by turn; None where no sample is a turn of one."""

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.report.parent

    @property
    def score(self) -> float | None:
        """The IF score from 0 to 100; None if no response was scored."""
        return self.summary.if_score

    @property
    def interval(self) -> Interval | None:
        """The confidence interval of `score`; None if there are too few articles."""
        return self.summary.interval

    @property
    def headline(self) -> Headline:
        """The metric that the sample set reports first, with its interval: of generated samples the IF score."""
        return self.summary.first_metric


@dataclass(frozen=True)
class RunResult(ScoringResult):
    """A run that was requested and scored."""

    run_folder: RunFolder
    requests: RequestStats
    generated: GeneratedSet | None
    """The generated samples; None if they were given."""
    notes: tuple[str, ...] = ()
    """Messages for the user."""

    @property
    def stop_reason(self) -> str | None:
        """Why the run ended early, such as `interrupted` or `budget`; None if it is complete."""
        return self.requests.stop_reason


class _Selection:
    """Collects the results to print: all of a small run, the first ones of a large one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.rows: list[ScoredResponse] = []
        self.unscored: list[UnscoredSample] = []
        self.failing: list[ScoredResponse] = []
        self._ids: set[str] = set()

    def add(self, result: ScoredResponse | UnscoredSample) -> None:
        if isinstance(result, UnscoredSample):
            if len(self.unscored) < max(self._most, _FAILING):
                self.unscored.append(result)
            return
        early = len(self.rows) < self._most
        if early:
            self.rows.append(result)
        ids = [i.id for i, v in zip(result.sample.instructions, result.strict, strict=True) if not v.followed]
        fresh = next((id for id in ids if id not in self._ids), None)
        if fresh is not None or (ids and len(self.failing) < _FAILING):
            self._ids |= {fresh or ids[0]}
            if not early:
                self.failing.append(result)


def score_run(
    store: RunFolder,
    *,
    rules: str | None = None,
    names: tuple[str, ...] = ("thinking",),
    index: Callable[..., ResponseIndex] = ResponseIndex,
    rows: int = EMBEDDED,
    engine: str = AUTO,
    on_progress: OnProgress | None = None,
) -> ScoringResult:
    """Score every response of `store` and write verdicts, scores and report; one response in memory at a time.

    `rules` None is each sample's own rule book; another writes files with its name in them. `names` are the extractions
    applied first. `index` reads the responses; a `LiveResponseIndex` waits for those still to come. `rows` counts the
    results to return, apart from those that fail another instruction. Many responses are scored in shards, by one of
    `ENGINES`. Raises `NotInBook`, `StoreError`.
    """
    from ..reporting import ReportDraft

    job = ShardedScoring(store, rules, names, *([on_progress] if on_progress else []))
    suffix, about = job.suffix, store.manifest
    report = store.folder / f"report{suffix}.html"
    sharded = index is ResponseIndex and (job.total > WORTH or job.files.folder.is_dir())
    results = job.iter_results(job.shards, engine) if sharded else _score_at_once(job, index)
    builder = SummaryBuilder(store.samples_file, store.epochs, about.training_cutoff, headline_of(about.questions))
    selection, draft = _Selection(rows), ReportDraft(EMBEDDED)

    def lines() -> Iterator[bytes]:
        for result, line in results:
            for each in (builder, selection, draft):
                each.add(result)
            yield line

    basis = ScoringBasis.of(store.folder)
    store.write_lines(f"verdicts{suffix}.jsonl", lines())
    if index is not ResponseIndex:  # responses arrived while the first ones were scored, and are complete only now
        basis = ScoringBasis.of(store.folder)
    summary = builder.summary(rules=rules or job.own_book, extract=names, spent=add_up(store.usage_records()))
    store.write_json(f"scores{suffix}.json", summary.to_json())
    store.write_json(f"{BASIS}{suffix}.json", basis.to_json())
    draft.write(report, about.record, summary)
    if sharded:
        job.files.remove()
    page = _write_dialogues(job, report, summary, builder.turns) if summary.by_turn else None
    return ScoringResult(summary, [*selection.rows, *selection.failing], selection.unscored, report, page)


def _score_at_once(job: ShardedScoring, index: Callable[..., ResponseIndex]) -> Iterator[Result]:
    """Yield the results without saving any on the way."""
    for result in score_responses(job.store, job.rules or job.store.manifest.rules, job.names, index=index):
        yield result, encode(to_verdict_line(result))


def _write_dialogues(job: ShardedScoring, report: Path, summary: Summary, turns: TurnCount) -> Path:
    """Write the page of some dialogues, whose responses are scored again: their texts are not in memory."""
    from ..reporting.dialogues import pick_dialogues, write_dialogues

    path, shown = job.store.folder / f"dialogues{job.suffix}.html", pick_dialogues(turns)
    results = score_responses(
        job.store,
        job.rules or job.store.manifest.rules,
        job.names,
        wanted=lambda sample: sample.meta.get(GROUP) in shown,
    )
    write_dialogues(path, report, summary, results, total=len({dialogue for dialogue, _ in turns.rows}))
    return path
