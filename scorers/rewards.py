"""reward and assert_follows: verdicts as a number for training, and as an assertion for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .catalog import read
from .errors import BadInstruction, did_you_mean
from .verdict import score
from .verifier import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .checker import Checker
    from .verdict import Span, Verdict

SHAPINGS = ("all", "share", "if")
"""How verdicts become a reward: 1 only if all are followed; the share followed; the mean of the two."""
WIDTH = 100
"""Characters of a response that an assertion shows for one instruction, escapes and marks not counted."""


def reward(
    response: str,
    instructions: Sequence[dict[str, Any] | Checker],
    *,
    prompt: str = "",
    rules: str = "audited",
    mode: str = "strict",
    shaping: str = "all",
) -> float:
    """Return how well `response` follows `instructions`, in 0..1; `shaping` is one of `SHAPINGS`.

    Raises what `verify` raises, `BadInstruction` for an unknown shaping, and `ValueError` if there are no
    instructions: nothing asked is no reason for a reward.
    """
    if shaping not in SHAPINGS:
        raise BadInstruction(
            f"unknown shaping {shaping!r}{did_you_mean(shaping, SHAPINGS)} (shapings: {', '.join(SHAPINGS)})"
        )
    if not instructions:
        raise ValueError("a reward needs at least one instruction")
    added = score(verify(response, instructions, prompt=prompt, rules=rules, mode=mode))
    return {"all": added.prompt, "share": added.instruction, "if": added.if_score}[shaping]


def assert_follows(
    response: str,
    instructions: Sequence[dict[str, Any] | Checker],
    *,
    prompt: str = "",
    rules: str = "audited",
    mode: str = "strict",
) -> None:
    """Raise `AssertionError` if `response` breaks any of `instructions`; the message tells each broken one.

    For each it has the instruction, the reason, and the decisive place in [[ ]] with what stands around it.
    Raises what `verify` raises.
    """
    __tracebackhide__ = True
    checkers = [read(item) if isinstance(item, dict) else item for item in instructions]
    verdicts = verify(response, checkers, prompt=prompt, rules=rules, mode=mode)
    broken = [(c, v) for c, v in zip(checkers, verdicts, strict=True) if not v.followed]
    if broken:
        told = "\n".join(_told(checker, verdict, response) for checker, verdict in broken)
        raise AssertionError(f"{len(broken)} of {len(checkers)} instructions not followed:\n{told}")


def _told(checker: Checker, verdict: Verdict, response: str) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in checker.to_json().items() if name != "id")
    head = f"- {checker.id}({given})" if given else f"- {checker.id}"
    return f"{head}: {verdict.reason}\n    {_excerpt(response, verdict.spans)}"


def _excerpt(response: str, spans: Sequence[Span]) -> str:
    """Show, on one line, what stands around the first span, or the beginning where there is none."""
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
    """Fold white space and escape what a terminal would act on: responses are not to be trusted."""
    folded = "".join(" " if c.isspace() else c for c in text)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in folded)
