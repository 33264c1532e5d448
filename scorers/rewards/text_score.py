"""score_text: one completion and published instruction records in, one number with its reasons out."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ..errors import BadInstruction, ScorersError, Unscorable, did_you_mean
from .plain_values import parse_text, read_plain
from .reduction import check_reduction, reduce_followed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..batch import LimitedVerifier
    from ..checker import Checker
    from ..rule_books import BookName
    from ..text.extraction import ModeName
    from ..verdict import Verdict
    from .reduction import Reduction

OnError = Literal["raise", "none", "zero"]
ON_ERROR: tuple[OnError, ...] = ("raise", "none", "zero")
"""What an instruction without a verdict does: `raise` an exception, score None, or count as not followed."""
_IDLE: defaultdict[tuple[int, float], deque[LimitedVerifier]] = defaultdict(deque)
"""Verifying processes that wait for work, by process id and time limit: a forked child must not use its parent's."""


@dataclass(frozen=True, slots=True)
class RewardResult:
    """The reward of one completion, with what each instruction contributed, in the order of the instructions."""

    score: float | None
    """The reward in 0..1; None if an instruction has no verdict and `on_error` is `none`."""
    follow_list: tuple[bool | None, ...]
    """Whether each instruction is followed; None where there is no verdict."""
    verdicts: tuple[Verdict | None, ...]
    """The verdicts, with spans into the completion as it was given; None where there is none."""
    errors: Mapping[int, str] = field(default_factory=dict)
    """Why an instruction has no verdict, by its position; empty if all have one."""


def score_text(
    text: str,
    instruction_id_list: Sequence[str],
    kwargs: Sequence[Mapping[str, Any] | None] | None = None,
    *,
    prompt: str = "",
    rules: BookName = "audited",
    mode: ModeName = "strict",
    reduce: Reduction | str = "fraction",
    strip_thinking: bool = True,
    on_error: OnError | str = "raise",
    seconds: float | None = None,
) -> RewardResult:
    """Return how well `text` follows the instructions, position by position.

    `kwargs` has the parameters of each id, null values left out; it and its records may be texts in JSON or Python's
    notation. `prompt` is what the text answers. `reduce` is `fraction`, `all` or `livebench`. `strip_thinking` first
    removes what `read_completion` removes. `seconds` limits the time: another process verifies, and is killed.

    An unknown id, a parameter that is missing or wrong, lists of different lengths, a text that is no string, an id
    outside the rule book and a check without result are errors, never a pass: by `on_error` they raise
    `BadInstruction`, `NotInBook` or `Unscorable`, make the score None, or count as not followed. A wrong option raises.
    """
    from .completion import read_completion

    check_options(rules, mode, reduce, on_error, strip_thinking=strip_thinking, seconds=seconds)
    try:
        _check_text(text)
        found = _read_each(instruction_id_list, kwargs, rules)
    except BadInstruction as error:
        if on_error == "raise":
            raise
        return summarize_unreadable(str(error), _count_ids(instruction_id_list), reduce, on_error)
    if on_error == "raise":
        _raise_first(found)
    extracted = read_completion(text, strip_thinking=strip_thinking)
    checkers = [one for one in found if not isinstance(one, ScorersError)]
    verified = iter(_verify_each(extracted.text, checkers, prompt, rules, mode, seconds))
    outcomes = [str(one) if isinstance(one, ScorersError) else next(verified) for one in found]
    errors = {place: one for place, one in enumerate(outcomes) if isinstance(one, str)}
    if errors and on_error == "raise":
        place, reason = next(iter(errors.items()))
        raise Unscorable(f"instruction {place + 1} of {len(found)}: {reason}")
    verdicts = [None if isinstance(one, str) else one.move_spans(extracted.place) for one in outcomes]
    return summarize(verdicts, errors, reduce, on_error)


def check_readable(ids: Sequence[str], kwargs: Sequence[Any] | None, rules: BookName) -> None:
    """Raise `BadInstruction` or `NotInBook` for the first instruction that `score_text` could not read."""
    for place, (id, arguments) in enumerate(_pair(ids, kwargs)):
        try:
            _read_one(id, arguments, rules)
        except ScorersError as error:
            raise type(error)(f"instruction {place + 1} of {len(ids)}: {error}") from None


def _raise_first(found: Sequence[Checker | ScorersError]) -> None:
    for place, one in enumerate(found):
        if isinstance(one, ScorersError):
            raise type(one)(f"instruction {place + 1} of {len(found)}: {one}")


def summarize(
    verdicts: Sequence[Verdict | None], errors: Mapping[int, str], reduce: str, on_error: str
) -> RewardResult:
    """Return the result of verdicts, None where `errors` has the reason; there is at least one."""
    followed = tuple(None if verdict is None else verdict.followed for verdict in verdicts)
    score = None if errors and on_error == "none" else reduce_followed([bool(one) for one in followed], reduce)
    return RewardResult(score, followed, tuple(verdicts), errors)


def summarize_unreadable(reason: str, number: int, reduce: str, on_error: str) -> RewardResult:
    """Return the result of `number` instructions none of which could be read, for one reason; one at least."""
    number = max(1, number)
    return summarize([None] * number, dict.fromkeys(range(number), reason), reduce, on_error)


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise BadInstruction(f"the text to score must be a string, got {text!r:.80}")


def _count_ids(ids: Any) -> int:
    return len(ids) if hasattr(ids, "__len__") and not isinstance(ids, str) else 1


def check_options(
    rules: str,
    mode: str,
    reduce: str,
    on_error: str,
    *,
    strip_thinking: bool = True,
    seconds: float | None = None,
    needs_number: str = "",
) -> None:
    """Raise `BadInstruction` for a wrong option; `needs_number` names a caller to whom None is no reward."""
    from ..rule_books import chain
    from ..text.extraction import MODES

    chain(rules)
    check_reduction(reduce)
    if mode not in MODES:
        raise BadInstruction(f"unknown mode {mode!r}{did_you_mean(mode, MODES)} (modes: {', '.join(MODES)})")
    if on_error not in ON_ERROR:
        known = ", ".join(ON_ERROR)
        raise BadInstruction(f"unknown on_error {on_error!r}{did_you_mean(on_error, ON_ERROR)} (known: {known})")
    if needs_number and on_error == "none":
        raise BadInstruction(f"{needs_number} needs a number as reward: set on_error to 'raise' or 'zero', not 'none'")
    if not isinstance(strip_thinking, bool):
        raise BadInstruction(f"strip_thinking must be True or False, got {strip_thinking!r:.80}")
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0):
        raise BadInstruction(f"seconds must be a number above 0, or None for no limit, got {seconds!r:.80}")


def _read_each(ids: Sequence[str], kwargs: Sequence[Any] | None, rules: str) -> list[Checker | ScorersError]:
    """Return each instruction, or why it cannot be read; raises `BadInstruction` for lists that do not match."""
    found: list[Checker | ScorersError] = []
    for id, arguments in _pair(ids, kwargs):
        try:
            found.append(_read_one(id, arguments, rules))
        except ScorersError as error:
            found.append(error)
    return found


def _pair(ids: Any, kwargs: Any) -> list[tuple[Any, Any]]:
    """Return each id with its parameters; raises `BadInstruction` for lists that do not match."""
    if isinstance(ids, str) or not hasattr(ids, "__len__") or not len(ids):
        raise BadInstruction(f"instruction_id_list must be a list of at least one id, got {ids!r:.80}")
    given = [None] * len(ids) if kwargs is None else kwargs
    if isinstance(given, str):
        given = parse_text(given, "kwargs")
    if isinstance(given, str | dict) or not hasattr(given, "__len__"):
        raise BadInstruction(f"kwargs must be a list of records, got {given!r:.80}")
    if len(ids) != len(given):
        raise BadInstruction(f"{len(ids)} instruction ids, but {len(given)} kwargs; they belong together one by one")
    return list(zip(ids, given, strict=True))


def _read_one(id: Any, arguments: Any, rules: str) -> Checker:
    from ..catalog import read
    from ..verifier import prepare

    checker = read({**read_arguments(id, arguments), "id": id})
    prepare([checker], rules)
    return checker


def read_arguments(id: Any, arguments: Any) -> dict[str, Any]:
    """Return the parameters of an instruction without null ones; raises `BadInstruction` for what is no record."""
    what = f"the parameters of {id!r:.80}"
    if isinstance(arguments, str):  # a column of JSON texts: Arrow has one type for all rows of a column
        arguments = parse_text(arguments, what)
    if arguments is not None and not isinstance(arguments, dict):
        raise BadInstruction(f"{what} must be a record, got {arguments!r:.80}")
    return {name: value for name, value in read_plain(arguments or {}, what).items() if value is not None}


def _verify_each(
    text: str, checkers: list[Checker], prompt: str, rules: str, mode: str, seconds: float | None
) -> list[Verdict | str]:
    """Return the verdict of each instruction, or why it has none.

    All are verified together. If that fails, each is verified alone, so that only the failing ones have no verdict.
    """
    from ..batch import BatchItem
    from ..batch.item import verify_item

    def verify_some(some: list[Checker]) -> list[Verdict | str]:
        item = BatchItem(text, some, prompt, rules)
        done = _verify_limited(item, seconds) if seconds else verify_item(item, rules, wanted)
        if done.error and len(some) > 1:
            return [verdict for one in some for verdict in verify_some([one])]
        return [done.error] if done.error else [*(done.loose if mode == "loose" else done.strict)]

    wanted = "both" if mode == "loose" else "strict"
    return verify_some(checkers) if checkers else []


def _verify_limited(item: Any, seconds: float) -> Any:
    from ..batch import LimitedVerifier

    idle = _IDLE[os.getpid(), seconds]
    try:
        verifier = idle.pop()
    except IndexError:
        verifier = LimitedVerifier(seconds, mode="both")
    try:
        return verifier.verify(item)
    finally:
        idle.append(verifier)
