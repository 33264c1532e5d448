"""Published verdicts of the checkers of shape, against what their verifiers say, on generated and on known texts."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scorers

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


def judged(text, id, rules="audited", **params):
    [verdict] = scorers.verify(text, [{"id": id, **params}], rules=rules)
    return verdict


# The published verdicts, each as its own definition says it, however slowly.


def splits_on_stars(text, number):
    parts = re.split(r"\s?\*\*\*\s?", text)
    blank = [i for i, part in enumerate(parts) if not part.strip()]
    return all(i in (0, len(parts) - 1) for i in blank) and len(parts) - len(blank) == number


def nth_begins(text, number, nth, word):
    parts = re.split(r"\n\n", text)
    filled = sum(1 for part in parts if part.strip())
    if nth > filled or not parts[nth - 1].strip():
        return False
    first = parts[nth - 1].split()[0].lstrip("'").lstrip('"')
    return filled == number and "".join(map(str.lower, re.split(r"[.,?!'\"]", first)[0])) == word.lower()


def splits_into_sections(text, label, number):
    return len(re.split(rf"\s?{label.strip()}\s?\d+\s?", text)) - 1 >= number


def loads(text):
    text = text.strip()
    for ticks in ("```json", "```Json", "```JSON", "```"):
        text = text.removeprefix(ticks)
    try:
        json.loads(text.removesuffix("```").strip())
    except ValueError:
        return False
    return True


def highlighted(text, number):
    ones = [m for m in re.findall(r"\*[^\n\*]*\*", text) if m.strip("*").strip()]
    twos = [m for m in re.findall(r"\*\*[^\n\*]*\*\*", text) if m[2:][:-2].strip()]
    return len(ones) + len(twos) >= number


def has_postscript(text, marker):
    known = {"P.P.S": r"\s*p\.\s?p\.\s?s.*$", "P.S.": r"\s*p\.\s?s\..*$"}
    pattern = known.get(marker.strip()) or r"\s*" + marker.strip().lower() + r".*$"
    return bool(re.findall(pattern, text.lower(), re.MULTILINE))


def two_parts(text):
    parts = text.split("******")
    inside = any(not part.strip() for part in parts[1:-1])
    filled = [part.strip() for part in parts if part.strip()]
    return not inside and len(filled) == 2 and filled[0] != filled[1]


def text_of(*fragments):
    return st.lists(st.sampled_from(fragments), min_size=1, max_size=14).map("".join).filter(str.strip)


SPACES = ("\n", "\n\n", "\r\n", " ", "\t", "\u00a0", "\x1c")
COUNT = st.integers(0, 4)


def agrees(text, expected, id, **params):
    for book in ("ifeval", "ifbench", "livebench"):
        verdict = judged(text, id, book, **params)
        assert verdict.followed is expected, (book, text, params, verdict)


@given(text_of("*", "***", "a", "B.", "-", *SPACES), COUNT)
def test_published_paragraphs(text, number):
    agrees(text, splits_on_stars(text, number), PARAGRAPHS, num_paragraphs=number)


WORDS = ("it", "It's", "'", '"', "ΑΣ", ".", "*it", "it:", *SPACES)


@given(
    text_of(*WORDS), st.integers(1, 4), st.integers(0, 3), st.sampled_from(["it", "IT", "it's", "ας", "ασ", "*it", ""])
)
def test_published_first_word(text, nth, more, word):
    number = nth + more
    agrees(text, nth_begins(text, number, nth, word), NTH, num_paragraphs=number, nth_paragraph=nth, first_word=word)


LABELS = ["Section", " SECTION ", "", "(a)(b)?", "a|b", "|", "x*", "S.", "1"]


@given(text_of("Section", "SECTION", "a", "b", "x", "S", "1", "23", "٣", ".", *SPACES), st.sampled_from(LABELS), COUNT)
def test_published_sections(text, label, number):
    agrees(text, splits_into_sections(text, label, number), SECTIONS, section_spliter=label, num_sections=number)


PIECES = ("[", "]", "{", "}", ",", ":", '"a"', '"', "\\u00e9", "\\", "1", "-", "0", ".5", "e3", "true", "null", "NaN")


@given(text_of(*PIECES, "-Infinity", "é", "\x00", "\ufeff", "\ud800", "```", "```json", "```Json", "json", *SPACES))
@settings(max_examples=400)
def test_published_json(text):
    agrees(text, loads(text), JSON)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_what_python_writes_is_json(value, ascii_only, indent):
    written = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    agrees(written, expected=True, id=JSON)
    special = re.search(r"NaN|Infinity", re.sub(r'"(?:[^"\\]|\\.)*"', "", written))
    assert judged(written, JSON).followed is (special is None)


@given(text_of("*", "**", "a", "_", "\\", *SPACES), COUNT)
def test_published_highlights(text, number):
    agrees(text, highlighted(text, number), HIGHLIGHTS, num_highlights=number)


@given(text_of("[", "]", "a", "[]", *SPACES), COUNT)
def test_published_placeholders(text, number):
    agrees(text, len(re.findall(r"\[.*?\]", text)) >= number, PLACEHOLDERS, num_placeholders=number)


MARKERS = ["P.S.", "P.P.S", " P.S. ", "p.s.", "", "+", "?", "x|y", "\\s", "(?:P)\\.", "N.B.", "İ"]


@given(text_of("P", "p", "S", "s", ".", "x", "y", "N.B", "İ", "i̇", "ſ", *SPACES), st.sampled_from(MARKERS))
@settings(max_examples=400)
def test_published_postscript(text, marker):
    agrees(text, has_postscript(text, marker), POSTSCRIPT, postscript_marker=marker)


@given(text_of("*", "***", "******", "a", "A", "b", *SPACES))
def test_published_two_responses(text):
    agrees(text, two_parts(text), TWO)


@given(text_of("a", "Σ", "ΑΣ", "İ", '"', *SPACES), text_of("a", "Σ", "ΑΣ", "İ", "i̇", '"', *SPACES))
def test_published_repetition(asked, answer):
    for text in (answer, asked.upper() + answer, f" {asked} {answer}"):
        expected = text.strip().lower().startswith(asked.strip().lower())
        agrees(text, expected, REPEAT, prompt_to_repeat=asked)


@given(text_of('"', "“", "”", "a", *SPACES))
def test_published_quotation(text):
    stripped = text.strip()
    agrees(text, len(stripped) > 1 and stripped[0] == '"' == stripped[-1], QUOTATION)


YES = "My answer is yes."
VECTORS = [
    (
        PARAGRAPHS,
        {"num_paragraphs": 2},
        {"***\na\n***\nb\n***": True, "a\n***\n***\nb": False, "***very*** a *** b": False},
    ),
    (PARAGRAPHS, {"num_paragraphs": 3}, {"One ***bold*** two": True}),
    (PARAGRAPHS, {"num_paragraphs": 2}, {"One.\n* * *\nTwo.": False, "a ****** b": False, "a***b": True}),
    (
        NTH,
        {"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "hand"},
        {'"Hand x\n\nb"': True, "Hand: x\n\nb": False},
    ),
    (
        NTH,
        {"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "hand"},
        {"\n\nhand x\n\nb": False, "hand x\n \nb": False},
    ),
    (NTH, {"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "hand"}, {"hand x\n\n\n\nb": True}),
    (NTH, {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "hand"}, {"a\n\n\n\nhand b": False}),
    (NTH, {"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "it's"}, {"It's": False, "it’s": False}),
    (
        JSON,
        {},
        {"NaN": True, '"hi"': True, '{"a":1,}': False, 'Here: {"a":1}': False, "42": True, '{"a":1,"a":2}': True},
    ),
    (TWO, {}, {"******a******b******": True, "a ******* b": True, "a ****** a": False, "a******b******c": False}),
    (TWO, {}, {"Hello\n******\nhello": True, "a\n* * * * * *\nb": False, "a************b": False}),
    (QUOTATION, {}, {'"a" "b"': True, "“a”": False, '"': False}),
    (POSTSCRIPT, {"postscript_marker": "P.S."}, {"(P.S. hi)": True, "PS x": False, "P.S x": False, "P.P.S. x": True}),
    (POSTSCRIPT, {"postscript_marker": "P.S."}, {"We use a.p.s. units first. The end.": True}),
    (POSTSCRIPT, {"postscript_marker": "P.P.S"}, {"Hip.p.some text": True, "P.S. x": False}),
    (
        SECTIONS,
        {"section_spliter": "Section", "num_sections": 2},
        {"Section 1\nSee Section 1": True, "section 1 section 2": False},
    ),
    (
        SECTIONS,
        {"section_spliter": "Section", "num_sections": 1},
        {"XSection 1": True, "Subsection 1": False, "Section I": False},
    ),
    (REPEAT, {"prompt_to_repeat": " Hello\nWorld  "}, {"hello\nworld and": True, "Hello World and": False}),
    (PLACEHOLDERS, {"num_placeholders": 2}, {"x = a[0][1]": True, "[your\nname] [a]": False, "[][]": True}),
    (HIGHLIGHTS, {"num_highlights": 1}, {"2 * 3 * 4": True, "**x**": True, "****": False}),
    (HIGHLIGHTS, {"num_highlights": 2}, {"***x***": True, "**x**": False}),
    (OPTION, {}, {f"I refuse. Nobody says {YES}": True, YES[:-1]: False, YES.lower(): False}),
]


@pytest.mark.parametrize(("id", "params", "verdicts"), VECTORS)
def test_published_verdicts_of_known_texts(id, params, verdicts):
    for text, expected in verdicts.items():
        agrees(text, expected, id, **params)


@pytest.mark.parametrize(
    ("id", "params"),
    [
        (PARAGRAPHS, {"num_paragraphs": -1}),
        (NTH, {"num_paragraphs": -1, "nth_paragraph": 1, "first_word": "a"}),
        (NTH, {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"}),
        (NTH, {"num_paragraphs": 2, "nth_paragraph": 0, "first_word": "a"}),
        (SECTIONS, {"section_spliter": "Section", "num_sections": -1}),
        (SECTIONS, {"section_spliter": "(", "num_sections": 1}),
        (HIGHLIGHTS, {"num_highlights": -1}),
        (PLACEHOLDERS, {"num_placeholders": -1}),
        (POSTSCRIPT, {"postscript_marker": "["}),
        (POSTSCRIPT, {"postscript_marker": "*"}),
        (REPEAT, {"prompt_to_repeat": ""}),
    ],
)
def test_published_books_refuse_what_their_verifier_drew_or_died_of(id, params):
    for book in ("ifeval", "livebench"):
        with pytest.raises(scorers.BadInstruction, match=id):
            judged("a", id, book, **params)


def test_a_number_that_can_only_be_drawn_as_one_is_no_draw():
    one = {"num_paragraphs": 1, "nth_paragraph": 2, "first_word": "a"}
    assert judged("a", NTH, "livebench", **one).followed
    with pytest.raises(scorers.BadInstruction):
        judged("a", NTH, "ifeval", **one)
    none = {"num_paragraphs": 0, "nth_paragraph": 1, "first_word": "a"}
    assert not judged("a", NTH, "ifeval", **none).followed
    with pytest.raises(scorers.BadInstruction):
        judged("a", NTH, "livebench", **none)
