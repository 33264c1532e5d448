"""Results folders read for a report, sample by sample, so that no run has to fit into memory."""

from __future__ import annotations

from array import array
from contextlib import ExitStack
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, BinaryIO, Self

from scorers import extract
from tasks.diagnostics import HiddenText

from ..config.published import headline_of
from ..errors import ConfigError, StoreError
from ..scoring.counts import UNFINISHED
from ..scoring.diagnostics import DiagnosticsBuilder
from ..scoring.score import default_rule_book, find_waiting, score_response, why_unanswered
from ..scoring.scored_run import STALE, is_current, load_scored_run
from ..scoring.summary import SummaryBuilder
from ..scoring.verdict_file import from_verdict_line, has_current_verdicts
from ..store.charges import add_up
from ..store.journal import decode, lines_with_offsets
from ..store.run_folder import RunFolder, find_run
from .chart_data import ChartData
from .comparison import ComparedRun, comparison_part, ranking_part
from .diagnostics import flags_by_sample
from .page import write_page
from .payload import SMALL, Payload
from .run_part import RunPart
from .view import COLOURS, MOST_RUNS, run_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tasks.diagnostics import DiagnosticFlag
    from tasks.sample import Sample

    from ..scoring.results import ScoredResponse, UnscoredSample
    from ..scoring.scored_run import ScoredRun
    from ..scoring.summary import Summary

MOST_DIAGNOSED = 5000
"""Responses up to which a report is diagnosed by default: about a millisecond each."""
_NO_LINE = -1
"""Offset of a result that has no line; an array of integers has no None."""


def report_runs(
    runs: Sequence[str], out: str | Path, *, rules: str | None = None, diagnose: bool | None = None
) -> list[str]:
    """Write one report of `runs` (results folders or their names) to `out`, and return remarks, the last on the file.

    The first run is compared with each of the others. `diagnose` None looks for off-task responses in up to
    `MOST_DIAGNOSED` responses. Raises `StoreError` for a folder that is no run or damaged and for a file that cannot
    be written, `ConfigError` for too many runs, `NotInBook`.
    """
    if len(runs) > MOST_RUNS:
        raise ConfigError(f"got {len(runs)} runs, but a report holds at most {MOST_RUNS}; write several reports")
    path = Path(out)
    if path.is_dir():
        raise StoreError(
            f"{path}: is a folder, but the report is one file; give its name, such as -o {path / 'report.html'}"
        )
    with ExitStack() as files:
        readers = [files.enter_context(RunReader(run, rules)) for run in runs]
        slots = sum(reader.slots for reader in readers)
        if diagnose or (diagnose is None and slots <= MOST_DIAGNOSED):
            _diagnose(readers)
        payload = Payload(SMALL)
        for place, sample in _in_order(readers):
            results = [(n, r) for n, reader in enumerate(readers) for r in reader.results(sample)]
            payload.add(sample, results, place, [readers[n].findings(result) for n, result in results])
        parts = [reader.part() for reader in readers]
    scored = _load_scored(readers, parts, rules) if len(runs) > 1 else []
    write_page(path, parts, payload, versus=comparison_part(scored), ranking=ranking_part(scored))
    size = path.stat().st_size / 1e6
    remarks = [f"{reader.name}: {note}" for reader, part in zip(readers, parts, strict=True) for note in _remarks(part)]
    if diagnose is None and slots > MOST_DIAGNOSED:
        remarks.append(f"not diagnosed: more than {MOST_DIAGNOSED:,} responses; give --diagnose")
    return [*remarks, f"report: {out} ({payload.samples:,} samples, {payload.answers:,} responses, {size:.1f} MB)"]


def _remarks(part: RunPart) -> list[str]:
    flags = flags_by_sample(part.diagnosed)
    return [*part.notes, *([f"{flags}; no score depends on it"] if flags else [])]


def _diagnose(readers: Sequence[RunReader]) -> None:
    """Let every reader look for off-task responses; runs of the same samples share what is known of the articles."""
    known: list[tuple[Mapping[str, int], HiddenText]] = []
    for reader in readers:
        ids = reader.store.samples_file.ids
        rests = next((rests for others, rests in known if others.keys() == ids.keys()), None)
        if rests is None:
            rests = HiddenText.of(reader.store.samples())
            known.append((ids, rests))
        reader.diagnosing = DiagnosticsBuilder(rests)


def _load_scored(
    readers: Sequence[RunReader], parts: Sequence[RunPart], rules: str | None
) -> list[tuple[ComparedRun, ScoredRun]]:
    named = zip(ascii_uppercase, readers, run_names(parts), strict=False)  # there are more letters than runs
    return [
        (
            ComparedRun(letter, f"c{number % COLOURS}", label),
            load_scored_run(reader.store.folder, rules=rules, partial=True).with_metrics(),
        )
        for number, (letter, reader, label) in enumerate(named)
    ]


def _in_order(readers: Sequence[RunReader]) -> Iterator[tuple[int, Sample]]:
    """Yield each sample of any run once, with its place among all; those on one article together.

    Prompts on one article repeat it, so they pack well only next to each other.
    """
    owners: dict[str, tuple[RunReader, str]] = {}
    for reader in readers:
        for sample in reader.store.samples():
            owners.setdefault(sample.id, (reader, sample.article_id))
    places = {id: place for place, id in enumerate(owners)}
    firsts: dict[str, int] = {}
    for id, (_, article) in owners.items():
        firsts.setdefault(article or id, places[id])
    for id in sorted(owners, key=lambda one: (firsts[owners[one][1] or one], places[one])):
        samples = owners[id][0].store.samples_file
        yield places[id], samples[samples.ids[id]]


class RunReader:
    """The responses and verdicts of one run, looked up by sample and added up on the way; a context manager.

    Verdicts of other checker versions or of fewer responses are not used: the responses are scored again.
    """

    def __init__(self, run: str, rules: str | None) -> None:
        self.store = RunFolder.load(find_run(run))
        own = default_rule_book(self.store.samples_file.rules, self.store.manifest.rules)
        self._rules = rules or own
        self._book = rules or self.store.manifest.rules
        self._names = self.store.manifest.extract
        self._suffix = f".{rules}" if rules and rules != own else ""
        self._responses = self.store.index()
        self._waiting = find_waiting(self.store, self._responses)
        self._open = ExitStack()
        self._places = self._load_places()
        self._lines: BinaryIO | None = None
        cutoff = self.store.manifest.training_cutoff
        headline = headline_of(self.store.manifest.questions)
        self._adding = SummaryBuilder(self.store.samples_file, self.store.epochs, cutoff, headline)
        self._found = ChartData()
        self._summary: Summary | None = None
        self.diagnosing: DiagnosticsBuilder | None = None
        """Adds up off-task flags; None where the report is not diagnosed."""

    @property
    def slots(self) -> int:
        """Responses of the complete run."""
        return len(self.store.samples_file) * self.store.epochs

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.store.folder.name

    def __enter__(self) -> Self:
        self._open.enter_context(self._responses)
        if self._places:
            self._lines = self._open.enter_context(self._path.open("rb"))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def results(self, sample: Sample) -> Iterator[ScoredResponse | UnscoredSample]:
        """Yield the result of a sample in each epoch; nothing for a sample that this run does not have."""
        if sample.id in self.store.samples_file.ids:
            for epoch in range(self.store.epochs):
                result = self._result(sample, epoch)
                self._adding.add(result)
                self._found.add(result)
                yield result

    def findings(self, result: ScoredResponse | UnscoredSample) -> tuple[DiagnosticFlag, ...]:
        """Return the off-task flags of a result and count them; call it once for each result."""
        if not self.diagnosing or not result.response:
            return ()
        return self.diagnosing.add(result.sample, result.response, extract(result.response.text, self._names).text)

    def part(self) -> RunPart:
        """Return the run as a report shows it, after every result was yielded."""
        spent = add_up(self.store.usage_records())
        self._summary = self._adding.summary(rules=self._rules, extract=self._names, spent=spent)
        part = RunPart(self.store.manifest.record, self._summary, self._found, self.name, self.notes())
        if self.diagnosing:
            part.diagnosed = self.diagnosing.build(self.name, part.model, self.store.samples_file.ids)
        return part

    def notes(self) -> list[str]:
        """Return what a reader must know first."""
        if self._summary is None:
            raise ValueError("notes need the summary that `part` makes")
        notes = [] if self._places else [STALE]
        if holder := self.store.active_process():
            notes.append(f"process {holder} is still running; the report has its state when it was written")
        if missing := sum(self._summary.failures.get(cause, 0) for cause in UNFINISHED):
            of = self._summary.samples * self._summary.epochs
            notes.append(
                f"unfinished: {missing:,} of {of:,} samples have no response yet; the metrics are of the others"
            )
        return notes

    @property
    def _path(self) -> Path:
        return self.store.folder / f"verdicts{self._suffix}.jsonl"

    def _result(self, sample: Sample, epoch: int) -> ScoredResponse | UnscoredSample:
        slot = self._responses.slot(sample.id, epoch)
        if slot is None:
            raise StoreError(f"{self.store.folder}: sample {sample.id}, epoch {epoch} is not in the run")
        response = self._responses.response(slot)
        if self._lines:
            self._lines.seek(self._places[slot])
            line = decode(self._lines.readline())
            if line is None:
                raise StoreError(f"{self._path}: was changed while it was read; rerun the same command")
            return from_verdict_line(line, sample, response)
        if response:
            return score_response(sample, response, self._book, self._names)
        return why_unanswered(sample, epoch, self._responses, slot, self._waiting)

    def _load_places(self) -> array[int]:
        """Return the offset of the verdicts of each sample; nothing if they are not those of these responses."""
        places = array("q", [_NO_LINE]) * self.slots
        versions: set[tuple[str, int]] = set()
        try:
            if not has_current_verdicts(self.store.folder, self._suffix):
                return array("q")
            for _, at, line in lines_with_offsets(self._path):
                if (slot := self._responses.slot(line["sample_id"], line["epoch"])) is None:
                    return array("q")  # of other samples
                places[slot] = at
                versions |= {(verdict["id"], verdict["version"]) for verdict in line.get("verdicts", ())}
        except (OSError, TypeError, KeyError, AttributeError, StoreError):
            return array("q")
        whole = _NO_LINE not in places and all(is_current(*each) for each in versions)
        return places if whole else array("q")
