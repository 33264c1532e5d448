"""Scored run: the verdicts of a run without its texts; re-scored where those on disk are not current."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial as bind
from typing import TYPE_CHECKING, Any

from scorers.catalog import load
from scorers.errors import BadInstruction

from ..errors import StoreError
from ..store.files import check_plain
from ..store.manifest import Manifest, load_manifest
from ..store.run_folder import RUN, SAMPLES, RunFolder, find_run
from ..store.samples.growth import index_samples
from .counts import IN_BATCH, UNFINISHED
from .per_response.line_texts import LineTexts
from .per_response.response_metrics import load_response_metrics
from .per_response.result_table import ResultTable, SampleTable
from .per_response.sample_result import SampleResult, loosen
from .results import find_marks
from .score import default_rule_book, score_responses
from .verdict_file import find_damage, has_current_verdicts, to_verdict_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

    from .per_response.response_metrics import ResponseMetrics


OnProgress = Callable[[int, int], object]
"""Gets the number of responses done, and of all."""
_NOTICE = 1000
"""Responses between two notices of progress."""
STALE = "re-scored from its responses: the verdicts on disk are of other checkers or of fewer responses"
_DAMAGED = "re-scored from its responses: {}"
_OTHERWISE = "re-scored from its responses; removed before verification: {}"


@dataclass(frozen=True)
class ScoredRun:
    """One run with the result of every sample in every epoch, in the order of the samples."""

    folder: Path
    manifest: Manifest
    """What `run.json` holds."""
    rules: str
    """The rule book of the verdicts ("a+b" where samples differ)."""
    extract: tuple[str, ...]
    results: Sequence[SampleResult]
    versions: dict[str, int] = field(default_factory=dict)
    """Version of the checker behind the verdicts, by instruction id."""
    notes: tuple[str, ...] = ()
    """Where the verdicts come from, where not simply from their file."""
    samples: SampleFile | None = None
    """The samples; None is not known."""
    mode: str = "strict"
    """`loose` where the loose verdicts have replaced the strict ones: see `loosely`."""
    metrics: Mapping[tuple[str, int], ResponseMetrics] = field(default_factory=dict)
    """Length, tokens, cost and latency by sample id and epoch; empty where they were not loaded."""

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def model(self) -> str:
        """The model requested."""
        return self.manifest.model or "?"

    @property
    def epochs(self) -> int:
        """Responses requested of each sample."""
        return self.manifest.epochs

    def loosely(self) -> ScoredRun:
        """Return the same run with the loose verdicts in place of the strict ones."""
        results = self.results
        loose = results.loosely() if isinstance(results, ResultTable) else [loosen(result) for result in results]
        return replace(self, results=loose, mode="loose")

    def with_metrics(self) -> ScoredRun:
        """Return the same run with the metrics of its responses, read from disk."""
        return replace(self, metrics=load_response_metrics(self.folder, self.samples, self.epochs))

    @property
    def scored(self) -> list[SampleResult]:
        """Those with verdicts."""
        return [result for result in self.results if not result.unscored]


def load_scored_run(
    run: str | Path,
    *,
    rules: str | None = None,
    extract: tuple[str, ...] | None = None,
    partial: bool = False,
    on_progress: OnProgress | None = None,
    like: ScoredRun | None = None,
) -> ScoredRun:
    """Read the verdicts of a run; nothing is written.

    `rules` None is the book that the run is scored by, `extract` None what it removes before verification. Verdicts by
    other checkers than the ones here, or from before the last response, are not used: the responses are scored again,
    and `notes` say so. `like` is a run whose samples are probably the same: then they are in memory once. Raises
    `StoreError` for what is no run or damaged, and for a run that is not complete unless
    `partial`; `NotInBook`.
    """
    folder = find_run(run)
    manifest = load_manifest(folder / RUN)
    samples, about = _load_samples(folder, like)
    with RunFolder(folder, manifest, samples_file=samples) as store:
        own = default_rule_book(store.samples_file.rules, store.manifest.rules)
        usual = store.manifest.extract
        names = usual if extract is None else extract
        suffix = f".{rules}" if rules and rules != own else ""
        if names == usual:
            found, note = _load_verdicts(store, suffix, about, on_progress)
        else:
            found, note = None, _OTHERWISE.format(", ".join(names) or "nothing")
        if not found:
            scored = map(to_verdict_line, score_responses(store, rules or store.manifest.rules, names))
            lines = LineTexts()
            found = _Results.of(lines.iter_made(scored), ResultTable(about, store.epochs, lines), on_progress)
        if not partial:
            _check_complete(store, found.results)
        return ScoredRun(
            folder=folder,
            manifest=manifest,
            rules=rules or own,
            extract=names,
            results=found.results,
            versions=found.versions,
            notes=(note,) if note else (),
            samples=samples,
        )


def _check_complete(store: RunFolder, results: ResultTable) -> None:
    if holder := store.active_process():
        raise StoreError(f"{store.folder}: process {holder} is still working; wait until it is done, or end it")
    causes = results.count_causes()
    left = sum(causes[cause] for cause in UNFINISHED)
    if left:
        waiting = causes[IN_BATCH]
        collect = f", or collect the batches with `ifh batch collect {store.folder.name}`" if waiting else ""
        raise StoreError(
            f"{store.folder}: the run is incomplete ({left} of {len(results)} samples have no response); rerun "
            f"the same command to finish it{collect} (`ifh status` shows how far it is)"
        )


def _load_verdicts(
    store: RunFolder, suffix: str, about: SampleTable, on_progress: OnProgress | None
) -> tuple[_Results | None, str]:
    """Return the verdicts on disk, or None and why they are not those that scoring now would give."""
    if not has_current_verdicts(store.folder, suffix):
        return None, STALE
    lines = LineTexts(store.folder / f"verdicts{suffix}.jsonl")
    try:
        found = _Results.of(_iter_verdict_lines(store, lines), ResultTable(about, store.epochs, lines), on_progress)
    except StoreError as error:
        return None, _DAMAGED.format(error)
    complete = len(found.results) == len(store.samples_file) * store.epochs
    return (found, "") if complete and all(is_current(*each) for each in found.versions.items()) else (None, STALE)


def _iter_verdict_lines(store: RunFolder, lines: LineTexts) -> Iterator[dict[str, Any]]:
    """Yield the lines of a verdict file; raises `StoreError` for a damaged one and for one out of order."""
    epochs = range(store.epochs)
    expected = ((id, epoch) for id in store.samples_file.ids for epoch in epochs)
    for number, line in lines.iter_file():
        if wrong := find_damage(line):
            raise StoreError(f"{lines.name}, line {number}: {wrong}")
        id, epoch = line["sample_id"], line["epoch"]
        if next(expected, None) != (id, epoch):
            raise StoreError(
                f"{lines.name}, line {number}: sample {id!r:.40}, epoch {epoch} is not the next one of the run"
            )
        yield line


def is_current(id: str, version: int) -> bool:
    """Return whether the checker of an id still has the version that a verdict was made by."""
    try:
        return load(id).version == version
    except BadInstruction:
        return False


def _load_samples(folder: Path, like: ScoredRun | None) -> tuple[SampleFile, SampleTable]:
    """Return the samples of a run, and what its results need of them; those of `like` if they are the same."""
    path = folder / SAMPLES
    if like and like.samples and isinstance(like.results, ResultTable):
        check_plain(path)
        if same := like.samples.find_same(path):
            return same, like.results.samples
    about = SampleTable()

    def add(number: int, record: dict[str, Any]) -> None:
        try:
            ids = tuple([item["id"] for item in record["instructions"]])
            ids[0]  # no sample is without instructions
            about.append(record["task"], record.get("article_id", ""), ids, find_marks(record.get("meta")))
        except (KeyError, IndexError, TypeError):
            raise StoreError(f"{path}, line {number}: is not a sample") from None

    samples = index_samples(path, add)
    about.close(samples.ids, samples.left_out)
    return samples, about


@dataclass(frozen=True)
class _Results:
    results: ResultTable
    versions: dict[str, int]

    @classmethod
    def of(cls, lines: Iterable[dict[str, Any]], table: ResultTable, on_progress: OnProgress | None) -> _Results:
        """Fill a table with lines of verdicts."""
        versions: dict[str, int] = {}
        for number, line in enumerate(lines, 1):
            table.append(line)
            if on_progress and not number % _NOTICE:
                on_progress(number, table.due)
            for verdict in line.get("verdicts", ()):
                versions[verdict["id"]] = verdict["version"]
        table.close()
        return cls(table, versions)


def load_scored_runs(
    runs: Iterable[str | Path], *, rules: str | None = None, on_progress: OnProgress | None = None
) -> list[ScoredRun]:
    """Read runs; with `rules` all are scored by that book, with the extraction of the first.

    `on_progress` gets the number of responses read of a run, and that of all.
    Raises what `load_scored_run` raises, and `BadInstruction` for an unknown book.
    """
    from scorers.rule_books import chain

    if rules:
        chain(rules)
    first, *others = runs
    read = bind(load_scored_run, rules=rules, on_progress=on_progress)
    found = [read(first)]
    found += (read(run, extract=found[0].extract if rules else None, like=found[0]) for run in others)
    return [run.with_metrics() for run in found]
