"""Judged: a run's verdicts read back for telling and comparing, without its texts; judged anew where they are stale."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scorers.catalog import load
from scorers.errors import BadInstruction

from ..errors import StoreError
from ..store.journal import numbered_lines
from ..store.manifest import Manifest
from ..store.run_folder import RunFolder, find_run
from .counts import NOT_ASKED
from .response_metrics import load_response_metrics
from .score import default_rule_book, score_responses
from .verdict_file import ScoringBasis, to_verdict_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

    from .response_metrics import ResponseMetrics

_About = tuple[str, str, tuple[str, ...]]
"""Task, article and instruction ids of a sample."""
STALE = "judged anew from its responses: the verdicts on disk are of other checkers or of fewer answers"
_OTHERWISE = "judged anew from its responses, and taken off before reading: {}"


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What became of one question in one epoch."""

    sample_id: str
    epoch: int
    task: str
    article_id: str
    ids: tuple[str, ...]
    """The instructions, in the order of the sample; for an unscored question too."""
    strict: tuple[bool, ...] = ()
    """Followed or not, an instruction each; empty if unscored."""
    loose: tuple[bool, ...] = ()
    reasons: tuple[str, ...] = ()
    """What the strict verdicts say."""
    flags: tuple[str, ...] = ()
    """Of `truncated`, `refused`, `blank`."""
    unscored: str = ""
    """Why there are no verdicts, in one word; "" for a scored answer."""
    message: str = ""

    @property
    def if_score(self) -> float:
        """LiveBench's score of a question in 0..1: mean of all followed and share followed, strictly."""
        return (all(self.strict) + sum(self.strict) / len(self.strict)) / 2

    @property
    def if_loose(self) -> float:
        """The same, loosely."""
        return (all(self.loose) + sum(self.loose) / len(self.loose)) / 2


@dataclass(frozen=True)
class ScoredRun:
    """One run with a judgement of every question in every epoch, in the order of the samples."""

    folder: Path
    manifest: Manifest
    """What `run.json` says."""
    rules: str
    """The rule book of the verdicts ("a+b" where samples differ)."""
    extract: tuple[str, ...]
    judgements: list[SampleResult]
    versions: dict[str, int] = field(default_factory=dict)
    """Version of the checker behind the verdicts, by instruction id."""
    notes: tuple[str, ...] = ()
    """What there is to tell of how the verdicts were come by."""
    samples: SampleFile | None = None
    """What was asked; None is not known."""
    mode: str = "strict"
    """`loose` where the strict verdicts have given way to the loose ones: see `loosely`."""
    metrics: Mapping[tuple[str, int], ResponseMetrics] = field(default_factory=dict)
    """Length, tokens, cost and latency by sample id and epoch; empty where they were not loaded."""

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def model(self) -> str:
        """The model asked."""
        return self.manifest.model or "?"

    @property
    def epochs(self) -> int:
        """Answers asked of each question."""
        return self.manifest.epochs

    def loosely(self) -> ScoredRun:
        """Return the same run with the loose verdicts in place of the strict ones."""
        return replace(self, judgements=[_loosened(judgement) for judgement in self.judgements], mode="loose")

    def with_metrics(self) -> ScoredRun:
        """Return the same run with the metrics of its responses, read from disk."""
        return replace(self, metrics=load_response_metrics(self.folder))

    @property
    def scored(self) -> list[SampleResult]:
        """Those with verdicts."""
        return [judgement for judgement in self.judgements if not judgement.unscored]


def load_scored_run(
    run: str | Path, *, rules: str | None = None, extract: tuple[str, ...] | None = None, partial: bool = False
) -> ScoredRun:
    """Read the verdicts of a run; nothing is written.

    `rules` None is the book that the run is scored by, `extract` None what it takes off its answers. Verdicts that were
    made by other checkers than the ones here, or before the last answer, are not used: the answers are judged anew, and
    `notes` say so. Raises `StoreError` for what is no run or damaged, and for one that is not at its end unless
    `partial`; `NotInBook`.
    """
    with RunFolder.load(find_run(run)) as store:
        own = default_rule_book(store.samples_file.rules, store.manifest.rules)
        usual = store.manifest.extract
        names = usual if extract is None else extract
        about = _about(store)
        suffix = f".{rules}" if rules and rules != own else ""
        found = _on_disk(store, suffix, about) if names == usual else None
        notes = () if found else (STALE if names == usual else _OTHERWISE.format(", ".join(names) or "nothing"),)
        if not found:
            lines = map(to_verdict_line, score_responses(store, rules or store.manifest.rules, names))
            found = _Found.of(lines, about)
        if not partial:
            _refuse_unfinished(store, found.judgements)
        judged = found.judgements, found.versions
        return ScoredRun(store.folder, store.manifest, rules or own, names, *judged, notes, store.samples_file)


def _refuse_unfinished(store: RunFolder, judgements: list[SampleResult]) -> None:
    if holder := store.active_process():
        raise StoreError(f"{store.folder}: process {holder} is still asking; wait until it is done, or end it")
    left = sum(judgement.unscored == NOT_ASKED for judgement in judgements)
    if left:
        raise StoreError(
            f"{store.folder}: {left} of {len(judgements)} questions were not asked yet; give the command of the run "
            "again to finish it (`ifh status` shows how far it is)"
        )


def _on_disk(store: RunFolder, suffix: str, about: Mapping[str, _About]) -> _Found | None:
    """Return the verdicts on disk, or None if they are not those that judging now would give."""
    try:
        basis = json.loads((store.folder / f"judged{suffix}.json").read_bytes())
        if not ScoringBasis.of(store.folder).to_json().items() <= basis.items():
            return None
        found = _Found.of((line for _, line in numbered_lines(store.folder / f"verdicts{suffix}.jsonl")), about)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, StoreError):
        return None
    whole = len(found.judgements) == len(store.samples_file) * store.epochs
    return found if whole and all(is_current(*each) for each in found.versions.items()) else None


def is_current(id: str, version: int) -> bool:
    """Say whether the checker of an id still has the version that a verdict was made by."""
    try:
        return load(id).version == version
    except BadInstruction:
        return False


def _about(store: RunFolder) -> dict[str, _About]:
    return {
        record["id"]: (record["task"], record.get("article_id", ""), tuple(i["id"] for i in record["instructions"]))
        for record in _records(store)
    }


def _records(store: RunFolder) -> Iterator[dict[str, Any]]:
    """Yield the samples as records: building the checkers of 10,000 questions would take longer than comparing them."""
    path = store.samples_file.path
    for number, record in numbered_lines(path):
        try:
            record["instructions"][0]["id"], record["id"], record["task"]
        except (KeyError, IndexError, TypeError):
            raise StoreError(f"{path}, line {number}: is not a sample") from None
        yield record


@dataclass(frozen=True)
class _Found:
    judgements: list[SampleResult]
    versions: dict[str, int]

    @classmethod
    def of(cls, lines: Iterable[dict[str, Any]], about: Mapping[str, _About]) -> _Found:
        versions: dict[str, int] = {}
        judgements = []
        for line in lines:
            judgements.append(_judgement(line, *about[line["sample_id"]]))
            versions |= {verdict["id"]: verdict["version"] for verdict in line.get("verdicts", ())}
        return cls(judgements, versions)


def _judgement(line: dict[str, Any], task: str, article: str, ids: tuple[str, ...]) -> SampleResult:
    place = (line["sample_id"], line["epoch"], task, article, ids)
    if "unscored" in line:
        return SampleResult(*place, unscored=line["unscored"], message=line["message"])
    verdicts = line["verdicts"]
    if tuple(verdict["id"] for verdict in verdicts) != ids:
        raise StoreError(f"the verdicts of sample {line['sample_id']} are not on its instructions")
    return SampleResult(
        *place,
        strict=tuple(verdict["followed"] for verdict in verdicts),
        loose=tuple(verdict["followed"] or "loose" in verdict for verdict in verdicts),
        reasons=tuple(verdict["reason"] for verdict in verdicts),
        flags=tuple(line.get("flags", ())),
    )


def _loosened(judgement: SampleResult) -> SampleResult:
    both = zip(judgement.strict, judgement.loose, judgement.reasons, strict=True)
    reasons = (f"followed loosely; strictly: {reason}" if loose > strict else reason for strict, loose, reason in both)
    return replace(judgement, strict=judgement.loose, reasons=tuple(reasons))


def load_scored_runs(runs: Iterable[str | Path], *, rules: str | None = None) -> list[ScoredRun]:
    """Read runs; with `rules` all are judged by that book, and read in the way of the first.

    Raises what `read_judged` raises, and `BadInstruction` for an unknown book.
    """
    from scorers.rule_books import chain

    if rules:
        chain(rules)
    first, *others = runs
    found = [load_scored_run(first, rules=rules)]
    found += (load_scored_run(run, rules=rules, extract=found[0].extract if rules else None) for run in others)
    return [run.with_metrics() for run in found]
