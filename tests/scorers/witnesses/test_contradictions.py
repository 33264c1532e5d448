"""Contradictions that a person sees are impossible in the audited book; what lies next to them is proven."""

from __future__ import annotations

import pytest

import scorers
from scorers import search, verify
from scorers.witnesses.search import find_contradiction

ENGLISH = "This is the beginning of a text about the town and the sea.\n\nSay in a few words what it is about."
GERMAN = "Hier beginnt ein Text über die Stadt und das Meer.\n\nSag mit wenigen Worten, wovon er handelt."
JSON = {"id": "detectable_format:json_format"}
TWO = {"id": "combination:two_responses"}
QUOTED = {"id": "startend:quotation"}
TITLE = {"id": "detectable_format:title"}
REPEAT = {"id": "combination:repeat_prompt", "prompt_to_repeat": ENGLISH}
END = {"id": "startend:end_checker", "end_phrase": "That is all for now."}
POSTSCRIPT = {"id": "detectable_content:postscript", "postscript_marker": "P.S."}
HEADINGS = {"id": "structure:headings", "headings": ["Causes", "Outlook"]}
TABLE = {"id": "structure:markdown_table", "columns": ["Cause", "Effect"], "num_rows": 2}
LOWER, UPPER = {"id": "change_case:english_lowercase"}, {"id": "change_case:english_capital"}
CAPITALS = {"id": "change_case:capital_word_frequency", "capital_frequency": 3, "capital_relation": "at least"}


def stars(number):
    return {"id": "length_constraints:number_paragraphs", "num_paragraphs": number}


def blanks(number):
    record = {"num_paragraphs": number, "nth_paragraph": 1, "first_word": "sea"}
    return {"id": "length_constraints:nth_paragraph_first_word", **record}


def sections(number):
    return {"id": "detectable_format:multiple_sections", "section_spliter": "Part", "num_sections": number}


def acrostic(unit):
    return {"id": "style:acrostic", "word": "SEA", "unit": unit}


def language(code):
    return {"id": "language:response_language", "language": code}


def keyword(word):
    return {"id": "keywords:existence", "keywords": [word]}


def bound(id, number, relation):
    return {"id": f"length_constraints:number_{id}", f"num_{id}": number, "relation": relation}


IMPOSSIBLE = [
    *([JSON, other] for other in (END, POSTSCRIPT, QUOTED, REPEAT, stars(2), blanks(1), sections(2), HEADINGS)),
    *([QUOTED, other] for other in (END, POSTSCRIPT, REPEAT, TWO)),
    *([TWO, other] for other in (stars(1), stars(2), blanks(2), sections(2), acrostic("sentences"))),
    *([REPEAT, other] for other in (stars(2), blanks(2), acrostic("lines"), UPPER, keyword("town"))),
    *([stars(2), other] for other in (blanks(2), blanks(1), sections(3), acrostic("paragraphs"), acrostic("lines"))),
    [stars(1), blanks(1)],
    [stars(1), HEADINGS],
    [TWO, bound("sentences", 4, "less than")],
    [POSTSCRIPT, END, bound("sentences", 3, "less than")],
    [stars(5), bound("words", 60, "less than")],
    [blanks(2), sections(1)],
    [acrostic("sentences"), bound("sentences", 3, "less than")],
    [acrostic("sentences"), END],
    [acrostic("lines"), TABLE],
    [acrostic("lines"), sections(2)],
    *([LOWER, other] for other in (END, POSTSCRIPT, CAPITALS, HEADINGS, sections(2))),
    *([UPPER, other] for other in (END, CAPITALS, TABLE)),
    [stars(4), bound("sentences", 4, "less than")],
    [bound("words", 400, "at least"), bound("sentences", 3, "less than")],
    [bound("words", 50, "less than"), bound("sentences", 20, "at least")],
    *([language("pa"), other] for other in (END, HEADINGS, TABLE, sections(2), blanks(2), acrostic("lines"), REPEAT)),
    *([language("pa"), other] for other in (POSTSCRIPT, CAPITALS, keyword("town"))),
    [language("pa"), {"id": "style:reading_level", "max_grade": 8}],
    [language("de"), keyword("town")],
    [language("en"), keyword("大桥")],
]


@pytest.mark.parametrize("instructions", IMPOSSIBLE, ids=str)
def test_what_a_person_cannot_follow_is_impossible(instructions):
    found = search(instructions, prompt=ENGLISH)
    assert found.outcome == "impossible"
    assert found.impossible.isprintable()
    reversed_ = search(instructions[::-1], prompt=ENGLISH)
    assert reversed_.outcome == "impossible"


FOLLOWABLE = [
    [JSON, TITLE, keyword("town")],
    [JSON, bound("words", 40, "at least")],
    [QUOTED, TITLE, blanks(2)],
    [TWO, TITLE, POSTSCRIPT],
    [REPEAT, TITLE, POSTSCRIPT],
    [REPEAT, sections(2)],
    [TWO, bound("sentences", 5, "less than")],
    [POSTSCRIPT, END, bound("sentences", 4, "less than")],
    [stars(5), bound("words", 70, "less than")],
    [REPEAT, bound("words", 20, "at least")],
    [stars(3), sections(3)],
    [stars(3), HEADINGS],
    [blanks(3), acrostic("paragraphs")],
    [acrostic("lines"), TITLE, POSTSCRIPT],
    [acrostic("paragraphs"), END],
    [LOWER, keyword("town"), TITLE],
    [language("pa"), TITLE, bound("words", 40, "at least")],
    [language("en"), END, POSTSCRIPT, keyword("town")],
]


@pytest.mark.parametrize("instructions", FOLLOWABLE, ids=str)
def test_what_lies_next_to_it_is_proven(instructions):
    found = search(instructions, prompt=ENGLISH)
    assert found.outcome == "proven", found.impossible
    assert all(verdict.followed for verdict in verify(found.text, instructions, prompt=ENGLISH))


@pytest.mark.parametrize(("id", "met"), [("words", 20), ("sentences", 2)])
def test_drawing_avoids_a_bound_that_the_repeated_request_meets(id, met):
    for number, idle in ((met, True), (met + 20, False)):
        checkers = [scorers.read(item) for item in (REPEAT, bound(id, number, "at least"))]
        assert bool(find_contradiction(checkers, prompt=ENGLISH)) is idle
        assert search(checkers, prompt=ENGLISH).outcome == "proven"
        assert not find_contradiction(checkers, prompt=ENGLISH, rules="ifeval")


@pytest.mark.parametrize("instructions", [[REPEAT, stars(2)], [QUOTED, POSTSCRIPT], [TWO, sections(2)]], ids=str)
def test_published_books_are_searched_as_before(instructions):
    assert search(instructions, prompt=ENGLISH, rules="ifeval").outcome == "proven"


def test_a_keyword_of_a_german_text_goes_with_a_german_response():
    assert search([language("de"), keyword("Stadt")], prompt=GERMAN).outcome != "impossible"
    assert search([language("de"), keyword("Stadt")]).outcome != "impossible"
