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
            ("War.\nNo war", True, "'war' occurs 2 times, at lines 1 and 2; at least 2 were asked", "War|war"),
            ("war war war", True, "'war' occurs 3 times, at line 1; at least 2 were asked", "war|war|war"),
            (
                "Warm toward",
                False,
                "'war' occurs 0 times; at least 2 were asked; 'Warm' at line 1 is another word",
                "Warm",
            ),
        ],
    ),
    *under(
        FREQUENCY,
        "audited",
        ("war", 2, "less than"),
        rows=[
            ("War.\nNo war", False, "'war' occurs 2 times, at lines 1 and 2; fewer than 2 were asked", "war"),
            ("War", True, "'war' occurs 1 time, at line 1; fewer than 2 were asked", "War"),
            ("war war war", False, "'war' occurs 3 times, at line 1; fewer than 2 were asked", "war|war"),
        ],
    ),
    *under(
        FREQUENCY,
        "audited",
        ("war", 1, "less than"),
        rows=[
            ("War", False, "'war' occurs 1 time, at line 1; none is allowed", "War"),
            ("none", True, "'war' occurs 0 times; none is allowed", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        (" war ", 2, "at least"),
        rows=[
            ("Toward", False, "'war' occurs 1 time, at line 1; at least 2 were asked", ""),
            ("Toward war", True, "'war' occurs 2 times, at line 1; at least 2 were asked", "war|war"),
            ("none", False, "'war' occurs 0 times; at least 2 were asked", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        (" war ", 2, "less than"),
        rows=[
            ("Toward war", False, "'war' occurs 2 times, at line 1; fewer than 2 were asked", "war"),
            ("none", True, "'war' occurs 0 times; fewer than 2 were asked", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        ("x*", 4, "less than"),
        rows=[
            ("none", False, "'x*' occurs 5 times, at line 1; fewer than 4 were asked", ""),
            ("abc", False, "'x*' occurs 4 times, at line 1; fewer than 4 were asked", ""),
        ],
    ),
    *under(
        FREQUENCY,
        "ifeval",
        ("x", 0, "less than"),
        rows=[
            ("xx", False, "'x' occurs 2 times, at line 1; fewer than 0 were asked", "x|x"),
            ("none", False, "'x' occurs 0 times; fewer than 0 were asked", ""),
        ],
    ),
    *under(
        LETTER,
        "audited",
        ("Z", 3, "at least"),
        rows=[
            ("Zebra\njazz", True, "'z' occurs 3 times, at lines 1 and 2; at least 3 were asked", "Z|z|z"),
            ("a Zz", False, "'z' occurs 2 times, at line 1; at least 3 were asked", ""),
        ],
    ),
    *under(
        LETTER,
        "audited",
        ("Z", 3, "less than"),
        rows=[
            ("Zebra\njazz", False, "'z' occurs 3 times, at lines 1 and 2; fewer than 3 were asked", "z"),
            ("a Zz", True, "'z' occurs 2 times, at line 1; fewer than 3 were asked", "Z|z"),
            ("none", True, "'z' occurs 0 times; fewer than 3 were asked", ""),
        ],
    ),
    *under(
        LETTER,
        "audited",
        ("z", 1, "less than"),
        rows=[
            ("Zz", False, "'z' occurs 2 times, at line 1; none is allowed", "Z|z"),
        ],
    ),
    *under(
        LETTER,
        "ifeval",
        ("!", 2, "at least"),
        rows=[
            ("Go!!", True, "'!' occurs 2 times, at line 1; at least 2 were asked", "!|!"),
            ("Go!", False, "'!' occurs 1 time, at line 1; at least 2 were asked", ""),
            ("!!!", True, "'!' occurs 3 times, at line 1; at least 2 were asked", "!|!|!"),
        ],
    ),
    *under(
        LETTER,
        "ifeval",
        (" ", 1, "less than"),
        rows=[
            ("a b c", True, "'' occurs 0 times; none is allowed", ""),
            ("abc", True, "'' occurs 0 times; none is allowed", ""),
        ],
    ),
    *under(
        LETTER,
        "ifeval",
        ("q", 0, "less than"),
        rows=[
            ("qq", False, "'q' occurs 2 times, at line 1; fewer than 0 were asked", "q|q"),
            ("none", False, "'q' occurs 0 times; fewer than 0 were asked", ""),
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
