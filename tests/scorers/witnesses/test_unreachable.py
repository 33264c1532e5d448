"""What the search is not begun for: only sets for which it finds nothing, and none that it has a witness for."""

from __future__ import annotations

import pytest

from scorers import search, verify

JSON = {"id": "detectable_format:json_format"}
SECTIONS = {"id": "detectable_format:multiple_sections", "section_spliter": "Part", "num_sections": 2}
REQUEST = "Here is a text.\n\nIt is short. It is old.\n\nSay what it is about."
REPEAT = {"id": "combination:repeat_prompt", "prompt_to_repeat": REQUEST}


def paragraphs(number, nth, word):
    record = {"num_paragraphs": number, "nth_paragraph": nth, "first_word": word}
    return {"id": "length_constraints:nth_paragraph_first_word", **record}


def sentences(number):
    return {"id": "length_constraints:number_sentences", "num_sentences": number, "relation": "less than"}


CHINESE = [
    {"id": "zh:keyword_frequency", "keyword": "午饭", "frequency": 5, "relation": "至少"},
    {"id": "zh:keywords_absent", "forbidden": ["司机", "社区", "管理"]},
    *(JSON, {"id": "detectable_format:title"}),
]
PROVEN = {
    "one section of a request": ([REPEAT, {**SECTIONS, "num_sections": 1}], "audited"),
    "sections anywhere, as published": ([JSON, SECTIONS], "ifeval"),
    "paragraphs behind the request, as published": ([REPEAT, paragraphs(4, 4, "river")], "ifeval"),
    "Chinese JSON with a title": (CHINESE, "audited"),
    "as many sentences as the request has": ([REPEAT, sentences(6)], "audited"),
}


@pytest.mark.parametrize("name", PROVEN)
def test_what_lies_next_to_it_is_proven(name):
    instructions, rules = PROVEN[name]
    found = search(instructions, rules=rules)
    assert found.outcome == "proven"
    assert all(verdict.followed for verdict in verify(found.text, instructions, rules=rules))


def test_a_request_of_many_sentences_leaves_no_room():
    assert search([REPEAT, sentences(2)]).outcome == "unknown"
    assert search([REPEAT, sentences(3)]).outcome == "unknown"
