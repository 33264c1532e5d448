"""Two rule books on the same responses: which verdicts change, which way, and how the metrics move."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from scorers import BadInstruction, NotInBook
from tasks.formats.published_record import published_id

from ..errors import ConfigError
from ..scoring.results import ScoredResponse
from ..scoring.score import default_rule_book, score_response
from ..scoring.summary import Summary, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scorers import Verdict
    from tasks.sample import Sample

    from ..adapters.base import Response
    from ..store.run_folder import RunFolder

FORMAT = 1
"""Format number of the record that `RulesDiff.to_json` returns."""
FIGURES = ("if_score", "prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose")
_SHOWN = 5


@dataclass(frozen=True)
class AnsweredSamples:
    """Responses that two books are compared on."""

    pairs: tuple[tuple[Sample, Response], ...]
    extract: tuple[str, ...]
    """What is removed before verification."""
    rules: str | None = None
    """The rule book of the responses; None is each sample's own."""

    @property
    def own(self) -> str:
        """That book by name, "a+b" where the samples differ."""
        return default_rule_book((sample.rules for sample, _ in self.pairs), self.rules)


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
    """Responses that one of the books cannot verify, and why."""

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
            "left_out": {"count": len(self.left_out), "first": self.left_out[:_SHOWN]},
        }


def samples_of_run(store: RunFolder) -> AnsweredSamples:
    """Return the responses of a results folder."""
    samples = {sample.id: sample for sample in store.samples()}
    pairs = ((samples[one.sample_id], one) for one in store.responses() if one.sample_id in samples)
    return AnsweredSamples(tuple(pairs), store.manifest.extract, store.manifest.rules)


def diff_rule_books(
    answers: AnsweredSamples, *, before: str | None = None, after: str = "audited", examples: int = 1
) -> RulesDiff:
    """Verify `answers` by two books; `before` None is their own. At most `examples` for each id and direction.

    Raises `ConfigError` if both are the same book, `BadInstruction` for an unknown one.
    """
    own = before is None
    label = answers.own if before is None else before
    if label == after:
        raise ConfigError(f"both books are {after!r}, so nothing can differ; name another with --from or --to")
    by_id: dict[str, IdDiff] = {}
    changed: list[ChangedVerdict] = []
    pairs: list[tuple[ScoredResponse, ScoredResponse]] = []
    left_out: list[str] = []
    for sample, response in answers.pairs:
        both = [_score(sample, response, book, answers.extract) for book in (answers.rules if own else before, after)]
        first, second = both
        if isinstance(first, str) or isinstance(second, str):
            left_out.append(next(why for why in both if isinstance(why, str)))
            continue
        pairs.append((first, second))
        _count(by_id, first, second)
        changed += _iter_changed(first, second)
    rows = [[pair[side] for pair in pairs] for side in (0, 1)]
    summaries = [_summary(found, name, answers.extract) for found, name in zip(rows, (label, after), strict=True)]
    return RulesDiff(summaries[0], summaries[1], by_id, list(_iter_examples(changed, examples)), left_out)


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


def _iter_examples(found: Iterable[ChangedVerdict], most: int) -> Iterator[ChangedVerdict]:
    """Yield at most `most` examples of each id and direction, by id."""
    taken: Counter[tuple[str, bool]] = Counter()
    for example in sorted(found, key=lambda e: (e.id, e.after.followed)):
        taken[example.id, example.after.followed] += 1
        if taken[example.id, example.after.followed] <= most:
            yield example


def _summary(rows: list[ScoredResponse], rules: str, extract: tuple[str, ...]) -> Summary:
    samples = {row.sample.id: row.sample for row in rows}
    epochs = 1 + max((row.epoch for row in rows), default=0)
    return summarize(samples.values(), rows, rules=rules, extract=extract, epochs=epochs)
