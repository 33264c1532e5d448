"""A run as three tables of plain values: samples, responses and verdicts."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.formats.published_record import published_id

from ..adapters.base import Response
from ..scoring.scored_run import load_scored_run
from ..store.run_folder import RunFolder
from .csv import to_integers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tasks.sample import Sample

    from ..adapters.base import Failure
    from ..scoring.per_response.sample_result import SampleResult
    from ..scoring.scored_run import ScoredRun
    from ..store.response_index import ResponseIndex

TEXT, WHOLE, REAL, YES = "text", "whole", "real", "yes"
"""Kinds of columns: text, whole number, real number, true or false; any of them may be empty."""
_PLACE = {"sample_id": TEXT, "published_id": TEXT, "task": TEXT, "article_id": TEXT}
TABLES: dict[str, dict[str, str]] = {
    "samples": {
        **_PLACE,
        "rules": TEXT,
        "system": TEXT,
        "prompt": TEXT,
        "pictures": TEXT,
        "instructions": TEXT,
        "meta": TEXT,
    },
    "responses": {
        **_PLACE,
        "epoch": WHOLE,
        "model": TEXT,
        "text": TEXT,
        "reasoning": TEXT,
        "earlier": TEXT,
        "stop": TEXT,
        "raw_stop": TEXT,
        "request_id": TEXT,
        "started": TEXT,
        "seconds": REAL,
        "attempts": WHOLE,
        "from_cache": YES,
        "input_tokens": WHOLE,
        "output_tokens": WHOLE,
        "cached_tokens": WHOLE,
        "reasoning_tokens": WHOLE,
        "cost": REAL,
        "truncated": YES,
        "refused": YES,
        "blank": YES,
        "unscored": TEXT,
        "message": TEXT,
        "all_followed": YES,
        "share_followed": REAL,
        "if_score": REAL,
        "if_score_loose": REAL,
    },
    "verdicts": {
        **_PLACE,
        "epoch": WHOLE,
        "number": WHOLE,
        "id": TEXT,
        "parameters": TEXT,
        "followed": YES,
        "followed_loose": YES,
        "reason": TEXT,
        "version": WHOLE,
    },
}
"""The columns of each table with their kinds; docs/data-out.md says what they mean."""
_TOKENS = ("input", "output", "cached", "reasoning")


@dataclass(frozen=True)
class ResponseRecord:
    """One question in one epoch."""

    sample: Sample
    result: SampleResult
    said: Response | Failure | None
    """The latest answer, else the latest failure; None for what was not asked yet."""


class RunTables:
    """A run whose tables can be read, one row in memory at a time."""

    def __init__(self, store: RunFolder, scored_run: ScoredRun, index: ResponseIndex) -> None:
        self._store, self._index = store, index
        self.scored_run = scored_run

    @property
    def store(self) -> RunFolder:
        """Its folder."""
        return self._store

    def each(self) -> Iterator[ResponseRecord]:
        """Yield every question in every epoch, in the order of the samples."""
        results = iter(self.scored_run.results)
        slot = -1
        for sample in self._store.samples():
            for _ in range(self._store.epochs):
                slot += 1
                yield self._record(slot, sample, next(results))

    def of_epoch(self, epoch: int) -> Iterator[ResponseRecord]:
        """Yield every sample in one epoch."""
        return self.pick(epoch, range(len(self._store.samples_file)))

    def pick(self, epoch: int, places: Iterable[int]) -> Iterator[ResponseRecord]:
        """Yield the samples at some places, from 0, in one epoch."""
        samples, results = self._store.samples_file, self.scored_run.results
        for place in places:
            slot = place * self._store.epochs + epoch
            yield self._record(slot, samples[place], results[slot])

    def _record(self, slot: int, sample: Sample, result: SampleResult) -> ResponseRecord:
        return ResponseRecord(sample, result, self._index.response(slot) or self._index.failure(slot))

    def table(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of one of `TABLES`, every column in each; lone surrogates are escapes."""
        rows = {"samples": self._samples, "responses": self._responses, "verdicts": self._verdicts}[name]()
        empty = dict.fromkeys(TABLES[name])
        for row in rows:
            yield empty | {key: to_integers(value) if isinstance(value, str) else value for key, value in row.items()}

    def _samples(self) -> Iterator[dict[str, Any]]:
        for sample in self._store.samples():
            yield {
                **_place(sample),
                "rules": sample.rules,
                "system": "\n\n".join(turn.text for turn in sample.turns if turn.role == "system"),
                "prompt": sample.prompt,
                "pictures": _json([picture.name for picture in sample.pictures]) if sample.pictures else None,
                "instructions": _json([instruction.to_json() for instruction in sample.instructions]),
                "meta": _json(sample.meta),
            }

    def _responses(self) -> Iterator[dict[str, Any]]:
        for one in self.each():
            found, said = one.result, one.said
            row: dict[str, Any] = {}
            if said:
                row = {name: value for name, value in said.to_json().items() if name in TABLES["responses"]}
                if isinstance(said, Response) and not said.is_timed:  # of another program, which did not record it
                    row |= {"seconds": None, "attempts": None}
                row |= _tokens(said.usage) | ({"earlier": _json(row["earlier"])} if "earlier" in row else {})
            row |= {**_place(one.sample), "epoch": found.epoch}
            row |= {"unscored": found.unscored or None, "message": found.message or None}
            if not found.unscored:
                row |= {name: name in found.flags for name in ("truncated", "refused", "blank")}
                share = sum(found.strict) / len(found.strict)
                row |= {"all_followed": all(found.strict), "share_followed": share}
                row |= {"if_score": found.if_score, "if_score_loose": found.if_loose}
            yield row

    def _verdicts(self) -> Iterator[dict[str, Any]]:
        for one in self.each():
            found = one.result
            verdicts = zip(one.sample.instructions, found.strict, found.loose, found.reasons, strict=False)
            for number, (instruction, strict, loose, reason) in enumerate(verdicts, 1):
                parameters = {name: value for name, value in instruction.to_json().items() if name != "id"}
                yield {
                    **_place(one.sample),
                    "epoch": found.epoch,
                    "number": number,
                    "id": instruction.id,
                    "parameters": _json(parameters),
                    "followed": strict,
                    "followed_loose": loose,
                    "reason": reason,
                    "version": self.scored_run.versions.get(instruction.id),
                }


@contextmanager
def open_tables(run: str | Path, *, rules: str | None = None) -> Iterator[RunTables]:
    """Open a run for reading, finished or not; `rules` and errors as in `load_scored_run`."""
    scored_run = load_scored_run(run, rules=rules, partial=True)
    with RunFolder.load(scored_run.folder) as store, store.index() as index:
        yield RunTables(store, scored_run, index)


def _place(sample: Sample) -> dict[str, Any]:
    about = {"sample_id": sample.id, "published_id": published_id(sample) or None}
    return {**about, "task": sample.task, "article_id": sample.article_id}


def _tokens(usage: Mapping[str, int] | None) -> dict[str, Any]:
    return {f"{name}_tokens": (usage or {}).get(name) for name in _TOKENS}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
