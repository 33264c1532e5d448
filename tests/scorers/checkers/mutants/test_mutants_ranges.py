"""The smallest numbers that the audited book takes: one below is refused with its name, and the bound itself is not."""

from __future__ import annotations

import pytest

import scorers

SMALLEST = [
    ("change_case:capital_word_frequency", "capital_frequency", {"capital_relation": "at least"}),
    ("detectable_content:number_placeholders", "num_placeholders", {}),
    ("detectable_format:multiple_sections", "num_sections", {"section_spliter": "Part"}),
    ("detectable_format:number_bullet_lists", "num_bullets", {}),
    ("detectable_format:number_highlighted_sections", "num_highlights", {}),
    ("keywords:frequency", "frequency", {"keyword": "tea", "relation": "at least"}),
    ("keywords:letter_frequency", "let_frequency", {"letter": "q", "let_relation": "at least"}),
    ("length_constraints:nth_paragraph_first_word", "nth_paragraph", {"num_paragraphs": 2, "first_word": "so"}),
    ("length_constraints:nth_paragraph_first_word", "num_paragraphs", {"nth_paragraph": 1, "first_word": "so"}),
    ("length_constraints:number_paragraphs", "num_paragraphs", {}),
    ("length_constraints:number_sentences", "num_sentences", {"relation": "at least"}),
    ("length_constraints:number_words", "num_words", {"relation": "at least"}),
]


@pytest.mark.parametrize(("id", "name", "others"), SMALLEST)
def test_one_is_the_smallest_bound(id, name, others):
    scorers.verify("a", [{"id": id, name: 1, **others}])
    with pytest.raises(scorers.BadInstruction, match=f"{name} is 0, but must be at least 1"):
        scorers.verify("a", [{"id": id, name: 0, **others}])
