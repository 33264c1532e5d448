"""Prints the result of a run, of scoring, and of an import."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ...scoring.describe import FAILED_SHOWN, format_headline
from ...scoring.score import describe_unscored
from ...store.run_folder import RunFolder
from .console import console, print_json, print_line, print_notes, print_text, shortest_path
from .generated import describe_rejected
from .summary import print_failed, print_summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...interop.score_answers import ImportedRun
    from ...runner.score import RunResult, ScoringResult

IMPORT_FORMAT = 1
"""Format number of `ifh import --json`."""


def print_run(result: RunResult, *, as_json: bool) -> None:
    """Print the result of `ifh run`."""
    requests, notes = result.requests, list(result.notes)
    if requests.stop_reason:
        notes.append(requests.message)
    if result.generated and result.generated.skipped:
        notes.append(f"{result.generated.skipped} articles skipped: they have no sentences")
    if blank := result.summary.blank:
        plural = "s" * (blank != 1)
        notes.append(f"{blank} blank response{plural}, scored as not followed; to request again, add: --retry blank")
    if result.generated and result.generated.rejected:
        notes.append(describe_rejected(result.generated.rejected))
    if as_json:
        print_notes(notes)
    more = {"stopped": requests.stop_reason, "why": requests.message} if requests.stop_reason else {}
    print_scored(result.run_folder, result, as_json=as_json, notes=notes, more=more)


def print_scored(
    run: RunFolder,
    scored: ScoringResult,
    *,
    as_json: bool,
    notes: Iterable[str] = (),
    more: Mapping[str, str] | None = None,
) -> None:
    """Print metrics, some failed verdicts and the report's path; as JSON, the content of `scores.json` and `more`."""
    if as_json:
        print_json({**scored.summary.to_json(), **(more or {})})
        return
    out = console()
    print_summary(out, scored.summary, run.folder.name, run.manifest.model, list(notes))
    for item in islice(scored.unscored, FAILED_SHOWN):
        print_line(out, describe_unscored(item))
    print_failed(out, scored.rows, FAILED_SHOWN)
    if scored.rows:
        print_line(out, f"To find off-task responses, run: ifh diagnose {run.folder.name}")
    print_text(out, f"Report: {shortest_path(scored.report)}", soft_wrap=True)
    if scored.dialogues:
        print_text(out, f"Dialogues: {shortest_path(scored.dialogues)}", soft_wrap=True)


def print_imported(imports: Sequence[ImportedRun], *, as_json: bool) -> None:
    """Print the result of `ifh import`: a single run as after `ifh run`, several with a headline each."""
    if as_json:
        runs = [{"run": one.store.folder.name, **one.scored.summary.to_json()} for one in imports]
        for one in imports:
            print_notes(one.notes)
        print_json({"format": IMPORT_FORMAT, "runs": runs})
        return
    if len(imports) == 1:
        print_scored(imports[0].store, imports[0].scored, as_json=False, notes=imports[0].notes)
        return
    out = console()
    for one in imports:
        print_line(out, f"{one.store.folder.name}  {one.store.plan.values['model']}")
        for line in (format_headline(one.scored.summary), *one.notes):
            print_line(out, f"  {line}")
