"""What of a response is read: extraction, and the eight loose forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorers import EXTRACTIONS, Text, extract
from scorers.text.extraction import loose_forms

ALL = tuple(EXTRACTIONS)

EXTRACTED = [
    ("Answer.", ALL, "Answer.", ()),
    ("<think>No.</think>\n\nYes.", ("thinking",), "Yes.", ("thinking",)),
    ("<THINK>No.</Think> Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("<thinking>No.</thinking>Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("A <think>x</think> B <think>y</think> C", ("thinking",), "A B C", ("thinking",)),
    ("Yes. <think>Never closed", ("thinking",), "Yes. ", ("thinking",)),
    ("<think>Never closed", ("thinking",), "", ("thinking",)),
    ("Never opened.</think>\nYes.", ("thinking",), "Yes.", ("thinking",)),
    ("a </think> b <think> c </think> d", ("thinking",), "b d", ("thinking",)),
    ("<think>x</think>Yes.", (), "<think>x</think>Yes.", ()),
    ("<think>x</think>Yes.", ("solution", "fence"), "<think>x</think>Yes.", ()),
    ("I rethink </thinker> it", ("thinking",), "I rethink </thinker> it", ()),
    ("So: <solution>Yes.</solution> Done.", ("solution",), "Yes.", ("solution",)),
    ("<solution>a</solution> or <solution>b</solution>", ("solution",), "b", ("solution",)),
    ("<Solution>a</SOLUTION>", ("solution",), "a", ("solution",)),
    ("<solution>never closed", ("solution",), "<solution>never closed", ()),
    ("never opened</solution>", ("solution",), "never opened</solution>", ()),
    ("```json\n{}\n```\n", ("fence",), "{}\n", ("fence",)),
    ("~~~\nx\n~~~", ("fence",), "x\n", ("fence",)),
    ("```\r\nx\r\n```", ("fence",), "x\r\n", ("fence",)),
    ("```\na\n```\nand\n```\nb\n```", ("fence",), "```\na\n```\nand\n```\nb\n```", ()),
    ("See:\n```\na\n```", ("fence",), "See:\n```\na\n```", ()),
    ("```\nnever closed", ("fence",), "```\nnever closed", ()),
    ("```", ("fence",), "```", ()),
    ("```\n```", ("fence",), "", ("fence",)),
    ("``````", ("fence",), "``````", ()),
    ("<solution>A <think>x</think>B <think>y</think>C</solution> D", ALL, "A B C", ("thinking", "solution")),
    ("<think>x</think><solution>```\na\n```</solution>", ALL, "a\n", ("thinking", "solution", "fence")),
    ("<solution>A <think>x</think>B</solution>", ("solution", "thinking"), "A B", ("thinking", "solution")),
]


@pytest.mark.parametrize(("response", "names", "text", "done"), EXTRACTED)
def test_extract(response, names, text, done):
    extracted = extract(response, names)
    assert (extracted.text, extracted.done) == (text, done)
    places = [extracted.place((at, at + 1)) for at in range(len(text))]
    assert "".join(response[start:end] for start, end in places) == text
    assert places == sorted(set(places))


def test_extract_takes_thinking_off_unless_told_otherwise():
    assert extract("<think>x</think><solution>y</solution>").text == "<solution>y</solution>"


def test_unknown_extraction_names_the_near_one():
    with pytest.raises(ValueError, match="unknown extraction 'thinkin'; did you mean 'thinking'"):
        extract("x", ("thinkin",))


TAGS = st.sampled_from(["<think>", "</think>", "<solution>", "</solution>", "```\n", "\n```", " ", "a", "b", "\n", "c"])


@given(st.lists(TAGS, max_size=14).map("".join))
def test_every_place_of_an_extracted_text_is_carried_back(response):
    extracted = extract(response, ALL)
    for at, character in enumerate(extracted.text):
        start, end = extracted.place((at, at + 1))
        assert response[start:end] == character
    places = [extracted.place((at, at + 1))[0] for at in range(len(extracted.text))]
    assert places == sorted(set(places))


def test_a_span_over_removed_text_covers_it():
    response = "A <think>x</think>B"
    extracted = extract(response)
    assert extracted.text == "A B"
    assert response[slice(*extracted.place((0, 3)))] == response


def eight_forms(raw):
    lines = raw.split("\n")
    cut = ["\n".join(lines[1:]).strip(), "\n".join(lines[:-1]).strip(), "\n".join(lines[1:-1]).strip()]
    forms = [raw, *cut]
    return [form for form in forms + [form.replace("*", "") for form in forms] if form.strip()]


@given(st.text(st.sampled_from("ab* \n\r\t\u2003*\n"), max_size=24))
def test_loose_forms_are_the_eight_published_ones(raw):
    forms = [form.raw for form, _, _ in loose_forms(Text(raw))]
    assert len(forms) == len(set(forms))
    assert raw not in forms
    assert set(forms) == set(eight_forms(raw)) - {raw}


@given(st.text(st.sampled_from("ab* \n\r*\n"), max_size=24))
def test_every_place_of_a_loose_form_is_carried_back(raw):
    for form, left_out, origin in loose_forms(Text(raw)):
        assert left_out
        for at, character in enumerate(form.raw):
            start, end = origin.place((at, at + 1))
            assert raw[start:end] == character
        start, end = origin.place((0, len(form.raw)))
        assert raw[start:end].replace("*", "") == form.raw.replace("*", "")


def test_loose_forms_keep_the_prompt_and_say_what_was_left_out():
    forms = {
        form.raw: (form.prompt, left_out) for form, left_out, _ in loose_forms(Text("Sure!\n*a*\nBye", "the prompt"))
    }
    assert forms["*a*\nBye"] == ("the prompt", "the first line")
    assert forms["Sure!\n*a*"] == ("the prompt", "the last line")
    assert forms["*a*"] == ("the prompt", "the first and last lines")
    assert forms["Sure!\na\nBye"] == ("the prompt", "asterisks")
    assert forms["a"] == ("the prompt", "the first and last lines and asterisks")
