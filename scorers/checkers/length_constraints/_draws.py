"""How a bound on a length is drawn: the side first, because the numbers that ask for something depend on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...params import IntegerParam
from ...params.bounds import SHARES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from scorers import Checker, Context


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


def _near(
    number: object, side: str, context: Context, measure: Literal["words", "sentences"]
) -> tuple[int, int] | None:
    """Return the bounds near the length of a response; what it has besides one answer takes them further."""
    near = context.bounds_near(measure, SHARES[side])
    if near is None or not isinstance(number, IntegerParam):
        return None
    low, high = number.drawn
    most = max(near) if context.repeats else high * context.answers
    first, last = (min(most, max(low, bound)) for bound in near)
    return first, last
