"""detectable_content:number_placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
    integer,
)

from ...text.word_search import runs_on

# A bracket pair on one line or two, without brackets in it; not the text of a link.
_BRACKETS = re.compile(r"\[([^\[\]\r\n]*+(?:(?:\r\n|\r|\n)[^\[\]\r\n]*+)?)\](?!\([^\s()]*?[/.#:])")
_LETTER = re.compile(r"[^\W\d_]")
_NAMES = ("name", "date", "place", "number", "time", "title", "address", "phone", "email", "city", "price", "street")


def _published(self: NumberPlaceholders, text: Text) -> Verdict:
    r"""Find what `\[.*?\]` finds, but look for each closing bracket once: an open one may have none on its line."""
    spans, at = [], 0
    raw = text.raw
    while (start := raw.find("[", at)) >= 0:
        line_end = raw.find("\n", start)
        line_end = len(raw) if line_end < 0 else line_end
        end = raw.find("]", start, line_end)
        if end >= 0:
            spans.append((start, end + 1))
        at = end + 1 if end >= 0 else line_end
    return self._judge(text, spans)


@dataclass(frozen=True)
class NumberPlaceholders(Checker):
    """Demands at least a number of placeholders in square brackets."""

    id = "detectable_content:number_placeholders"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2

    num_placeholders: int = integer("how many placeholders there are at least", low=1, drawn=(1, 4))

    good = [
        Case("Dear [name], meet me in [city].", num_placeholders=2),
        Case("**[First name][Last\nname]**", num_placeholders=2, why="one next to the other, one on two lines"),
        Case("尊敬的[姓名]", num_placeholders=1, why="no spaces in Chinese"),
    ]
    bad = [
        Case("x = a[i][key] + b[0]", num_placeholders=1, why="indexes"),
        Case("See [the map](https://a.b/c) and [1], [...] and [ ].", num_placeholders=1, why="a link, a reference"),
        Case("- [x] done\n- [ ] open", num_placeholders=1, why="boxes to tick"),
        Case("[outer [inner] text]", num_placeholders=2, why="one inside the other"),
        Case('["a", "b"]', num_placeholders=1, why="a list in code"),
    ]

    def describe(self) -> str:
        number = format_count(self.num_placeholders, "blank")
        return f"Leave at least {number} to fill in, and name each in square brackets, like [name]."

    def check(self, text: Text) -> Verdict:
        return self._judge(text, _placeholders(text.raw))

    def demands(self) -> Demands:
        return Demands(phase="content", placeholders=Range(self.num_placeholders))

    def repair(self, draft: str) -> str:
        missing = self.num_placeholders - len(_placeholders(draft))
        if missing <= 0:
            return draft
        more = " ".join(f"[{_NAMES[place % len(_NAMES)]}]" for place in range(missing))
        sentences = cached_text(draft).sentences
        words = cached_text(draft[slice(*sentences[0])]).words if sentences else []
        if words:
            at = sentences[0][0] + words[0][1]
            repaired = f"{draft[:at]} {more} {draft[at:].lstrip(' ')}"
            if self.check(cached_text(repaired)).followed:
                return repaired
        return f"{draft}\n{more}".lstrip()

    def _judge(self, text: Text, spans: list[Span]) -> Verdict:
        reason = f"{format_count(len(spans), 'placeholder')}{format_lines(text, spans)}"
        return Verdict.of(len(spans) >= self.num_placeholders, reason, spans)

    published = {
        "ifeval": PublishedVariant(
            why="Counts every bracket pair on a line, empty or not: indexes, links, references and boxes to tick too; "
            "one that runs over a line end does not count.",
            source="IFEval PlaceholderChecker",
            check=_published,
            good=(
                Case("x = a[0][1]", num_placeholders=2),
                Case("[]", num_placeholders=1),
                Case("none", num_placeholders=0),
            ),
            bad=(Case("[your\nname]", num_placeholders=1), Case("[[a]]", num_placeholders=2)),
            refuses=lambda self: (
                ""
                if self.num_placeholders >= 0
                else f"num_placeholders is {self.num_placeholders}, and the "
                "published verifier draws a number at random instead"
            ),
        ),
    }


def _placeholders(raw: str) -> list[Span]:
    found = []
    index_end = -1
    for match in _BRACKETS.finditer(raw):
        start, end = match.span()
        before = raw[start - 1 : start] if start else ""
        if start == index_end or before == ")" or runs_on(before, "a"):
            index_end = end
        elif _names_something(match[1]) and not _is_box(raw, start, match[1]):
            found.append((start, end))
    return found


def _names_something(inside: str) -> bool:
    return not inside.lstrip().startswith(("'", '"', "^")) and _LETTER.search(inside) is not None


def _is_box(raw: str, start: int, inside: str) -> bool:
    return inside in ("x", "X") and raw[max(0, start - 2) : start] in ("- ", "* ", "+ ")
