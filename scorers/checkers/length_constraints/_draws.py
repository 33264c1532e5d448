"""How a bound on a length is drawn: the side first, because the numbers that ask for something depend on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from scorers import Checker, Context


def draw_bound(
    cls: type[Checker], rng: Random, context: Context, drawn: Mapping[str, tuple[int, int]]
) -> tuple[int, str]:
    """Draw the bound and the relation of a checker that has these two parameters, the bound from `drawn` by relation.

    Limits of the plan come before `drawn`.
    """
    number, relation = cls.params().values()
    limits = context.limits or {}
    side = relation.draw(rng, context, limits.get("relation"))
    [name, _] = cls.params()
    return number.draw(rng, context, limits.get(name) or drawn[side]), side
