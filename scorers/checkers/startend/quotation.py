"""startend:quotation.

Audited: the first and the last character are double quotation marks that belong together, straight or typographic
(emphasis may surround them), and text is between them. Quotations inside are allowed; a quotation that ends inside and
another that begins after it are two, and fail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, Filler, PublishedVariant, Text, Verdict, cached_text

from ...checker import READ_AS_SEEN
from ...text.paragraphs import LETTER, trim
from ...text.word_search import runs_on

_LETTER = re.compile(LETTER)
_CLOSING = {'"': '"”', "“": '”"', "„": "“”", "”": "”", "«": "»", "»": "«", "「": "」", "『": "』", "＂": "＂"}
"""Double quotation marks: the marks that may close each opening one, in any language."""
_STRAIGHT = '"'
_THREE_PAIRS = (('"', '"'), ("“", "”"), ("「", "」"))
_QUOTES = "".join(_CLOSING)
_ANY = re.compile(f"[{_QUOTES}]")
_EMPHASIS = "*_"
_ASKED = "one pair of double quotation marks around everything was asked"


def _check_published(_: Quotation, text: Text) -> Verdict:
    start, end = trim(text.raw, 0, len(text.raw))
    followed = text.raw.startswith('"', start) and text.raw.endswith('"', start, end)
    return _make_verdict(text, start, end, followed=followed)


def _check_three_pairs(_: Quotation, text: Text) -> Verdict:
    start, end = trim(text.raw, 0, len(text.raw))
    followed = (text.raw[start : start + 1], text.raw[end - 1 : end]) in _THREE_PAIRS
    return _make_verdict(text, start, end, followed=followed)


def _make_verdict(text: Text, start: int, end: int, *, followed: bool) -> Verdict:
    if start == end:
        return Verdict(False, f"no quotation marks; {_ASKED}")
    if end - start == 1:
        return Verdict.of(False, f"the response is only {text.quote((start, end))}; {_ASKED}", [(start, end)])
    ends = f"the response begins with {text.quote((start, start + 1))} and ends with {text.quote((end - 1, end))}"
    return Verdict.of(followed, ends if followed else f"{ends}; {_ASKED}", [(start, start + 1), (end - 1, end)])


@dataclass(frozen=True)
class Quotation(Checker):
    """Requires one pair of double quotation marks around the whole response."""

    id = "startend:quotation"
    rule_books = frozenset({"audited", "ifeval"})
    english = "looks for straight double quotation marks only"
    version = 2
    changes = (READ_AS_SEEN,)

    good = [
        Case('"Hi there."'),
        Case("“Hi there.”\n", why="curly quotes are quotes"),
        Case('**"Hi there."**', why="emphasis around them"),
        Case('"He said "go" and left."', why="quotes inside"),
        Case('"The 5" disk is here."', why="inches inside"),
        Case('"One "two" three "four" five."', why="several quotations inside"),
        Case('"One.\n\n"Two."', why="each paragraph of a quotation may open with a mark"),
    ]
    bad = [
        Case('"Hi" she said. "Bye"', why="two quotations"),
        Case("'Hi there.'", why="single quotes"),
        Case("„Hallo“, sagte sie. „Bis dann“", why="two again"),
        Case("»Ja«, sagt sie. »Nein«", why="and again, in marks that close elsewhere"),
        Case('"Hi" ""', why="a second one with nothing in it"),
        Case('"Hi there."\nBye.'),
        Case('"'),
        Case('" "', why="nothing in it"),
    ]

    def describe(self) -> str:
        return "Put your whole response in one pair of double quotation marks."

    def check(self, text: Text) -> Verdict:
        raw = text.raw
        start, end = trim(raw, 0, len(raw))
        while end - start > 1 and raw[start] in _EMPHASIS and raw[end - 1] == raw[start]:
            start, end = start + 1, end - 1
        if end - start < 2 or raw[end - 1] not in _CLOSING.get(raw[start], ""):
            return _make_verdict(text, start, end, followed=False)
        if not _LETTER.search(raw, start + 1, end - 1):
            return Verdict.of(False, "no text between the quotation marks", [(start, end)])
        broken = _broken(raw, start, end)
        if broken:
            ended, again = (text.line_number(at) for at in broken)
            two = f"the first quotation ends at line {ended} and another begins at line {again}; {_ASKED}"
            return Verdict.of(False, two, [(at, at + 1) for at in broken])
        return _make_verdict(text, start, end, followed=True)

    def demands(self) -> Demands:
        return Demands(phase="edges", quoted=True)

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        inner = draft.strip().strip(_QUOTES).strip()
        inner = _ANY.sub("'", inner) if _LETTER.search(inner) else Filler(turn=9).sentence(6)
        # A mark in front of a list item or a title would turn it into a line of text.
        first = cached_text(inner).lines[0].kind
        return f'"{inner}"' if first == "text" else f'"\n{inner}"'

    published = {
        "ifeval": PublishedVariant(
            why="Looks at the first and the last character only: both must be the straight mark, whatever is between.",
            source="IFEval QuotationChecker",
            check=_check_published,
            good=(Case('"Hi" she said. "Bye"'), Case('""')),
            bad=(Case("“Hi there.”"), Case('"')),
        ),
    }
    published["multiif"] = PublishedVariant(
        why="Looks at the first and the last character only, as IFEval does, and takes three pairs: the straight mark, "
        "the English curly pair and the East Asian corner pair.",
        source="Multi-IF QuotationChecker",
        check=_check_three_pairs,
        good=(Case('"Hi" she said. "Bye"'), Case("“”"), Case("「好的。」他说「对。」", why="whatever is between")),
        bad=(Case("« Oui. »"), Case("『好的。』"), Case('**"Hi there."**'), Case("„Hallo.“")),
    )


def _broken(raw: str, start: int, end: int) -> list[int]:
    """Return where the quotation ends before `end` and where another then begins, or nothing.

    Only marks of the kind of the outer ones count. A mark that opens and closes alike begins a quotation if it follows
    no word and precedes no space; it ends one if it follows no space and precedes no word.
    """
    outer = raw[start]
    same = re.compile(f"[{outer}{_CLOSING[outer]}{'“' if outer == _STRAIGHT else ''}]")
    depth, ended = 1, -1
    for match in same.finditer(raw, start + 1, end - 1):
        at, mark = match.start(), match.group()
        either_way = mark == _STRAIGHT or mark == outer in _CLOSING[outer]
        begins = _begins(raw[at - 1], raw[at + 1]) if either_way else mark == outer or mark not in _CLOSING[outer]
        ends = _ends(raw[at - 1], raw[at + 1]) if either_way else not begins
        if begins and not ends:
            if ended >= 0:
                return [ended, at]
            depth += 1
        elif ends and not begins:
            depth -= 1
            ended = at if depth == 0 else ended
    return []


def _begins(before: str, after: str) -> bool:
    return not runs_on(before, "a") and before not in ".,!?;:…" and not after.isspace()


def _ends(before: str, after: str) -> bool:
    return not before.isspace() and not runs_on(after, "a")
