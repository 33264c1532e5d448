"""custom:reverse_newline.

Audited: list numbers, accents and capitals do not matter, no line may come twice, and lines behind the list that
end in a full stop or a colon are no countries.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from scorers import Case, PublishedVariant, Span, Text, Verdict, cached_text, format_asked, format_count

from ...text.published.ascii_punctuation import ENDS
from ...text.word_lists import data_lines
from ._task import FixedTask

LEAST = 52
_FIRST = "Zimbabwe"
_LINE = re.compile(r"[^\n\r]+")
_NUMBER = re.compile(r"\s*(?:\d{1,2}[.)]|[-*•])?\s*")


def _ascii(line: str) -> str:
    return line if line.isascii() else unicodedata.normalize("NFKD", line).encode("ascii", "ignore").decode()


def _check_published(_: ReverseNewline, text: Text) -> Verdict:
    lines = [line for piece in text.raw.split("\n") if (line := piece.strip(ENDS))]
    start = next((i for i, line in enumerate(lines) if _FIRST in line), None)
    if start is None:
        return Verdict(False, f"no line with {_FIRST}")
    return _make_verdict([_ascii(line) for line in lines[start:]], [])


def _make_verdict(names: list[str], spans: list[Span]) -> Verdict:
    if len(names) < LEAST:
        return Verdict.of(False, f"{format_count(len(names), 'line')}; {format_asked('at least', LEAST)}", spans)
    wrong = next((i for i, (one, two) in enumerate(pairwise(names)) if one < two), None)
    if wrong is None:
        return Verdict.of(True, f"{len(names)} lines in reverse order", spans)
    return Verdict.of(
        False, f"{names[wrong + 1]!r:.40} comes behind {names[wrong]!r:.40}; Z to A was asked", spans[wrong : wrong + 2]
    )


@dataclass(frozen=True)
class ReverseNewline(FixedTask):
    """Asks for the countries of Africa in reverse alphabetical order."""

    id = "custom:reverse_newline"

    good = [
        Case("\n".join(data_lines("african_countries"))),
        Case("Countries:\n" + "\n".join(f"{i}. {c}" for i, c in enumerate(data_lines("african_countries"), 1))),
    ]
    bad = [
        Case("\n".join(reversed(data_lines("african_countries"))), why="not reversed"),
        Case("Zimbabwe\n" * LEAST, why="one country"),
        Case("\n".join(data_lines("african_countries")[:51]), why="some are missing"),
    ]

    def describe(self) -> str:
        return "Name every country of Africa, one on each line, from Z to A."

    def check(self, text: Text) -> Verdict:
        names: list[str] = []
        spans: list[Span] = []
        for match in _LINE.finditer(text.raw):
            line = _NUMBER.sub("", match.group(), count=1)
            name = _ascii(line.strip(ENDS)).casefold()
            begun = bool(names) or _FIRST.casefold() == name
            if begun and name and not line.rstrip().endswith((".", ":")):
                names.append(name)
                spans.append(match.span())
        if not names:
            return Verdict(False, f"no line with {_FIRST}")
        twice = len(set(names)) < len(names)
        return Verdict.of(False, "a line comes twice", spans) if twice else _make_verdict(names, spans)

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else "\n".join(data_lines("african_countries"))

    published = {
        "ifbench": PublishedVariant(
            why="Lines are compared as they are, list numbers included, and may come twice; a last line of another "
            "kind has to sort last.",
            source="IFBench ReverseNewlineChecker",
            check=_check_published,
            good=(Case("Zimbabwe\n" * LEAST),),
            bad=(Case("\n".join(f"{i}. {c}" for i, c in enumerate(data_lines("african_countries"), 1))),),
        ),
    }
