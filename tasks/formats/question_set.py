"""Sets of samples: our `samples.jsonl`, LiveBench's and IFEval's formats, recognised by their first record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dialogue import DialogueLinks, places_in_turn
from ..errors import BadSample, TasksError
from ..fast_json import dump_line
from ..limits.files import is_compressed
from ..limits.remote import hide_credentials, is_url
from ..limits.spool import lasting_folder, temporary_space
from ..pictures.picture import pictures_folder
from ..sample import Sample
from . import ifeval, livebench, published_set
from .parquet import IMAGES
from .published_set import PublishedReader, SkippedRecord
from .records import is_parquet, iter_records, stem
from .sample_file import SampleFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SAMPLES = "samples"
FORMATS = {SAMPLES: "ifharness samples", **published_set.FORMATS}
"""The formats, in words."""
_TRANSLATED = (ifeval.NAME, ifeval.OTHER)
"""Formats of which translated sets with the same ids are published."""
_CAUSES = {"duplicate": "an earlier question says the same", "unknown_id": "no checker", "unreadable": "no ids"}
_SHOWN = 3


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
    about: Mapping[str, str] = field(default_factory=dict)
    """What a run file states about a published set (its name, title, revision, headline); recorded in `run.json`."""

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
        if self.format in _TRANSLATED:
            from ..quality.english import describe_english_rules

            notes += describe_english_rules(found)
        notes += [] if isinstance(found, SampleFile) else _missing_data(found)
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
            **self.about,
        }


def _missing_data(samples: Iterable[Sample]) -> Iterator[str]:
    """Yield a line for each instruction whose check lacks data: before the run, since its samples stay unscored."""
    counted = Counter(kind for sample in samples for kind in {type(instruction) for instruction in sample.instructions})
    for kind, number in counted.items():
        if missing := kind.missing_data():
            yield f"{kind.id} in {number} samples, which stay unscored without its data: it {missing}"


def read_questions(
    source: str | Path, *, release: str = "", skip_unknown: bool = False, lazily: bool = False
) -> QuestionSet:
    """Read a set: a path, a URL, or a name on the hub as in `records`.

    With `lazily`, samples of our own format are read on access: from their file, or from an unpacked copy of a
    compressed or Parquet file. The file at a URL is downloaded; copies are there until the process ends.

    `release` selects the samples that were live in that LiveBench release, or with "latest" in the last one of the set.
    Samples with unknown instruction ids are an error that counts them, or skipped with `skip_unknown`. Raises
    `BadSample` naming file and line, `TasksError` for an invalid release.
    """
    source = str(source)
    if release:
        livebench.check_release(release)
    if is_url(source):
        return _read_remote(source, release=release, skip_unknown=skip_unknown, lazily=lazily)
    if lazily and not release and (indexed := _in_file(source)):
        return indexed
    found = list(iter_records(source))
    return parse_records(source, found, release=release, skip_unknown=skip_unknown)


def _read_remote(source: str, **how: Any) -> QuestionSet:
    from ..sources.support.download import lasting_copy

    path, shown = lasting_copy(source), hide_credentials(source)
    try:
        return replace(read_questions(path, **how), source=shown)
    except BadSample as error:
        raise BadSample(str(error).replace(str(path), shown)) from None


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
        raise TasksError(f"{source} holds no LiveBench questions; a release can be chosen of LiveBench questions only")
    if form == SAMPLES:
        return QuestionSet(source, form, tuple(_own(source, found)), called=name)
    reader = PublishedReader(source, release, skip_unknown)
    form, samples = reader.read(found, form)
    return QuestionSet(source, form, samples, tuple(reader.left_out), reader.release, name)


def _in_file(source: str) -> QuestionSet | None:
    """Return the set of a file if it begins with one of our samples; compressed ones are unpacked into another file."""
    path = Path(source)
    if not path.is_file():
        return None
    packed = is_parquet(path) or is_compressed(path)
    _, first = next(iter_records(source, streaming=packed), ("", None))
    if not isinstance(first, dict) or _format_of(first) != SAMPLES:
        return None
    if not packed:
        return QuestionSet(source, SAMPLES, SampleFile(path))
    if not (unpacked := _unpack(source)):
        return None
    try:
        return QuestionSet(source, SAMPLES, SampleFile(unpacked))
    except BadSample as error:
        raise BadSample(str(error).replace(str(unpacked), source)) from None


def _unpack(source: str) -> Path | None:
    """Return a temporary file with the records of a source; None if they have pictures, which it cannot hold."""
    path, most = lasting_folder() / f"{stem(source)}.jsonl", temporary_space()
    try:
        with path.open("wb") as file:
            for _, record in iter_records(source, streaming=True):
                if isinstance(record, dict) and record.get(IMAGES):
                    return None
                file.write(dump_line(record) + b"\n")
                if file.tell() > most:
                    raise BadSample(f"{source}: takes more than half of the space for temporary files (TMPDIR)")
    except OSError as error:
        raise BadSample(f"{source}: cannot be unpacked into a temporary file (TMPDIR): {error.strerror}") from None
    return path


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
    return published_set.format_of(record)


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
            held = record.get(IMAGES) if isinstance(record, dict) else None
            sample = Sample.from_json(record, held if isinstance(held, dict) else pictures_folder(Path(source)))
        except BadSample as error:
            raise BadSample(f"{source}, {place}: {error}") from None
        if sample.id in seen:
            raise BadSample(f"{source}, {place}: the sample {sample.id} is in {seen[sample.id]} already")
        seen[sample.id] = place
        yield sample
