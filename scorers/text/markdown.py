"""What of a text is markdown: fenced code, tables, headings, and the running prose that is left without them.

The rules are GitHub's in short; where a careful reader of the source sees less than GitHub renders, ours say
less: a fence that nothing closes is none, and a table's row has a pipe in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .text import Line, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..verdict import Span

_FENCE = re.compile(r"[ \t]*+(?P<fence>`{3,}+|~{3,}+)[ \t]*+(?P<info>[^\r\n]*+)")
_DELIMITER = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?")
_PIPE = re.compile(r"(?<!\\)\|")
_QUOTED = re.compile(r"(?:[ \t]*+>)*+")
_HEADING = re.compile(r"(?:[ \t]*+>)*+[ \t]*+#{1,6}[ \t]++(?P<title>[^\r\n]*+)")
_CLOSING_MARKS = re.compile(r"[ \t]#++[ \t]*+$")
_NOT_LINE_END = re.compile(r"[^\r\n]")
_EMPHASIS = " \t*_`~"
SOURCE = frozenset(("markdown", "md"))
"""Languages of a fence whose content is read as if the fence were not there: an answer handed over as its source."""


class Fence(NamedTuple):
    """A fenced block of code."""

    start: int
    end: int
    """Behind the closing fence."""
    language: str
    """First word behind the opening fence, in lower case; "" if there is none."""
    body: Span
    """What stands between the fences, without the line end before the closing one."""


class Table(NamedTuple):
    """A table: its header, its rows, and where it stands."""

    start: int
    end: int
    columns: tuple[str, ...]
    rows: list[tuple[Span, tuple[str, ...]]]
    """Each row with its place; rows without anything in them are left out."""


class Heading(NamedTuple):
    """A heading line (`#` to `######`)."""

    start: int
    end: int
    title: str
    """What it says, without marks of headings and emphasis."""


def fences(text: Text) -> list[Fence]:
    """Return the closed fenced blocks, in order: three or more backticks or tildes, closed by as many or more."""
    found: list[Fence] = []
    opened: tuple[Line, re.Match[str]] | None = None
    for line in text.lines:
        mark = _FENCE.fullmatch(text.raw, line.start, line.end)
        if mark is None:
            continue
        if opened is None:
            if not (mark["fence"][0] == "`" and "`" in mark["info"]):
                opened = (line, mark)
        elif mark["fence"].startswith(opened[1]["fence"]) and not mark["info"].strip():
            first, opening = opened
            body = _between(text.raw, first.end, line.start)
            found.append(Fence(first.start, line.end, _language(opening["info"]), body))
            opened = None
    return found


def content(raw: str, fence: Fence) -> str:
    """Return what a fence holds, its lines shifted left as far as the fence itself is indented."""
    indent = len(raw[fence.start : fence.end]) - len(raw[fence.start : fence.end].lstrip(" \t"))
    inner = raw[slice(*fence.body)]
    return re.sub(rf"(?m)^[ \t]{{1,{indent}}}", "", inner) if 0 < indent <= 100 else inner


def outside(text: Text, found: Sequence[Fence] | None = None) -> list[Line]:
    """Return the lines that are no code; of a fence that holds markdown, all but its ends are none."""
    lines: list[Line] = []
    blocks = iter(fences(text) if found is None else found)
    block = next(blocks, None)
    for line in text.lines:
        while block is not None and block.end <= line.start:
            block = next(blocks, None)
        shown = block is not None and block.language in SOURCE and line.start != block.start and line.end != block.end
        if block is None or line.start < block.start or shown:
            lines.append(line)
    return lines


def tables(text: Text, lines: Sequence[Line] | None = None) -> list[Table]:
    """Return the tables outside code: a header, a row of dashes with as many cells, and rows, each with a pipe.

    A table in a block quote is one too.
    """
    lines = outside(text) if lines is None else lines
    found: list[Table] = []
    at = 0
    while at + 1 < len(lines):
        columns = _header(text.raw, lines[at], lines[at + 1])
        if not columns:
            at += 1
            continue
        last = at + 1
        rows = []
        while last + 1 < len(lines) and _is_row(text.raw, lines[last], lines[last + 1]):
            last += 1
            row = tuple(cells(_strip_quote_marks(text.raw, lines[last])))
            if any(row):
                rows.append(((lines[last].start, lines[last].end), row))
        found.append(Table(lines[at].start, lines[last].end, columns, rows))
        at = last + 1
    return found


def cells(row: str) -> list[str]:
    """Return the cells of a row without marks of emphasis around them; a backslash before a pipe keeps it in one."""
    parts = _PIPE.split(row.strip())
    if len(parts) > 1 and not parts[0].strip():
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1].strip():
        parts = parts[:-1]
    return [bare(part.replace("\\|", "|")) for part in parts]


def headings(text: Text) -> list[Heading]:
    """Return the headings outside code, in order."""
    found = []
    for line in outside(text):
        mark = _HEADING.fullmatch(text.raw, line.start, line.end)
        if mark:
            found.append(Heading(line.start, line.end, bare(_CLOSING_MARKS.sub("", mark["title"]))))
    return found


def bare(piece: str) -> str:
    """Return a piece of text without marks of emphasis around it, white space folded."""
    return " ".join(piece.strip(_EMPHASIS).split())


def prose(text: Text) -> Text:
    """Return the text with blanks in place of code and tables; every position stays what it was."""
    found = fences(text)
    lines = outside(text, found)
    gone = [(fence.start, fence.end) for fence in found if fence.language not in SOURCE]
    gone += [edge for fence in found if fence.language in SOURCE for edge in _edges(fence)]
    gone += [(table.start, table.end) for table in tables(text, lines)]
    return Text(_blank_spans(text.raw, sorted(gone)), text.prompt) if gone else text


def _blank_spans(raw: str, gone: Iterable[Span]) -> str:
    pieces, at = [], 0
    for start, end in gone:
        pieces += [raw[at:start], _NOT_LINE_END.sub(" ", raw[start:end])]
        at = end
    return "".join([*pieces, raw[at:]])


def _edges(fence: Fence) -> list[Span]:
    return [(fence.start, fence.body[0]), (fence.body[1], fence.end)]


def _between(raw: str, start: int, end: int) -> Span:
    """Return the span without one line end at either end."""
    start += 2 if raw.startswith("\r\n", start) else 1
    end -= 2 if raw.endswith("\r\n", start, end) else 1
    return start, max(start, end)


def _language(info: str) -> str:
    words = info.strip().lower().replace("{", " ").replace("}", " ").split(maxsplit=1)
    return words[0].strip(".,:") if words else ""


def _header(raw: str, first: Line, second: Line) -> tuple[str, ...]:
    """Return the cells of the header that `first` is, with `second` as the row of dashes below it, or ()."""
    if first.end == first.start or "-" not in raw[second.start : second.end]:
        return ()
    row, dashes = _strip_quote_marks(raw, first), _strip_quote_marks(raw, second)
    if not (_adjacent(raw, first, second) and _PIPE.search(row) and _DELIMITER.fullmatch(dashes) and "|" in dashes):
        return ()
    columns = cells(row)
    return tuple(columns) if len(columns) == len(cells(dashes)) else ()


def _is_row(raw: str, before: Line, line: Line) -> bool:
    return _adjacent(raw, before, line) and _PIPE.search(raw, line.start, line.end) is not None


def _strip_quote_marks(raw: str, line: Line) -> str:
    """Return a line without the marks of a block quote before it."""
    mark = _QUOTED.match(raw, line.start, line.end)
    return raw[mark.end() if mark else line.start : line.end]


def _adjacent(raw: str, first: Line, second: Line) -> bool:
    """True if nothing but a line end stands between two lines (no code was left out)."""
    return raw[first.end : second.start] in ("\n", "\r", "\r\n")
