"""Pairs: the same samples in several runs, and what had to be omitted."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ..errors import NotComparable
from ..scoring.per_response.result_table import ResultTable
from .statistics.fields import number_clusters, read_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ..scoring.per_response.sample_result import SampleResult
    from ..scoring.scored_run import ScoredRun
    from .statistics.fields import CodedValues

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Names of runs beside each other, in the order given."""

UNSCORED = "unscored"
"""Start of the cause of a pair without verdicts."""

_Key = tuple[str, int]


class MatchedRows(Sequence[tuple["SampleResult", ...]]):
    """Results of several runs side by side, by their numbers.

    A row is built when it is looked at, which takes time: what is needed of all rows is read by `field`.
    """

    def __init__(self, results: Sequence[Sequence[SampleResult]], numbers: Sequence[array[int]]) -> None:
        self._results, self._numbers = results, numbers

    @overload
    def __getitem__(self, place: int) -> tuple[SampleResult, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> MatchedRows: ...
    def __getitem__(self, place: int | slice) -> tuple[SampleResult, ...] | MatchedRows:
        """Return one result of each run; of a slice, such rows."""
        if isinstance(place, slice):
            return self.only(range(*place.indices(len(self))))
        return tuple(found[numbers[place]] for found, numbers in zip(self._results, self._numbers, strict=True))

    def __iter__(self) -> Iterator[tuple[SampleResult, ...]]:
        """Yield the rows."""
        for numbers in zip(*self._numbers, strict=True):
            yield tuple(found[number] for found, number in zip(self._results, numbers, strict=True))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._numbers[0])

    @property
    def width(self) -> int:
        """How many runs there are."""
        return len(self._numbers)

    def only(self, places: Sequence[int]) -> MatchedRows:
        """Return the rows at some places."""
        return MatchedRows(self._results, [array("I", (one[place] for place in places)) for one in self._numbers])

    def numbers(self, side: int) -> NDArray[np.uint32]:
        """Return the numbers of the results of a run."""
        return np.asarray(self._numbers[side], dtype=np.uint32)

    def field(self, name: str, side: int = 0) -> CodedValues[Any]:
        """Return a field of all results of a run; those of the sample are the same in each."""
        return read_field(self._results[side], name, self.numbers(side))

    def clusters(self) -> NDArray[np.intp]:
        """Return the number of the cluster of each row."""
        return number_clusters(self.field("article_id"), self.field("sample_id"))


class _Numbers:
    """The numbers of the results of a run by sample id and epoch."""

    def __init__(self, results: Sequence[SampleResult]) -> None:
        self._table = results if isinstance(results, ResultTable) else None
        self._known = {} if self._table else {(one.sample_id, one.epoch): at for at, one in enumerate(results)}

    def __iter__(self) -> Iterator[_Key]:
        return self._table.iter_keys() if self._table else iter(self._known)

    def __len__(self) -> int:
        return len(self._table) if self._table else len(self._known)

    def find(self, key: _Key) -> int | None:
        return self._table.find(*key) if self._table else self._known.get(key)


@dataclass(frozen=True)
class MatchedRuns:
    """Samples in an epoch that have verdicts in every run, in the order of the first run."""

    rows: MatchedRows
    """One result of each run, in the order of the runs."""
    shared: MatchedRows
    """The same with those that a run has no verdicts on."""
    dropped: dict[str, int]
    """Samples omitted, by cause, most frequent first; each is counted once."""
    articles: bool
    """Every sample belongs to an article; a sample without one is a cluster of its own."""

    @property
    def unit(self) -> str:
        """What a cluster is, in the plural."""
        if self.rows and self.rows.field("turn").where(bool).all():
            return "dialogues"
        return "articles" if self.articles else "samples"


def match_runs(
    runs: Sequence[ScoredRun], *, shared_only: bool = False, letters: Sequence[str] = LETTERS
) -> MatchedRuns:
    """Pair the runs by sample id and epoch.

    A sample without verdicts in one run is omitted from all runs, and counted. Raises `NotComparable` for verdicts of
    different rule books or extractions, for different samples unless `shared_only`, and if nothing is left.
    """
    for other in runs[1:]:
        _check_scoring(runs[0], other)
        _check_content(runs[0], other)
    known = [_Numbers(run.results) for run in runs]
    shared = _share([run.results for run in runs], known)
    _check_samples(runs, known, shared, shared_only=shared_only)
    dropped: Counter[str] = Counter()
    for letter, found in zip(letters, known, strict=False):  # there may be more letters than runs
        if extra := len(found) - len(shared):
            dropped[f"not in every run, in {letter}" if len(runs) > 2 else f"only in {letter}"] = extra
    why = [shared.field("unscored", side) for side in range(len(runs))]
    unscored = np.any([found.where(bool) for found in why], axis=0)
    for place in np.flatnonzero(unscored).tolist():
        dropped[_missing([found[place] for found in why], letters)] += 1
    places = np.flatnonzero(~unscored)
    counted = dict(sorted(dropped.items(), key=lambda item: (-item[1], item[0])))
    if not len(places):
        causes = "; ".join(f"{cause}: {count}" for cause, count in counted.items())
        raise NotComparable(
            f"{_names(runs)}: none of {len(shared)} shared samples has verdicts in every run ({causes}). `ifh status "
            "RUN` shows the causes; `ifh run ... --retry failures` requests the responses again"
        )
    rows = shared.only(places.tolist())
    return MatchedRuns(rows, shared, counted, bool(rows.field("article_id").where(bool).all()))


def _share(results: Sequence[Sequence[SampleResult]], known: Sequence[_Numbers]) -> MatchedRows:
    """Return the rows that every run has, in the order of the first run."""
    tables = [found for found in results if isinstance(found, ResultTable)]
    if len(tables) == len(results) and all(tables[0].has_keys_of(other) for other in tables):
        return MatchedRows(results, [array("I", range(len(tables[0])))] * len(tables))
    numbers = [array("I") for _ in known]
    for key in known[0]:
        places = [one.find(key) for one in known]
        if None not in places:
            for column, place in zip(numbers, places, strict=True):
                column.append(place or 0)
    return MatchedRows(results, numbers)


def _check_scoring(first: ScoredRun, other: ScoredRun) -> None:
    if first.rules != other.rules:
        raise NotComparable(
            f"{first.name} is scored by the rule book {first.rules!r} and {other.name} by {other.rules!r}: their "
            "verdicts do not mean the same. Score all runs by one book with --rules BOOK"
        )
    if first.extract != other.extract:
        ways = [", ".join(run.extract) or "nothing" for run in (first, other)]
        raise NotComparable(
            f"removed from responses before verification: {ways[0]} in {first.name}, {ways[1]} in {other.name}. To "
            f"score all runs as {first.name} is scored, give --rules BOOK"
        )


def _check_content(first: ScoredRun, other: ScoredRun) -> None:
    """Raise for samples that were edited under their old ids: responses to different prompts are no pair."""
    if first.samples is None or other.samples is None:
        return
    if id := first.samples.find_changed(other.samples):
        raise NotComparable(
            f"sample {id} has a different prompt or different instructions in {first.name} and {other.name}, although "
            "its id is the same: it was edited between the runs. Give edited samples a new id and run them again"
        )


def _check_samples(
    runs: Sequence[ScoredRun], known: Sequence[_Numbers], shared: MatchedRows, *, shared_only: bool
) -> None:
    extra = [len(found) - len(shared) for found in known]
    if not any(extra):
        return
    counts = ", ".join(f"{count} more in {run.name}" for count, run in zip(extra, runs, strict=True) if count)
    if not shared:
        raise NotComparable(
            f"{_names(runs)}: no sample is shared ({counts}), so there is nothing to compare. Run the same samples: "
            f"`ifh run CONFIG --samples {runs[0].folder}/samples.jsonl`"
        )
    if shared_only:
        return
    samples = [{id for id, _ in found} for found in known]
    epochs = ", ".join(f"{run.name} {run.epochs}" for run in runs)
    why = f" (the samples are the same, but not the epochs: {epochs})" if all(s == samples[0] for s in samples) else ""
    raise NotComparable(
        f"{_names(runs)} have different samples: {len(shared)} shared, {counts}{why}. Compare the shared samples with "
        f"--shared-only, or run the same samples: `ifh run CONFIG --samples {runs[0].folder}/samples.jsonl`"
    )


def _names(runs: Sequence[ScoredRun]) -> str:
    *others, last = [run.name for run in runs]
    return f"{', '.join(others)} and {last}"


def _missing(causes: Sequence[str], letters: Sequence[str]) -> str:
    """Return in which runs a sample has no verdicts, and why: "unscored in B: exhausted"."""
    where = [letter for letter, cause in zip(letters, causes, strict=False) if cause]
    return f"{UNSCORED} in {' and '.join(where)}: {', '.join(dict.fromkeys(filter(None, causes)))}"
