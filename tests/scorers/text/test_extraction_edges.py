"""Extraction and loose forms at their borders: short texts that one step to either side would read wrongly."""

import pytest

from scorers import EXTRACTIONS, Text, extract
from scorers.text.extraction import loose_forms

FENCES = [
    # The opening fence is not its own closing one.
    ("```\n", "```\n"),
    ("  ~~~\n \n", "  ~~~\n \n"),
    # A second fence anywhere inside: it is not one block that surrounds the text.
    ("```\na\n``` and\n```", "```\na\n``` and\n```"),
    ("```\na``````", "```\na``````"),
    ("```\n``````", "```\n``````"),
    # Two marks right before the closing three are content.
    ("```\na`````", "a``"),
    ("```\na\n~~~", "```\na\n~~~"),
]


@pytest.mark.parametrize(("response", "text"), FENCES)
def test_a_fence_is_taken_off_only_if_it_is_the_one_pair(response, text):
    extracted = extract(response, ("fence",))
    assert extracted.text == text
    assert extracted.done == (() if text == response else ("fence",))


def test_a_solution_needs_its_opening_tag_before_the_last_closing_one():
    assert extract("</solution><solution>", ("solution",)).text == "</solution><solution>"
    assert extract("<solution></solution>", ("solution",)).text == ""


def test_a_text_that_changes_length_in_lower_case_is_cut_where_its_tags_stand():
    response = "\u0130\u0130<solution>a</solution>"
    assert len(response.lower()) != len(response)
    assert extract(response, ("solution",)).text == "a"


def test_thinking_that_opens_at_the_start_leaves_nothing_of_it():
    extracted = extract("<think>b</think>a")
    assert (extracted.text, extracted.place((0, 1))) == ("a", (16, 17))


def test_an_unknown_extraction_is_answered_with_all_known_ones():
    with pytest.raises(ValueError, match=r"\(known: thinking, solution, fence\)$"):
        extract("x", ("nothing",))


def test_a_text_left_as_it_is_keeps_its_places():
    extracted = extract("abc", tuple(EXTRACTIONS))
    assert (extracted.origin, extracted.done, extracted.place((1, 2))) == (None, (), (1, 2))


FORMS = [
    ("", []),
    ("ab", []),
    (" ab ", []),
    ("*", []),
    ("* *", []),
    ("\nab", ["ab"]),
    ("ab\n", ["ab"]),
    ("ab\ncd", ["cd", "ab"]),
    ("a\n\n\na", ["a"]),
    ("ab\ncd\nef", ["cd\nef", "ab\ncd", "cd"]),
    ("ab\n  cd\n  ef", ["cd\n  ef", "ab\n  cd", "cd"]),
    ("*ab", ["ab"]),
    ("ab*", ["ab"]),
    ("*a\n*b", ["*b", "*a", "a\nb", "b", "a"]),
    ("a\n*\na", ["*\na", "a\n*", "*", "a\n\na", "\na", "a\n"]),
]


@pytest.mark.parametrize(("raw", "expected"), FORMS)
def test_loose_forms_in_their_order(raw, expected):
    assert [form.raw for form, _, _ in loose_forms(Text(raw))] == expected


def origin_of(raw, left_out):
    return next((form.raw, origin) for form, how, origin in loose_forms(Text(raw)) if how == left_out)


def test_places_of_a_form_without_asterisks_skip_them():
    form, origin = origin_of("no\n *a**b*", "the first line and asterisks")
    assert form == "ab"
    assert [origin.place((at, at + 1)) for at in range(2)] == [(5, 6), (8, 9)]
    assert origin.place((0, 2)) == (5, 9)


def test_nothing_at_the_end_stands_behind_what_was_kept():
    form, origin = origin_of("ab**", "asterisks")
    assert form == "ab"
    assert origin.place((2, 2)) == (2, 2)
