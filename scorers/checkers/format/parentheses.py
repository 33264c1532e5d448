"""format:parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Verdict, cached_text

from ...repair.attempts import first_following, with_sentence

DEPTH = 5
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING = {")": "(", "]": "[", "}": "{"}
_NEST = "(one [two {three (four [five])}])"


def _published(_: Parentheses, text: Text) -> Verdict:
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
        # Each open bracket: its kind, its place, and how many levels are closed inside it.
        stack: list[tuple[str, int, int]] = []
        best, span = 0, (0, 0)
        for match in _BRACKET.finditer(text.raw):
            bracket, at = match.group(), match.start()
            if bracket not in _OPENING:
                stack.append((bracket, at, 0))
            elif stack and stack[-1][0] == _OPENING[bracket]:
                _, start, inside = stack.pop()
                if inside + 1 > best:
                    best, span = inside + 1, (start, at + 1)
                if stack:
                    kind, place, levels = stack[-1]
                    stack[-1] = (kind, place, max(levels, inside + 1))
            else:
                stack = []
        spans: list[Span] = [span] if best else []
        return Verdict.of(best >= DEPTH, f"nested {best} deep", spans)

    def demands(self) -> Demands:
        return Demands(phase="content", traits=(("white space", "between words"),))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return first_following(self, *with_sentence(draft, f"Towns rest {_NEST}."), f"Towns rest {_NEST}.")

    published = {
        "ifbench": PublishedVariant(
            why="One bracket closed behind five open ones is enough.",
            source="IFBench NestedParenthesesChecker",
            check=_published,
            good=(Case("((((( a )"),),
            bad=(Case("((((a)(b)"),),
        ),
    }
