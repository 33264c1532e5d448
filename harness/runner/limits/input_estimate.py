"""The input tokens of a run, before any request is sent: from characters, pictures, or what was reported so far."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from .token_estimate import CHARACTERS, PIXELS, WIDE, count_characters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.sample import Turn

    from ...config.image_tokens import PictureTokens
    from ...config.model import ResolvedModel
    from ...store.charges import UsageRecord

TEMPLATE = (3, 8, 40)
"""Tokens that a chat template adds to a turn."""
TYPICAL = {"paraphrase": 268, "simplify": 226, "story_generation": 405, "summarize": 218}
"""Tokens of an answer of gpt-4-turbo to LiveBench's questions, by task, as its paper reports them."""
OTHERWISE = 300
"""Tokens of an answer to any other question."""
ENOUGH = 5
"""Answers of a run from which its further ones are estimated, instead of by rule."""


@dataclass(frozen=True)
class Amount:
    """A number that is not known yet; None is unbounded, or unknown."""

    low: float | None
    likely: float | None
    high: float | None


class Prompt(NamedTuple):
    """One request."""

    task: str
    turns: tuple[Turn, ...]


def _by_rule(prompts: Iterable[Prompt], most: int | None, picture_tokens: PictureTokens | None) -> Amount:
    """Return input tokens by the rule of characters; fewer characters a token are more tokens.

    Pictures of unknown size in tokens leave likely and high unknown. An earlier response that is still to come has the
    tokens of responses to its task, and at most `most`.
    """
    turns = narrow = wide = made = gaps = shown = 0
    unknown = False
    for task, sent in prompts:
        counted = count_characters(sent)
        turns, narrow, wide = turns + counted[0], narrow + counted[1], wide + counted[2]
        own = sum(turn.is_gap for turn in sent)
        gaps, made = gaps + own, made + own * typical_output(task, most)
        pictures = [(picture.width, picture.height) for turn in sent for picture in turn.pictures]
        unknown |= bool(pictures) and picture_tokens is None
        shown += sum(picture_tokens(*size) for size in pictures) if picture_tokens else 0
    low, likely, high = (ceil(narrow / CHARACTERS[i] + wide / WIDE[i]) + turns * TEMPLATE[2 - i] for i in (2, 1, 0))
    if unknown:
        return Amount(low + made // 2, None, None)
    low, likely, high = low + shown, likely + shown, high + shown
    return Amount(low + made // 2, likely + made, high + gaps * most if most else None if gaps else high)


def typical_output(task: str, most: int | None) -> int:
    """Return the tokens that a response has."""
    return min(TYPICAL.get(task, OTHERWISE), most or OTHERWISE * 100)


def estimate_input(
    to_ask: list[Prompt], answered: list[tuple[Prompt, UsageRecord]], chosen: ResolvedModel
) -> tuple[Amount, str]:
    """Return the input tokens of the requests that are left, and how they were found."""
    most, known = chosen.max_output, chosen.picture_tokens
    seen = [(ask, charge.usage["input"]) for ask, charge in answered if charge.usage and "input" in charge.usage]
    if len(seen) < ENOUGH:
        rule = _by_rule(to_ask, most, known)
        return rule, "input: 4 characters a token (3 to 5), 1 in Chinese, Japanese, Korean; 8 more a turn (3 to 40)"

    def likely(prompts: Iterable[Prompt]) -> float:
        # What a picture takes is in the tokens that were reported, so any weight does.
        return max(1.0, _by_rule(prompts, most, known or _pixels_only).likely or 0.0)

    ratios = [tokens / likely([ask]) for ask, tokens in seen]
    total = sum(tokens for _, tokens in seen) / likely(ask for ask, _ in seen)
    amounts = (round(likely(to_ask) * ratio) if to_ask else 0 for ratio in (min(ratios), total, max(ratios)))
    return Amount(*amounts), f"input: as measured on {len(seen)} answers of this run"


def _pixels_only(width: int, height: int) -> int:
    return width * height // PIXELS


def describe_pictures(chosen: ResolvedModel) -> str:
    """Return how the tokens of pictures are estimated."""
    if chosen.config.model.image_tokens is not None:
        return f"pictures: {chosen.config.model.image_tokens:,} tokens each, as image_tokens says"
    if chosen.entry and chosen.entry.image_tokens:
        return f"pictures: by the rule {chosen.entry.image_tokens.rule!r} of {chosen.entry.origin}"
    return "pictures: their tokens are unknown for this model; image_tokens in [model] sets them"
