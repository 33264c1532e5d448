"""format:quotes.

Audited: curly quotes are quotes, apostrophes are none, and the marks of neighbouring levels differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict

from ...demands import NESTED
from ._nesting import Nesting, repair_nesting

DEPTH = 3
_STRAIGHT = re.compile("[\"']")
_MARK = re.compile("[\"'“”‘’]")
_NEST = '"towns \'call "rivers" home\' now"'


def _check_published(_: Quotes, text: Text) -> Verdict:
    stack: list[str] = []
    deepest = 0
    for match in _STRAIGHT.finditer(text.raw):
        mark = match.group()
        if stack and stack[-1] == mark:
            stack.pop()
        else:
            stack.append(mark)
        deepest = max(deepest, len(stack))
        if deepest - len(stack) >= DEPTH:
            return Verdict.of(True, f"{deepest} quotes open at once, {DEPTH} of them closed", [match.span()])
    return Verdict(False, f"at most {deepest} quotes open at once, fewer than {DEPTH} closed")


def _is_apostrophe(raw: str, at: int) -> bool:
    """Return whether the mark at `at` stands between two letters."""
    return raw[at] in "'’" and at > 0 and raw[at - 1].isalnum() and raw[at + 1 : at + 2].isalnum()


@dataclass(frozen=True)
class Quotes(Checker):
    """Demands quotes within quotes within quotes."""

    id = "format:quotes"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case('"a \'b "c" d\' e"'),
        Case("“a ‘b “c” d’ e”", why="curly quotes"),
        Case("I don't know. \"It's 'not \"that\" one', is it?\""),
        Case('"He says \'I don\'t "like" it\' now"', why="an apostrophe between single quotes"),
        Case("“He says ‘I don’t “like” it’ now”"),
        Case("'a \"b 'c' d\" e' so"),
    ]
    bad = [
        Case("\"a 'b' c\""),
        Case("can't \"won't\" don't", why="apostrophes"),
        Case('"it\'s "that" don\'t"'),
        Case("s' \"b 'c' d\" e'", why="as in the workers' union"),
    ]

    def describe(self) -> str:
        return (
            "Put quotes within quotes within quotes, at least three levels deep, alternating between double and "
            "single quotation marks."
        )

    def check(self, text: Text) -> Verdict:
        nesting = Nesting()
        for match in _MARK.finditer(text.raw):
            at = match.start()
            if _is_apostrophe(text.raw, at):
                continue
            kind = '"' if match.group() in '"“”' else "'"
            if match.group() in "“‘" or (match.group() in "\"'" and nesting.innermost != kind):
                if kind == "'" and at > 0 and text.raw[at - 1].isalnum():
                    continue  # as in "the workers' union"
                nesting.open(kind, at)
            elif nesting.innermost == kind:
                nesting.close(at)
        return nesting.verdict(DEPTH)

    def demands(self) -> Demands:
        return Demands(phase="content", traits=(("white space", "between words"),), meanings=(NESTED,))

    def repair(self, draft: str) -> str:
        return repair_nesting(self, draft, f"Farmers said {_NEST}.")

    published = {
        "ifbench": PublishedVariant(
            why="Curly quotes are none, and every apostrophe is one.",
            source="IFBench NestedQuotesChecker",
            check=_check_published,
            good=(Case('"it\'s "that" don\'t"'),),
            bad=(Case("“a ‘b “c” d’ e”"),),
        ),
    }
