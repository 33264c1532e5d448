"""Words and sentences that are counted, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

SENTENCES = "length_constraints:number_sentences"
WORDS = "length_constraints:number_words"


VERDICTS = [
    *under(
        SENTENCES,
        "audited",
        (2, "at least"),
        rows=[
            ("One. Two.", True, "2 sentences; at least 2 were asked", "One.|Two."),
            ("One.\nTwo. Three.", True, "3 sentences; at least 2 were asked", "One.|Two.|Three."),
            ("One.", False, "1 sentence; at least 2 were asked", "One."),
        ],
    ),
    *under(
        SENTENCES,
        "audited",
        (2, "less than"),
        rows=[
            ("One. Two.", False, "2 sentences; fewer than 2 were asked", "Two."),
            ("One. Two. Three.", False, "3 sentences; fewer than 2 were asked", "Two.|Three."),
            ("One.", True, "1 sentence; fewer than 2 were asked", "One."),
        ],
    ),
    *under(
        SENTENCES,
        "audited",
        (3, "less than"),
        rows=[
            ("One. Two.", True, "2 sentences; fewer than 3 were asked", "One.|Two."),
        ],
    ),
    *under(
        SENTENCES,
        "ifeval",
        (2, "at least"),
        rows=[
            ("One. Two.", True, "2 sentences", "One.|Two."),
            ("One", False, "1 sentence", "One"),
        ],
    ),
    *under(
        SENTENCES,
        "ifeval",
        (2, "less than"),
        rows=[
            ("One. Two.", False, "2 sentences", "Two."),
            ("One", True, "1 sentence", "One"),
        ],
    ),
    *under(
        SENTENCES,
        "ifeval",
        (0, "less than"),
        rows=[
            ("One. Two.", False, "2 sentences", "One.|Two."),
            ("One.", False, "1 sentence", "One."),
        ],
    ),
    *under(
        SENTENCES,
        "ifeval",
        (1, "less than"),
        rows=[
            ("One.", False, "1 sentence", "One."),
        ],
    ),
    *under(
        WORDS,
        "audited",
        (2, "at least"),
        rows=[
            ("One two.", True, "2 words; at least 2 were asked", ""),
            ("One two three.", True, "3 words; at least 2 were asked", ""),
            ("One.", False, "1 word; at least 2 were asked", ""),
        ],
    ),
    *under(
        WORDS,
        "audited",
        (2, "less than"),
        rows=[
            ("One two.", False, "2 words; fewer than 2 were asked", "two"),
            ("One two three.", False, "3 words; fewer than 2 were asked", "two three"),
            ("One.", True, "1 word; fewer than 2 were asked", ""),
        ],
    ),
    *under(
        WORDS,
        "audited",
        (3, "less than"),
        rows=[
            ("One two.", True, "2 words; fewer than 3 were asked", ""),
        ],
    ),
    *under(
        WORDS,
        "ifeval",
        (2, "at least"),
        rows=[
            ("It's", True, "2 words", ""),
            ("one", False, "1 word", ""),
        ],
    ),
    *under(
        WORDS,
        "ifeval",
        (2, "less than"),
        rows=[
            ("It's", False, "2 words", "s"),
            ("one", True, "1 word", ""),
        ],
    ),
    *under(
        WORDS,
        "ifeval",
        (0, "less than"),
        rows=[
            ("a b", False, "2 words", "a b"),
            ("!", False, "0 words", ""),
        ],
    ),
    *under(
        WORDS,
        "ifeval",
        (1, "less than"),
        rows=[
            ("a b", False, "2 words", "a b"),
            ("!", True, "0 words", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        SENTENCES,
        (3, "at least"),
        rows=[
            ("One. Two.", "One. Two.\n\nThe rural fields surround public hills."),
            ("One.", "One.\n\nThe rural fields surround public hills. The honest ships help gentle trains."),
            (
                "",
                (
                    "The rural fields surround public hills. The honest ships help gentle trains. The "
                    "famous neighbours find early kitchens."
                ),
            ),
            (
                "* a",
                "* a\n\nThe rural fields surround public hills. The honest ships help gentle trains. "
                "The famous neighbours find early kitchens.",
            ),
        ],
    ),
    *under(
        SENTENCES,
        (3, "less than"),
        rows=[
            ("One. Two.", "One. Two."),
            ("One. Two. Three.", "One. Two."),
            ("* One.\n* Two.\n* Three.", "* One.\n* Two."),
        ],
    ),
    *under(
        SENTENCES,
        (2, "less than"),
        rows=[
            ("a.***P.P.S. y", "The rural fields surround the public hills now."),
            ("One. Two. Three.", "One."),
            ("... One. Two.", "... One."),
        ],
    ),
    *under(
        WORDS,
        (2, "at least"),
        rows=[
            ("One two.", "One two."),
            ("One.", "One. Young harbours supply teachers."),
            ("", "Young harbours supply local teachers."),
        ],
    ),
    *under(
        WORDS,
        (3, "less than"),
        rows=[
            ("One two.", "One two."),
            ("One two three four.", "One two"),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


@pytest.mark.parametrize(
    ("id", "params", "message"),
    [
        (SENTENCES, (1, "less than"), "less than 1 sentence leaves nothing to say"),
        (SENTENCES, (0, "at least"), "num_sentences is 0, but must be at least 1"),
        (WORDS, (1, "less than"), "less than 1 word leaves nothing to say"),
        (WORDS, (0, "at least"), "num_words is 0, but must be at least 1"),
    ],
)
def test_the_audited_book_refuses_what_nobody_can_follow(id, params, message):
    with pytest.raises(scorers.BadInstruction, match=message):
        judged(id, params, "a", "audited")


def test_the_smallest_bounds_are_taken():
    assert judged(SENTENCES, (1, "at least"), "a.", "audited")[0]
    assert judged(WORDS, (1, "at least"), "a", "audited")[0]
    assert judged(SENTENCES, (2, "less than"), "a", "audited")[0]
    assert judged(WORDS, (2, "less than"), "a", "audited")[0]
