"""What of a response is read: extraction, and the eight loose forms."""

import time

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
    (" \n<think>x</think> <think>y</think>\nC", ("thinking",), "C", ("thinking",)),
    ("<think>Never closed", ("thinking",), "", ("thinking",)),
    ("Never opened.</think>\nYes.", ("thinking",), "Yes.", ("thinking",)),
    ("Never opened.\n</think>Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("Never opened.</think>Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("I avoid `</think>` here.</think>Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("Never opened.[/THINK]Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("Never opened.◁/think▷Yes.", ("thinking",), "Yes.", ("thinking",)),
    # Thinking as models mark it.
    ("[THINK]No.[/THINK]Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("<mm:think>No.</mm:think>\n\nYes.", ("thinking",), "Yes.", ("thinking",)),
    ("<seed:think>No.<seed:cot_budget_reflect>9</seed:cot_budget_reflect></seed:think>Yes.",
     ("thinking",), "Yes.", ("thinking",)),
    ("◁think▷No.◁/think▷Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("<reasoning>No.</reasoning>Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("<|START_THINKING|>No.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>",
     ("thinking",), "Yes.", ("thinking",)),
    ("<|begin_of_thought|>No.<|end_of_thought|>\n<|begin_of_solution|>\nYes.\n<|end_of_solution|>",
     ("thinking",), "Yes.", ("thinking",)),
    ("<|channel|>analysis<|message|>No.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>",
     ("thinking",), "Yes.", ("thinking",)),
    ("<|start|>assistant<|channel|>final <|constrain|>json<|message|>{}", ("thinking",), "{}", ("thinking",)),
    ("<|channel|>analysis<|message|>Cut he", ("thinking",), "", ("thinking",)),
    ("analysisWe say yes.assistantfinalYes.", ("thinking",), "Yes.", ("thinking",)),
    ("analysis of the storm", ("thinking",), "analysis of the storm", ()),
    ("analysisWe need to write about it and cut he", ("thinking",), "", ("thinking",)),
    ("analysisOfTheStorm", ("thinking",), "analysisOfTheStorm", ()),
    ("<|channel|>final<|message|>Write <|channel|>final<|message|> and <|end|> here.<|return|>",
     ("thinking",), "Write <|channel|>final<|message|> and <|end|> here.", ("thinking",)),
    # Thinking inside thinking, and a tag that thinking mentions.
    ("<think>a <think>b</think> c</think>Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("<think>a <thinking>b</thinking> c</think>Yes.", ("thinking",), "Yes.", ("thinking",)),
    ("<think>I use <think> here.</think>Yes.", ("thinking",), "Yes.", ("thinking",)),
    # A tag further on is text: the response mentions it.
    ("Yes. <think>Never closed", ("thinking",), "Yes. <think>Never closed", ()),
    ("A <think>x</think> B", ("thinking",), "A <think>x</think> B", ()),
    ("Close it with </think>.", ("thinking",), "Close it with </think>.", ()),
    ("The tag `</think>`ends it.", ("thinking",), "The tag `</think>`ends it.", ()),
    ('<think>Not "</think>" yet.</think>Yes.', ("thinking",), "Yes.", ("thinking",)),
    ('<think>x"</think>"Yes."', ("thinking",), '"Yes."', ("thinking",)),
    ("The tag </think> ends it.", ("thinking",), "The tag </think> ends it.", ()),
    ("<think>x</think>Use <think>y</think> here.", ("thinking",), "Use <think>y</think> here.", ("thinking",)),
    ("a [THINK] b [/THINK] c", ("thinking",), "a [THINK] b [/THINK] c", ()),
    ("<think>x</think>Yes.", (), "<think>x</think>Yes.", ()),
    ("<think>x</think>Yes.", ("solution", "fence"), "<think>x</think>Yes.", ()),
    ("I rethink </thinker> it", ("thinking",), "I rethink </thinker> it", ()),
    ("So: <solution>Yes.</solution> Done.", ("solution",), "Yes.", ("solution",)),
    ("<solution>a</solution> or <solution>b</solution>", ("solution",), "b", ("solution",)),
    ("<Solution>a</SOLUTION>", ("solution",), "a", ("solution",)),
    ("So:\n<solution>\n  a\n  b \n</solution>\n", ("solution",), "a\n  b", ("solution",)),
    ("<solution> \n</solution>", ("solution",), "", ("solution",)),
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
    ("<think>y</think><solution>A <think>x</think>B</solution> D", ALL, "A <think>x</think>B",
     ("thinking", "solution")),
    ("<think>x</think><solution>```\na\n```</solution>", ALL, "a\n", ("thinking", "solution", "fence")),
    ("<think>x</think><solution>A B</solution>", ("solution", "thinking"), "A B", ("thinking", "solution")),
]  # fmt: skip


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


MARKS = ["<think>", "</think>", "[THINK]", "[/THINK]", "<|channel|>", "final<|message|>", "<|end|>"]
TAGS = st.sampled_from([*MARKS, "<solution>", "</solution>", "```\n", "\n```", " ", "a", "b", "\n", "c"])


@given(st.lists(TAGS, max_size=14).map("".join))
def test_every_place_of_an_extracted_text_is_carried_back(response):
    extracted = extract(response, ALL)
    for at, character in enumerate(extracted.text):
        start, end = extracted.place((at, at + 1))
        assert response[start:end] == character
    places = [extracted.place((at, at + 1))[0] for at in range(len(extracted.text))]
    assert places == sorted(set(places))


def test_a_span_over_removed_text_covers_it():
    response = "<think>x</think>A B"
    extracted = extract(response)
    assert extracted.text == "A B"
    assert response[slice(*extracted.place((0, 3)))] == "A B"


@pytest.mark.parametrize("part", [*MARKS, "<think></think>", "\n</think>", "<|channel|>final<|message|>"])
def test_thinking_is_cut_in_a_time_that_grows_with_the_length(part):
    for text in (part * 20_000, "x" + part * 20_000, " " * 200_000 + part, "analysis" + part * 20_000):
        began = time.process_time()
        extract(text)
        assert time.process_time() - began < 0.5


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
