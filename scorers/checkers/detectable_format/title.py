"""detectable_format:title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Verdict, cached_text

from ...checker import READ_AS_SEEN
from ...text.parts import behind_request

_BRACKETED = re.compile(r"<<((?:[^<>\r\n]|<(?!<)|>(?!>))++)>>")
_PLACEHOLDERS = frozenset(("title", "your title", "title here", "your title here", "this", "标题", "標題"))
"""What stands for a title in instructions, and is none."""
_HAS_WORD = re.compile(r"[^\W_]")
_LINE_START = re.compile(r"[\W_]*+(?:title\s*:[\s*_]*)?", re.IGNORECASE)


def _check_published(self: Title, text: Text) -> Verdict:
    spans = [span for span in _find_bracketed(text.raw) if text.raw[slice(*span)].lstrip("<").rstrip(">").strip()]
    return self._make_verdict(text, spans)


def _find_bracketed(raw: str) -> list[Span]:
    r"""What `<<[^\n]+>>` finds, greedily, in one pass: at most one match a line."""
    spans, at = [], 0
    for line in raw.split("\n"):
        start, end = line.find("<<"), line.rfind(">>")
        if start >= 0 and end >= start + 3:
            spans.append((at + start, at + end + 2))
        at += len(line) + 1
    return spans


@dataclass(frozen=True)
class Title(Checker):
    """Demands a title in double angle brackets."""

    id = "detectable_format:title"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (
        f"{READ_AS_SEEN} `<<Title>>` itself and the example of a repeated request are no titles: both stand for one.",
    )

    good = [
        Case("<<A Day Out>>\nWe left early."),
        Case("**<< A Day Out >>**\r\nWe left early."),
        Case("Title: <<A Day Out>>"),
        Case("<< Tea > coffee >> We left early."),
        Case("Read <<A Day Out>> first."),
    ]
    bad = [
        Case("<A Day Out>\nWe left early."),
        Case("<< >>"),
        Case("if (a << b && c >> d) {}", why="operators, not brackets"),
        Case("<<A Day\nOut>>"),
        Case("<<Title>>: A Day Out\nWe left early.", why="a word that stands for a title"),
        Case("Give it a title like <<Fog>>. We left.", prompt="Give it a title like <<Fog>>.", why="the request's own"),
    ]

    def describe(self) -> str:
        return "Give the response a title and put the title in double angle brackets, like <<title>>."

    def check(self, text: Text) -> Verdict:
        start = behind_request(text) if "<<" in text.raw else 0
        lines = [line for line in text.lines if line.end > start] if "<<" in text.raw else []
        found = [span for line in lines if (span := self._in_line(text, max(start, line.start), line.end))]
        titles = [span for span in found if text.raw[slice(*span)].strip("<> *_").casefold() not in _PLACEHOLDERS]
        if found and not titles:
            return Verdict.of(False, f"{text.quote(found[0])} only stands for a title", found)
        if not titles and text.raw.find("<<", 0, start) >= 0:
            return Verdict(False, "no title in double angle brackets behind the repeated request")
        return self._make_verdict(text, titles)

    def demands(self) -> Demands:
        return Demands(phase="edges", title=True)

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else f"<<Notes>>\n{draft}"

    @staticmethod
    def _in_line(text: Text, start: int, end: int) -> Span | None:
        if text.raw.find("<<", start, end) < 0:
            return None
        raw = text.raw
        found = [match for match in _BRACKETED.finditer(raw, start, end) if _HAS_WORD.search(match.group(1))]
        if found and _LINE_START.fullmatch(raw, start, found[0].start()):
            return found[0].span()
        # Behind other text the brackets embrace their title closely, and no word touches them from outside.
        for match in found:
            a, b = match.span()
            apart = not (raw[max(a - 1, start) : a].isalnum() or raw[b : min(b + 1, end)].isalnum())
            if apart and match.group(1).strip() == match.group(1):
                return (a, b)
        return None

    @staticmethod
    def _make_verdict(text: Text, spans: list[Span]) -> Verdict:
        if not spans:
            return Verdict(False, "no title in double angle brackets")
        return Verdict.of(True, f"the title {text.quote(spans[0])}", spans)

    published = {
        "ifeval": PublishedVariant(
            why="Any << and >> on one line with something between them is a title, shift operators in code too.",
            source="IFEval TitleChecker",
            check=_check_published,
            good=(Case("if (a << b && c >> d) {}"), Case("<<.>>")),
            bad=(Case("<< >>"), Case("<<<>>>")),
        ),
    }
