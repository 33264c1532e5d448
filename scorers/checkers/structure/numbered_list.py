"""structure:numbered_list.

Audited: one numbered list of the response has the given number of items, and the numbers written in front of them
count 1, 2, 3 and so on. An item is a line that begins with a number of up to three digits and a full stop or a
bracket, has a letter or digit behind it, and is no code. Items of a list have the same indentation, or
numbers that end in the same column (` 9.` above `10.`); text, blank lines and lists indented further may stand between
them, and a new number 1 begins a new list. There may be other lists; letters and Roman numerals number no list
here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from scorers import (
    SLOT,
    Case,
    Checker,
    Demands,
    Filler,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
    insert_block,
    integer,
)

from ...checker import READ_AS_SEEN
from ...text.markdown import outside
from ...text.reasons import format_asked

_NUMBER = re.compile(r"\(?([0-9]{1,3})[.)]$")
_LEAD = re.compile(r"[\s>]*+")
_LETTER = re.compile(r"[^\W_]")


class _Item(NamedTuple):
    number: int
    indent: int
    edge: int
    """The column in which its number ends."""
    span: Span

    def continues(self, last: _Item, *, aligned: bool) -> bool:
        """True if the item continues the list of `last`; `aligned` lets numbers end in one column."""
        return self.indent == last.indent or (aligned and self.edge == last.edge and self.number == last.number + 1)


@dataclass(frozen=True)
class NumberedList(Checker):
    """Demands a numbered list of an exact number of items that counts right."""

    id = "structure:numbered_list"
    version = 3
    changes = (
        "Numbers that end in one column (` 9.` above `10.`) are one list, because they are written so.",
        f"{READ_AS_SEEN} A list in a block quote counts: a reader sees it.",
    )

    num_items: int = integer("how many items the list has", low=1, high=100, drawn=(3, 7))

    good = [
        Case("1. Rise\n2. Eat", num_items=2),
        Case("First:\r\n1) Rise\r\n\r\nSlowly.\r\n\r\n2) Eat", num_items=2, why="text between two items"),
        Case("1. Rise\n   1. Stretch\n   2. Yawn\n   3. Blink\n2. Eat", num_items=2, why="a list within the list"),
        Case("1. Rise\n\n1. One\n2. Two", num_items=2, why="another list beside it"),
        Case("> 1. Rise\n> 2. Eat", num_items=2),
        Case("\n".join(f"{number:>2}. Rise" for number in range(1, 12)), num_items=11, why="numbers end in one column"),
        Case("1. Rise\n 1. Sit\n2. Eat", num_items=2, why="indented further by one blank, a list within the list"),
    ]
    bad = [
        Case("1. Rise\n2. Eat\n3. Go", num_items=2, why="one too many"),
        Case("1. Rise\n3. Eat", num_items=2, why="a number left out"),
        Case("1. Rise\n1. Eat", num_items=2, why="counted by no one but a renderer"),
        Case("0. Rise\n1. Eat", num_items=2, why="it begins with 0"),
        Case("2. Rise\n3. Eat", num_items=2),
        Case("1. Rise\n2. ", num_items=2, why="an item with nothing in it"),
        Case("a. Rise\nb. Eat", num_items=2),
        Case("```\n1. Rise\n2. Eat\n```", num_items=2, why="code"),
    ]

    def describe(self) -> str:
        items = format_count(self.num_items, "item")
        if self.num_items == 1:
            return f'Include a numbered list of exactly {items}, on a line of its own that starts with "1. " or "1) ".'
        return (
            f"Include a numbered list of exactly {items}, each on a line of its own and numbered from 1 to "
            f'{self.num_items}, like "1. " or "1) ".'
        )

    def check(self, text: Text) -> Verdict:
        lists = _lists(text)
        if not lists:
            line = next((line for line in text.lines if line.kind == "numbered"), None)
            if line is None:
                return Verdict(False, "no numbered list")
            near = (line.start, line.end)
            reason = f"no numbered list; {text.quote(near)}{format_lines(text, [near])}, is no item of one"
            return Verdict.of(False, reason, [near])
        right = [items for items in lists if _counts(items) and len(items) == self.num_items]
        shown = (right or [max(lists, key=len)])[0]
        spans = [item.span for item in shown]
        reason = f"a numbered list of {format_count(len(shown), 'item')}{format_lines(text, spans[:1])}"
        if len(shown) != self.num_items:
            reason += f"; {format_asked('exactly', self.num_items)}"
        wrong = next(((place, item) for place, item in enumerate(shown, 1) if item.number != place), None)
        if wrong:
            place, item = wrong
            reason += f"; item {place}{format_lines(text, [item.span])}, has the number {item.number}"
            spans = [item.span]
        if len(lists) > 1:
            reason += f"; {len(lists)} lists in all"
        return Verdict.of(bool(right), reason, spans)

    def demands(self) -> Demands:
        # Its number and its first word are two words of each item.
        items = "\n".join(f"{number}. {SLOT} {SLOT}." for number in range(1, self.num_items + 1))
        return Demands(
            phase="skeleton",
            words=Range(2 * self.num_items),
            layout=("a numbered list",),
            lines=(items,),
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = Filler(turn=8)
        items = "\n".join(f"{number}. {filler.sentence(3)}" for number in range(1, self.num_items + 1))
        return insert_block(draft, items, lambda repaired: self.check(cached_text(repaired)).followed)


def _lists(text: Text) -> list[list[_Item]]:
    """Return every numbered list, nested ones too, in the order in which they begin."""
    found: list[list[_Item]] = []
    open_lists: list[list[_Item]] = []
    for line in outside(text):
        number = _NUMBER.search(text.raw, max(line.start, line.body - 5), line.body)
        if line.kind != "numbered" or number is None or not _LETTER.search(text.raw, line.body, line.end):
            continue
        lead = _LEAD.match(text.raw, line.start, line.body)
        indent = len(lead.group().expandtabs(4)) if lead else 0
        item = _Item(int(number[1]), indent, indent + len(number.group()), (line.start, line.end))
        aligned = all(items[-1].indent != indent for items in open_lists)
        while (
            open_lists
            and open_lists[-1][-1].indent > indent
            and not item.continues(open_lists[-1][-1], aligned=aligned)
        ):
            open_lists.pop()
        beside = bool(open_lists) and item.continues(open_lists[-1][-1], aligned=aligned)
        if beside and item.number != 1:
            open_lists[-1].append(item)
            continue
        if beside:
            open_lists.pop()
        found.append([item])
        open_lists.append(found[-1])
    return found


def _counts(items: list[_Item]) -> bool:
    return all(item.number == place for place, item in enumerate(items, 1))
