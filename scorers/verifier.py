"""verify: instructions and a response in, verdicts out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import rule_books as books
from .catalog import read
from .checker import Checker
from .errors import BadInstruction, did_you_mean
from .text.extraction import MODES, loose_forms
from .text.text import Text
from .verdict import BothVerdicts, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Judge = Callable[[Text], Verdict]

BLANK = "the response is blank"


def verify(
    response: str,
    instructions: Sequence[dict[str, Any] | Checker],
    *,
    prompt: str = "",
    rules: str = "audited",
    mode: str = "strict",
) -> list[Verdict]:
    """Judge `response` by each instruction: one verdict each, in their order.

    `instructions` are checkers or records like `{"id": "length_constraints:number_words", "num_words": 300,
    "relation": "at least"}`. Spans are code-point ranges into `response`; nothing is taken off it first. A blank
    response follows nothing. Raises `BadInstruction`, `NotInBook`, `Unscorable`.
    """
    if mode not in MODES:
        raise BadInstruction(f"unknown reading {mode!r}{did_you_mean(mode, MODES)} (readings: {', '.join(MODES)})")
    text = Text(response, prompt)
    judged = _judges(instructions, rules)
    strict = [_strict(text, judge, version) for judge, version in judged]
    return strict if mode == "strict" else _loosened(text, judged, strict, rules)


def verify_both(
    response: str,
    instructions: Sequence[dict[str, Any] | Checker],
    *,
    prompt: str = "",
    rules: str = "audited",
) -> BothVerdicts:
    """Judge as `verify` does, strictly and loosely at once; the response is cut up once for both."""
    text = Text(response, prompt)
    judged = _judges(instructions, rules)
    strict = [_strict(text, judge, version) for judge, version in judged]
    return BothVerdicts(strict, _loosened(text, judged, strict, rules))


def _judges(instructions: Sequence[dict[str, Any] | Checker], rules: str) -> list[tuple[Judge, int]]:
    checkers = [item if isinstance(item, Checker) else read(item) for item in instructions]
    return [(books.check_for(checker, rules), checker.version) for checker in checkers]


def _strict(text: Text, judge: Judge, version: int) -> Verdict:
    verdict = Verdict(False, BLANK) if text.blank else judge(text)
    return verdict.stamped(version)


def _loosened(text: Text, judged: list[tuple[Judge, int]], strict: list[Verdict], rules: str) -> list[Verdict]:
    """Give each instruction that fails strictly the other loose forms, one after the other, until one passes.

    Where the published verifier ends with an exception, no later form is read, so IFBench's order counts.
    """
    loose = list(strict)
    failed = [i for i, verdict in enumerate(strict) if not (verdict.followed or verdict.raised)]
    if not failed or text.blank:
        return loose
    for form, left_out, origin in loose_forms(text, stars_first=rules == "ifbench"):
        for i in list(failed):
            judge, version = judged[i]
            verdict = judge(form)
            if verdict.followed:
                reason = f"{verdict.reason} (read without {left_out})"
                loose[i] = replace(verdict.moved(origin.place), reason=reason, version=version)
                failed.remove(i)
            elif verdict.raised:
                loose[i] = verdict.stamped(version)
                failed.remove(i)
        if not failed:
            break
    return loose
