"""format:line_indent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Verdict, cached_text, format_count

from ...demands import STAIRS

_MOST = 40
"""Lines of a repaired text; what is left goes to the last one."""


def _check_published(_: LineIndent, text: Text) -> Verdict:
    """Return the published verdict: of the blank lines, those looked at are removed, each with the first like it."""
    lines = text.raw.split("\n")
    indents = [len(lines[i]) - len(lines[i].lstrip(" ")) for i in _find_remaining(lines)]
    return _make_verdict(indents)


def _find_remaining(lines: list[str]) -> list[int]:
    """Return the places of the lines that are left, in linear time.

    The published loop walks an index over the list while it removes from it: behind each removal one line is not
    looked at. A removal takes the first line that is equal, which may be one that was skipped before.
    """
    gone = set()
    first: dict[str, list[int]] = {}
    for place in reversed([i for i, line in enumerate(lines) if not line.strip()]):
        first.setdefault(lines[place], []).append(place)
    place = 0
    while place < len(lines):
        if not lines[place].strip():
            gone.add(first[lines[place]].pop())
            place += 1
        place += 1
    return [i for i in range(len(lines)) if i not in gone]


def _make_verdict(indents: list[int], spans: list[Span] | None = None) -> Verdict:
    wrong = next((i for i, (one, two) in enumerate(pairwise(indents)) if one >= two), None)
    shown = ", ".join(map(str, indents[:10])) + (" and so on" if len(indents) > 10 else "")
    found = spans[wrong : wrong + 2] if spans and wrong is not None else []
    return Verdict.of(wrong is None, f"spaces before the lines: {shown}", found)


@dataclass(frozen=True)
class LineIndent(Checker):
    """Demands that every line is indented further than the one before."""

    id = "format:line_indent"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("a\n b\n  c"), Case("a\n\n\n b\n\n  c\n", why="blank lines do not matter"), Case("a\n\tb\n\t\tc")]
    bad = [Case("a"), Case("a\n b\n b"), Case("  a\n b")]

    def describe(self) -> str:
        return "Build stairs: write at least two lines, and indent each line further than the line before it."

    def check(self, text: Text) -> Verdict:
        spans = [(line.start, line.end) for line in text.lines if line.kind != "blank"]
        if len(spans) < 2 or "\n" not in text.raw:
            return Verdict(False, f"{format_count(len(spans), 'line')}; at least 2 were asked")
        return _make_verdict([_width(text.raw[start:end]) for start, end in spans], spans)

    def demands(self) -> Demands:
        return Demands(phase="edges", parts=("\n",), traits=(("line breaks", "some"),), meanings=(STAIRS,))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        lines = [draft[line.start : line.end].strip() for line in text.lines if line.kind != "blank"]
        if len(lines) < 2:
            words = " ".join(lines).split() or ["Towns", "rest."]
            half = max(1, len(words) // 2)
            lines = [" ".join(words[:half]), " ".join(words[half:]) or "Towns rest."]
        lines = [*lines[: _MOST - 1], " ".join(lines[_MOST - 1 :])] if len(lines) > _MOST else lines
        done = "\n".join(f"{' ' * i}{line}" for i, line in enumerate(lines))
        return done if self.check(cached_text(done)).followed else "Towns rest.\n Rivers flow."

    published = {
        "ifbench": PublishedVariant(
            why="One line passes, a tab is no indent, and of several blank lines in a row only every other one is "
            "left out.",
            source="IFBench IndentStairsChecker",
            check=_check_published,
            good=(Case("a"),),
            bad=(Case("a\n\n\n b\n  c"), Case("a\n\tb")),
        ),
    }


def _width(line: str) -> int:
    indent = line[: len(line) - len(line.lstrip())]
    return len(indent.expandtabs(4))
