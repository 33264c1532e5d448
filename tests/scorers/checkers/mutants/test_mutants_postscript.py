"""Postscripts, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

POSTSCRIPT = "detectable_content:postscript"


VERDICTS = [
    *under(
        POSTSCRIPT,
        "audited",
        (" P.S. ",),
        rows=[
            (
                "Bye.\n\nP.S. Write soon.",
                True,
                "the postscript 'P.S.' at line 3 closes the response",
                "P.S. Write soon.",
            ),
            ("Bye.\nP.S. One.\nP.S. Two.", True, "the postscript 'P.S.' at line 3 closes the response", "P.S. Two."),
            (
                "P.S. Write.\n\nAnn",
                False,
                "1 word follows the postscript 'P.S.' at line 1; nothing may follow one that begins the response",
                "Ann",
            ),
            (
                "Hi.\n\nP.S. Write.\n\nYours,\nAnn",
                True,
                "the postscript 'P.S.' at line 3 closes the response",
                "P.S. Write.\n\nYours,\nAnn",
            ),
            ("P. S. a", True, "the postscript 'P.S.' at line 1 closes the response", "P. S. a"),
            ("PS a", False, "no postscript that begins with 'P.S.'", ""),
            (
                "Bye. P.S. Write.\n\nP.P.S. Call.",
                True,
                "the postscript 'P.S.' at line 1 closes the response",
                "P.S. Write.\n\nP.P.S. Call.",
            ),
            (
                "Hi\n\nP.S. a\n\nb\n\nc\n\nword word word word word word word word word word word word word word word ",
                False,
                "17 words follow the postscript 'P.S.' at line 3; at most 16 words may",
                "b\n\nc\n\nword word word word word word word word word word word word word word word",
            ),
            (
                "Hi\n\nP.S. a\n\nb\n\nword word word word word word word word word word word word word word word ",
                True,
                "the postscript 'P.S.' at line 3 closes the response",
                "P.S. a\n\nb\n\nword word word word word word word word word word word word word word word",
            ),
            (
                "Hi\n\nP.S. a\n\nb\n\nword word word word word word word word word word word word word word ",
                True,
                "the postscript 'P.S.' at line 3 closes the response",
                "P.S. a\n\nb\n\nword word word word word word word word word word word word word word",
            ),
            ("Bye.\nP.S. !", False, "'P.S.' at line 2 has no text", "P.S."),
            (
                "a P.S. b",
                False,
                "'P.S.' at line 1 is inside a sentence; a postscript begins a line or a sentence",
                "P.S.",
            ),
            (
                "x.P.S. b",
                False,
                "'P.S.' at line 1 is part of a longer word or marker; a postscript begins a line or a sentence",
                "P.S.",
            ),
            (
                "Bye.\n\nP.P.S. Write.",
                False,
                "'P.S.' at line 3 is part of a longer word or marker; a postscript begins a line or a sentence",
                "P.S.",
            ),
            ("Bye", False, "no postscript that begins with 'P.S.'", ""),
            ("  Hi.  \n\n- P.S. a \n", True, "the postscript 'P.S.' at line 3 closes the response", "P.S. a"),
        ],
    ),
    *under(
        POSTSCRIPT,
        "audited",
        ("Nota bene",),
        rows=[
            ("Bye.\nNota  bene: x", True, "the postscript 'Nota bene' at line 2 closes the response", "Nota  bene: x"),
            ("Bye.\nNota benedict", False, "no postscript that begins with 'Nota bene'", ""),
            ("Bye.\nnota bene", False, "'Nota bene' at line 2 has no text", "nota bene"),
            (
                "In nota bene x",
                False,
                "'Nota bene' at line 1 is inside a sentence; a postscript begins a line or a sentence",
                "nota bene",
            ),
        ],
    ),
    *under(
        POSTSCRIPT,
        "audited",
        ("->",),
        rows=[
            ("Bye.\n-> x", True, "the postscript '->' at line 2 closes the response", "-> x"),
            ("a -> x", False, "'->' at line 1 is inside a sentence; a postscript begins a line or a sentence", "->"),
            ("->", False, "'->' at line 1 has no text", "->"),
        ],
    ),
    *under(
        POSTSCRIPT,
        "audited",
        ("P.S.",),
        rows=[
            ("A\n\nP.S. x\n\nb", True, "the postscript 'P.S.' at line 3 closes the response", "P.S. x\n\nb"),
        ],
    ),
    *under(
        POSTSCRIPT,
        "ifeval",
        (" P.S. ",),
        rows=[
            ("Bye.\n\n p.s. Write.", True, "'P.S.' found at line 3: 'p.s. Write.'", "p.s. Write."),
            ("İ P.S. x", True, "'P.S.' found", ""),
            ("Bye", False, "no 'P.S.' found", ""),
            ("a\n\n P. S.x", True, "'P.S.' found at line 3: 'P. S.x'", "P. S.x"),
        ],
    ),
    *under(
        POSTSCRIPT,
        "ifeval",
        ("P.S.",),
        rows=[
            ("pxsx", False, "no 'P.S.' found", ""),
        ],
    ),
    *under(
        POSTSCRIPT,
        "ifeval",
        (" P.P.S ",),
        rows=[
            ("pxpxs", False, "no 'P.P.S' found", ""),
            ("Hip. P.p.\nsome", True, "'P.P.S' found at line 1: 'P.p. some'", "P.p.\nsome"),
            ("P.S.", False, "no 'P.P.S' found", ""),
        ],
    ),
    *under(
        POSTSCRIPT,
        "ifeval",
        ("N.B",),
        rows=[
            ("see N.B. x", True, "'N.B' found at line 1: 'N.B. x'", "N.B. x"),
            ("\n\nabc  nub x", True, "'N.B' found at line 3: 'nub x'", "nub x"),
        ],
    ),
    *under(
        POSTSCRIPT,
        "ifeval",
        (" ",),
        rows=[
            ("anything", True, "'' found at line 1: 'anything'", "anything"),
            ("\n a", True, "'' found at line 2: 'a'", "a"),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


ITEM = "* one more item of a list\n"


@pytest.mark.parametrize(
    ("end", "followed"),
    [
        (f"P.S. Bring\n{ITEM * 2}", True),
        (f"P.S. Write soon.\n{ITEM * 3}", False),
        (f"P.S. Write soon.\n\n{ITEM * 3}", False),
        (f"P.S. Please bring:\n{ITEM * 9}", True),
        (f"P.S. Please bring:\n\n{ITEM * 9}", True),
        (f"P.S. Please bring:\n\n{ITEM * 9}\nYours,\nAnn", True),
        (f"P.S. Please bring:\n{ITEM}\n\n{'Then a paragraph of six words. ' * 3}", False),
        ("P.S.\n\nWrite soon.\n\n" + "1. one more item\n" * 6, False),
        ("P.S. Write soon, for now\n" + "the sea is grey.\n" * 5, True),
        ("P.S. Write soon.\n\n" + "The sea is grey\n" * 5, False),
        ("P.S. Write soon.\n" + ("The sea is grey\nThe sky is wide\n\n" * 4), False),
        ("P.S.\n" + "The sea is grey,\n" * 5, True),
        ("P.S.\n\n" + "The sea is grey,\n" * 5, True),
        ("P.S.\n" + "The sea is grey,\n" * 5 + "\n" + "The sea is grey,\n" * 5, False),
        ("P.S. A verse for you:\n" + "The sea is grey\n" * 5, True),
        ("P.S. A verse for you:\n\n" + "The sea is grey\n" * 5, False),
        (f"P.S. So\nmany things to bring:\n{ITEM * 9}", True),
        (f"P.S. These things: bread.\nWrite soon.\n{ITEM * 9}", False),
        ("附言：请回信。\n\n" + "海是灰色的天很宽船来得晚了\n" * 2, False),
        (f"P.S. Write soon.\n\nP.P.S. Please bring:\n{ITEM * 9}", True),
        (f"P.S. Write soon.\n\nP.P.S. Call me.\n{ITEM * 9}", False),
        ("P.S. Write soon.\n```\n---\n```", True),
    ],
)
def test_what_may_follow_a_postscript(end, followed):
    marker = "附言：" if end.startswith("附言") else "P.S."
    assert judged(POSTSCRIPT, (marker,), f"Dear Ann.\n\n{end}", "audited")[0] is followed


REPAIRED = [
    *under(
        POSTSCRIPT,
        (" P.S. ",),
        rows=[
            ("Bye.", "Bye.\n\nP.S. Honest painters value boats."),
            ('""', '"\n\nP.S. Honest painters value boats."'),
            ("", "P.S. Honest painters value boats."),
            ('"Bye."', '"Bye.\n\nP.S. Honest painters value boats."'),
            ('"', '"\n\nP.S. Honest painters value boats.'),
            ('" Bye. "', '" Bye.\n\nP.S. Honest painters value boats."'),
            ('Say "go"', 'Say "go"\n\nP.S. Honest painters value boats.'),
            ('"go" I say', '"go" I say\n\nP.S. Honest painters value boats.'),
            ("Hi.\n\nP.S. Write.", "Hi.\n\nP.S. Write."),
            (
                "P.S. a\n\nb c.\n\nb c.\n\nb c.\n\n",
                "P.S. a\n\nb c.\n\nb c.\n\nb c.\n\nP.S. Honest painters value boats.",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_the_published_book_refuses_what_its_verifier_died_of():
    with pytest.raises(scorers.BadInstruction, match="is no regular expression"):
        judged(POSTSCRIPT, (" ( ",), "a", "ifeval")
