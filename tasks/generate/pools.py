"""Named pools: sets of instruction ids that samples are drawn from.

A pool of a published benchmark is a fixed list, so a new checker leaves the samples of every seed as they are. Only
`all` and `zh` grow with the catalogue, by the checkers that can be drawn.
"""

from __future__ import annotations

from scorers import ids, load
from scorers.errors import did_you_mean

from ..errors import CannotDraw

LIVEBENCH_2024 = (
    "combination:repeat_prompt",
    "combination:two_responses",
    "detectable_content:postscript",
    "detectable_format:json_format",
    "detectable_format:multiple_sections",
    "detectable_format:number_bullet_lists",
    "detectable_format:title",
    "keywords:existence",
    "keywords:forbidden_words",
    "length_constraints:nth_paragraph_first_word",
    "length_constraints:number_paragraphs",
    "length_constraints:number_sentences",
    "length_constraints:number_words",
    "startend:end_checker",
    "startend:quotation",
)
"""The fifteen ids of LiveBench's published question sets, releases 2024-06-24 and 2024-11-25."""

IFEVAL = tuple(
    sorted(
        (
            *LIVEBENCH_2024,
            "change_case:capital_word_frequency",
            "change_case:english_capital",
            "change_case:english_lowercase",
            "detectable_content:number_placeholders",
            "detectable_format:constrained_response",
            "detectable_format:number_highlighted_sections",
            "keywords:frequency",
            "keywords:letter_frequency",
            "language:response_language",
            "punctuation:no_comma",
        )
    )
)
"""The twenty-five ids of IFEval."""

POOLS = ("livebench-2024", "ifeval", "all", "zh")
"""The names that `resolve_pool` knows; `all` is every checker worded in English, `zh` every one in Chinese."""
DEFAULT = "ifeval"
"""The pool of a plan that names none."""


def resolve_pool(name: str) -> tuple[str, ...]:
    """Return the ids of the pool `name`, sorted; raises `CannotDraw` for an unknown name."""
    if name not in POOLS:
        raise CannotDraw(f"pool: unknown pool {name!r}{did_you_mean(name, POOLS)} (pools: {', '.join(POOLS)})")
    if name in ("all", "zh"):
        language = "en" if name == "all" else name
        return tuple(id for id in ids() if load(id).worded_in == language and not load(id).draw_error())
    return LIVEBENCH_2024 if name == "livebench-2024" else IFEVAL
