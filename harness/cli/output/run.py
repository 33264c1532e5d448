"""What the verbs print: the outcome of a run, samples, answers with their verdicts, drawing rates."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ...scoring.describe import FAILED_SHOWN, format_headline
from ...scoring.score import describe_unscored
from ...store.run_folder import RunFolder
from .console import _say, _say_json, console, print_notes, shortest_path
from .generated import describe_rejected
from .summary import print_failed, print_summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...interop.score_answers import ImportedRun
    from ...runner.run import RunResult
    from ...runner.score import ScoringResult

IMPORT_FORMAT = 1
"""Format number of `ifh import --json`."""


def print_run(outcome: RunResult, *, as_json: bool) -> None:
    """Print the result of `ifh run`."""
    asked, notes = outcome.asked, list(outcome.notes)
    if asked.stop_reason:
        notes.append(asked.message)
    if outcome.drawn and outcome.drawn.skipped:
        notes.append(f"{outcome.drawn.skipped} articles skipped: they have no sentences")
    if blank := outcome.scored.summary.blank:
        said = "blank answer follows" if blank == 1 else "blank answers follow"
        notes.append(f"{blank} {said} nothing and count so; --retry blank asks again")
    if outcome.drawn and outcome.drawn.rejected:
        notes.append(describe_rejected(outcome.drawn.rejected))
    if as_json:
        print_notes(notes)
    more = {"stopped": asked.stop_reason, "why": asked.message} if asked.stop_reason else {}
    print_scored(outcome.store, outcome.scored, as_json=as_json, notes=notes, more=more)


def print_scored(
    store: RunFolder,
    scored: ScoringResult,
    *,
    as_json: bool,
    notes: Iterable[str] = (),
    more: Mapping[str, str] | None = None,
) -> None:
    """Print figures, some failed verdicts, and where the report is; or `scores.json` as it is on disk, and `more`."""
    if as_json:
        _say_json({**scored.summary.to_json(), **(more or {})})
        return
    out = console()
    print_summary(out, scored.summary, store.folder.name, store.manifest.model, list(notes))
    for item in islice(scored.unscored, FAILED_SHOWN):
        _say(out, describe_unscored(item))
    print_failed(out, scored.rows, FAILED_SHOWN)
    if scored.rows:
        _say(out, f"answers that did not do their task: ifh diagnose {store.folder.name}")
    _say(out, f"report: {shortest_path(scored.report)}")


def print_imported(done: Sequence[ImportedRun], *, as_json: bool) -> None:
    """Print the result of `ifh import`: a single run as after a run, several with a headline each."""
    if as_json:
        runs = [{"run": one.store.folder.name, **one.scored.summary.to_json()} for one in done]
        for one in done:
            print_notes(one.notes)
        _say_json({"format": IMPORT_FORMAT, "runs": runs})
        return
    if len(done) == 1:
        print_scored(done[0].store, done[0].scored, as_json=False, notes=done[0].notes)
        return
    out = console()
    for one in done:
        _say(out, f"{one.store.folder.name}  {one.store.plan.values['model']}")
        for said in (format_headline(one.scored.summary), *one.notes):
            _say(out, f"  {said}")
