"""assert_follows: verdicts as an assertion for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog import read
from ..verifier import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..checker import Checker, Instruction
    from ..rule_books import BookName
    from ..text.extraction import ModeName
    from ..verdict import Span, Verdict

WIDTH = 100
"""Characters of a response that an assertion shows for one instruction, without escapes and marks."""


def assert_follows(
    response: str,
    instructions: Sequence[Instruction],
    *,
    prompt: str = "",
    rules: BookName = "audited",
    mode: ModeName = "strict",
) -> None:
    """Raise `AssertionError` if `response` breaks any of `instructions`.

    For each broken one, the message has the instruction, the reason, and the decisive place in [[ ]] in its context.
    Raises what `verify` raises.
    """
    __tracebackhide__ = True
    checkers = [read(item) if isinstance(item, dict) else item for item in instructions]
    verdicts = verify(response, checkers, prompt=prompt, rules=rules, mode=mode)
    broken = [(c, v) for c, v in zip(checkers, verdicts, strict=True) if not v.followed]
    if broken:
        lines = "\n".join(_format_broken(checker, verdict, response) for checker, verdict in broken)
        raise AssertionError(f"{len(broken)} of {len(checkers)} instructions not followed:\n{lines}")


def _format_broken(checker: Checker, verdict: Verdict, response: str) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in checker.to_json().items() if name != "id")
    head = f"- {checker.id}({given})" if given else f"- {checker.id}"
    return f"{head}: {verdict.reason}\n    {_excerpt(response, verdict.spans)}"


def _excerpt(response: str, spans: Sequence[Span]) -> str:
    """Return, on one line, the context of the first span, or the beginning of the response if there is none."""
    if not response.strip():
        return "(blank)"
    first, last = spans[0] if spans else (0, 0)
    start = max(0, first - WIDTH // 3)
    end = min(len(response), start + WIDTH)
    last = min(last, end)
    shown = _plain(response[start:end])
    if last > first:
        shown = f"{_plain(response[start:first])}[[{_plain(response[first:last])}]]{_plain(response[last:end])}"
    return f"{'…' if start else ''}{shown}{'…' if end < len(response) else ''}"


def _plain(text: str) -> str:
    """Fold white space and escape what a terminal would act on, because responses are untrusted input."""
    folded = "".join(" " if c.isspace() else c for c in text)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in folded)
