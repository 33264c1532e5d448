"""Words and letters that are counted, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

FREQUENCY = "keywords:frequency"
LETTER = "keywords:letter_frequency"


VERDICTS = [
    *under(
        FREQUENCY,
        "audited",
        (" war ", 2, "at least"),
        rows=[
            ("War.\nNo war", True, "2 times, at lines 1 and 2", "War|war"),
            ("war war war", True, "3 times, at line 1", "war|war|war"),
            ("Warm toward", False, "0 times", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "audited",
        ("war", 2, "less than"),
        rows=[
            ("War.\nNo war", False, "2 times, at lines 1 and 2", "war"),
            ("War", True, "1 time, at line 1", "War"),
            ("war war war", False, "3 times, at line 1", "war|war"),
        ],
    ),
    *under(
        FREQUENCY,
        "audited",
        ("war", 1, "less than"),
        rows=[
            ("War", False, "1 time, at line 1", "War"),
            ("none", True, "0 times", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        (" war ", 2, "at least"),
        rows=[
            ("Toward", False, "1 time, at line 1", "war"),
            ("Toward war", True, "2 times, at line 1", "war|war"),
            ("none", False, "0 times", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        (" war ", 2, "less than"),
        rows=[
            ("Toward war", False, "2 times, at line 1", "war"),
            ("none", True, "0 times", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        ("x*", 4, "less than"),
        rows=[
            ("none", False, "5 times, at line 1", ""),
            ("abc", False, "4 times, at line 1", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        ("x", 0, "less than"),
        rows=[
            ("xx", False, "2 times, at line 1", "x|x"),
            ("none", False, "0 times", ""),
        ],
    ),
    *under(
        LETTER,
        "audited",
        ("Z", 3, "at least"),
        rows=[
            ("Zebra\njazz", True, "3 times, at lines 1 and 2", "Z|z|z"),
            ("a Zz", False, "2 times, at line 1", "Z|z"),
        ],
    ),
    *under(
        LETTER,
        "audited",
        ("Z", 3, "less than"),
        rows=[
            ("Zebra\njazz", False, "3 times, at lines 1 and 2", "z"),
            ("a Zz", True, "2 times, at line 1", "Z|z"),
            ("none", True, "0 times", ""),
        ],
    ),
    *under(
        LETTER,
        "audited",
        ("z", 1, "less than"),
        rows=[
            ("Zz", False, "2 times, at line 1", "Z|z"),
        ],
    ),
    *under(
        LETTER,
        "ifeval",
        ("!", 2, "at least"),
        rows=[
            ("Go!!", True, "2 times, at line 1", "!|!"),
            ("Go!", False, "1 time, at line 1", "!"),
            ("!!!", True, "3 times, at line 1", "!|!|!"),
        ],
    ),
    *under(
        LETTER,
        "ifeval",
        (" ", 1, "less than"),
        rows=[
            ("a b c", True, "0 times", ""),
            ("abc", True, "0 times", ""),
        ],
    ),
    *under(
        LETTER,
        "ifeval",
        ("q", 0, "less than"),
        rows=[
            ("qq", False, "2 times, at line 1", "q|q"),
            ("none", False, "0 times", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        FREQUENCY,
        (" war ", 2, "at least"),
        rows=[
            ("No birds. We left.", "No war war birds. We left."),
            ("War, war", "War, war"),
            ("war", "war war "),
            ("", "war war"),
            (" ", "war war"),
            ("...", "...\nwar war"),
        ],
    ),
    *under(
        FREQUENCY,
        ("new york", 2, "at least"),
        rows=[
            ("New york is big.", "New york is big.\nnew york"),
            ("York is new", "York new york new york is new"),
        ],
    ),
    *under(
        FREQUENCY,
        ("war", 2, "less than"),
        rows=[
            ("War and war", "War and painters"),
            ("war", "war"),
            ("Toward", "Toward"),
            ("War war war war", "War houses boats painters"),
        ],
    ),
    *under(
        FREQUENCY,
        ("war", 1, "less than"),
        rows=[
            ("War and war", "boats and painters"),
        ],
    ),
    *under(
        FREQUENCY,
        ("+", 1, "less than"),
        rows=[
            ("war war war", "war war war"),
            ("++", "boatspainters"),
        ],
    ),
    *under(
        LETTER,
        ("Z", 4, "at least"),
        rows=[
            ("We left.", "We left. Pizza puzzle."),
            ("Pizza, jazz", "Pizza, jazz"),
            ("", "Pizza puzzle."),
        ],
    ),
    *under(
        LETTER,
        ("#", 3, "at least"),
        rows=[
            ("# One", "# One ##."),
            ("##", "## #."),
        ],
    ),
    *under(
        LETTER,
        ("Z", 3, "less than"),
        rows=[
            ("Zebra likes jazz and zen.", "Zebra likes simple and clean."),
            ("z zz", "z clean"),
            ("Z", "Z"),
            ("(Zz) 'z", "(Zz) 'clean"),
        ],
    ),
    *under(
        LETTER,
        ("Z", 1, "less than"),
        rows=[
            ("Zebra likes jazz", "simple likes clean"),
            ("Zebra", "clean"),
            ("none", "none"),
        ],
    ),
    *under(
        LETTER,
        ("-", 2, "less than"),
        rows=[
            ("a - b - c", "a  b  c"),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


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


def test_the_prompt_calls_a_letter_a_letter():
    for letter, what in (("q", 'letter "q"'), ("#", 'character "#"')):
        sentence = scorers.read(record(LETTER, (letter, 1, "at least"))).describe()
        assert f"Use the {what} at least 1 time, " in sentence
