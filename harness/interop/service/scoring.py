"""From a request's responses to their rewards, verified in the pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers import BatchItem
from scorers.rewards.completion import read_completion
from scorers.rewards.text_score import RewardResult, read_arguments, summarize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scorers import BatchResult, Extracted, Verdict

    from .pool import VerifierPool


@dataclass(frozen=True)
class TextToScore:
    """One response and the records of its instructions, not read yet."""

    extracted: Extracted
    """What of the response is verified."""
    records: Sequence[dict[str, Any]]
    """Each has an `id` beside its parameters; one at least."""
    prompt: str
    rules: str
    is_one: bool = False
    """True: the instructions are one constraint, followed if all are."""

    @classmethod
    def of(
        cls,
        response: str,
        ids: Sequence[str],
        kwargs: Sequence[Any] | None,
        *,
        prompt: str,
        rules: str,
        strip_thinking: bool = True,
        is_one: bool = False,
    ) -> TextToScore:
        """Build from ids and parameters of the same number, null values left out.

        Raises `BadInstruction` for parameters that are no record.
        """
        given = [None] * len(ids) if kwargs is None else kwargs
        records = [{**read_arguments(id, one), "id": id} for id, one in zip(ids, given, strict=True)]
        return cls(read_completion(response, strip_thinking=strip_thinking), records, prompt, rules, is_one)


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
    items = [BatchItem(one.extracted.text, one.records, one.prompt, one.rules) for one in texts]
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
    return [VerifiedText(*pair) for pair in zip(outcomes, (one.extracted for one in texts), strict=True)]


def _outcomes_of(done: BatchResult) -> list[tuple[Verdict, Verdict] | str]:
    return [done.error] if done.error else list(zip(done.strict, done.loose, strict=True))
