"""From a request's responses to their rewards, verified in the pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers import BatchItem, extract
from scorers.rewards.text_score import RewardResult, summarize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scorers import BatchResult, Extracted, Verdict

    from .pool import VerifierPool


@dataclass(frozen=True)
class TextToScore:
    """One response and the records of its instructions, not read yet."""

    response: str
    records: Sequence[dict[str, Any]]
    """Each has an `id` beside its parameters; one at least."""
    prompt: str
    rules: str
    strip_thinking: bool = True
    is_one: bool = False
    """True: the instructions are one constraint, followed if all are."""

    @classmethod
    def of(
        cls,
        response: str,
        ids: Sequence[str],
        kwargs: Sequence[Mapping[str, Any] | None] | None,
        *,
        prompt: str,
        rules: str,
        strip_thinking: bool = True,
        is_one: bool = False,
    ) -> TextToScore:
        """Build from ids and parameters of the same number, null values left out."""
        given = [None] * len(ids) if kwargs is None else kwargs
        records = [
            {**{name: value for name, value in (one or {}).items() if value is not None}, "id": id}
            for id, one in zip(ids, given, strict=True)
        ]
        return cls(response, records, prompt, rules, strip_thinking, is_one)


@dataclass(frozen=True)
class VerifiedText:
    """The outcome of each instruction of one response: a pair of verdicts (strict, loose), or why there is none."""

    outcomes: Sequence[tuple[Verdict, Verdict] | str]
    extracted: Extracted

    def reduce(self, mode: str, reduce: str) -> RewardResult:
        """Return the reward in a mode, None if an instruction has no verdict; spans lead into the whole response."""
        place = 1 if mode == "loose" else 0
        verdicts = [
            None if isinstance(one, str) else one[place].move_spans(self.extracted.place) for one in self.outcomes
        ]
        errors = {number: one for number, one in enumerate(self.outcomes) if isinstance(one, str)}
        return summarize(verdicts, errors, reduce, "none")


async def verify_texts(pool: VerifierPool, texts: Sequence[TextToScore], until: float) -> list[VerifiedText]:
    """Verify each text in both modes.

    Where the instructions of a text cannot be verified together, each is verified alone, so that only the failing ones
    have no verdict.
    """
    extracted = [extract(one.response, ("thinking",) if one.strip_thinking else ()) for one in texts]
    items = [
        BatchItem(read.text, one.records, one.prompt, one.rules) for one, read in zip(texts, extracted, strict=True)
    ]
    results = await pool.verify(items, until)
    failed = [place for place, done in enumerate(results) if done.error and len(items[place].instructions) > 1]
    alone = [
        BatchItem(items[place].response, [record], items[place].prompt, items[place].rules)
        for place in failed
        for record in items[place].instructions
    ]
    again = iter(await pool.verify(alone, until) if alone else ())
    outcomes: list[list[tuple[Verdict, Verdict] | str]] = []
    for place, done in enumerate(results):
        parts = [next(again) for _ in items[place].instructions] if place in set(failed) else [done]
        outcomes.append([outcome for part in parts for outcome in _outcomes_of(part)])
    return [VerifiedText(*pair) for pair in zip(outcomes, extracted, strict=True)]


def _outcomes_of(done: BatchResult) -> list[tuple[Verdict, Verdict] | str]:
    return [done.error] if done.error else list(zip(done.strict, done.loose, strict=True))
