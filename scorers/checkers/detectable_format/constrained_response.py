"""detectable_format:constrained_response."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    exactly,
    format_list,
)

from ...checker import READ_AS_SEEN
from ...text.paragraphs import trim

OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
"""The answers that the published instruction allows."""
_AROUND = " \t\r\n\f\v\u00a0*_`#>\"'“”„‘’«»「」『』()[]"
_ANSWER = re.compile(r"my\s+answer\s+is\s+(?:yes|no|maybe)", re.IGNORECASE)


def _check_published(_: ConstrainedResponse, text: Text) -> Verdict:
    found = {option: text.raw.find(option) for option in OPTIONS}
    spans = sorted((at, at + len(option)) for option, at in found.items() if at >= 0)
    return _make_verdict(text, spans, followed=bool(spans))


def _make_verdict(text: Text, spans: list[Span], *, followed: bool) -> Verdict:
    if not spans:
        return Verdict(False, "none of the three answers found")
    found = format_list(text.quote(span) for span in spans[:3])
    return Verdict.of(followed, f"{found} found{'' if followed else ', with other text around it'}", spans)


def _around(raw: str, start: int, end: int) -> list[Span]:
    """Return what stands before and behind the answer at [start, end) and is more than quotes, emphasis and a stop."""
    end += raw.startswith(".", end)
    pieces = [trim(raw, 0, start), trim(raw, end, len(raw))]
    return [(a, b) for a, b in pieces if raw[a:b].strip(_AROUND)]


@dataclass(frozen=True)
class ConstrainedResponse(Checker):
    """Demands that the response is one of three fixed answers and nothing else."""

    id = "detectable_format:constrained_response"
    rule_books = frozenset({"audited", "ifeval"})
    english = 'looks for English phrases such as "My answer is yes."'
    version = 2
    changes = (READ_AS_SEEN,)

    good = [
        Case("My answer is no."),
        Case("**“My answer is maybe”**\n", why="quotes, emphasis and the full stop do not matter"),
        Case("my answer is  YES."),
    ]
    bad = [
        Case('I refuse. Few say "My answer is yes." here.', why="contained in something else"),
        Case("My answer is yes. My answer is no."),
        Case("My answer is no!"),
        Case("Yes."),
    ]

    def describe(self) -> str:
        options = format_list((f'"{option}"' for option in OPTIONS), "or")
        return f"Answer with one of these three sentences and nothing else: {options}"

    @classmethod
    def applies_to(cls, context: Context) -> bool:
        """Return whether the request is a question that yes or no answers; none about an article is."""
        return not context.opening

    def check(self, text: Text) -> Verdict:
        spans = [match.span() for match in _ANSWER.finditer(text.raw)]
        alone = False
        if len(spans) == 1:
            start, end = spans[0]
            behind = text.raw[end:].rstrip(_AROUND).lstrip(_AROUND)
            alone = not text.raw[:start].strip(_AROUND) and behind in ("", ".")
        if not spans:
            return Verdict(False, "the response is none of the three sentences")
        found = format_list(text.quote(span) for span in spans[:3])
        if alone:
            return Verdict.of(True, f"the response is {found}", spans)
        if len(spans) > 1:
            return Verdict.of(False, f"{found} found; exactly one was asked", spans)
        return Verdict.of(False, f"{found} found, with other text around it", _around(text.raw, *spans[0]) or spans)

    def demands(self) -> Demands:
        return Demands(
            phase="form",
            form="option",
            option=OPTIONS,
            language="en",
            words=exactly(4),
            sentences=Range(0, 1),
            dividers=Range(0, 1),
            blocks=Range(0, 1),
            capitals=Range(0, 4),
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return next((option for option in OPTIONS if option in draft), OPTIONS[0])

    published = {
        "ifeval": PublishedVariant(
            why="One of the answers, spelled exactly so with its full stop, only has to stand somewhere.",
            source="IFEval ConstrainedResponseChecker",
            check=_check_published,
            good=(Case('I refuse. Few say "My answer is yes." here.'),),
            bad=(Case("My answer is no"), Case("my answer is no.")),
            demands=lambda _: Demands(phase="form", parts=("My answer is ",)),
        ),
    }
