"""How a response ends and what stands around it, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

QUOTATION = "startend:quotation"
END = "startend:end_checker"


VERDICTS = [
    *under(
        QUOTATION,
        "audited",
        (),
        rows=[
            ('"Hi" ""', False, "the quotation ends and begins again, at line 1 and at line 1", '"|"'),
            ('"" a "b"', False, "the quotation ends and begins again, at line 1 and at line 1", '"|"'),
            (
                "＂Hi＂ she said. ＂Bye＂",
                False,
                "the quotation ends and begins again, at line 1 and at line 1",
                "＂|＂",
            ),
            ("»Ja« sagt sie. »Nein«", False, "the quotation ends and begins again, at line 1 and at line 1", "«|»"),
            ("”Ja” säger hon. ”Nej”", False, "the quotation ends and begins again, at line 1 and at line 1", "”|”"),
            ("“One “two” three”", True, "it begins with '“' and ends with '”'", "“|”"),
            ("“One” two “three”", False, "the quotation ends and begins again, at line 1 and at line 1", "”|“"),
            ('"One” she said. “Two"', False, "the quotation ends and begins again, at line 1 and at line 1", "”|“"),
            (
                '"One "two "three" four" five" six. "seven"',
                False,
                "the quotation ends and begins again, at line 1 and at line 1",
                '"|"',
            ),
            ('"One "two" three "four" end"', True, "it begins with '\"' and ends with '\"'", '"|"'),
            ('"a" b" "c"', False, "the quotation ends and begins again, at line 1 and at line 1", '"|"'),
            ('"Hi" and…"so"', True, "it begins with '\"' and ends with '\"'", '"|"'),
            ('"Hi" is 5"x3" big"', True, "it begins with '\"' and ends with '\"'", '"|"'),
            ('"One ("two") and "three" end"', True, "it begins with '\"' and ends with '\"'", '"|"'),
            ("「はい」と「いいえ」", False, "the quotation ends and begins again, at line 1 and at line 1", "」|「"),
            ('**_"a"_**', True, "it begins with '\"' and ends with '\"'", '"|"'),
            ('*"a"', False, "it begins with '*' and ends with '\"'", '*|"'),
            ("**", False, "no quotation marks", ""),
            ("*", False, "it begins with '*' and ends with '*'", "*"),
            ('_"."_', False, "nothing between the quotation marks", '"."'),
            ('“Hi"', True, "it begins with '“' and ends with '\"'", '“|"'),
            ('  "Hi" x\n', False, "it begins with '\"' and ends with 'x'", '"|x'),
            ('"a\nb" c\n"d"', False, "the quotation ends and begins again, at line 2 and at line 3", '"|"'),
            ('"Hi"\n\n"Bye"', False, "the quotation ends and begins again, at line 1 and at line 3", '"|"'),
            ("”Hi“", False, "it begins with '”' and ends with '“'", "”|“"),
        ],
    ),
    *under(
        QUOTATION,
        "ifeval",
        (),
        rows=[
            (' "Hi" x', False, "it begins with '\"' and ends with 'x'", '"|x'),
            ('\n"Hi"\n', True, "it begins with '\"' and ends with '\"'", '"|"'),
            ('"', False, "it begins with '\"' and ends with '\"'", '"'),
            ('"a', False, "it begins with '\"' and ends with 'a'", '"|a'),
            ('“a"', False, "it begins with '“' and ends with '\"'", '“|"'),
            (" a b ", False, "it begins with 'a' and ends with 'b'", "a|b"),
        ],
    ),
    *under(
        END,
        "audited",
        ("end.",),
        rows=[
            ("Well. The end!", False, "it ends with 'end!'", "end!"),
            ("The end. X", False, "it ends with 'end. X'", "end. X"),
            ("end.", True, "it ends with 'end.'", "end."),
            ("xend.", False, "it ends with 'xend.'", "xend."),
            ("The  \n END.", True, "it ends with 'END.'", "END."),
            ("end", False, "it ends with 'end'", "end"),
            ("a " * 300 + "the end.", True, "it ends with 'end.'", "end."),
            ("One. The end of", False, "it ends with 'end of'", "end of"),
        ],
    ),
    *under(
        END,
        "audited",
        ("The end.",),
        rows=[
            ("Say end, then go.\n", False, "it ends with 'then go.'", "then go."),
            ("word " * 60, False, "it ends with 'word word'", "word word"),
        ],
    ),
    *under(
        END,
        "audited",
        ("go",),
        rows=[
            ("Go", True, "it ends with 'Go'", "Go"),
            ("Let’s Go!", False, "it ends with 'Go!'", "Go!"),
        ],
    ),
    *under(
        END,
        "audited",
        ("'''\"\"\"--.",),
        rows=[
            ("’‘ʼ“”„‐‑.", True, "it ends with '’‘ʼ“”„‐‑.'", "’‘ʼ“”„‐‑."),
            ("‘’'„“”‑-.", True, 'it ends with "‘’\'„“”‑-."', "‘’'„“”‑-."),
            ("\"'''\"\"--.", False, "it ends with '\"\\'\\'\\'\"\"--.'", "\"'''\"\"--."),
        ],
    ),
    *under(
        END,
        "audited",
        ("The end.",),
        rows=[
            (
                "x" * 60,
                False,
                "it ends with 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            ),
            (
                "x" * 61,
                False,
                "it ends with 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxx'",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            ),
        ],
    ),
    *under(
        END,
        "ifeval",
        (" done. ",),
        rows=[
            ('"done."', True, "it ends with '\"done.\"'", '"done."'),
            ("x done.**", False, "it ends with 'done.**'", "done.**"),
            (" DONE. \n", True, "it ends with 'DONE.'", "DONE."),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        QUOTATION,
        (),
        rows=[
            ("~a~", '"~a~"'),
            ('He said "go".', "\"He said 'go'.\""),
            ("* a\nb", '"\n* a\nb"'),
            ("a\n* b", '"a\n* b"'),
            ("“Hi” she said.", '"Hi\' she said."'),
            ('"Hi"', '"Hi"'),
            (" “Hi", '"Hi"'),
        ],
    ),
    *under(
        END,
        (" done. ",),
        rows=[
            ("", "done."),
            ("Hi.  ", "Hi. done."),
            ("Hi done.", "Hi done."),
            ("Hi undone.", "Hi undone. done."),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_a_word_without_an_end_is_marked_for_its_last_200_characters():
    [verdict] = scorers.verify("a" * 250, [record(END, ("The end.",))])
    assert verdict.spans == ((50, 250),)


@pytest.mark.parametrize("comma", ",，、،﹐﹑､՝߸፣᠂᠈꓾꘍꛵⸲⸴⹁⹉⹌︐︑")
def test_no_comma_of_any_script(comma):
    assert judged("punctuation:no_comma", (), f"a{comma}b", "audited") == (False, "1 comma, at line 1", comma)
    assert scorers.read({"id": "punctuation:no_comma"}).repair(f"a{comma}b") == "ab"


@pytest.mark.parametrize("mark", "‚'’;·.`´~")
def test_no_comma_is_another_mark(mark):
    assert judged("punctuation:no_comma", (), f"a{mark}b", "audited") == (True, "0 commas", "")
