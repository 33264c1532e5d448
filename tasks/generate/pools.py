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

LIVEBENCH_2025 = (
    "count:keywords_multiple",
    "count:numbers",
    "count:person_names",
    "count:pronouns",
    "count:punctuation",
    "count:unique_word_count",
    "count:word_count_range",
    "count:words_japanese",
    "format:emoji",
    "format:line_indent",
    "format:list",
    "format:newline",
    "format:no_bullets_bullets",
    "format:no_whitespace",
    "format:output_template",
    "format:parentheses",
    "format:quotes",
    "format:sub-bullets",
    "format:thesis",
    "format:title_case",
    "ratio:sentence_balance",
    "ratio:sentence_type",
    "ratio:sentence_words",
    "sentence:alliteration_increment",
    "sentence:increment",
    "sentence:keyword",
    "words:alphabet",
    "words:consonants",
    "words:keywords_specific_position",
    "words:last_first",
    "words:no_consecutive",
    "words:paragraph_last_first",
    "words:repeats",
    "words:start_verb",
    "words:vowel",
    "words:words_position",
)
"""The thirty-six ids that LiveBench's releases since 2025-11-25 are known to draw from."""

IFBENCH = tuple(
    sorted(
        (
            *LIVEBENCH_2025,
            "count:conjunctions",
            "format:quote_unquote",
            "ratio:stop_words",
            "words:odd_even_syllables",
            "words:palindrome",
            "words:prime_lengths",
        )
    )
)
"""IFBench's ids that make sense with an article; its fixed tasks are not among them."""

POOLS = ("livebench-2024", "livebench-2025", "ifeval", "ifbench", "all", "zh")
"""The names that `resolve_pool` knows: `all` is what is worded in English, `zh` what is worded in Chinese."""
_PUBLISHED = {
    "livebench-2024": LIVEBENCH_2024,
    "livebench-2025": LIVEBENCH_2025,
    "ifeval": IFEVAL,
    "ifbench": IFBENCH,
}
DEFAULT = "ifeval"
"""The pool of a plan that names none."""


def resolve_pool(name: str) -> tuple[str, ...]:
    """Return the ids of the pool `name`, sorted; raises `CannotDraw` for an unknown name."""
    if name not in POOLS:
        raise CannotDraw(f"pool: unknown pool {name!r}{did_you_mean(name, POOLS)} (pools: {', '.join(POOLS)})")
    if name in ("all", "zh"):
        language = "en" if name == "all" else name
        found = ((id, load(id)) for id in ids())
        return tuple(id for id, kind in found if kind.worded_in == language and kind.drawn and not kind.draw_error())
    return _PUBLISHED[name]
