"""Highlights, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

HIGHLIGHTS = "detectable_format:number_highlighted_sections"


VERDICTS = [
    *under(
        HIGHLIGHTS,
        "audited",
        (2,),
        rows=[
            ("*a* **b**", True, "2 highlights, at line 1; at least 2 were asked", "*a*|**b**"),
            ("***a***", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("***a** b*", True, "2 highlights, at line 1; at least 2 were asked", "***a**|***a** b*"),
            ("***a* b**", True, "2 highlights, at line 1; at least 2 were asked", "***a*|***a* b**"),
            ("*a **b** c*", True, "2 highlights, at line 1; at least 2 were asked", "*a **b** c*|**b**"),
            ("**a *b* c**", True, "2 highlights, at line 1; at least 2 were asked", "**a *b* c**|*b*"),
            ("**a *b***", True, "2 highlights, at line 1; at least 2 were asked", "**a *b***|*b***"),
            ("*a **b***", True, "2 highlights, at line 1; at least 2 were asked", "*a **b***|**b***"),
            ("***a*** b*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("*a* *", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("a*b* c*", False, "0 highlights; at least 2 were asked", ""),
            ("*a *b* c*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("**a* b**", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("* a* b*", False, "0 highlights; at least 2 were asked", ""),
            ("*a * b*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("****a**** *b*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("*a\n\nb* *c*", False, "1 highlight, at line 3; at least 2 were asked", ""),
            ("*a\nb*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("\\*a* *b* *c*", True, "2 highlights, at line 1; at least 2 were asked", "*b*|*c*"),
            ("** ** *a*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("*1* *_*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("***a**", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("***a*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("*a***", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("**a***", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("*a*b*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("**a ***b*** c**", True, "2 highlights, at line 1; at least 2 were asked", "**a ***b*** c**|***b***"),
            ("*a\r\n\r\nb*", False, "0 highlights; at least 2 were asked", ""),
            ("*a\n \nb*", False, "0 highlights; at least 2 were asked", ""),
            ("\\**a* **b**", True, "2 highlights, at line 1; at least 2 were asked", "*a*|**b**"),
            ("中*文*字 *b*", True, "2 highlights, at line 1; at least 2 were asked", "*文*|*b*"),
            (
                "**a** *b*\n\n***c***",
                True,
                "3 highlights, at lines 1 and 3; at least 2 were asked",
                "**a**|*b*|***c***",
            ),
            ("***a *b* c***", True, "2 highlights, at line 1; at least 2 were asked", "***a *b* c***|*b*"),
            ("*a **b c* d** e*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("*", False, "0 highlights; at least 2 were asked", ""),
        ],
    ),
    *under(
        HIGHLIGHTS,
        "ifeval",
        (2,),
        rows=[
            ("*a* **b**", True, "2 highlights, at line 1; at least 2 were asked", "*a*|**b**"),
            ("***a***", True, "2 highlights, at line 1; at least 2 were asked", "**a**|*a*"),
            ("*** ***", False, "0 highlights; at least 2 were asked", ""),
            ("****", False, "0 highlights; at least 2 were asked", ""),
            ("**a\nb**", False, "0 highlights; at least 2 were asked", ""),
            ("2 * 3 * 4 *", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("** ** *a*", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("** a ** b **", False, "1 highlight, at line 1; at least 2 were asked", ""),
            ("a\n*b*\n**c**", True, "2 highlights, at lines 2 and 3; at least 2 were asked", "*b*|**c**"),
            ("***", False, "0 highlights; at least 2 were asked", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        HIGHLIGHTS,
        (2,),
        rows=[
            ("We left home today now.", "We *left* home *today* now."),
            ("*We* left home.", "*We* *left* home."),
            ("", "*fields* *hills*"),
            ("*a* *b*", "*a* *b*"),
            ("(We) left.", "(We) left.\n\n*fields* *hills*"),
            ("We left *home today* now early.", "We *left* *home today* now early."),
            ("We* left home", "We* *left* home\n\n*fields*"),
            ("We left\nhome now.", "We left\nhome now.\n\n*fields* *hills*"),
        ],
    ),
    *under(
        HIGHLIGHTS,
        (1,),
        rows=[
            ("We left home.", "We *left* home."),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_the_published_book_refuses_what_its_verifier_drew():
    message = "num_highlights is -1, and the published verifier draws a number at random"
    with pytest.raises(scorers.BadInstruction, match=message):
        judged(HIGHLIGHTS, (-1,), "a", "ifeval")
    assert judged(HIGHLIGHTS, (0,), "a", "ifeval")[0]
