"""verify: instructions and a response in, verdicts out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import rule_books as books
from .catalog import read
from .checker import Checker
from .errors import BadChecker, BadInstruction, did_you_mean
from .rule_books.checks import BLANK, check_for, check_plain
from .text.extraction import MODES, loose_forms
from .text.text import Text
from .verdict import BothVerdicts, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .checker import Instruction
    from .rule_books import BookName
    from .text.extraction import ModeName

    Check = Callable[[Text], Verdict]
    Prepared = list[tuple[Check, Checker]]
    """The function that verifies a text by the rule book, and its checker, for each instruction."""


def verify(
    response: str,
    instructions: Sequence[Instruction],
    *,
    prompt: str = "",
    rules: BookName = "audited",
    mode: ModeName = "strict",
) -> list[Verdict]:
    """Verify each instruction on `response`: one verdict each, in their order.

    `instructions` are checkers or records like `{"id": "length_constraints:number_words", "num_words": 300,
    "relation": "at least"}`. Spans are code-point ranges into `response`, from which nothing is removed first. A
    blank response follows no instruction. Raises `BadInstruction`, `NotInBook`, `Unscorable`, `BadChecker`.
    """
    if mode not in MODES:
        raise BadInstruction(f"unknown mode {mode!r}{did_you_mean(mode, MODES)} (modes: {', '.join(MODES)})")
    text = Text(response, prompt)
    checks = prepare(instructions, rules)
    strict = verify_strict(text, checks, rules)
    return strict if mode == "strict" else verify_loose(text, checks, strict, rules)


def verify_both(
    response: str,
    instructions: Sequence[Instruction],
    *,
    prompt: str = "",
    rules: BookName = "audited",
) -> BothVerdicts:
    """Verify as `verify` does, in both modes; the response is cut into words and sentences once for both."""
    text = Text(response, prompt)
    checks = prepare(instructions, rules)
    strict = verify_strict(text, checks, rules)
    return BothVerdicts(strict, verify_loose(text, checks, strict, rules))


def prepare(instructions: Sequence[Instruction], rules: BookName) -> Prepared:
    """Return each instruction's check under the rule book, with its checker."""
    checkers = [item if isinstance(item, Checker) else read(item) for item in instructions]
    return [(check_for(checker, rules), checker) for checker in checkers]


def run_check(check: Check, checker: Checker, text: Text) -> Verdict:
    """Return the verdict of `check`; raises `BadChecker` with file and line if it returns anything else."""
    verdict = check(text)
    if verdict.__class__ is Verdict and verdict.followed.__class__ is bool:
        return verdict
    got = f"a Verdict with followed={verdict.followed!r:.60}" if isinstance(verdict, Verdict) else f"{verdict!r:.60}"
    raise BadChecker(
        f"{_place_of(check)}: {checker.id}: check() returned {got}, not a Verdict with True or False; "
        "return Verdict.of(followed, reason, spans)"
    )


def _place_of(check: Any) -> str:
    """Return "file:line" of the function behind a method or a partial application."""
    function = check
    while hasattr(function, "func"):
        function = function.args[0].check if function.func is check_plain else function.func
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else repr(function)


def verify_strict(text: Text, checks: Prepared, rules: BookName) -> list[Verdict]:
    """Return the strict verdict of each check; `rules` says whether white space alone is checked."""
    if text.blank and not (text.raw and rules in books.CHECKS_WHITE_SPACE):
        return _verdicts_on_blank(checks)
    return [run_check(check, checker, text).with_version(checker.version) for check, checker in checks]


def _verdicts_on_blank(checks: Prepared) -> list[Verdict]:
    return [Verdict(False, BLANK).with_version(checker.version) for _, checker in checks]


def verify_loose(text: Text, checks: Prepared, strict: list[Verdict], rules: BookName) -> list[Verdict]:
    """Return the loose verdicts: an instruction that fails strictly is tried on each other form until one passes.

    Where a published verifier ends with an exception, no later form is tried, so IFBench's order counts.
    """
    if text.blank:  # no form of it is read, not even the response itself
        return _verdicts_on_blank(checks)
    loose = list(strict)
    failed = [i for i, verdict in enumerate(strict) if not (verdict.followed or verdict.raised)]
    if not failed:
        return loose
    for form, left_out, origin in loose_forms(text, stars_first=rules == "ifbench"):
        for i in list(failed):
            check, checker = checks[i]
            verdict = run_check(check, checker, form)
            if verdict.followed:
                reason = f"{verdict.reason} (read without {left_out})"
                loose[i] = replace(verdict.move_spans(origin.place), reason=reason, version=checker.version)
                failed.remove(i)
            elif verdict.raised:
                loose[i] = verdict.with_version(checker.version)
                failed.remove(i)
        if not failed:
            break
    return loose
