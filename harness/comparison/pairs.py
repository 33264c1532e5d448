"""Pairs: the same questions in several runs, and what had to be left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import NotComparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..scoring.scored_run import SampleResult, ScoredRun

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What runs are called beside each other, in the order given."""

UNSCORED = "unscored"
"""How the cause of a pair without a verdict begins."""

_Key = tuple[str, int]


@dataclass(frozen=True)
class MatchedRuns:
    """Questions (a sample in an epoch) that have verdicts in every run, in the order of the first."""

    rows: list[tuple[SampleResult, ...]]
    """One judgement of each run, in the order of the runs."""
    dropped: dict[str, int]
    """Questions left out, by cause, most frequent first; each is counted once."""
    articles: bool
    """Every question belongs to an article; otherwise those that do not are clusters of their own."""

    @property
    def unit(self) -> str:
        """What a cluster is, in the plural."""
        return "articles" if self.articles else "questions"


def match_runs(runs: Sequence[ScoredRun], *, shared_only: bool = False) -> MatchedRuns:
    """Pair the runs by sample id and epoch.

    A question without a verdict in one run is left out in all, and counted. Raises `NotComparable` for verdicts made
    in different ways, for different questions unless `shared_only`, and if nothing is left.
    """
    for other in runs[1:]:
        _same_way(runs[0], other)
        _same_words(runs[0], other)
    known = [{(one.sample_id, one.epoch): one for one in run.judgements} for run in runs]
    shared = [key for key in known[0] if all(key in other for other in known[1:])]
    _same_questions(runs, known, shared, shared_only=shared_only)
    dropped: Counter[str] = Counter()
    for letter, found in zip(LETTERS, known, strict=False):
        if extra := len(found) - len(shared):
            dropped[f"not in every run, in {letter}" if len(runs) > 2 else f"only in {letter}"] = extra
    rows = []
    for key in shared:
        row = tuple(found[key] for found in known)
        if any(one.unscored for one in row):
            dropped[_missing(row)] += 1
        else:
            rows.append(row)
    counted = dict(sorted(dropped.items(), key=lambda item: (-item[1], item[0])))
    if not rows:
        told = "; ".join(f"{cause}: {count}" for cause, count in counted.items())
        raise NotComparable(
            f"{_names(runs)}: of {len(shared)} shared questions none has a verdict in every run ({told}); `ifh status` "
            "tells why a run has none, and `ifh run ... --retry failures` asks again"
        )
    return MatchedRuns(rows, counted, all(row[0].article_id for row in rows))


def _same_way(first: ScoredRun, other: ScoredRun) -> None:
    if first.rules != other.rules:
        raise NotComparable(
            f"{first.name} is judged by the rule book {first.rules!r} and {other.name} by {other.rules!r}: their "
            "verdicts do not mean the same. Have all judged anew by one, with --rules BOOK"
        )
    if first.extract != other.extract:
        ways = [", ".join(run.extract) or "nothing" for run in (first, other)]
        raise NotComparable(
            f"of the answers of {first.name} is taken off before reading: {ways[0]}; of {other.name}: {ways[1]}. Have "
            f"all judged anew in one way, that of {first.name}, with --rules BOOK"
        )


def _same_words(first: ScoredRun, other: ScoredRun) -> None:
    """Refuse questions that were edited under their old ids: answers to other words are no pair."""
    if first.samples is None or other.samples is None:
        return
    if id := first.samples.changed(other.samples):
        raise NotComparable(
            f"sample {id} has other words or instructions in {first.name} than in {other.name}, although its id is the "
            "same: the questions were edited in between. Give edited questions another id, and ask those anew"
        )


def _same_questions(
    runs: Sequence[ScoredRun], known: Sequence[dict[_Key, SampleResult]], shared: list[_Key], *, shared_only: bool
) -> None:
    extra = [len(found) - len(shared) for found in known]
    if not any(extra):
        return
    counts = ", ".join(f"{count} more in {run.name}" for count, run in zip(extra, runs, strict=True) if count)
    if not shared:
        raise NotComparable(
            f"{_names(runs)}: no question is shared ({counts}), so there is nothing to compare. Ask the same ones: "
            f"`ifh run CONFIG --samples {runs[0].folder}/samples.jsonl`"
        )
    if shared_only:
        return
    samples = [{id for id, _ in found} for found in known]
    epochs = ", ".join(f"{run.name} {run.epochs}" for run in runs)
    why = f" (the samples are the same, but not the epochs: {epochs})" if all(s == samples[0] for s in samples) else ""
    raise NotComparable(
        f"{_names(runs)} asked different questions: {len(shared)} shared, {counts}{why}. Compare the shared ones with "
        f"--shared-only, or ask the same: `ifh run CONFIG --samples {runs[0].folder}/samples.jsonl`"
    )


def _names(runs: Sequence[ScoredRun]) -> str:
    *others, last = [run.name for run in runs]
    return f"{', '.join(others)} and {last}"


def _missing(row: Sequence[SampleResult]) -> str:
    """Say in which runs a question has no verdict, and why: "unscored in B: exhausted"."""
    where = [letter for letter, one in zip(LETTERS, row, strict=False) if one.unscored]
    causes = dict.fromkeys(one.unscored for one in row if one.unscored)
    return f"{UNSCORED} in {' and '.join(where)}: {', '.join(causes)}"
