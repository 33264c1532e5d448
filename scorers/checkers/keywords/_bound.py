"""The verdict on a bound of occurrences: its reason, and the places that it marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorers import Span, Text, Verdict, format_count, format_lines, range_of

from ...params.bounds import describe_bound, surplus

if TYPE_CHECKING:
    from collections.abc import Callable


def verdict_on_occurrences(
    text: Text,
    quoted: str,
    found: tuple[int, list[Span]],
    bound: tuple[str, int],
    *,
    near: tuple[str, list[Span]] = ("", []),
    mark: Callable[[list[Span]], list[Span]] = list,
) -> Verdict:
    """Return whether a literal occurs as often as `bound` (relation, number) says.

    `found` is the number and the places. `near` says what else looks like the literal, where too few were found, and
    `mark` selects the places that can be shown.
    """
    (number, spans), (relation, limit) = found, bound
    times = f"{quoted} occurs {format_count(number, 'time')}{format_lines(text, spans)}"
    reason = f"{times}; {describe_bound(relation, limit)}"
    if number in range_of(relation, limit):
        return Verdict.of(True, reason, mark(spans))
    if relation == "at least":
        return Verdict.of(False, reason + near[0], mark(near[1]))
    return Verdict.of(False, reason, mark(surplus(spans, limit)))
