"""tightness: bounds on length, drawn from around the length that an answer to the task has anyway.

That length is reckoned from the opening of the article: what a paraphrase has of it, a summary, a story. At 0 a bound
is so far on the easy side that an answer meets it without looking; at 1 it is that length, so that an answer which
does not count meets it every other time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scorers import load
from scorers.params import RELATIONS
from scorers.text.language.chinese import AT_LEAST
from scorers.text.word_lists import pick

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from scorers import Context
    from scorers.context import Measure

SHARES = {"paraphrase": 1.0, "simplify": 1.0, "story_generation": 2.0, "summarize": 0.4}
"""How long an answer to each task is, as a multiple of the opening: a convention of ours, the same for all models."""
REACH = 0.75
"""How far the bounds of tightness 0 are from the natural length, as a share of it."""
SPREAD = 0.05
"""How far to both sides of its middle a bound is drawn, as a share of the natural length."""
BOUNDED: dict[str, tuple[str, Measure]] = {
    "length_constraints:number_sentences": ("num_sentences", "sentences"),
    "length_constraints:number_words": ("num_words", "words"),
    "zh:number_characters": ("num_characters", "characters"),
    "zh:number_sentences": ("num_sentences", "sentences"),
}
"""Instructions that bound a length from one side: the parameter and what it counts."""
BY_LENGTH = frozenset({*BOUNDED, "count:pronouns", "count:unique_word_count", "count:word_count_range"})
"""Instructions whose bounds are drawn from around the length of an answer."""


def tighten(rng: Random, id: str, context: Context, tightness: float) -> Mapping[str, Any] | None:
    """Return the limits to draw the instruction `id` within; those of `context` for its bound stay as they are.

    The side of the bound is drawn here, since the numbers depend on it.
    """
    parameter, measure = BOUNDED.get(id, ("", "words"))
    given = dict(context.limits or {})
    if not parameter or parameter in given:
        return context.limits
    options = given.get("relation") or load(id).params()["relation"].options  # type: ignore[attr-defined]  # a choice
    relation = pick(rng, tuple(map(str, options)))
    below = relation in (RELATIONS[1], AT_LEAST)
    middle = 1 + (REACH * (tightness - 1) if below else REACH * (1 - tightness))
    near = context.bounds_near(measure, (middle - SPREAD, middle + SPREAD)) or (0, 0)
    low, high = (max(1 if below else 2, bound) for bound in near)
    return {**given, parameter: (low, high), "relation": (relation,)}
