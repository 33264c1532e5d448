"""The functions that verl, TRL and open-instruct call; none of the three is imported.

Each takes the options of `score_ground_truth`. Where a trainer reads None as a number or not at all, `on_error` has to
be `raise` or `zero`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from ..errors import BadInstruction, ScorersError
from .ground_truth import score_ground_truth
from .text_score import check_options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .text_score import RewardResult


def verl_compute_score(
    data_source: str,  # noqa: ARG001  # verl passes all of these by keyword
    solution_str: str,
    ground_truth: Any,
    extra_info: dict[str, Any] | None = None,
    *,
    rules: str = "audited",
    mode: str = "strict",
    reduce: str = "fraction",
    strip_thinking: bool = True,
    on_error: str = "raise",
    seconds: float | None = None,
    **_: Any,
) -> dict[str, float]:
    """Return the score of one response as verl's custom reward function.

    The options come from `reward_kwargs`. `extra_info["prompt"]`, where present, is the prompt of the response. The
    keys are the same for every row, as verl needs them: `score`, `all_followed` (0 or 1), `fraction_followed`, and
    `errors`, the number of instructions without a verdict.
    """
    check_options(rules, mode, reduce, on_error, needs_number="verl")  # the others are checked with the score
    result = score_ground_truth(
        solution_str,
        ground_truth,
        prompt=text_of((extra_info or {}).get("prompt")),
        rules=rules,
        mode=mode,
        reduce=reduce,
        strip_thinking=strip_thinking,
        on_error=on_error,
        seconds=seconds,
    )
    assert result.score is not None
    followed = [bool(one) for one in result.follow_list]
    return {
        "score": result.score,
        "all_followed": float(all(followed)),
        "fraction_followed": sum(followed) / len(followed),
        "errors": float(len(result.errors)),
    }


def make_trl_reward(
    *,
    rules: str = "audited",
    mode: str = "strict",
    reduce: str = "fraction",
    strip_thinking: bool = True,
    on_error: str = "raise",
    seconds: float | None = None,
    name: str = "instruction_following",
) -> Callable[..., list[float | None]]:
    """Return a reward function for TRL's trainers (GRPO, RLOO) with these options.

    `name` is what TRL calls its metric. The columns of the data set are those of `trl_reward`.
    """
    options: dict[str, Any] = {"rules": rules, "mode": mode, "reduce": reduce, "on_error": on_error}
    options |= {"strip_thinking": strip_thinking, "seconds": seconds}
    check_options(**options)

    def score_completions(
        completions: Sequence[Any],
        ground_truth: Sequence[Any] | None = None,
        instruction_id_list: Sequence[Any] | None = None,
        kwargs: Sequence[Any] | None = None,
        prompts: Sequence[Any] | None = None,
        log_metric: Callable[[str, float], None] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        truths = _truths_of(len(completions), ground_truth, instruction_id_list, kwargs, columns)
        asked = prompts if prompts is not None else [""] * len(completions)
        _check_length("prompts", asked, len(completions))
        results = [
            None if truth is None else _score_row(row, text_of(text), truth, text_of(prompt), options)
            for row, (text, truth, prompt) in enumerate(zip(completions, truths, asked, strict=True))
        ]
        if log_metric is not None:
            log_metric(f"{name}/errors", float(sum(len(one.errors) for one in results if one is not None)))
        return [None if one is None else one.score for one in results]

    score_completions.__name__ = score_completions.__qualname__ = name
    return score_completions


def trl_reward(
    completions: Sequence[Any],
    ground_truth: Sequence[Any] | None = None,
    instruction_id_list: Sequence[Any] | None = None,
    kwargs: Sequence[Any] | None = None,
    prompts: Sequence[Any] | None = None,
    **columns: Any,
) -> list[float | None]:
    """Return the reward of each completion, as TRL's trainers call it; options need `make_trl_reward`.

    The data set has a column `ground_truth`, in any spelling of `parse_ground_truth`, or the columns
    `instruction_id_list` and `kwargs` of IFEval; the second may be called `instruction_kwargs`. A completion is a text
    or a list of messages. A row in which all of these are null gets None: another reward function is responsible for
    it. Errors name the row of the batch, counted from 0.
    """
    return _DEFAULT_TRL(completions, ground_truth, instruction_id_list, kwargs, prompts, **columns)


_DEFAULT_TRL = make_trl_reward(name="trl_reward")


def _truths_of(number: int, given: Any, ids: Any, kwargs: Any, columns: dict[str, Any]) -> list[Any]:
    """Return the ground truth of each row, None where it has none."""
    if given is None and ids is None:
        raise BadInstruction(
            "the data set needs a column 'ground_truth', or 'instruction_id_list' and 'kwargs'; it has "
            f"{', '.join(sorted(columns)) or 'no others'}"
        )
    kwargs = columns.get("instruction_kwargs") if kwargs is None else kwargs
    named = {"ground_truth": given, "instruction_id_list": ids, "kwargs": kwargs}
    filled = [[None] * number if column is None else column for column in named.values()]
    for name, column in zip(named, filled, strict=True):
        _check_length(name, column, number)
    return [
        truth if not _is_null(truth) else None if some is None else {"instruction_id_list": some, "kwargs": each}
        for truth, some, each in zip(*filled, strict=True)
    ]


def _is_null(value: Any) -> bool:
    """Return whether a cell is null; pandas writes NaN for it."""
    return value is None or (isinstance(value, float) and isnan(value))


def _check_length(name: str, column: Any, number: int) -> None:
    if len(column) != number:
        raise BadInstruction(f"{number} completions, but {len(column)} values of {name}")


def _score_row(row: int, text: str, truth: Any, prompt: str, options: dict[str, Any]) -> RewardResult:
    try:
        return score_ground_truth(text, truth, prompt=prompt, **options)
    except ScorersError as error:
        raise type(error)(f"row {row}: {error}") from None


def text_of(value: Any) -> str:
    """Return the text of a prompt or completion: itself, or that of the last message with a text."""
    if isinstance(value, str):
        return value
    for message in reversed(value or ()):
        content = message.get("content") if hasattr(message, "get") else getattr(message, "content", None)
        if isinstance(content, str):
            return content
        if isinstance(content, list):
            return "".join(part.get("text") or "" for part in content if isinstance(part, dict))
    return ""


@dataclass
class _VerificationResult:
    """What open-instruct reads of a verifier's answer."""

    score: float
    cost: float = 0.0
    reasoning: str | None = None


class OpenInstructVerifier:
    """A verifier for open-instruct's `VerifierFunction` registry, to be mixed in before that class.

    Rows whose `dataset` is `name` come here; `--remap_verifier ifeval=ifharness` sends the rows of IFEval here too.
    Class attributes are the options; a subclass changes them.
    """

    name = "ifharness"
    weight = 1.0
    rules = "audited"
    mode = "strict"
    reduce = "fraction"
    strip_thinking = True
    on_error = "raise"
    seconds: float | None = None

    def __init__(self, verifier_config: Any = None) -> None:
        check_options(
            self.rules,
            self.mode,
            self.reduce,
            self.on_error,
            strip_thinking=self.strip_thinking,
            seconds=self.seconds,
            needs_number="open-instruct",
        )
        self.verifier_config = verifier_config

    def __call__(
        self,
        tokenized_prediction: Any,  # noqa: ARG002  # open-instruct passes it by position
        prediction: str,
        label: Any,
        query: str | None = None,
        rollout_state: Any = None,  # noqa: ARG002  # as above
    ) -> _VerificationResult:
        """Return the score of one response; `label` is its ground truth, `query` its prompt.

        `reasoning` has a line for each instruction that is not followed.
        """
        result = score_ground_truth(
            prediction,
            label,
            prompt=query or "",
            rules=self.rules,
            mode=self.mode,
            reduce=self.reduce,
            strip_thinking=self.strip_thinking,
            on_error=self.on_error,
            seconds=self.seconds,
        )
        assert result.score is not None
        lines = [one.reason for one in result.verdicts if one is not None and not one.followed]
        return _VerificationResult(result.score, reasoning="\n".join([*lines, *result.errors.values()]) or None)

    async def async_call(
        self,
        tokenized_prediction: Any,
        prediction: str,
        label: Any,
        query: str | None = None,
        rollout_state: Any = None,
    ) -> _VerificationResult:
        """Return what a call returns, from another thread, so that the event loop is free."""
        from asyncio import to_thread

        return await to_thread(self, tokenized_prediction, prediction, label, query, rollout_state)
