"""Sections and bullet points, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

SECTIONS = "detectable_format:multiple_sections"
BULLETS = "detectable_format:number_bullet_lists"


VERDICTS = [
    *under(
        SECTIONS,
        "audited",
        (" Section ", 2),
        rows=[
            (
                "Section 1\na\nSection 2\nb",
                True,
                "2 sections, at lines 1 and 3; exactly 2 were asked",
                "Section 1|Section 2",
            ),
            (
                "## Section 1\n\n# Section 2\nb",
                False,
                "1 section, at line 3; exactly 2 were asked; 1 more label with nothing behind it",
                "# Section 2",
            ),
            (
                "Section 1\nSection 2\nSection 3\n",
                False,
                "0 sections; exactly 2 were asked; 3 more labels with nothing behind them",
                "",
            ),
            (
                "Section I: a\nSection two\nb",
                True,
                "2 sections, at lines 1 and 2; exactly 2 were asked",
                "Section I|Section two",
            ),
            ("Section 1: a", False, "1 section, at line 1; exactly 2 were asked", "Section 1"),
            (
                "Section 1 .\nSection 2 b",
                False,
                "1 section, at line 2; exactly 2 were asked; 1 more label with nothing behind it",
                "Section 2",
            ),
            (
                "a\nSection 1\nb\nSection 2\n c\nSection 3\nd",
                False,
                "3 sections, at lines 2, 4 and 6; exactly 2 were asked",
                "Section 1|Section 2|Section 3",
            ),
            ("none", False, "0 sections; exactly 2 were asked", ""),
            (
                "Section 1\nSection 2\n\nSection 1\na\n> Section 2\nb",
                True,
                "2 sections, at lines 4 and 6; exactly 2 were asked; 2 more labels with nothing behind them",
                "Section 1|> Section 2",
            ),
        ],
    ),
    *under(
        SECTIONS,
        "audited",
        ("(A)", 2),
        rows=[
            ("(A) 1\nx\n(a) 2\ny", True, "2 sections, at lines 1 and 3; exactly 2 were asked", "(A) 1|(a) 2"),
            ("x (A) 1 y", False, "0 sections; exactly 2 were asked", ""),
        ],
    ),
    *under(
        SECTIONS,
        "ifeval",
        (" Section ", 2),
        rows=[
            ("Section 1 Section 2", True, "2 sections, at line 1", "Section 1 |Section 2"),
            ("Section 12 a", False, "1 section, at line 1", "Section 12 "),
            ("section 1 section 2", False, "0 sections", ""),
            ("none", False, "0 sections", ""),
            ("Sections 1\nSection\n2 Section 3", True, "2 sections, at lines 1 and 3", "\nSection\n2 |Section 3"),
        ],
    ),
    *under(
        SECTIONS,
        "ifeval",
        ("(P)(art)", 3),
        rows=[
            ("Part 1", True, "3 sections, at line 1", "Part 1"),
            ("Part 2 Part", True, "3 sections, at line 1", "Part 2 "),
        ],
    ),
    *under(
        SECTIONS,
        "ifeval",
        ("x", 0),
        rows=[
            ("none", True, "0 sections", ""),
        ],
    ),
    *under(
        SECTIONS,
        "ifeval",
        ("b|", 1),
        rows=[
            ("a 5", True, "1 section, at line 1", " 5"),
        ],
    ),
    *under(
        BULLETS,
        "audited",
        (2,),
        rows=[
            ("* a\n* b", True, "2 bullet points, at lines 1 and 2; exactly 2 were asked", "* a|* b"),
            ("a\n - b\n+ c\n• d", False, "3 bullet points, at lines 2, 3 and 4; exactly 2 were asked", "• d"),
            ("none", False, "0 bullet points; exactly 2 were asked", ""),
            (
                "*One\n* two\n1. three",
                False,
                "1 bullet point, at line 2; exactly 2 were asked; '*One' has no space after its marker",
                "*One",
            ),
            (
                "*One* word\n* two\n1. three",
                False,
                "1 bullet point, at line 2; exactly 2 were asked; '1. three' is a numbered item",
                "1. three",
            ),
        ],
    ),
    *under(
        BULLETS,
        "ifeval",
        (2,),
        rows=[
            ("- a\n* b\n-", False, "3 bullet points, at lines 1, 2 and 3; exactly 2 were asked", "-"),
            ("* a\n** b\n*c", True, "2 bullet points, at lines 1 and 3; exactly 2 were asked", "* a|*c"),
            ("*\n- c", True, "2 bullet points, at lines 1 and 2; exactly 2 were asked", "*\n- c|- c"),
            ("a - b", False, "0 bullet points; exactly 2 were asked", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        SECTIONS,
        (" Section ", 2),
        rows=[
            ("One. Two. Three.", "Section 1\nOne. Two.\nSection 2\nThree."),
            ("", "Section 1\nThe rich farmers keep soft towns.\nSection 2\nThe strong rivers like tall gardens."),
            ("# Head\nOne. Two.", "# Head\nSection 1\nOne.\nSection 2\nTwo."),
            (
                "Section 1\na. b.",
                "Section 1\nThe rich farmers keep soft towns.\na. b.\nSection 2\nThe strong rivers like tall gardens.",
            ),
            ("Intro.\nSection 1\na.\nSection 2\nb.\nSection 3\nc.", "Intro.\nSection 1\na.\nSection 2\nb.\nc."),
            ("Section 1\na\nSection 2\nb", "Section 1\na\nSection 2\nb"),
            (
                "...",
                ("...\nSection 1\nThe rich farmers keep soft towns.\nSection 2\nThe strong rivers like tall gardens."),
            ),
            (
                "Section 1\nSection 2\n",
                "Section 1\nThe rich farmers keep soft towns.\nSection 2\nThe strong rivers like tall gardens.",
            ),
            (
                "a.***#Section I",
                (
                    "Section 1\na.***#Section I\nThe rich farmers keep soft towns.\n"
                    "Section 2\nThe strong rivers like tall gardens."
                ),
            ),
        ],
    ),
    *under(
        BULLETS,
        (2,),
        rows=[
            ("a\n* b\n  - c\n+ d\ne", "a\n* b\n  - c\nd\ne"),
            ("* a", "* a\n* Great birds protect heavy islands."),
            ("", "* Great birds protect heavy islands.\n* Kind valleys welcome long orchards."),
            ("* a\n* b", "* a\n* b"),
            ("a", "a\n* Great birds protect heavy islands.\n* Kind valleys welcome long orchards."),
        ],
    ),
    *under(
        BULLETS,
        (1,),
        rows=[
            ("* a\n* * b", "* Great birds protect heavy islands."),
            ("* a\n*\tb", "* a\nb"),
            ("* a\n*  b", "* a\nb"),
            ("* * * a", "* * * a"),
            ("* - b\n* c", "* - b\nc"),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_the_published_book_refuses_what_its_verifier_drew_or_died_of():
    for id, values, message in (
        (SECTIONS, ("Section", -1), "num_sections is -1, and the published verifier draws a number at random"),
        (SECTIONS, ("(", 1), "is no regular expression"),
        (BULLETS, (-1,), "num_bullets is -1"),
    ):
        with pytest.raises(scorers.BadInstruction, match=message):
            judged(id, values, "a", "ifeval")
    assert judged(BULLETS, (0,), "a", "ifeval")[0]
