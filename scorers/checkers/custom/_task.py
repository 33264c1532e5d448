"""What the fixed tasks share: they are never drawn, and take any parameter of a published record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from scorers import Checker, Context, Text

if TYPE_CHECKING:
    from scorers import Span


@dataclass(frozen=True)
class FixedTask(Checker):
    """Base of the instructions that are a whole task: the sentence is the task, and an article has no part in it."""

    rule_books = frozenset({"audited", "ifbench"})
    drawn = False

    @classmethod
    def from_params(cls, given: dict[str, Any]) -> Self:  # noqa: ARG003  # the published verifiers ignore all of them
        """Build the instruction; parameters are ignored."""
        return cls()

    @classmethod
    def applies_to(cls, context: Context) -> bool:  # noqa: ARG003  # it fits no article
        """Return False: the task has nothing to do with an article."""
        return False


_FENCES = ("```", "~~~")


def strip_fence(text: Text) -> tuple[str, int]:
    """Return the text inside a code fence around the whole response (or all of it), and where it begins."""
    raw = text.raw
    start, end = len(raw) - len(raw.lstrip()), len(raw.rstrip())
    if raw[start : start + 3] in _FENCES and end - start > 6 and raw[end - 3 : end] == raw[start : start + 3]:
        line = raw.find("\n", start)
        if 0 <= line < end - 3:
            return raw[line + 1 : end - 3], line + 1
    return raw, 0


def whole(text: Text) -> list[Span]:
    """Return the span of the response without the white space around it."""
    start, end = len(text.raw) - len(text.raw.lstrip()), len(text.raw.rstrip())
    return [(start, end)] if start < end else []
