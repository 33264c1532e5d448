"""The sentences of the content, keyword, format, source, code and style checkers, for one and for several."""

from __future__ import annotations

import pytest
from judging import judged, record

import scorers

PLACEHOLDERS = "detectable_content:number_placeholders"
BULLETS = "detectable_format:number_bullet_lists"
HIGHLIGHTS = "detectable_format:number_highlighted_sections"
NUMBERS = "source:numbers"
QUOTATIONS = "source:quotations"
NAMES = "source:names"
BLOCK = "code:block"
ARTICLE = "In 1998 Ada Lovelace met Charles Babbage. She had 46.5t of coal."

SENTENCES = [
    (
        PLACEHOLDERS,
        (1,),
        "Leave at least 1 blank for the reader to fill in, named in square brackets that are not attached to another "
        "word, like [name].",
    ),
    (
        PLACEHOLDERS,
        (3,),
        "Leave at least 3 blanks for the reader to fill in, each named in square brackets that are not attached to "
        "another word, like [name].",
    ),
    (
        "detectable_content:postscript",
        (" P.S. ",),
        'Close your response with a postscript that begins with "P.S."; only a further postscript or a closing line '
        "of up to 16 words may come after it.",
    ),
    (BULLETS, (1,), 'Use exactly 1 bullet point on a line that begins with a marker such as "* " or "- ".'),
    (
        BULLETS,
        (3,),
        'Use exactly 3 bullet points, nested ones included, each on a line that begins with a marker such as "* " or '
        '"- ".',
    ),
    (HIGHLIGHTS, (1,), "Highlight at least 1 passage with asterisks, *like this* or **like this**."),
    (
        "startend:end_checker",
        ("Bye.",),
        'End your response with exactly this text and write nothing after it (capitalisation does not matter): "Bye."',
    ),
    ("startend:quotation", (), "Put your whole response in one pair of double quotation marks."),
    ("punctuation:no_comma", (), "Do not write a single comma, not even within a number."),
    (
        NUMBERS,
        (1, ARTICLE),
        "Include at least one of the numbers that the article gives in digits, and write it in digits too (the "
        "numbering of a list does not count).",
    ),
    (
        NUMBERS,
        (2, ARTICLE),
        "Include at least 2 of the numbers that the article gives in digits, and write them in digits too (the "
        "numbering of a list does not count).",
    ),
    (
        QUOTATIONS,
        (1, 3, ARTICLE),
        "Quote at least 1 passage of at least 3 words word for word from the article, in double quotation marks.",
    ),
    (
        QUOTATIONS,
        (2, 3, ARTICLE),
        "Quote at least 2 different passages word for word from the article, each at least 3 words long and in double "
        "quotation marks.",
    ),
    (
        NAMES,
        (["Ada Lovelace"],),
        'Mention "Ada Lovelace" at least once by this full name (capitalisation does not matter).',
    ),
    (
        NAMES,
        (["Ada Lovelace", "Charles Babbage"],),
        'Mention each of these names at least once in full (capitalisation does not matter): "Ada Lovelace" and '
        '"Charles Babbage".',
    ),
    (
        BLOCK,
        ("yaml", 1),
        "Include a fenced code block that opens with ```yaml and holds at least 1 line of valid YAML (blank lines do "
        "not count).",
    ),
    (
        "code:json_schema",
        ("{}",),
        "Give a JSON value that is valid against the following JSON Schema, either as your whole response or in a "
        "code block that opens with ```json. {}",
    ),
    (
        "style:reading_level",
        (7,),
        "Keep the Flesch-Kincaid grade level of your response at 7 or below (headings, tables and code do not count).",
    ),
    (
        "style:sentence_words",
        (3, 20),
        "Make every sentence at least 3 and at most 20 words long (headings, tables and code do not count).",
    ),
]


@pytest.mark.parametrize(("id", "values", "sentence"), SENTENCES)
def test_the_sentence_says_what_is_accepted(id, values, sentence):
    assert scorers.read(record(id, values)).describe() == sentence


ACCEPTED = [
    (BULLETS, (3,), "* one\n  - two\n+ three"),
    (HIGHLIGHTS, (3,), "*one* and **two** and ***three***"),
    ("startend:end_checker", ("Bye.",), "So long. **bye.**"),
    ("startend:quotation", (), "“So long.”"),
    (BLOCK, ("python", 1), "~~~py\nx = 1\n~~~"),
    (NUMBERS, (2, ARTICLE), "46.5 tonnes, in 1998"),
    (NAMES, (["Ada Lovelace"],), "ADA LOVELACE"),
]


@pytest.mark.parametrize(("id", "values", "text"), ACCEPTED)
def test_what_the_sentence_allows_is_followed(id, values, text):
    assert judged(id, values, text, "audited")[0]


@pytest.mark.parametrize(
    "id",
    [
        *(PLACEHOLDERS, BULLETS, HIGHLIGHTS, NUMBERS, QUOTATIONS, "keywords:frequency", "keywords:letter_frequency"),
        *("style:reading_level", "style:sentence_words", "punctuation:no_comma", "keywords:forbidden_words"),
    ],
)
def test_every_reason_names_the_bound(id):
    checker = scorers.load(id)
    for case in (*checker.good, *checker.bad):
        [verdict] = scorers.verify(case.text, [{"id": id, **case.params}])
        assert any(bound in verdict.reason for bound in ("was asked", "were asked", "is allowed")), verdict.reason


TOO_FEW = [
    (PLACEHOLDERS, (2,), "[name]"),
    (BULLETS, (2,), "* one"),
    (HIGHLIGHTS, (2,), "*one*"),
    (NUMBERS, (2, ARTICLE), "1998"),
    (QUOTATIONS, (2, 3, ARTICLE), '"Lovelace met Charles"'),
    ("keywords:existence", (["tea", "art"],), "tea"),
    ("keywords:frequency", ("tea", 2, "at least"), "tea"),
    ("keywords:letter_frequency", ("q", 2, "at least"), "q"),
]


@pytest.mark.parametrize(("id", "values", "text"), TOO_FEW)
def test_a_failure_of_too_few_marks_nothing_that_counts(id, values, text):
    followed, _, marked = judged(id, values, text, "audited")
    assert not followed
    assert marked == ""
