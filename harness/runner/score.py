"""Scores a run: verdicts, metrics and report written to its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scoring.results import ScoredResponse, UnscoredSample
from ..scoring.score import default_rule_book, score_responses
from ..scoring.summary import Summary, SummaryBuilder
from ..scoring.verdict_file import ScoringBasis, has_current_verdicts, to_verdict_line
from ..store.charges import add_up
from ..store.response_index import ResponseIndex
from ..store.run_folder import RunFolder, find_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def find_report(run: str, rules: str | None = None) -> tuple[Path, str]:
    """Return the report of a run, made if it is missing, and a note on what was done or is amiss ("" if nothing).

    `rules` is the book whose report is meant, None the run's own. Raises `StoreError`, `NotInBook`.
    """
    with RunFolder.load(find_run(run)) as store:
        own = default_rule_book(store.samples_file.rules, store.manifest.rules)
        book = rules if rules and rules != own else None
        suffix = f".{book}" if book else ""
        path = store.folder / f"report{suffix}.html"
        if not path.is_file():
            names = store.manifest.extract
            return score_run(store, rules=book, names=names).report, "the report was missing and has been made"
        if not has_current_verdicts(store.folder, suffix):
            return path, f"the report is of fewer responses or of another ifharness: `ifh score {store.folder.name}`"
        return path, ""


EMBEDDED = 2000
"""Answers that a report holds at most, and unscored questions beside them; the files hold all."""


_FAILING = 2


@dataclass(frozen=True)
class ScoringResult:
    """A run that has been judged; of a large one only the first answers are kept in memory."""

    summary: Summary
    rows: list[ScoredResponse]
    """The first `EMBEDDED` answers, and after them some that fail in a way the ones before do not.

    Of a run that another process judged while it was asked, only those that `ifh run` tells of.
    """
    unscored: list[UnscoredSample]
    """The first `EMBEDDED`, or those told of."""
    report: Path


class _Shown:
    """The results that are shown one by one: all of a small run, the first ones of a large one."""

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
    kept: Callable[..., ResponseIndex] = ResponseIndex,
    rows: int = EMBEDDED,
) -> ScoringResult:
    """Judge every response of `store` and write verdicts, scores and report; one answer in memory at a time.

    `rules` None is each sample's own rule book; another book than the run's own goes to files that carry its
    name. `names` are the extractions applied first, `kept` is what answers are read by: `Following` waits for those
    that are still to come. So many `rows` are returned, and those that fail in a way of their own. Raises `NotInBook`,
    `StoreError`.
    """
    from ..reporting import ReportDraft

    own = default_rule_book(store.samples_file.rules, store.manifest.rules)
    suffix = f".{rules}" if rules and rules != own else ""
    cutoff = store.manifest.training_cutoff
    adding, shown, draft = SummaryBuilder(store.samples_file, store.epochs, cutoff), _Shown(rows), ReportDraft(EMBEDDED)

    def lines() -> Iterator[dict[str, Any]]:
        for result in score_responses(store, rules or store.manifest.rules, names, kept=kept):
            adding.add(result)
            shown.add(result)
            draft.add(result)
            yield to_verdict_line(result)

    basis = ScoringBasis.of(store.folder)
    store.write_lines(f"verdicts{suffix}.jsonl", lines())
    if kept is not ResponseIndex:  # answers came while the first ones were judged; now all are there
        basis = ScoringBasis.of(store.folder)
    summary = adding.summary(rules=rules or own, extract=names, spent=add_up(store.usage_records()))
    store.write_json(f"scores{suffix}.json", summary.to_json())
    store.write_json(f"judged{suffix}.json", basis.to_json())
    report = store.folder / f"report{suffix}.html"
    draft.write(report, store.manifest.record, summary)
    return ScoringResult(summary, [*shown.rows, *shown.failing], shown.unscored, report)
