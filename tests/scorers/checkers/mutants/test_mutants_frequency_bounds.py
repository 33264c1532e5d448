"""How often a word or letter is asked for: bounds that a book refuses, their sentences, drawn bounds."""

from __future__ import annotations

from random import Random

import pytest
from judging import judged, record

import scorers

FREQUENCY = "keywords:frequency"
LETTER = "keywords:letter_frequency"


REFUSED = [
    (FREQUENCY, ("", 1, "at least"), "keyword is empty, and the published verifier"),
    (FREQUENCY, ("a", -1, "at least"), "frequency is -1, and the published"),
    (FREQUENCY, (" ( ", 1, "at least"), r"'\(' is no regular expression"),
    (LETTER, ("ab", 1, "at least"), "letter is 'ab', and the published"),
    (LETTER, ("a", -1, "at least"), "let_frequency is -1, and the published"),
]


@pytest.mark.parametrize(("id", "params", "message"), REFUSED)
def test_published_books_refuse_what_their_verifier_drew(id, params, message):
    with pytest.raises(scorers.BadInstruction, match=message):
        judged(id, params, "a", "ifeval")


@pytest.mark.parametrize("letter", ["ab", " ", ""])
def test_the_audited_letter_is_a_single_one(letter):
    with pytest.raises(scorers.BadInstruction, match=f"{LETTER}: letter is '{letter}', but must be a single letter"):
        judged(LETTER, (letter, 1, "at least"), "a", "audited")


@pytest.mark.parametrize(
    ("id", "params", "sentence"),
    [
        (LETTER, ("q", 2, "at least"), 'Use the letter "q" at least 2 times (capital and small letters both count).'),
        (LETTER, ("q", 1, "at least"), 'Use the letter "q" at least once (capital and small letters both count).'),
        (
            LETTER,
            ("q", 2, "less than"),
            'Use the letter "q" fewer than 2 times (capital and small letters both count).',
        ),
        (
            LETTER,
            ("q", 1, "less than"),
            'Do not use the letter "q" at all, neither as a capital nor as a small letter.',
        ),
        (LETTER, ("#", 3, "at least"), 'Use the character "#" at least 3 times.'),
        (LETTER, ("#", 1, "less than"), 'Do not use the character "#" at all.'),
        (
            FREQUENCY,
            ("tea", 2, "less than"),
            'Use the word "tea" fewer than 2 times, exactly as given (capitalisation does not matter).',
        ),
        (
            FREQUENCY,
            ("tea", 1, "less than"),
            'Do not use the word "tea" (capitalisation does not matter; other forms of it are fine).',
        ),
        (
            FREQUENCY,
            ("green tea", 1, "at least"),
            'Use the phrase "green tea" at least once, exactly as given (capitalisation does not matter).',
        ),
    ],
)
def test_the_sentence_is_idiomatic_for_every_bound(id, params, sentence):
    assert scorers.read(record(id, params)).describe() == sentence


OPENING = "The harbour closed. Storms hit the harbour, and the harbour froze while storms raged for weeks."


def test_a_drawn_bound_is_one_that_an_answer_can_miss():
    context = scorers.Context("Please.", OPENING)
    for seed in range(60):
        frequency = scorers.load(FREQUENCY).draw(Random(seed), context)
        assert frequency.frequency >= 2
        if frequency.relation == "less than":
            assert frequency.keyword == "harbour"
            assert frequency.frequency <= 3
        letter = scorers.load(LETTER).draw(Random(seed), context)
        assert letter.letter in ("jqxz" if letter.let_relation == "at least" else "bkv")
        assert letter.let_frequency >= 3
    limits = {"keyword": ["tea"], "frequency": [1, 1], "relation": ["less than"]}
    drawn = scorers.load(FREQUENCY).draw(Random(1), scorers.Context("Please.", OPENING, limits=limits))
    assert (drawn.keyword, drawn.frequency) == ("tea", 1)
    limits = {"letter": ["e"], "let_relation": ["less than"]}
    assert scorers.load(LETTER).draw(Random(1), scorers.Context("Please.", OPENING, limits=limits)).letter == "e"
