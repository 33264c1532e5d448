"""What the verbs print: the outcome of a run, samples, answers with their verdicts, drawing rates."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ...scoring.describe import FAILED_SHOWN, headline
from ...scoring.score import unscored_line
from ...store.run_folder import Store
from .console import _say, _say_json, console, shortest, tell_notes
from .generated import rejected_told
from .summary import print_failed, print_summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...interop.score_answers import Imported
    from ...runner.run import Outcome
    from ...runner.score import Scored

IMPORT_FORMAT = 1
"""Format number of `ifh import --json`."""


def tell_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print the result of `ifh run`."""
    asked, notes = outcome.asked, list(outcome.notes)
    if asked.stopped:
        notes.append(asked.why)
    if outcome.drawn and outcome.drawn.skipped:
        notes.append(f"{outcome.drawn.skipped} articles skipped: they have no sentences")
    if blank := outcome.scored.summary.blank:
        said = "blank answer follows" if blank == 1 else "blank answers follow"
        notes.append(f"{blank} {said} nothing and count so; --retry blank asks again")
    if outcome.drawn and outcome.drawn.rejected:
        notes.append(rejected_told(outcome.drawn.rejected))
    if as_json:
        tell_notes(notes)
    more = {"stopped": asked.stopped, "why": asked.why} if asked.stopped else {}
    tell_scored(outcome.store, outcome.scored, as_json=as_json, notes=notes, more=more)


def tell_scored(
    store: Store, scored: Scored, *, as_json: bool, notes: Iterable[str] = (), more: Mapping[str, str] | None = None
) -> None:
    """Print figures, some failed verdicts, and where the report is; or `scores.json` as it is on disk, and `more`."""
    if as_json:
        _say_json({**scored.summary.to_json(), **(more or {})})
        return
    out = console()
    print_summary(out, scored.summary, store.folder.name, str(store.info["plan"].get("model", "")), list(notes))
    for item in islice(scored.unscored, FAILED_SHOWN):
        _say(out, unscored_line(item))
    print_failed(out, scored.rows, FAILED_SHOWN)
    if scored.rows:
        _say(out, f"answers that did not do their task: ifh diagnose {store.folder.name}")
    _say(out, f"report: {shortest(scored.report)}")


def tell_imported(done: Sequence[Imported], *, as_json: bool) -> None:
    """Print the result of `ifh import`: a single run as after a run, several with a headline each."""
    if as_json:
        runs = [{"run": one.store.folder.name, **one.scored.summary.to_json()} for one in done]
        for one in done:
            tell_notes(one.notes)
        _say_json({"format": IMPORT_FORMAT, "runs": runs})
        return
    if len(done) == 1:
        tell_scored(done[0].store, done[0].scored, as_json=False, notes=done[0].notes)
        return
    out = console()
    for one in done:
        _say(out, f"{one.store.folder.name}  {one.store.plan.values['model']}")
        for said in (headline(one.scored.summary), *one.notes):
            _say(out, f"  {said}")
