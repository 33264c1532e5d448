"""tightness: bounds on length, drawn from around the length that an answer to the task has anyway.

That length is reckoned from the opening of the article: what a paraphrase has of it, a summary, a story. At 0 a bound
is so far on the easy side that an answer meets it without looking; at 1 it is that length, so that an answer which
does not count meets it every other time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scorers import Text, load
from scorers.params import RELATIONS
from scorers.text.language.chinese import AT_LEAST, han_count
from scorers.text.word_lists import pick

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

SHARES = {"paraphrase": 1.0, "simplify": 1.0, "story_generation": 2.0, "summarize": 0.4}
"""How long an answer to each task is, as a multiple of the opening: a convention of ours, the same for all models."""
REACH = 0.75
"""How far the bounds of tightness 0 are from the natural length, as a share of it."""
SPREAD = 0.05
"""How far to both sides of its middle a bound is drawn, as a share of the natural length."""
BOUNDED = {
    "length_constraints:number_sentences": ("num_sentences", "sentences"),
    "length_constraints:number_words": ("num_words", "words"),
    "zh:number_characters": ("num_characters", "characters"),
    "zh:number_sentences": ("num_sentences", "sentences"),
}
"""Instructions that bound a length from one side: the parameter and what it counts."""
_FEWEST = 2
"""The shortest natural length: below it no bound from above leaves anything to say."""


def tighten(
    rng: Random, id: str, task: str, opening: str, tightness: float, limits: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    """Return the limits to draw the instruction `id` within; those that are given for its bound stay as they are.

    The side of the bound is drawn here, since the numbers depend on it.
    """
    parameter, measure = BOUNDED.get(id, ("", ""))
    given = dict(limits or {})
    if not parameter or parameter in given:
        return limits
    options = given.get("relation") or load(id).params()["relation"].options  # type: ignore[attr-defined]  # a choice
    relation = pick(rng, tuple(map(str, options)))
    below = relation in (RELATIONS[1], AT_LEAST)
    length = natural(task, opening, measure)
    middle = 1 + (REACH * (tightness - 1) if below else REACH * (1 - tightness))
    low, high = (max(1 if below else 2, round(length * (middle + side))) for side in (-SPREAD, SPREAD))
    return {**given, parameter: (low, high), "relation": (relation,)}


def natural(task: str, opening: str, measure: str) -> float:
    """Return how many `words`, `sentences` or `characters` an answer to `task` has by itself, at least 2."""
    return max(_FEWEST, SHARES[task] * _measure(opening, measure))


@lru_cache(maxsize=512)
def _measure(opening: str, measure: str) -> int:
    if measure == "characters":
        return han_count(opening)
    text = Text(opening)
    return len(text.words if measure == "words" else text.sentences)
