"""Prints the result of a run, of scoring, and of an import."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ...sanitize import escape_cell
from ...scoring.describe import FAILED_SHOWN, format_headline, format_interval, format_metric
from ...scoring.score import describe_unscored
from ...store.run_folder import RunFolder
from .console import (
    add_row,
    console,
    make_table,
    print_json,
    print_line,
    print_notes,
    print_table,
    print_text,
    shortest_path,
)
from .summary import print_failed, print_summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...interop.score_answers import ImportedRun
    from ...runner.engines.parts import ScoredPart
    from ...runner.scheduler import RequestStats
    from ...runner.score import RunResult, ScoringResult

IMPORT_FORMAT = 1
"""Format number of `ifh import --json`, and of `ifh run --json` for several sets."""
_NAME = 28
_PART = ("part", "parts", "responses", "total")


def print_run(result: RunResult, *, as_json: bool) -> None:
    """Print the result of `ifh run`."""
    requests, notes = result.requests, list(result.notes)
    if requests.stop_reason == "waiting" and not as_json:
        out = console()
        for note in (*notes, requests.message):
            print_text(out, note, soft_wrap=True)
        return
    if requests.stop_reason:
        notes.append(requests.message)
    if result.generated and result.generated.skipped:
        notes.append(f"{result.generated.skipped} articles skipped: they have no sentences")
    if blank := result.summary.blank:
        plural = "s" * (blank != 1)
        notes.append(f"{blank} blank response{plural}, scored as not followed; to request again, add: --retry blank")
    if result.generated and result.generated.rejected:
        from .generated import describe_rejected  # the generator: 45 modules that scoring does not need

        notes.append(describe_rejected(result.generated.rejected))
    if as_json:
        print_notes(notes)
    print_scored(result.run_folder, result, as_json=as_json, notes=notes, more=_stop_record(requests))


def print_runs(results: Sequence[RunResult], left: Sequence[str], *, as_json: bool) -> None:
    """Print the headline of each of several runs, and the names of those `left` because a run ended early."""
    if as_json:
        runs = [{"run": one.folder.name, **one.summary.to_json(), **_stop_record(one.requests)} for one in results]
        for one in results:
            print_notes(one.notes)
        print_json({"format": IMPORT_FORMAT, "runs": runs, "not_started": list(left)})
        return
    out = console()
    print_line(out, "")
    table = make_table(("set", "metric", "value", "interval", "scored"), left=2)
    for one in results:
        first, summary = one.headline, one.summary
        counts = f"{summary.scored}/{summary.scored + summary.unscored}"
        name = escape_cell(one.run_folder.manifest.config, _NAME)
        add_row(table, name, first.label, format_metric(first.value), format_interval(first.interval), counts)
    print_table(out, table)
    print_line(out, "")
    if left:
        print_line(out, f"Not started: {', '.join(left)}. Rerun the same command to resume.")
    else:
        print_line(out, "To see models side by side, run: ifh leaderboard")


def _stop_record(requests: RequestStats) -> dict[str, str]:
    return {"stopped": requests.stop_reason, "why": requests.message} if requests.stop_reason else {}


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


def print_part(part: ScoredPart, *, as_json: bool) -> None:
    """Print which part of a run was scored, and how the parts are joined."""
    run, counts = part.store.folder.name, (part.number, part.count, part.responses, part.total)
    if as_json:
        print_json({"format": IMPORT_FORMAT, "run": run, **dict(zip(_PART, counts, strict=True))})
        return
    out = console()
    print_line(out, f"{run}: part {part.number} of {part.count}, {part.responses:,} of {part.total:,} responses scored")
    print_line(out, f"When all parts are scored, run: ifh merge {shortest_path(part.store.folder)}")


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
