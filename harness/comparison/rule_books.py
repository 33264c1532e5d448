"""Two rule books on the same responses: which verdicts change, which way, and how the metrics move."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from scorers import BadInstruction, NotInBook, Verdict
from tasks.formats.published_record import published_id
from tasks.limits.spool import Spool

from ..adapters.base import Response
from ..errors import ConfigError
from ..scoring.results import ScoredResponse
from ..scoring.score import default_rule_book, score_response
from ..scoring.summary import Summary, summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tasks.sample import Sample

    from ..store.run_folder import RunFolder

FORMAT = 1
"""Format number of the record that `RulesDiff.to_json` returns."""
FIGURES = ("if_score", "prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose")
_SHOWN = 5
_SAMPLES = 4096
"""Samples of a run that are in memory."""


@dataclass(frozen=True)
class AnsweredSamples:
    """Responses that two books are compared on."""

    iter_responses: Callable[[], Iterable[Response]]
    """Reads them, from the start at each call."""
    find_sample: Callable[[str], Sample]
    """Returns the sample of an id."""
    extract: tuple[str, ...]
    """What is removed before verification."""
    rules: str | None = None
    """The rule book of the responses; None is each sample's own."""

    @property
    def own(self) -> str:
        """That book by name, "a+b" where the samples differ."""
        books = {self.find_sample(response.sample_id).rules for response in self.iter_responses()}
        return default_rule_book(books, self.rules)

    @classmethod
    def of_pairs(cls, pairs: Sequence[tuple[Sample, Response]], extract: tuple[str, ...]) -> Self:
        """Return responses that are in memory, with their samples."""
        samples = {sample.id: sample for sample, _ in pairs}
        return cls(
            lambda: (response.replace(sample_id=sample.id) for sample, response in pairs), samples.__getitem__, extract
        )


@dataclass
class IdDiff:
    """How the verdicts of one instruction id change."""

    n: int = 0
    """Verdicts."""
    lost: int = 0
    """Followed by the first book only, read strictly."""
    gained: int = 0
    """Followed by the second book only, read strictly."""
    lost_loose: int = 0
    gained_loose: int = 0

    @property
    def changed(self) -> int:
        """Strict verdicts that differ."""
        return self.lost + self.gained

    @property
    def share(self) -> float:
        """The share of strict verdicts that differ, on 0..100."""
        return round(100 * self.changed / self.n, 4) if self.n else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {**asdict(self), "changed": self.changed, "share": self.share}


@dataclass(frozen=True)
class ChangedVerdict:
    """One strict verdict that differs."""

    sample: Sample
    epoch: int
    id: str
    before: Verdict
    after: Verdict

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        verdicts = {
            name: {"followed": verdict.followed, "reason": verdict.reason, "spans": [list(s) for s in verdict.spans]}
            for name, verdict in (("from", self.before), ("to", self.after))
        }
        about = {"sample_id": self.sample.id, "published_id": published_id(self.sample) or None}
        return {**about, "epoch": self.epoch, "id": self.id, **verdicts}


@dataclass
class RulesDiff:
    """The difference between two books on the same responses."""

    before: Summary
    after: Summary
    by_id: dict[str, IdDiff]
    examples: list[ChangedVerdict]
    left_out: list[str] = field(default_factory=list)
    """Responses that one of the books cannot verify, and why; the first few."""
    left_out_count: int = 0
    """How many there are."""

    @property
    def verdicts(self) -> int:
        """Strict verdicts compared."""
        return sum(found.n for found in self.by_id.values())

    @property
    def changed(self) -> int:
        """Strict verdicts that differ."""
        return sum(found.changed for found in self.by_id.values())

    def figures(self) -> dict[str, tuple[float | None, float | None]]:
        """Return the metrics under both books by name, on 0..100."""
        return {name: (getattr(self.before, name), getattr(self.after, name)) for name in FIGURES}

    def to_json(self) -> dict[str, Any]:
        """Return the whole comparison as one record."""
        return {
            "format": FORMAT,
            "from": self.before.rules,
            "to": self.after.rules,
            "answers": self.before.scored,
            "verdicts": self.verdicts,
            "changed": self.changed,
            "figures": {name: {"from": a, "to": b} for name, (a, b) in self.figures().items()},
            "by_id": {id: found.to_json() for id, found in sorted(self.by_id.items())},
            "examples": [example.to_json() for example in self.examples],
            "left_out": {"count": self.left_out_count, "first": self.left_out},
        }


def samples_of_run(store: RunFolder) -> AnsweredSamples:
    """Return the responses of a results folder; samples and responses are read from there when they are used."""
    samples = store.samples_file
    manifest = store.manifest
    by_id = samples.by_id()
    responses = lambda: (one for one in store.responses() if one.sample_id in samples.ids)  # noqa: E731
    return AnsweredSamples(responses, lru_cache(_SAMPLES)(by_id.__getitem__), manifest.extract, manifest.rules)


def diff_rule_books(
    answers: AnsweredSamples, *, before: str | None = None, after: str = "audited", examples: int = 1
) -> RulesDiff:
    """Verify `answers` by two books; `before` None is their own. At most `examples` for each id and direction.

    One response is in memory at a time. Raises `ConfigError` if both are the same book, `BadInstruction` for an
    unknown one.
    """
    own = before is None
    label = answers.own if before is None else before
    if label == after:
        raise ConfigError(f"both books are {after!r}, so nothing can differ; name another with --from or --to")
    by_id: dict[str, IdDiff] = {}
    changed = _Examples(examples)
    rows: tuple[Spool[_Row], Spool[_Row]] = Spool(), Spool()
    left_out: list[str] = []
    missed = 0
    for response in answers.iter_responses():
        sample = answers.find_sample(response.sample_id)
        both = [_score(sample, response, book, answers.extract) for book in (answers.rules if own else before, after)]
        first, second = both
        if isinstance(first, str) or isinstance(second, str):
            missed += 1
            if missed <= _SHOWN:
                left_out.append(next(why for why in both if isinstance(why, str)))
            continue
        rows[0].append(_to_row(first))
        rows[1].append(_to_row(second))
        _count(by_id, first, second)
        changed.add(_iter_changed(first, second))
    summaries = [_summary(found, answers, name) for found, name in zip(rows, (label, after), strict=True)]
    return RulesDiff(summaries[0], summaries[1], by_id, changed.in_order(), left_out, missed)


def _score(sample: Sample, response: Response, book: str | None, extract: tuple[str, ...]) -> ScoredResponse | str:
    """Score one response; return the reason where the book cannot verify it."""
    try:
        found = score_response(sample, response, book, extract)
    except (NotInBook, BadInstruction) as error:
        return str(error)
    return found if isinstance(found, ScoredResponse) else f"sample {sample.id}: {found.cause}: {found.message}"


def _count(by_id: dict[str, IdDiff], first: ScoredResponse, second: ScoredResponse) -> None:
    for number, instruction in enumerate(first.sample.instructions):
        found = by_id.setdefault(instruction.id, IdDiff())
        found.n += 1
        strict = first.strict[number].followed, second.strict[number].followed
        loose = first.loose[number].followed, second.loose[number].followed
        found.lost += strict == (True, False)
        found.gained += strict == (False, True)
        found.lost_loose += loose == (True, False)
        found.gained_loose += loose == (False, True)


def _iter_changed(first: ScoredResponse, second: ScoredResponse) -> Iterator[ChangedVerdict]:
    for instruction, before, after in zip(first.sample.instructions, first.strict, second.strict, strict=True):
        if before.followed != after.followed:
            yield ChangedVerdict(first.sample, first.epoch, instruction.id, before, after)


class _Examples:
    """Collects the first examples of each id and direction."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[tuple[str, bool], list[ChangedVerdict]] = {}

    def add(self, found: Iterable[ChangedVerdict]) -> None:
        for example in found:
            taken = self._found.setdefault((example.id, example.after.followed), [])
            if len(taken) < self._most:
                taken.append(example)

    def in_order(self) -> list[ChangedVerdict]:
        """Return the examples by id and direction."""
        return [example for key in sorted(self._found) for example in self._found[key]]


_Row = tuple[str, int, tuple[bool, bool, bool], tuple[dict[str, str], ...], tuple[bool, ...], tuple[bool, ...]]
"""Sample id, epoch, truncated, refused and blank, earlier responses, followed strictly and loosely."""
_VERDICTS = (Verdict(followed=False, reason=""), Verdict(followed=True, reason=""))


def _to_row(scored: ScoredResponse) -> _Row:
    """Return what a summary needs of a response."""
    flags = (scored.truncated, scored.refused, scored.blank)
    verdicts = (tuple(verdict.followed for verdict in mode) for mode in (scored.strict, scored.loose))
    strict, loose = verdicts
    return (scored.sample.id, scored.epoch, flags, scored.response.earlier, strict, loose)


def _to_result(row: _Row, answers: AnsweredSamples) -> ScoredResponse:
    id, epoch, flags, earlier, strict, loose = row
    response = Response(id, epoch, "", "", earlier=earlier)
    modes = ([_VERDICTS[followed] for followed in mode] for mode in (strict, loose))
    return ScoredResponse(answers.find_sample(id), response, next(modes), next(modes), (), *flags)


def _summary(rows: Spool[_Row], answers: AnsweredSamples, rules: str) -> Summary:
    samples = dict.fromkeys(row[0] for row in rows)
    epochs = 1 + max((row[1] for row in rows), default=0)
    results = (_to_result(row, answers) for row in rows)
    return summarize(map(answers.find_sample, samples), results, rules=rules, extract=answers.extract, epochs=epochs)
