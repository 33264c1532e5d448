"""Repairs on drafts that are awkward: they follow, and what need not change stands."""

import pytest

import scorers
from scorers import Text

REPAIRED = [
    ({"id": "keywords:existence", "keywords": ["new york", "tea"]}, "New York is big.", "New York is big.\ntea"),
    ({"id": "keywords:existence", "keywords": ["tea"]}, "Towns are big. We left.", "Towns tea are big. We left."),
    ({"id": "keywords:existence", "keywords": ["tea"]}, "", "tea"),
    ({"id": "punctuation:no_comma"}, "One, 2,000，three", "One 2000three"),
    ({"id": "detectable_format:number_bullet_lists", "num_bullets": 1}, "a\n* b\n- c\nd", "a\n* b\nc\nd"),
    ({"id": "detectable_format:title"}, "Some text.", "<<Notes>>\nSome text."),
    ({"id": "startend:end_checker", "end_phrase": "Bye."}, "Some text.\n", "Some text. Bye."),
    (
        {"id": "length_constraints:number_words", "num_words": 3, "relation": "less than"},
        "One two-three four, five.",
        "One two-three",
    ),
    (
        {"id": "length_constraints:number_sentences", "num_sentences": 3, "relation": "less than"},
        "One.\n\n* Two.\n* Three.",
        "One.\n\n* Two.",
    ),
]


@pytest.mark.parametrize(("record", "draft", "repaired"), REPAIRED)
def test_a_repair_touches_little(record, draft, repaired):
    assert scorers.read(record).repair(draft) == repaired


ADDED = [
    ({"id": "detectable_format:number_bullet_lists", "num_bullets": 3}, "Text.\n* a", "bullets", (3, 3)),
    (
        {"id": "length_constraints:number_words", "num_words": 30, "relation": "at least"},
        "Two words.",
        "words",
        (30, 40),
    ),
    (
        {"id": "length_constraints:number_sentences", "num_sentences": 5, "relation": "at least"},
        "* Some.\n* Text.",
        "sentences",
        (5, 5),
    ),
]


@pytest.mark.parametrize(("record", "draft", "cut", "bounds"), ADDED)
def test_a_repair_that_adds_keeps_the_draft_and_adds_little(record, draft, cut, bounds):
    repaired = scorers.read(record).repair(draft)
    assert repaired.startswith(draft)
    low, high = bounds
    assert low <= len(getattr(Text(repaired), cut)) <= high


def test_forbidden_words_are_replaced_by_words_that_are_not():
    instruction = scorers.read({"id": "keywords:forbidden_words", "forbidden_words": ["town", "farmer", "river"]})
    repaired = instruction.repair("Towns by the river, farmers in TOWN.")
    assert instruction.check(Text(repaired)).followed
    assert [word for word in ("by the ", ", ", " in ") if word not in repaired] == []
