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


def strip_fence(text: Text) -> str:
    """Return the text inside a code fence around the whole response, or all of it."""
    body = text.raw.strip()
    if body[:3] in _FENCES and body.endswith(body[:3]):
        _, line_end, inside = body[:-3].partition("\n")
        if line_end:
            return inside
    return text.raw


def whole(text: Text) -> list[Span]:
    """Return the span of the response without the white space around it."""
    start, end = len(text.raw) - len(text.raw.lstrip()), len(text.raw.rstrip())
    return [(start, end)] if start < end else []
