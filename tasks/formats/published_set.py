"""Reads the records of one published set into samples, with what is left out and why."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import BadSample
from . import ifeval, livebench, multiif
from .published_record import PublishedRecord, UnknownIds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..sample import Sample

FORMATS = {
    livebench.NAME: "LiveBench questions",
    ifeval.NAME: "IFEval questions",
    ifeval.OTHER: "IFBench questions",
    ifeval.MULTITURN: "IFBench multi-turn questions",
    multiif.NAME: "turns of Multi-IF dialogues",
}
"""The published formats, in words."""
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


@contextmanager
def _at(source: str, place: str) -> Iterator[None]:
    """Put the place of a record before the error about it."""
    try:
        yield
    except UnknownIds:
        raise
    except BadSample as error:
        raise BadSample(f"{source}, {place}: {error}") from None


def format_of(record: dict[str, Any]) -> str:
    """Return the published format of a record, "" for none; IFEval's stands for IFBench's too."""
    return next((name for name, form in _PUBLISHED.items() if form.matches(record)), "")


_PUBLISHED = {livebench.NAME: livebench, ifeval.NAME: ifeval, multiif.NAME: multiif}


class PublishedReader:
    """Reads the records of one published set."""

    def __init__(self, source: str, release: str, skip_unknown: bool) -> None:
        self.source = source
        self.release = release
        self.skip_unknown = skip_unknown
        self.left_out: list[SkippedRecord] = []
        self.unknown: list[tuple[str, UnknownIds]] = []

    def read(self, found: list[tuple[str, Any]], form: str) -> tuple[str, tuple[Sample, ...]]:
        """Return the format in full and the samples; `left_out` and `release` are set then. Raises `BadSample`."""
        questions: list[tuple[str, PublishedRecord]] = []
        for place, record in found:
            with _at(self.source, place):
                if not isinstance(record, dict) or not _PUBLISHED[form].matches(record):
                    raise BadSample(f"this is not one of the {FORMATS[form]} that the set begins with")
                questions += [(place, question) for question in self._records(record, form)]
        if form == ifeval.NAME and (form := ifeval.set_of(question for _, question in questions)) != ifeval.NAME:
            questions = [(place, question.under(form, ifeval.OTHER)) for place, question in questions]
        if self.release == livebench.LATEST:
            self.release = max((self._release_of(*question) for question in questions), default="")
        samples = tuple(self._samples(list(self._live(questions))))
        if self.unknown and not self.skip_unknown:
            raise BadSample(self._describe_unknown(len(questions)))
        if not samples:
            raise BadSample(self._describe_none(questions))
        return form, samples

    def _release_of(self, place: str, question: PublishedRecord) -> str:
        with _at(self.source, place):
            return livebench.release_of(question)

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
