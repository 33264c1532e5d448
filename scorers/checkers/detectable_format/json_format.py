"""detectable_format:json_format."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, cached_text, exactly

from ...checker import READ_AS_SEEN
from ...text.json_text import PythonJson, find_json_fault
from ...text.paragraphs import trim

_OPENING_FENCE = re.compile(r"(```+|~~~+)[ \t]*(?:json)?(?![^\s\[{\"\d-])", re.IGNORECASE)
_OPENING = re.compile(r"[{\[]|```|~~~")
_PYTHON = PythonJson(depth=984, digits=4300)
"""How far the published verifier reads; at about this depth it dies, so such a response does not follow."""
_TICKS = ("```json", "```Json", "```JSON", "```")
_NAMES = {
    "{": "an object",
    "[": "an array",
    '"': "a string",
    "t": "true",
    "f": "false",
    "n": "null",
    "N": "NaN",
    "I": "Infinity",
}


def _check_published(_: JsonFormat, text: Text) -> Verdict:
    start, end = trim(text.raw, 0, len(text.raw))
    for ticks in _TICKS:
        start += len(ticks) if text.raw.startswith(ticks, start, end) else 0
    end -= 3 if text.raw.endswith("```", start, end) else 0
    return _make_verdict(text, *trim(text.raw, start, end), like=_PYTHON)


def _find_content(raw: str) -> Span:
    """What stands inside the code fence around all of `raw`, or all of it, without white space around it."""
    start, end = trim(raw, 0, len(raw))
    if raw.startswith("\ufeff", start):
        start, end = trim(raw, start + 1, end)
    opening = _OPENING_FENCE.match(raw, start, end)
    if opening and raw.endswith(opening[1], opening.end(), end):
        return trim(raw, opening.end(), end - len(opening[1]))
    return start, end


def _make_verdict(text: Text, start: int, end: int, like: PythonJson | None = None) -> Verdict:
    inner = text.raw[start:end]
    found = find_json_fault(inner, like)
    if found is None:
        return Verdict.of(True, f"valid JSON: {_NAMES.get(inner[0], 'a number')}", [(start, end)])
    at = start + found.at
    reason = f"not valid JSON: {found.why} at line {text.line_number(at)}"
    if at == end:
        return Verdict.of(False, reason, [(at - 1, at)] if at else [])
    return Verdict.of(False, f"{reason}, but there is {text.quote((at, min(at + 20, end)))}", [(at, at + 1)])


@dataclass(frozen=True)
class JsonFormat(Checker):
    """Demands that the whole response is JSON."""

    id = "detectable_format:json_format"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (READ_AS_SEEN,)

    good = [
        Case('{"answer": ["one", 2, null]}'),
        Case('```json\r\n{"answer": 1}\r\n```\n'),
        Case('~~~\n"hi"\n~~~', why="any value is JSON, and any fence may surround it"),
        Case("1" * 5000, why="a number has no longest length"),
        Case("[" * 2000 + "]" * 2000),
    ]
    bad = [
        Case('Here: {"answer": 1}', why="words before it"),
        Case('{"answer": 1,}', why="a comma too many"),
        Case('{"answer": NaN}', why="JSON has no NaN"),
        Case("{'answer': 1}"),
        Case('```json\n{"answer": 1}\n```\nThat is all.'),
        Case("[" * 2000),
    ]

    def describe(self) -> str:
        return "The whole response must be valid JSON, with no other text around it; a code fence around it is allowed."

    def check(self, text: Text) -> Verdict:
        raw = text.raw
        start, end = _find_content(raw)
        found = find_json_fault(raw[start:end])
        if found is None or start == end:
            return _make_verdict(text, start, end)
        at = start + found.at
        if found.why == "the end expected":
            return self._around(text, (at, end), "behind")
        fence = _OPENING_FENCE.match(raw, start, end)
        if fence:
            closing = raw.find(fence[1], fence.end(), end)
            if closing >= 0:
                return self._around(text, (closing + len(fence[1]), end), "behind")
        opening = _OPENING.search(raw, start, end)
        if at == start and opening and opening.start() > start:
            return self._around(text, (start, opening.start()), "before")
        return _make_verdict(text, start, end)

    @staticmethod
    def _around(text: Text, span: Span, side: str) -> Verdict:
        """Blame the text `side` the JSON, which stands where no other text is allowed."""
        span = trim(text.raw, *span)
        where = f"at line {text.line_number(span[0])}"
        return Verdict.of(False, f"{text.quote(span)} {where} stands {side} the JSON, where no text is allowed", [span])

    def demands(self) -> Demands:
        # No line of JSON is a bullet point or a rule; published verifiers take a number below zero for a bullet.
        return Demands(phase="form", form="json", bullets=exactly(0), dividers=Range(0, 1))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        lines = (json.dumps(line, ensure_ascii=False) for line in re.split(r"\r\n|\r|\n", draft) if line.strip())
        return f"[{', '.join(lines)}]"

    published = {
        "ifeval": PublishedVariant(
            why="Reads NaN and Infinity as values; takes a fence off only if it is ``` or ```json, and only half of it "
            "if the other half is missing; whole numbers of more than 4300 digits fail, and so does nesting so deep "
            "(from about 985 levels on) that the verifier itself died of it.",
            source="IFEval JsonFormat",
            check=_check_published,
            good=(Case("NaN"), Case('```{"a": 1}')),
            bad=(
                Case("1" * 5000),
                Case("[" * 2000 + "]" * 2000),
                Case('~~~\n"hi"\n~~~'),
                Case("\ufeff1"),
            ),
            demands=lambda _: Demands(phase="form", form="json"),
        ),
    }
