"""format:thesis.

Audited: a section begins at a heading; a text without headings is one section.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Verdict, cached_text, format_count

from ...repair.attempts import first_following

_ITALIC = re.compile(r"<(i|em)>(?=[^<>]*[^\W_][^<>]*</\1>)")
_BODY = re.compile(r"</(?:i|em)>[\s\W]*[^\W_]", re.IGNORECASE)


def _check_published(_: Thesis, text: Text) -> Verdict:
    raw = text.raw
    start = raw.find("<i>")
    start = start if start >= 0 else raw.find("<em>")
    if start < 0:
        return Verdict(False, "no <i> and no <em>")
    end = raw.find("</i>", start)
    end = end if end >= 0 else raw.find("</em>", start)
    if end < 0:
        return Verdict.of(False, "the italics are not closed", [(start, start + 3)])
    filled = raw[start + 3 : end].strip() and raw[end + 4 :].strip()
    reason = "italics with text behind them" if filled else "nothing in the italics or behind them"
    return Verdict.of(bool(filled), reason, [(start, end + 4)])


def _sections(text: Text) -> list[Span]:
    """Return the content of each section, from its first line that is no heading."""
    found: list[Span] = []
    start = None
    for line in text.lines:
        if line.kind in ("heading", "rule"):
            start = None
        elif line.kind != "blank":
            if start is None:
                start = line.start
                found.append((start, line.end))
            else:
                found[-1] = (start, line.end)
    return found


@dataclass(frozen=True)
class Thesis(Checker):
    """Demands that every section begins with a thesis statement in HTML italics."""

    id = "format:thesis"
    reads_html = True
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("<i>Mills matter.</i> They grind."),
        Case("# One\n<em>Mills matter.</em>\nThey grind.\n\n# Two\n\n<i>So do dams.</i> They hold."),
    ]
    bad = [
        Case("a <i>x</i> b", why="it does not begin with it"),
        Case("<em>x</em>", why="nothing behind it"),
        Case("<i> </i> y"),
        Case("*Mills matter.* They grind."),
        Case("# One\n<i>Mills matter.</i> They grind.\n\n# Two\nDams hold."),
    ]

    def describe(self) -> str:
        return (
            "Begin each section (the whole response, if it has no headings) with a thesis statement in italics, "
            "written in HTML: <i>statement</i>. The section's text follows it."
        )

    def check(self, text: Text) -> Verdict:
        sections = _sections(text)
        wrong = [span for span in sections if not self._begins(text.raw, span)]
        if not sections:
            return Verdict(False, "no section with text")
        reason = f"{len(sections) - len(wrong)} of {format_count(len(sections), 'section')} begin so"
        return Verdict.of(not wrong, reason, wrong)

    @staticmethod
    def _begins(raw: str, span: Span) -> bool:
        start, end = span
        body = raw[start:end].lstrip(" \t")
        opened = _ITALIC.match(body)
        if not opened:
            return False
        at = body.find(f"</{opened[1]}>")
        return _BODY.match(body, at) is not None

    def demands(self) -> Demands:
        return Demands(phase="edges", traits=(("white space", "between words"),))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        parts, at = [], 0
        for start, end in _sections(text):
            if not self._begins(draft, (start, end)):
                parts += [draft[at:start], "<i>Towns matter</i>. "]
                at = start
                if not re.search(r"[^\W_]", draft[start:end]):
                    parts.append("They rest. ")
        return first_following(
            self,
            "".join([*parts, draft[at:]]),
            f"<i>Towns matter</i>. {draft.strip()}",
            "<i>Towns matter</i>. They rest.",
        )

    published = {
        "ifbench": PublishedVariant(
            why="One pair of tags anywhere is enough; for <em> the tags' own last letters count as text.",
            source="IFBench ThesisHtmlChecker",
            check=_check_published,
            good=(Case("a <i>x</i> b"), Case("<em>x</em>")),
            bad=(Case("<em>a</em> <i>b</i>"),),
        ),
    }
