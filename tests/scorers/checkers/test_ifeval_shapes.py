"""Checkers of paragraphs, sections, JSON, highlights, placeholders, postscripts, two responses, repetition, quotes."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorers
from scorers.repair.paragraphs import cut_into
from scorers.text.json_text import find_json_fault
from scorers.text.paragraphs import blocks, kind, paragraphs

PARAGRAPHS = "length_constraints:number_paragraphs"
NTH = "length_constraints:nth_paragraph_first_word"
SECTIONS = "detectable_format:multiple_sections"
JSON = "detectable_format:json_format"
OPTION = "detectable_format:constrained_response"
HIGHLIGHTS = "detectable_format:number_highlighted_sections"
PLACEHOLDERS = "detectable_content:number_placeholders"
POSTSCRIPT = "detectable_content:postscript"
TWO = "combination:two_responses"
REPEAT = "combination:repeat_prompt"
QUOTATION = "startend:quotation"
YES = "My answer is yes."


def judged(text, id, rules="audited", **params):
    [verdict] = scorers.verify(text, [{"id": id, **params}], rules=rules)
    return verdict


def text_of(*fragments):
    return st.lists(st.sampled_from(fragments), min_size=1, max_size=14).map("".join).filter(str.strip)


def test_deep_nesting_is_judged_and_not_by_the_depth_of_the_stack():
    def deeper(levels, text):
        return deeper(levels - 1, text) if levels else judged(text, JSON, "ifeval").followed

    room = sys.getrecursionlimit() // 2
    for text, expected in (("[" * 100_000, False), ("[" * 984 + "]" * 984, True), ("[" * 985 + "]" * 985, False)):
        assert judged(text, JSON, "ifeval").followed is expected
        assert deeper(room, text) is expected
    assert judged('{"a":' * 50_000 + "1" + "}" * 50_000, JSON).followed


def test_a_long_number_is_json_but_not_for_the_published_verifier():
    for digits, expected in ((4300, True), (4301, False)):
        assert judged(f"[-{'7' * digits}]", JSON, "ifeval").followed is expected
        assert judged(f"[-{'7' * digits}]", JSON).followed
    assert judged("7" * 5000 + ".5", JSON, "ifeval").followed


@pytest.mark.parametrize(
    ("text", "where"),
    [("", 0), ("[1 2]", 3), ('{"a" 1}', 5), ("[1,]", 3), ("{1: 2}", 1), ("[", 1), ("[] []", 3), ("01", 1), ('"a', 0)],
)
def test_the_first_fault_in_json_is_found_where_it_is(text, where):
    assert find_json_fault(text).at == where


def test_the_audited_book_insists_on_ranges():
    for id, params in (
        (PARAGRAPHS, {"num_paragraphs": 0}),
        (NTH, {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"}),
        (SECTIONS, {"section_spliter": " ", "num_sections": 1}),
        (POSTSCRIPT, {"postscript_marker": " "}),
    ):
        with pytest.raises(scorers.BadInstruction):
            judged("a", id, **params)


REASONS = [
    (
        "One.\n\nThe two.",
        NTH,
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "hand"},
        "2 paragraphs; paragraph 2 begins with 'The', not with 'hand'",
        ["The"],
    ),
    (
        "Hand.\n\nTwo.",
        NTH,
        {"num_paragraphs": 3, "nth_paragraph": 1, "first_word": "hand"},
        "2 paragraphs, at lines 1 and 3; exactly 3 were asked; paragraph 1 begins with 'Hand'",
        ["Hand", "Two"],
    ),
    (
        "One.",
        NTH,
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "hand"},
        "1 paragraph, at line 1; exactly 2 were asked",
        ["One"],
    ),
    (
        "One.\n***\nTwo.",
        PARAGRAPHS,
        {"num_paragraphs": 3},
        "2 paragraphs, at lines 1 and 3; exactly 3 were asked",
        ["One.", "Two."],
    ),
    (
        "<<T>>\n***\nTwo.",
        PARAGRAPHS,
        {"num_paragraphs": 2},
        "1 paragraph, at line 3; exactly 2 were asked; '<<T>>' at line 1 is a title or heading, not a paragraph",
        ["Two."],
    ),
    (
        "a\n***\n***\nb",
        PARAGRAPHS,
        {"num_paragraphs": 2},
        "two lines of *** have nothing between them, at lines 2 and 3",
        ["***", "***"],
    ),
    (
        "Section 1\na\n\n**Section 2**\n",
        SECTIONS,
        {"section_spliter": "Section", "num_sections": 2},
        "1 section, at line 1; exactly 2 were asked; 1 more label with nothing behind it",
        ["Section 1"],
    ),
    ('{"a":\n 1,}', JSON, {}, "not valid JSON: a name in quotes expected at line 2, but there is '}'", ["}"]),
    ("Yes.", OPTION, {}, "the response is none of the three sentences", []),
    (f"Well. {YES}", OPTION, {}, "'My answer is yes' found, with other text around it", ["Well."]),
    ("*a* b\n**c**", HIGHLIGHTS, {"num_highlights": 3}, "2 highlights, at lines 1 and 2; at least 3 were asked", []),
    (
        "[a] and x[b]",
        PLACEHOLDERS,
        {"num_placeholders": 2},
        "1 placeholder, at line 1; at least 2 were asked; '[b]' is attached to the word before it",
        ["[b]"],
    ),
    ("Bye.\nP.S.", POSTSCRIPT, {"postscript_marker": "P.S."}, "'P.S.' at line 2 has no text", ["P.S."]),
    (
        "By P.S. mail.",
        POSTSCRIPT,
        {"postscript_marker": "P.S."},
        "'P.S.' at line 1 is inside a sentence; a postscript begins a line or a sentence",
        ["P.S."],
    ),
    ("a\n******\nA", TWO, {}, "the two responses are the same; two different ones were asked", ["a", "A"]),
    ("Bye.", POSTSCRIPT, {"postscript_marker": "P.S."}, "no postscript that begins with 'P.S.'", []),
    (
        "Say\nthat. No.",
        REPEAT,
        {"prompt_to_repeat": "Say this. Now."},
        "'that.' instead of word 2 of the request, 'this.', at line 2",
        ["that."],
    ),
    (
        "Say this.",
        REPEAT,
        {"prompt_to_repeat": "Say this. Now."},
        "the response ends before word 3 of the request, 'Now.'",
        [],
    ),
    (
        '"A" b\n"c"',
        QUOTATION,
        {},
        "the first quotation ends at line 1 and another begins at line 2; one pair of double quotation marks around "
        "everything was asked",
        ['"', '"'],
    ),
    (
        "'A'",
        QUOTATION,
        {},
        'the response begins with "\'" and ends with "\'"; one pair of double quotation marks around everything was '
        "asked",
        ["'", "'"],
    ),
]


@pytest.mark.parametrize(("text", "id", "params", "reason", "marked"), REASONS)
def test_a_failure_says_what_was_found_and_where(text, id, params, reason, marked):
    verdict = judged(text, id, **params)
    assert not verdict.followed
    assert verdict.reason == reason
    assert [text[start:end] for start, end in verdict.spans] == marked


def test_parts_of_a_text():
    text = "# Head\n\n<<T>>\r\n \r\nOne.\nStill.\n\n***\n\nP.S. in the middle\n\n**Bold**\n\nTwo.\n\nP.P.S. x"
    found = blocks(text)
    kinds = [kind(text, *span) for span in found]
    assert kinds == ["title", "title", "text", "empty", "postscript", "title", "text", "postscript"]
    assert [text[a:b] for a, b in paragraphs(text, found)] == ["One.\nStill.", "P.S. in the middle", "Two."]
    for title in ("**<<T>>**", "Title: <<T>>", '"<<T>>', "## T", "__A short line__", "**Note:**"):
        assert kind(title, 0, len(title)) == "title", title
    for prose in (
        "a << b and c >> d",
        "**Done.**",
        "**Bold** start",
        "#hash",
        f"**{'word ' * 13}end**",
        "People. Stop.",
    ):
        assert kind(prose, 0, len(prose)) == "text", prose


@given(
    st.lists(text_of("One two. ", "Three! ", "* four\n", "## five\n", "P.S. six. ", "\n"), max_size=4),
    st.integers(1, 6),
)
def test_recut_keeps_every_word_and_makes_that_many_paragraphs(parts, number):
    cut = cut_into(parts, number)
    assert len(cut) == number
    before, after = " ".join(parts).split(), " ".join(cut).split()
    assert not Counter(before) - Counter(after)
    assert all(kind(part, 0, len(part)) == "text" for part in cut)


def test_the_request_is_drawn_and_told_by_its_ends():
    request = (
        "Here is how an article begins:\n\n<article>\nIt rained. It poured.\n</article>\n\nSay in brief what happened."
    )
    drawn = scorers.load(REPEAT).draw(Random(1), scorers.Context(request=f"{request}\n"))
    assert drawn.prompt_to_repeat == request
    sentence = drawn.describe()
    assert '"Here is how an article"' in sentence
    assert '"Say in brief what happened."' in sentence
    assert "poured" not in sentence
    assert judged(f"{request}\n\nRain.", REPEAT, prompt_to_repeat=request).followed
    assert scorers.load(REPEAT).draw(Random(1), scorers.Context()).prompt_to_repeat


def test_the_paragraph_drawn_is_always_there():
    checker = scorers.load(NTH)
    drawn = [checker.draw(Random(seed), scorers.Context()) for seed in range(300)]
    assert {(d.num_paragraphs, d.nth_paragraph) for d in drawn} == {
        (n, k) for n in range(1, 6) for k in range(1, n + 1)
    }
    limits = {"nth_paragraph": [4, 9], "num_paragraphs": [2, 6]}
    narrow = [checker.draw(Random(seed), scorers.Context(limits=limits)) for seed in range(100)]
    assert {(d.num_paragraphs, d.nth_paragraph) for d in narrow} == {(4, 4), (5, 4), (5, 5), (6, 4), (6, 5), (6, 6)}


LONG = [
    *((PARAGRAPHS, {"num_paragraphs": 2}, unit) for unit in ("a\n***\n", "* ", "***", "<<a>>\n***\n")),
    *(
        (NTH, {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "a"}, unit)
        for unit in ("a\n\n", "# a\n", "<<\n\n")
    ),
    *(
        (SECTIONS, {"section_spliter": "Section", "num_sections": 2}, unit)
        for unit in ("Section 1\n", "Section ", "> ")
    ),
    *((JSON, {}, unit) for unit in ("[", '{"a":', '"\\', "1e", "[],", "`")),
    *((HIGHLIGHTS, {"num_highlights": 2}, unit) for unit in ("*a* ", "*a **b ***c ", "**!", "\\*")),
    *((PLACEHOLDERS, {"num_placeholders": 2}, unit) for unit in ("[a", "[a]", "[a\n", "x[a]")),
    *((POSTSCRIPT, {"postscript_marker": "P.S."}, unit) for unit in ("P.S. ", "P. ", "P.S. a\n\n", ". - ", "\n>")),
    *((TWO, {}, unit) for unit in ("a ****** ", "* * * ", "******\n", "******")),
    *((REPEAT, {"prompt_to_repeat": "a " * 9999}, unit) for unit in ("a ", '"a', "\u00a0")),
    *((QUOTATION, {}, unit) for unit in ('"a" ', "“", "*", '" ')),
    *((OPTION, {}, unit) for unit in ("my ", "My answer is no.", "my answer ")),
]


@pytest.mark.parametrize(("id", "params", "unit"), LONG)
def test_long_texts_take_no_long_time(id, params, unit):
    text = (unit * 100_000)[:100_000]
    for book in ("audited", "ifeval"):
        began = process_time()
        judged(text, id, book, **params)
        assert process_time() - began < 1.5
