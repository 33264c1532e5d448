"""How a bound on a length is drawn: the side first, because the numbers that ask for something depend on it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from scorers import Text

from ...params import IntegerParam

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from scorers import Checker, Context

_SHARES = {"at least": (1.0, 1.3), "less than": (0.5, 0.9)}
"""Bounds as shares of the length that an answer has by itself: it misses most, and no task has to be left undone."""


def draw_bound(
    cls: type[Checker],
    rng: Random,
    context: Context,
    drawn: Mapping[str, tuple[int, int]],
    measure: Literal["words", "sentences"],
) -> tuple[int, str]:
    """Draw the bound and the relation of a checker that has these two parameters.

    The bound is near the length of an answer where the context says how long one is, otherwise from `drawn`, by
    relation. Limits of the plan come first.
    """
    number, relation = cls.params().values()
    limits = context.limits or {}
    side = relation.draw(rng, context, limits.get("relation"))
    [name, _] = cls.params()
    return number.draw(rng, context, limits.get(name) or _near(number, side, context, measure) or drawn[side]), side


def _near(number: object, side: str, context: Context, measure: str) -> tuple[int, int] | None:
    """Return the bounds near the length of an answer, within those that are drawn anyway; None if it is not known."""
    length = context.answer_share * _measure_opening(context.opening, measure)
    if not length or not isinstance(number, IntegerParam):
        return None
    low, high = number.drawn
    first, last = (min(high, max(low, round(length * share))) for share in _SHARES[side])
    return first, last


@lru_cache(maxsize=512)
def _measure_opening(opening: str, measure: str) -> int:
    text = Text(opening)
    return len(text.words if measure == "words" else text.sentences)
