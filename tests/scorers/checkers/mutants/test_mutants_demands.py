"""What each instruction forces on every text that follows it, in the audited book and in the published ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

import scorers
from scorers import Demands, rule_books
from scorers.demands import Range, exactly

COMMAS = ",，、،﹐﹑､՝߸፣᠂᠈꓾꘍꛵⸲⸴⹁⹉⹌︐︑"
FORCED = [
    (
        "change_case:capital_word_frequency",
        (3, "at least"),
        Demands(phase="content", words=Range(3), capitals=Range(3)),
    ),
    ("change_case:capital_word_frequency", (3, "less than"), Demands(phase="content", capitals=Range(0, 2))),
    ("change_case:english_capital", (), Demands(phase="edges", case="upper", language="en")),
    ("change_case:english_lowercase", (), Demands(phase="edges", case="lower", language="en")),
    ("combination:repeat_prompt", (" Say it. ",), Demands(phase="edges", first="Say it.", repeats=True)),
    ("combination:two_responses", (), Demands(phase="form", form="two responses")),
    ("detectable_content:number_placeholders", (2,), Demands(phase="content", placeholders=Range(2))),
    ("detectable_content:postscript", (" P.S. ",), Demands(phase="edges", postscript="P.S.")),
    ("detectable_content:postscript", ("N.B.",), Demands(phase="edges", postscript="N.B.")),
    ("detectable_content:postscript", ("Nota bene",), Demands(phase="edges", postscript="Nota bene")),
    ("detectable_content:postscript", (" P.P.S ",), Demands(phase="edges", postscript="P.P.S")),
    (
        "detectable_format:constrained_response",
        (),
        Demands(
            phase="form",
            words=exactly(4),
            sentences=Range(0, 1),
            dividers=Range(0, 1),
            blocks=Range(0, 1),
            capitals=Range(0, 4),
            language="en",
            form="option",
            option=("My answer is yes.", "My answer is no.", "My answer is maybe."),
        ),
    ),
    (
        "detectable_format:json_format",
        (),
        Demands(phase="form", bullets=exactly(0), dividers=Range(0, 1), form="json"),
    ),
    (
        "detectable_format:multiple_sections",
        (" Part ", 2),
        Demands(phase="skeleton", sections=(("Part", exactly(2)),), english=("Part",)),
    ),
    (
        "detectable_format:multiple_sections",
        ("S.", 2),
        Demands(phase="skeleton", sections=(("S.", exactly(2)),), english=("S.",)),
    ),
    (
        "detectable_format:multiple_sections",
        (" ", 2),
        Demands(phase="skeleton", sections=(("", exactly(2)),), english=("",)),
    ),
    ("detectable_format:number_bullet_lists", (2,), Demands(phase="skeleton", bullets=exactly(2))),
    ("detectable_format:number_highlighted_sections", (2,), Demands(phase="content", highlights=Range(2))),
    ("detectable_format:title", (), Demands(phase="edges", title=True)),
    ("keywords:existence", (["tea", "a.c"],), Demands(phase="content", contains=("tea", "a.c"))),
    (
        "keywords:forbidden_words",
        (["tea", "a.c"],),
        Demands(phase="content", excludes=("tea", "teas", "teaed", "teaing", "a.c")),
    ),
    (
        "keywords:frequency",
        (" tea ", 2, "at least"),
        Demands(phase="content", counts=(("tea", Range(2)),), contains=("tea",)),
    ),
    ("keywords:frequency", ("tea", 2, "less than"), Demands(phase="content", counts=(("tea", Range(0, 1)),))),
    (
        "keywords:frequency",
        ("a.c", 2, "at least"),
        Demands(phase="content", counts=(("a.c", Range(2)),), contains=("a.c",)),
    ),
    ("keywords:frequency", ("tea", 0, "at least"), Demands(phase="content", counts=(("tea", Range(0)),))),
    ("keywords:frequency", ("tea", 1, "less than"), Demands(phase="content", counts=(("tea", exactly(0)),))),
    ("keywords:letter_frequency", ("Z", 3, "at least"), Demands(phase="content", letters=(("z", Range(3)),))),
    ("keywords:letter_frequency", ("Z", 3, "less than"), Demands(phase="content", letters=(("z", Range(0, 2)),))),
    (
        "keywords:letter_frequency",
        ("Z", 1, "less than"),
        Demands(phase="content", letters=(("z", exactly(0)),), lacks=("z", "Z")),
    ),
    (
        "keywords:letter_frequency",
        ("#", 1, "less than"),
        Demands(phase="content", letters=(("#", exactly(0)),), lacks=("#",)),
    ),
    (
        "keywords:letter_frequency",
        ("ß", 1, "less than"),
        Demands(phase="content", letters=(("ß", exactly(0)),), lacks=("ß",)),
    ),
    ("keywords:letter_frequency", (" ", 1, "at least"), Demands(phase="content", letters=(("", Range(1)),))),
    ("language:response_language", ("fr",), Demands(phase="form", language="fr")),
    (
        "length_constraints:nth_paragraph_first_word",
        (3, 2, " so "),
        Demands(phase="skeleton", blocks=exactly(3), first_words=((2, "so"),)),
    ),
    ("length_constraints:number_paragraphs", (3,), Demands(phase="skeleton", dividers=exactly(3))),
    ("length_constraints:number_sentences", (3, "at least"), Demands(phase="counts", sentences=Range(3))),
    ("length_constraints:number_sentences", (3, "less than"), Demands(phase="counts", sentences=Range(0, 2))),
    ("length_constraints:number_words", (3, "at least"), Demands(phase="counts", words=Range(3))),
    ("length_constraints:number_words", (3, "less than"), Demands(phase="counts", words=Range(0, 2))),
    ("startend:end_checker", (" Bye. ",), Demands(phase="edges", last="Bye.")),
    ("startend:quotation", (), Demands(phase="edges", quoted=True)),
    ("punctuation:no_comma", (), Demands(lacks=tuple(COMMAS))),
]
PUBLISHED = [
    ("detectable_content:postscript", (" P.S. ",), Demands(phase="edges", postscript="P.S.")),
    ("detectable_content:postscript", ("N.B.",), Demands(phase="edges")),
    ("detectable_content:postscript", ("Nota bene",), Demands(phase="edges", postscript="Nota bene")),
    ("detectable_content:postscript", (" P.P.S ",), Demands(phase="edges", postscript="P.P.S")),
    ("detectable_format:constrained_response", (), Demands(phase="form", parts=("My answer is ",))),
    ("detectable_format:json_format", (), Demands(phase="form", form="json")),
    ("detectable_format:multiple_sections", (" Part ", 2), Demands(phase="skeleton", sections=(("Part", Range(2)),))),
    ("detectable_format:multiple_sections", ("S.", 2), Demands(phase="skeleton")),
    ("detectable_format:multiple_sections", (" ", 2), Demands(phase="skeleton")),
    ("keywords:existence", (["tea", "a.c"],), Demands(phase="content", parts=("tea",))),
    ("keywords:forbidden_words", (["tea", "a.c"],), Demands(phase="content", excludes=("tea",))),
    ("keywords:frequency", (" tea ", 2, "at least"), Demands(phase="content", parts=("tea",))),
    ("keywords:frequency", ("a.c", 2, "at least"), Demands(phase="content")),
    ("keywords:frequency", ("tea", 0, "at least"), Demands(phase="content")),
    ("keywords:letter_frequency", ("Z", 3, "at least"), Demands(phase="content", letters=(("z", Range(3)),))),
    ("keywords:letter_frequency", ("Z", 3, "less than"), Demands(phase="content", letters=(("z", Range(0, 2)),))),
    (
        "keywords:letter_frequency",
        ("Z", 1, "less than"),
        Demands(phase="content", letters=(("z", exactly(0)),), lacks=("z", "Z")),
    ),
    (
        "keywords:letter_frequency",
        ("#", 1, "less than"),
        Demands(phase="content", letters=(("#", exactly(0)),), lacks=("#",)),
    ),
    (
        "keywords:letter_frequency",
        ("ß", 1, "less than"),
        Demands(phase="content", letters=(("ß", exactly(0)),), lacks=("ß",)),
    ),
    ("keywords:letter_frequency", (" ", 1, "at least"), Demands(phase="content")),
]


def instruction(id, values):
    return scorers.read({"id": id, **dict(zip(scorers.load(id).params(), values, strict=True))})


@pytest.mark.parametrize(("id", "values", "demands"), FORCED)
def test_what_an_instruction_forces(id, values, demands):
    assert replace(rule_books.demands(instruction(id, values), "audited"), meanings=()) == demands


@pytest.mark.parametrize(("id", "values", "demands"), PUBLISHED)
def test_what_a_published_book_forces_instead(id, values, demands):
    for book in ("ifeval", "ifbench", "livebench"):
        assert rule_books.demands(instruction(id, values), book) == demands
