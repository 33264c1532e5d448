"""Placeholders, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

PLACEHOLDERS = "detectable_content:number_placeholders"
TWO = "at least 2 were asked"
GLUED_BEFORE = "attached to the word before it"
GLUED_AFTER = "attached to the word after it"


VERDICTS = [
    *under(
        PLACEHOLDERS,
        "audited",
        (2,),
        rows=[
            ("Dear [name],\nsee [city].", True, f"2 placeholders, at lines 1 and 2; {TWO}", "[name]|[city]"),
            ("[a][b]", True, f"2 placeholders, at line 1; {TWO}", "[a]|[b]"),
            ("a[b][c] [d]", False, f"1 placeholder, at line 1; {TWO}; '[b]' is {GLUED_BEFORE}", "[b]"),
            ("f()[a] [b]", False, f"1 placeholder, at line 1; {TWO}; '[a]' is {GLUED_BEFORE}", "[a]"),
            ("[name]", False, f"1 placeholder, at line 1; {TWO}", ""),
            (
                "- [x] a\n* [X] b\n+ [x] c\n[x] d",
                False,
                f"1 placeholder, at line 4; {TWO}; '[x]' is a box to tick",
                "[x]",
            ),
            ("-[x] 5 [x]", True, f"2 placeholders, at line 1; {TWO}", "[x]|[x]"),
            ("- [xy] [X]", True, f"2 placeholders, at line 1; {TWO}", "[xy]|[X]"),
            (
                "['a'] [\"b\"] [ 'c'] [^d] [e]",
                False,
                f"1 placeholder, at line 1; {TWO}; \"['a']\" is a note mark or a list in code",
                "['a']",
            ),
            ("[1] [...] [ ] [a1] [b-c]", True, f"2 placeholders, at line 1; {TWO}", "[a1]|[b-c]"),
            (
                "[the map](https://a.b) [a](b)",
                False,
                f"1 placeholder, at line 1; {TWO}; '[the map]' is the text of a link",
                "[the map]",
            ),
            ("[a[b]c]", False, f"0 placeholders; {TWO}; '[b]' is {GLUED_BEFORE}", "[b]"),
            (
                "a[0] [b]",
                False,
                "1 placeholder, at line 1; at least 2 were asked; '[0]' is attached to the word before it",
                "[0]",
            ),
            ("[b]\n\n[c]\nd[e][f]", True, f"2 placeholders, at lines 1 and 3; {TWO}", "[b]|[c]"),
            ("“[T]he [name]", False, f"1 placeholder, at line 1; {TWO}; '[T]' is {GLUED_AFTER}", "[T]"),
            ("[un]usual [name]x", False, f"0 placeholders; {TWO}; '[un]' is {GLUED_AFTER}", "[un]"),
            ("[thing]s, [n]TH", True, f"2 placeholders, at line 1; {TWO}", "[thing]|[n]"),
            ("[thing]st. [name]5", False, f"1 placeholder, at line 1; {TWO}; '[name]' is {GLUED_AFTER}", "[name]"),
            ("[name]'s [place]_b", True, f"2 placeholders, at line 1; {TWO}", "[name]|[place]"),
            (
                "“It was [sic] [ Emphasis added ]” [name]",
                False,
                f"1 placeholder, at line 1; {TWO}; '[sic]' is a remark on a quotation",
                "[sic]",
            ),
            ("\\[x = 1\\]\n[name]", False, f"1 placeholder, at line 2; {TWO}; '[x = 1\\\\]' is a formula", "[x = 1\\]"),
            ("\\[ab\\] \\[E = mc^2\\]", False, f"0 placeholders; {TWO}; '[ab\\\\]' is a formula", "[ab\\]"),
            (
                "\\[Your Name\\] \\[City, State\\]",
                True,
                f"2 placeholders, at line 1; {TWO}",
                "[Your Name\\]|[City, State\\]",
            ),
        ],
    ),
    *under(
        PLACEHOLDERS,
        "ifeval",
        (2,),
        rows=[
            ("[a] [", False, f"1 placeholder, at line 1; {TWO}", ""),
            ("[a\nb] [c]", False, f"1 placeholder, at line 2; {TWO}", ""),
            ("[]\n]\n[x]", True, f"2 placeholders, at lines 1 and 3; {TWO}", "[]|[x]"),
            ("[[a]]", False, f"1 placeholder, at line 1; {TWO}", ""),
            ("[ [\n[a]", False, f"1 placeholder, at line 2; {TWO}", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        PLACEHOLDERS,
        (2,),
        rows=[
            ("We left home.", "We [name] [date] left home."),
            ("We [a] left.", "We [name] [a] left."),
            ("", "[name] [date]"),
            ("...", "...\n[name] [date]"),
            ("[a] [b]", "[a] [b]"),
            ("# T", "# T\n[name] [date]"),
            ("We [a\nleft.", "We [name] [date] [a\nleft."),
            ("Hi, [a](b.c) x", "Hi [name] [date] , [a](b.c) x"),
        ],
    ),
    *under(
        PLACEHOLDERS,
        (13,),
        rows=[
            (
                "We",
                (
                    "We [name] [date] [place] [number] [time] [title] [address] [phone] [email] [city] "
                    "[price] [street] [name] "
                ),
            ),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_the_published_book_refuses_what_its_verifier_drew():
    with pytest.raises(scorers.BadInstruction, match="num_placeholders is -1, and the published verifier draws"):
        judged(PLACEHOLDERS, (-1,), "a", "ifeval")
    assert judged(PLACEHOLDERS, (0,), "a", "ifeval")[0]
