"""Words that are asked for or forbidden, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers
from scorers.repair.filler import Filler

EXISTENCE = "keywords:existence"
FORBIDDEN = "keywords:forbidden_words"


VERDICTS = [
    *under(
        EXISTENCE,
        "audited",
        (["tea", "art"],),
        rows=[
            ("tea tea Tea TEA tea tea art", True, "2 of 2 words found, at line 1", "tea|tea|Tea|TEA|tea|art"),
            (
                "Cart",
                False,
                "0 of 2 words found; 'tea' and 'art' are missing; 'Cart' at line 1 is another word",
                "Cart",
            ),
        ],
    ),
    *under(
        EXISTENCE,
        "ifeval",
        (["tea", "art"],),
        rows=[
            ("cartoons", False, "1 of 2 words found; 'tea' is missing", ""),
            ("steal a cartoon", True, "2 of 2 words found, at line 1", "tea|art"),
        ],
    ),
    *under(
        FORBIDDEN,
        "audited",
        (["tea"],),
        rows=[
            (
                "Teas, tea, teaed!\n\nTea",
                False,
                "4 forbidden words, at lines 1 and 3: 'Teas' (a form of 'tea'), 'tea', 'teaed' (a form of 'tea') and "
                "'Tea'; none is allowed",
                "Teas|tea|teaed|Tea",
            ),
            ("steal", True, "0 forbidden words; none is allowed", ""),
        ],
    ),
    *under(
        FORBIDDEN,
        "audited",
        (list("abcdefghijkl"),),
        rows=[
            (
                "a b c d e f g h i j k l",
                False,
                "12 forbidden words, at line 1: 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i' and 'j'; none is allowed",
                "a|b|c|d|e|f|g|h|i|j|k|l",
            ),
        ],
    ),
    *under(
        FORBIDDEN,
        "ifeval",
        (["tea", "art"],),
        rows=[
            ("A teapot for teas", True, "0 forbidden words; none is allowed", ""),
            (
                "The tea. No art.\nTea",
                False,
                "2 forbidden words, at line 1: 'tea' and 'art'; none is allowed",
                "tea|art",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


@pytest.mark.parametrize(
    ("id", "words", "sentence"),
    [
        (EXISTENCE, ["tea"], 'Use the word "tea" at least once, exactly as given (capitalisation does not matter).'),
        (
            EXISTENCE,
            ["green tea"],
            'Use the phrase "green tea" at least once, exactly as given (capitalisation does not matter).',
        ),
        (
            EXISTENCE,
            ["ice", "tea"],
            "Use each of these words at least once, exactly as given (capitalisation does not matter): "
            '"ice" and "tea".',
        ),
        (FORBIDDEN, ["cannot."], 'Do not use the word "cannot.", in any capitalisation.'),
        (
            FORBIDDEN,
            ["the"],
            'Do not use the word "the", in any capitalisation, not even with an ending such as -s, -ed or -ing.',
        ),
        (
            FORBIDDEN,
            ["child"],
            'Do not use the word "child", in any capitalisation, not even with an ending such as -s, -ed or -ing, nor '
            'the plural "children".',
        ),
        (FORBIDDEN, ["ended"], 'Do not use the word "ended", in any capitalisation.'),
        (FORBIDDEN, ["ended", "doors"], 'Do not use any of the words "ended" or "doors", in any capitalisation.'),
        (
            FORBIDDEN,
            ["ended", "stop"],
            'Do not use any of the words "ended" or "stop", in any capitalisation, not even with an ending such as '
            "-s, -ed or -ing.",
        ),
        (
            FORBIDDEN,
            ["child", "goose"],
            'Do not use any of the words "child" or "goose", in any capitalisation, not even with an ending such as '
            '-s, -ed or -ing, nor the plurals "children" or "geese".',
        ),
    ],
)
def test_the_sentence_says_what_counts(id, words, sentence):
    assert scorers.read(record(id, (words,))).describe() == sentence


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("ended", "It ended.", True),
        ("ended", "The end is endless.", False),
        ("building", "two buildings", True),
        ("need", "it needed", True),
        ("king", "three kings", True),
        ("glass", "two glasses", True),
        ("bus", "two buses", True),
    ],
)
def test_a_form_takes_no_further_ending_and_other_words_do(word, text, found):
    assert judged(FORBIDDEN, ([word],), text, "audited")[0] is not found


REPAIRED = [
    *under(
        EXISTENCE,
        (["tea", "art"],),
        rows=[
            ("Tea is good. We left.", "Tea art is good. We left."),
            ("# A title", "# A title\ntea art"),
            (" ", "tea art"),
        ],
    ),
    *under(
        EXISTENCE,
        (["new york"],),
        rows=[
            ("New things. We left.", "New new york things. We left."),
        ],
    ),
    *under(
        FORBIDDEN,
        (["tea", "art"],),
        rows=[
            ("No word of it.", "No word of it."),
            ("Tea for two teas!", "boats for two painters!"),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_forbidden_words_are_taken_out_where_no_other_word_is_left():
    filler = Filler()
    nouns = sorted({filler.word() for _ in range(300)})
    instruction = scorers.read({"id": FORBIDDEN, "forbidden_words": [*nouns, "+-"]})
    assert instruction.repair("a ++-- b") == "a  b"
    assert instruction.repair("a +++--- b") == "a  b"
    assert instruction.repair("a ++++---- b") == ""
