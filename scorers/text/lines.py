"""The lines of a text, and what kind of line each is."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]*+(\r\n|\r|\n)|[^\r\n]+")
# Kinds of lines. Repetitions are possessive (`*+`): they keep what they took, so that a line costs its length only.
_LINE_KIND = re.compile(
    r"""\s*+(?:
        (?P<blank> $ )
      | (?P<rule> (?: (?:\*\s*+){3,}+ | (?:-\s*+){3,}+ | (?:_\s*+){3,}+ | (?:=\s*+){3,}+ ) $ )
      | (?P<heading> (?=.{1,200}$) (?: \#{1,6}\s++\S | <<.*>>\s*$ | \*\*[^*]*[^*\s.!?。！？]\*\*:?\s*$ ) )
      | (?:>\s*+)*+ (?:
            (?P<bullet> [*+•‣⁃◦∙▪▫■□●○►▸➤·-](?=\s++\S) | •(?=\S) | -(?=[^\W\d_]|\*\*?[^\W_]|["“]) )
          | (?P<numbered> \(?(?:\d{1,3}|[a-zA-Z])[.)](?=\s++\S)
              | (?:\d{1,3}|[一二三四五六七八九十]{1,3})、(?=\s*+\S)
              | （(?:\d{1,3}|[一二三四五六七八九十]{1,3})）(?=\s*+\S) )
        )
    )""",
    re.VERBOSE,
)


_BEHIND_NUMBER = frozenset(".)、一二三四五六七八九十")
"""What may follow the first letter of the number of a list item."""


class Line(NamedTuple):
    """One line without its line end, and what kind of line it is."""

    start: int
    end: int
    kind: str
    """`blank`, `rule`, `heading`, `bullet`, `numbered` or `text`."""
    body: int
    """Where the content begins: behind the marker of a list item, else `start`."""


def split_lines(raw: str) -> list[Line]:
    """Return the lines of `raw` with their kinds. LF, CRLF and CR end a line."""
    lines = []
    for match in _LINE.finditer(raw):
        start, end = match.span()
        end -= len(match[1] or "")
        # A line that begins with a word is text, as most lines are.
        worded = raw[start : start + 1].isalpha() and raw[start + 1 : start + 2] not in _BEHIND_NUMBER
        found = _LINE_KIND.match(raw, start, end) if start < end and not worded else None
        kind = "blank" if start == end else (found and found.lastgroup) or "text"
        listed = found and kind in ("bullet", "numbered")
        lines.append(Line(start, end, kind, found.end() if found and listed else start))
    return lines


def line_starts(raw: str) -> list[int]:
    """Return the positions at which lines begin."""
    return [match.start() for match in _LINE.finditer(raw)]
