"""format:parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict

from ._nesting import Nesting, repair_nesting

DEPTH = 5
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING = {")": "(", "]": "[", "}": "{"}
_NEST = "(one [two {three (four [five])}])"


def _check_published(_: Parentheses, text: Text) -> Verdict:
    stack: list[str] = []
    deepest = most = 0
    for match in _BRACKET.finditer(text.raw):
        bracket = match.group()
        if bracket not in _OPENING:
            stack.append(bracket)
            deepest = max(deepest, len(stack))
            most = max(most, deepest)
        elif stack and stack[-1] == _OPENING[bracket]:
            stack.pop()
            if deepest >= DEPTH:
                return Verdict.of(True, f"{deepest} brackets open at once, one of them closed", [match.span()])
        else:
            stack, deepest = [], 0
    return Verdict(False, f"at most {most} brackets open at once")


@dataclass(frozen=True)
class Parentheses(Checker):
    """Demands brackets nested five levels deep."""

    id = "format:parentheses"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("([{([x])}])"), Case(") a (b [c {d (e [f])}]) :-)")]
    bad = [Case("((((( a )", why="only one is closed"), Case("(((( a )))) (((( b ))))"), Case("((((( a ] )))))")]

    def describe(self) -> str:
        return (
            "Nest brackets, such as (parentheses [square {and curly}]), at least five levels deep, all of them closed."
        )

    def check(self, text: Text) -> Verdict:
        nesting = Nesting()
        for match in _BRACKET.finditer(text.raw):
            bracket = match.group()
            if bracket not in _OPENING:
                nesting.open(bracket, match.start())
            elif nesting.innermost == _OPENING[bracket]:
                nesting.close(match.start())
            else:
                nesting.forget_open()
        return nesting.verdict(DEPTH)

    def demands(self) -> Demands:
        return Demands(phase="content", traits=(("white space", "between words"),))

    def repair(self, draft: str) -> str:
        return repair_nesting(self, draft, f"Towns rest {_NEST}.")

    published = {
        "ifbench": PublishedVariant(
            why="One bracket closed behind five open ones is enough.",
            source="IFBench NestedParenthesesChecker",
            check=_check_published,
            good=(Case("((((( a )"),),
            bad=(Case("((((a)(b)"),),
        ),
    }
