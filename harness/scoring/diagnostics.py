"""Diagnosing: what the answers of a run are, beside their score: no answer to the task, or taken from what was unseen.

Nothing of it is in a score, and no file of the run is changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from math import fsum
from typing import TYPE_CHECKING, Any

from scorers import extract
from tasks.diagnostics import FINDINGS, DiagnosticFlag, HiddenText, Leak, diagnose

from .intervals import ClusteredScores, interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tasks.sample import Sample

    from ..adapters.base import Response
    from ..store.run_folder import RunFolder

FORMAT = 1
"""Format number of `ifh diagnose --json`."""
LEAK = "leak"
"""Name of the finding that an answer repeats the unseen rest of its article."""
NAMES = (*FINDINGS, LEAK)
LEVEL = 0.95
_JSON_KEYS = {"checked": "judged", "not_checked": "not_judged"}
"""Keys of the record that differ from the names of the fields: programs read them."""


@dataclass(frozen=True)
class FlaggedResponse:
    """An answer with a finding."""

    sample_id: str
    epoch: int
    task: str
    findings: tuple[DiagnosticFlag, ...]


@dataclass(frozen=True)
class LeakFigures:
    """How much the responses repeat of hidden article text; shares on 0..100."""

    n: int
    """Responses that could be checked for leaks."""
    share: float
    """Mean share of a response's runs of words that occur in the hidden rest of its article."""
    low: float | None
    """Of the interval over articles; None where too little is known for one."""
    high: float | None
    method: str
    """How the interval was found, in words; "" without one."""
    chance: float | None
    """The same share for the rests of the set's other articles; None where there is none."""
    longest: int
    """Words of the longest run in common."""


@dataclass(frozen=True)
class TaskDiagnostics:
    """The flags of the responses to one task."""

    n: int
    """Responses."""
    flagged: int
    """Responses with at least one flag."""
    checked: dict[str, int]
    """Responses checked for each flag; a flag that is never checked for is left out."""
    found: dict[str, int]
    """Responses with each of these flags."""
    leak: LeakFigures | None
    """None where no response could be checked for leaks."""


@dataclass(frozen=True)
class RunDiagnostics:
    """What was found in a run."""

    run: str
    model: str
    by_task: dict[str, TaskDiagnostics]
    leak: LeakFigures | None
    """Over all responses."""
    not_checked: dict[str, dict[str, int]]
    """By flag: responses that were not checked for it, by the reason."""
    flagged: list[FlaggedResponse]
    """In the order of samples and epochs."""

    def to_json(self) -> dict[str, Any]:
        """Return the record that `ifh diagnose --json` prints."""
        return {"format": FORMAT, **asdict(self, dict_factory=_to_record)}


@dataclass
class _Leaks:
    """Shares of leaks added up."""

    pairs: ClusteredScores = field(default_factory=ClusteredScores)
    chances: list[float] = field(default_factory=list)
    longest: int = 0

    def add(self, cluster: int, leak: Leak) -> None:
        self.pairs.append(cluster, leak.share)
        if leak.chance is not None:
            self.chances.append(leak.chance)
        self.longest = max(self.longest, leak.longest)

    def figures(self) -> LeakFigures | None:
        if not len(self.pairs):
            return None
        found = interval({"": self.pairs}, LEVEL)
        share = _percent(fsum(share for _, share in self.pairs) / len(self.pairs))
        chance = _percent(fsum(self.chances) / len(self.chances)) if self.chances else None
        low, high = (found.low, found.high) if found else (None, None)
        method = found.method if found else ""
        return LeakFigures(len(self.pairs), share, low, high, method, chance, self.longest)


@dataclass
class _Task:
    """Counts of one task."""

    n: int = 0
    flagged: int = 0
    checked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    leaks: _Leaks = field(default_factory=_Leaks)

    def figures(self) -> TaskDiagnostics:
        checked = {name: self.checked[name] for name in NAMES if self.checked[name]}
        found = {name: self.found[name] for name in checked}
        return TaskDiagnostics(self.n, self.flagged, checked, found, self.leaks.figures())


class DiagnosticsBuilder:
    """Adds up what is found in a run, one answer at a time; `rests` are those of the run's own questions."""

    def __init__(self, rests: HiddenText) -> None:
        self.rests = rests
        self._tasks: dict[str, _Task] = {}
        self._leaks = _Leaks()
        self._not_checked: dict[str, Counter[str]] = {name: Counter() for name in NAMES}
        self._flagged: list[FlaggedResponse] = []
        self._clusters: dict[str, int] = {}

    def add(self, sample: Sample, response: Response, text: str) -> tuple[DiagnosticFlag, ...]:
        """Diagnose an answer, of which `text` is what is scored, count what is found, and return it."""
        task = self._tasks.setdefault(sample.task, _Task())
        task.n += 1
        if response.stop == "refusal":
            for name in NAMES:
                self._not_checked[name]["the model refused to answer"] += 1
            return ()
        diagnosis = diagnose(sample, text)
        task.checked.update(diagnosis.checked)
        for name, why in diagnosis.skipped.items():
            self._not_checked[name][why] += 1
        findings = (*diagnosis.findings, *self._leak(sample, text, task))
        if findings:
            task.flagged += 1
            task.found.update(finding.name for finding in findings)
            self._flagged.append(FlaggedResponse(sample.id, response.epoch, sample.task, findings))
        return findings

    def build(self, run: str, model: str, places: Mapping[str, int]) -> RunDiagnostics:
        """Return what was found, whatever the order was; `places` are those of the samples in the run."""
        whys = {
            name: sorted(whys.items(), key=lambda one: (-one[1], one[0])) for name, whys in self._not_checked.items()
        }
        return RunDiagnostics(
            run=run,
            model=model,
            by_task={task: counts.figures() for task, counts in sorted(self._tasks.items())},
            leak=self._leaks.figures(),
            not_checked={name: dict(counts) for name, counts in whys.items() if counts},
            flagged=sorted(self._flagged, key=lambda one: (places[one.sample_id], one.epoch)),
        )

    def _leak(self, sample: Sample, text: str, task: _Task) -> list[DiagnosticFlag]:
        leak = self.rests.probe(sample, text)
        if isinstance(leak, str):
            self._not_checked[LEAK][leak] += 1
            return []
        task.checked[LEAK] += 1
        cluster = self._clusters.setdefault(sample.article_id or sample.id, len(self._clusters))
        task.leaks.add(cluster, leak)
        self._leaks.add(cluster, leak)
        return [DiagnosticFlag(LEAK, leak.reason)] if leak.flagged else []


def diagnose_run(store: RunFolder) -> RunDiagnostics:
    """Diagnose every answer of a run, one in memory at a time; raises `StoreError` for a damaged folder."""
    diagnosing = DiagnosticsBuilder(HiddenText.of(store.samples()))
    names, slot = store.manifest.extract, -1
    with store.index() as index:
        for sample in store.samples():
            for _ in range(store.epochs):
                slot += 1
                response = index.response(slot)
                if response:
                    diagnosing.add(sample, response, extract(response.text, names).text)
    return diagnosing.build(store.folder.name, store.manifest.model, store.samples_file.ids)


def _to_record(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {_JSON_KEYS.get(name, name): value for name, value in fields}


def _percent(share: float) -> float:
    return round(100 * share, 4)
