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
            ("tea tea Tea TEA tea tea art", True, "all 2 words found", "tea|tea|Tea|TEA|tea|art"),
            ("Cart", False, "'tea' and 'art' missing", ""),
        ],
    ),
    *under(
        EXISTENCE,
        "ifeval",
        (["tea", "art"],),
        rows=[
            ("cartoons", False, "'tea' missing", "art"),
            ("steal a cartoon", True, "all 2 words found", "tea|art"),
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
                "'Teas', 'tea', 'teaed' and 'Tea' found, at lines 1 and 3",
                "Teas|tea|teaed|Tea",
            ),
            ("steal", True, "none of them found", ""),
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
                "'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i' and 'j' found, at line 1",
                "a|b|c|d|e|f|g|h|i|j|k|l",
            ),
        ],
    ),
    *under(
        FORBIDDEN,
        "ifeval",
        (["tea", "art"],),
        rows=[
            ("A teapot for teas", True, "none of them found", ""),
            ("The tea. No art.\nTea", False, "'tea' and 'art' found, at line 1", "tea|art"),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


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
