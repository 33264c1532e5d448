"""Sets of samples: our `samples.jsonl`, LiveBench's and IFEval's formats, recognised by their first record."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dialogue import DialogueLinks, places_in_turn
from ..errors import BadSample, TasksError
from ..limits.files import is_gzip
from ..sample import Sample
from . import ifeval, livebench, multiif
from .published_record import PublishedRecord, UnknownIds
from .records import is_parquet, iter_records, stem
from .sample_file import SampleFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SAMPLES = "samples"
FORMATS = {
    SAMPLES: "ifharness samples",
    livebench.NAME: "LiveBench questions",
    ifeval.NAME: "IFEval questions",
    ifeval.OTHER: "IFBench questions",
    multiif.NAME: "turns of Multi-IF dialogues",
}
"""The formats, in words."""
_CAUSES = {"duplicate": "an earlier question says the same", "unknown_id": "no checker", "unreadable": "no ids"}
_SHOWN = 3


@dataclass(frozen=True)
class SkippedRecord:
    """A record of a set that is no sample of a run."""

    id: str
    """The published id, else the place in the file."""
    cause: str
    """`release`, `duplicate`, `unknown_id` or `unreadable`."""
    message: str
    prompt: str = ""
    """Its text, by which responses without an id are matched to it."""


@dataclass(frozen=True)
class QuestionSet:
    """The samples of a file, folder or hub name."""

    source: str
    format: str
    """One of `FORMATS`."""
    samples: Sequence[Sample]
    left_out: tuple[SkippedRecord, ...] = ()
    release: str = ""
    """The selected release; "" is every sample."""
    called: str = ""
    """Its short name if that differs from the name of the source."""

    @property
    def name(self) -> str:
        """A short name for folders."""
        return self.called or stem(self.source)

    @property
    def rules(self) -> str:
        """The rule book of the samples, "a+b" where they differ."""
        found = self.samples
        return "+".join(sorted(found.rules if isinstance(found, SampleFile) else {sample.rules for sample in found}))

    def describe(self) -> list[str]:
        """Return in words what the set holds, and which samples are skipped and why."""
        notes = [f"{self.source}: {len(self.samples)} {FORMATS[self.format]}, rules {self.rules}"]
        found = self.samples
        since = found.since if isinstance(found, SampleFile) else {str(s.meta.get(livebench.SINCE, "")) for s in found}
        dates = sorted({date[:10] for date in since} - {""})
        if not self.release and len(dates) > 1:
            notes.append(f"of the releases {', '.join(dates)} together; --release picks one")
        causes = Counter(item.cause for item in self.left_out)
        if causes["release"]:
            notes.append(f"left out, not live in release {self.release}: {causes['release']}")
        for cause, why in _CAUSES.items():
            items = [item for item in self.left_out if item.cause == cause]
            if items:
                shown = "; ".join(item.message for item in items[:_SHOWN])
                notes.append(f"left out, {why}: {len(items)} ({shown}{'; ...' if len(items) > _SHOWN else ''})")
        return notes

    def to_json(self) -> dict[str, Any]:
        """Return the record for `run.json`."""
        return {
            "source": self.source,
            "format": self.format,
            "release": self.release or None,
            "samples": len(self.samples),
            "left_out": dict(sorted(Counter(item.cause for item in self.left_out).items())),
        }


def read_questions(
    source: str | Path, *, release: str = "", skip_unknown: bool = False, lazily: bool = False
) -> QuestionSet:
    """Read a set: a path, or a name on the hub as in `records`.

    With `lazily`, samples of our own format stay in their file (uncompressed) and are read on access.

    `release` selects the samples that were live in that LiveBench release. Samples with unknown instruction ids are an
    error that counts them, or skipped with `skip_unknown`. Raises `BadSample` naming file and line, `TasksError` for
    an invalid release.
    """
    source = str(source)
    if release:
        livebench.check_release(release)
    if lazily and not release and (indexed := _in_file(source)):
        return indexed
    return parse_records(source, list(iter_records(source)), release=release, skip_unknown=skip_unknown)


def parse_records(
    source: str, found: list[tuple[str, Any]], *, release: str = "", skip_unknown: bool = False, name: str = ""
) -> QuestionSet:
    """Build a set from records with their places; options and errors as in `read_questions`.

    `name` is the short name of the set, by default that of `source`.
    """
    if not found:
        raise BadSample(f"{source} holds no questions")
    place, first = found[0]
    form = _format_of(first) if isinstance(first, dict) else ""
    if not form:
        raise BadSample(f"{source}, {place}: {_no_format(first)}")
    if release and form != livebench.NAME:
        raise TasksError(f"{source} holds {FORMATS[form]}; a release can be chosen of LiveBench questions only")
    if form == SAMPLES:
        return QuestionSet(source, form, tuple(_own(source, found)), called=name)
    return replace(_Reader(source, release, skip_unknown).read(found, form), called=name)


def _in_file(source: str) -> QuestionSet | None:
    """Return the set of a plain file if it begins with one of our samples."""
    path = Path(source)
    if not path.is_file() or is_parquet(path) or is_gzip(path):
        return None
    _, first = next(iter_records(source), ("", None))
    if not isinstance(first, dict) or _format_of(first) != SAMPLES:
        return None
    return QuestionSet(source, SAMPLES, SampleFile(path))


def read_samples(source: str | Path) -> Iterator[Sample]:
    """Yield the samples of `read_questions`."""
    yield from read_questions(source).samples


def round_robin(samples: Iterable[Sample], limit: int | None = None) -> Sequence[Sample]:
    """Return the first `limit` samples, or dialogues, in the order of `places_in_turn`."""
    if isinstance(samples, SampleFile):
        return samples.in_turn(limit)
    found = list(samples)
    ids, tasks = [sample.id for sample in found], [sample.task for sample in found]
    return [found[place] for place in places_in_turn(ids, tasks, DialogueLinks.of(found), limit)]


def _format_of(record: dict[str, Any]) -> str:
    if record.keys() & {"instructions", "format"}:  # also nearly one: its error names what is missing
        return SAMPLES
    return next((name for name, form in _PUBLISHED.items() if form.matches(record)), "")


def _no_format(first: object) -> str:
    if not isinstance(first, dict):
        hint = "; one record a line is expected, not one list" if isinstance(first, list) else ""
        return f"a JSON object is expected, got {first!r:.60}{hint}"
    keys = ", ".join(sorted(map(str, first)))[:120] or "no keys"
    return (
        f"unknown format: the record has {keys}; an ifharness "
        "sample has turns and instructions, a LiveBench question question_id, turns and instruction_id_list, an IFEval "
        "or IFBench one prompt and instruction_id_list, a Multi-IF row key, language and turn_1_prompt"
    )


def _own(source: str, found: Iterable[tuple[str, Any]]) -> Iterator[Sample]:
    seen: dict[str, str] = {}
    for place, record in found:
        try:
            sample = Sample.from_json(record)
        except BadSample as error:
            raise BadSample(f"{source}, {place}: {error}") from None
        if sample.id in seen:
            raise BadSample(f"{source}, {place}: the sample {sample.id} is in {seen[sample.id]} already")
        seen[sample.id] = place
        yield sample


@contextmanager
def _at(source: str, place: str) -> Iterator[None]:
    """Put the place of a record before the error about it."""
    try:
        yield
    except UnknownIds:
        raise
    except BadSample as error:
        raise BadSample(f"{source}, {place}: {error}") from None


_PUBLISHED = {livebench.NAME: livebench, ifeval.NAME: ifeval, multiif.NAME: multiif}


class _Reader:
    """Reads the records of one published set."""

    def __init__(self, source: str, release: str, skip_unknown: bool) -> None:
        self.source = source
        self.release = release
        self.skip_unknown = skip_unknown
        self.left_out: list[SkippedRecord] = []
        self.unknown: list[tuple[str, UnknownIds]] = []

    def read(self, found: list[tuple[str, Any]], form: str) -> QuestionSet:
        questions: list[tuple[str, PublishedRecord]] = []
        for place, record in found:
            with _at(self.source, place):
                if not isinstance(record, dict) or not _PUBLISHED[form].matches(record):
                    raise BadSample(f"this is not one of the {FORMATS[form]} that the set begins with")
                questions += [(place, question) for question in self._records(record, form)]
        if form == ifeval.NAME and (form := ifeval.set_of(question for _, question in questions)) != ifeval.NAME:
            questions = [(place, question.under(form)) for place, question in questions]
        samples = tuple(self._samples(list(self._live(questions))))
        if self.unknown and not self.skip_unknown:
            raise BadSample(self._describe_unknown(len(questions)))
        if not samples:
            raise BadSample(self._describe_none(questions))
        return QuestionSet(self.source, form, samples, tuple(self.left_out), self.release)

    def _records(self, record: dict[str, Any], form: str) -> list[PublishedRecord]:
        """Return what a record holds: one sample, or the turns of a dialogue."""
        if form != multiif.NAME:
            return [livebench.read(record) if form == livebench.NAME else ifeval.read(record)]
        turns, unreadable = multiif.read_turns(record)
        self.left_out += [SkippedRecord(id, "unreadable", message) for id, message in unreadable]
        return turns

    def _live(self, questions: list[tuple[str, PublishedRecord]]) -> Iterator[tuple[str, PublishedRecord]]:
        """Yield the records of the selected release; raises `BadSample` if two have one id."""
        places: dict[str, str] = {}
        for place, question in questions:
            with _at(self.source, place):
                if self.release and not livebench.is_live(question, self.release):
                    self._leave(question, question.id, "release", question.id)
                    continue
                if question.id in places:
                    raise BadSample(
                        f"the id {question.id} is in {places[question.id]} already; a response could belong to "
                        "either, so remove one of them or give it an id of its own"
                    )
            if question.id:
                places[question.id] = place
            yield place, question

    def _samples(self, questions: list[tuple[str, PublishedRecord]]) -> Iterator[Sample]:
        same: dict[str, str] = {}
        for place, question in questions:
            name = question.id or place
            try:
                with _at(self.source, place):
                    sample = question.sample()
            except UnknownIds as error:
                self.unknown.append((place, error))
                self._leave(question, name, "unknown_id", f"{name}: {', '.join(error.ids)}")
                continue
            if sample.id in same:
                self._leave(question, name, "duplicate", f"{name} as {same[sample.id]}")
                continue
            same[sample.id] = name
            yield sample

    def _leave(self, question: PublishedRecord, id: str, cause: str, message: str) -> None:
        self.left_out.append(SkippedRecord(id, cause, message, question.prompt))

    def _describe_unknown(self, total: int) -> str:
        place, first = self.unknown[0]
        counted = Counter(id for _, error in self.unknown for id in error.ids)
        ids = ", ".join(f"{id} ({n})" for id, n in counted.most_common(8)) + (", ..." if len(counted) > 8 else "")
        return (
            f"{self.source}, {place}: {first}. In all, {len(self.unknown)} of {total} questions use ids that no "
            f"checker has: {ids}. Correct them, or skip them with --skip-unknown"
        )

    def _describe_none(self, questions: list[tuple[str, PublishedRecord]]) -> str:
        if self.release and all(item.cause == "release" for item in self.left_out):
            dates = sorted({livebench.release_of(question) for _, question in questions})
            return f"{self.source}: no question is live in release {self.release} (its releases: {', '.join(dates)})"
        return f"{self.source} holds no usable sample: {'; '.join(item.message for item in self.left_out[:_SHOWN])}"
