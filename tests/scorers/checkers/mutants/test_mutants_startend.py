"""How a response ends and what stands around it, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

QUOTATION = "startend:quotation"
END = "startend:end_checker"

QUOTES = "; one pair of double quotation marks around everything was asked"

VERDICTS = [
    *under(
        QUOTATION,
        "audited",
        (),
        rows=[
            ('"Hi" ""', False, "the first quotation ends at line 1 and another begins at line 1" + QUOTES, '"|"'),
            (' "', False, "the response is only '\"'" + QUOTES, '"'),
            ('"" a "b"', False, "the first quotation ends at line 1 and another begins at line 1" + QUOTES, '"|"'),
            (
                "＂Hi＂ she said. ＂Bye＂",
                False,
                "the first quotation ends at line 1 and another begins at line 1" + QUOTES,
                "＂|＂",
            ),
            (
                "»Ja« sagt sie. »Nein«",
                False,
                "the first quotation ends at line 1 and another begins at line 1" + QUOTES,
                "«|»",
            ),
            (
                "”Ja” säger hon. ”Nej”",
                False,
                "the first quotation ends at line 1 and another begins at line 1" + QUOTES,
                "”|”",
            ),
            ("“One “two” three”", True, "the response begins with '“' and ends with '”'", "“|”"),
            (
                "“One” two “three”",
                False,
                "the first quotation ends at line 1 and another begins at line 1" + QUOTES,
                "”|“",
            ),
            (
                '"One” she said. “Two"',
                False,
                "the first quotation ends at line 1 and another begins at line 1" + QUOTES,
                "”|“",
            ),
            (
                '"One "two "three" four" five" six. "seven"',
                False,
                "the first quotation ends at line 1 and another begins at line 1" + QUOTES,
                '"|"',
            ),
            ('"One "two" three "four" end"', True, "the response begins with '\"' and ends with '\"'", '"|"'),
            ('"a" b" "c"', False, "the first quotation ends at line 1 and another begins at line 1" + QUOTES, '"|"'),
            ('"Hi" and…"so"', True, "the response begins with '\"' and ends with '\"'", '"|"'),
            ('"Hi" is 5"x3" big"', True, "the response begins with '\"' and ends with '\"'", '"|"'),
            ('"One ("two") and "three" end"', True, "the response begins with '\"' and ends with '\"'", '"|"'),
            (
                "「はい」と「いいえ」",
                False,
                "the first quotation ends at line 1 and another begins at line 1" + QUOTES,
                "」|「",
            ),
            ('**_"a"_**', True, "the response begins with '\"' and ends with '\"'", '"|"'),
            ('*"a"', False, "the response begins with '*' and ends with '\"'" + QUOTES, '*|"'),
            ("**", False, "no quotation marks" + QUOTES, ""),
            (
                "*",
                False,
                "the response is only '*'; one pair of double quotation marks around everything was asked",
                "*",
            ),
            ('_"."_', False, "no text between the quotation marks", '"."'),
            ('“Hi"', True, "the response begins with '“' and ends with '\"'", '“|"'),
            ('  "Hi" x\n', False, "the response begins with '\"' and ends with 'x'" + QUOTES, '"|x'),
            ('"a\nb" c\n"d"', False, "the first quotation ends at line 2 and another begins at line 3" + QUOTES, '"|"'),
            ('"Hi"\n\n"Bye"', False, "the first quotation ends at line 1 and another begins at line 3" + QUOTES, '"|"'),
            ("”Hi“", False, "the response begins with '”' and ends with '“'" + QUOTES, "”|“"),
        ],
    ),
    *under(
        QUOTATION,
        "ifeval",
        (),
        rows=[
            (' "Hi" x', False, "the response begins with '\"' and ends with 'x'" + QUOTES, '"|x'),
            ('\n"Hi"\n', True, "the response begins with '\"' and ends with '\"'", '"|"'),
            (
                '"',
                False,
                "the response is only '\"'; one pair of double quotation marks around everything was asked",
                '"',
            ),
            ('"a', False, "the response begins with '\"' and ends with 'a'" + QUOTES, '"|a'),
            ('“a"', False, "the response begins with '“' and ends with '\"'" + QUOTES, '“|"'),
            (" a b ", False, "the response begins with 'a' and ends with 'b'" + QUOTES, "a|b"),
        ],
    ),
    *under(
        END,
        "audited",
        ("end.",),
        rows=[
            ("Well. The end!", False, "the response ends with 'end!'; 'end.' was asked", "end!"),
            ("The end. X", False, "the response ends with 'end. X'; text follows 'end.'", "end. X"),
            ("end.", True, "the response ends with 'end.', as asked", "end."),
            ("xend.", False, "the response ends with 'xend.'; 'end.' begins inside a word", "xend."),
            ("The  \n END.", True, "the response ends with 'END.', as asked", "END."),
            ("end", False, "the response ends with 'end'; 'end.' was asked", "end"),
            ("a " * 300 + "the end.", True, "the response ends with 'end.', as asked", "end."),
            ("One. The end of", False, "the response ends with 'end of'; 'end.' was asked", "end of"),
        ],
    ),
    *under(
        END,
        "audited",
        ("The end.",),
        rows=[
            ("Say end, then go.\n", False, "the response ends with 'then go.'; 'The end.' was asked", "then go."),
            ("word " * 60, False, "the response ends with 'word word'; 'The end.' was asked", "word word"),
        ],
    ),
    *under(
        END,
        "audited",
        ("go",),
        rows=[
            ("Go", True, "the response ends with 'Go', as asked", "Go"),
            ("Let’s Go!", False, "the response ends with 'Go!'; text follows 'go'", "Go!"),
        ],
    ),
    *under(
        END,
        "audited",
        ("'''\"\"\"--.",),
        rows=[
            ("’‘ʼ“”„‐‑.", True, "the response ends with '’‘ʼ“”„‐‑.', as asked", "’‘ʼ“”„‐‑."),
            ("‘’'„“”‑-.", True, 'the response ends with "‘’\'„“”‑-.", as asked', "‘’'„“”‑-."),
            (
                "\"'''\"\"--.",
                False,
                "the response ends with '\"\\'\\'\\'\"\"--.'; '\\'\\'\\'\"\"\"--.' was asked",
                "\"'''\"\"--.",
            ),
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
                f"the response ends with '{'x' * 60}'; 'The end.' was asked",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            ),
            (
                "x" * 61,
                False,
                f"the response ends with '{'x' * 48}…xxxxxxxxxxx'; 'The end.' was asked",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            ),
        ],
    ),
    *under(
        END,
        "ifeval",
        (" done. ",),
        rows=[
            ('"done."', True, "the response ends with '\"done.\"', as asked", '"done."'),
            ("x done.**", False, "the response ends with 'done.**'; 'done.' was asked", "done.**"),
            (" DONE. \n", True, "the response ends with 'DONE.', as asked", "DONE."),
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
    assert judged("punctuation:no_comma", (), f"a{comma}b", "audited") == (
        False,
        "1 comma, at line 1; none is allowed",
        comma,
    )
    assert scorers.read({"id": "punctuation:no_comma"}).repair(f"a{comma}b") == "ab"


@pytest.mark.parametrize("mark", "‚'’;·.`´~")
def test_no_comma_is_another_mark(mark):
    assert judged("punctuation:no_comma", (), f"a{mark}b", "audited") == (True, "0 commas; none is allowed", "")
