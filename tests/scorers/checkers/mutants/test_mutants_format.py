"""JSON, fixed answers and titles, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

JSON = "detectable_format:json_format"
OPTION = "detectable_format:constrained_response"
TITLE = "detectable_format:title"


VERDICTS = [
    *under(
        JSON,
        "audited",
        (),
        rows=[
            ('{"a": [1, {"b": "c"}], "d": {}}', True, "valid JSON: an object", '{"a": [1, {"b": "c"}], "d": {}}'),
            ("[]", True, "valid JSON: an array", "[]"),
            ("[1, 2", False, "not valid JSON: it ends where a comma or ] is expected at line 1", "2"),
            ("[1 2]", False, "not valid JSON: a comma or ] expected at line 1, but there is '2]'", "2"),
            ('{"a" 1}', False, "not valid JSON: a colon expected at line 1, but there is '1}'", "1"),
            ('{"a": 1 "b"}', False, "not valid JSON: a comma or } expected at line 1, but there is '\"b\"}'", '"'),
            ('{"a":1,}', False, "not valid JSON: a name in quotes expected at line 1, but there is '}'", "}"),
            ("[,1]", False, "not valid JSON: a value or ] expected at line 1, but there is ',1]'", ","),
            ("[1}", False, "not valid JSON: a comma or ] expected at line 1, but there is '}'", "}"),
            ("{]", False, "not valid JSON: a name in quotes or } expected at line 1, but there is ']'", "]"),
            ("[1,\n NaN]", False, "not valid JSON: NaN is no value at line 2, but there is 'NaN]'", "N"),
            ("-Infinity", False, "not valid JSON: -Infinity is no value at line 1, but there is '-Infinity'", "-"),
            ('["a":1]', False, "not valid JSON: a comma or ] expected at line 1, but there is ':1]'", ":"),
            ("{1: 2}", False, "not valid JSON: a name in quotes or } expected at line 1, but there is '1: 2}'", "1"),
            ('{"a":}', False, "not valid JSON: a value expected at line 1, but there is '}'", "}"),
            ('{"a": 1]', False, "not valid JSON: a comma or } expected at line 1, but there is ']'", "]"),
            ("[1] [", False, "'[' at line 1 stands behind the JSON, where no text is allowed", "["),
            ('"a', False, "not valid JSON: a value expected at line 1, but there is '\"a'", '"'),
            ("01", False, "'1' at line 1 stands behind the JSON, where no text is allowed", "1"),
            ("tru", False, "not valid JSON: a value expected at line 1, but there is 'tru'", "t"),
            ("true", True, "valid JSON: true", "true"),
            ("null", True, "valid JSON: null", "null"),
            ("-1.5e3", True, "valid JSON: a number", "-1.5e3"),
            ("", False, "the response is blank", ""),
            ("12 ", True, "valid JSON: a number", "12"),
            ("[[1], 2}", False, "not valid JSON: a comma or ] expected at line 1, but there is '}'", "}"),
            ('{"a"', False, "not valid JSON: it ends where a colon is expected at line 1", '"'),
            ('{"a":', False, "not valid JSON: it ends where a value is expected at line 1", ":"),
            ('{"a": 1', False, "not valid JSON: it ends where a comma or } is expected at line 1", "1"),
            ("{", False, "not valid JSON: it ends where a name in quotes or } is expected at line 1", "{"),
            ("\n\n x", False, "not valid JSON: a value expected at line 3, but there is 'x'", "x"),
            ('```json\n{"a": 1}\n```', True, "valid JSON: an object", '{"a": 1}'),
            ("```\n[1\n```", False, "not valid JSON: it ends where a comma or ] is expected at line 2", "1"),
            ("````\n[1]\n```", False, "not valid JSON: a value expected at line 1, but there is '```` [1] ```'", "`"),
            ("~~~\n1\n~~~ ", True, "valid JSON: a number", "1"),
            ("\ufeff [1]", True, "valid JSON: an array", "[1]"),
            ("```json[1]```", True, "valid JSON: an array", "[1]"),
            (
                "```python\n[1]\n```",
                False,
                "not valid JSON: a value expected at line 1, but there is '```python [1] ```'",
                "`",
            ),
            ("```", False, "not valid JSON: a value expected at line 1, but there is '```'", "`"),
            ("``````", False, "not valid JSON: a value expected at line 1, but there is '``````'", "`"),
            ("```\n```", False, "not valid JSON: it ends where a value is expected at line 2", "\n"),
            ("```5```", True, "valid JSON: a number", "5"),
            ("```json5```", True, "valid JSON: a number", "5"),
            (
                "[1] abcdefghijklmnopqrstuvwxyz",
                False,
                "'abcdefghijklmnopqrstuvwxyz' at line 1 stands behind the JSON, where no text is allowed",
                "abcdefghijklmnopqrstuvwxyz",
            ),
        ],
    ),
    *under(
        JSON,
        "ifeval",
        (),
        rows=[
            ("NaN", True, "valid JSON: NaN", "NaN"),
            ("[-Infinity, Infinity]", True, "valid JSON: an array", "[-Infinity, Infinity]"),
            ("```json [1] ```", True, "valid JSON: an array", "[1]"),
            ("```JSON\n[1]", True, "valid JSON: an array", "[1]"),
            ("```Json [1", False, "not valid JSON: it ends where a comma or ] is expected at line 1", "1"),
            ("[1]```", True, "valid JSON: an array", "[1]"),
            ("``` ```", False, "not valid JSON: it ends where a value is expected at line 1", " "),
            ("```json```json 1", False, "not valid JSON: a value expected at line 1, but there is 'json 1'", "j"),
            ("\ufeff1", False, "not valid JSON: a value expected at line 1, but there is '\\ufeff1'", "\ufeff"),
            ("[1 2]", False, "not valid JSON: a comma or ] expected at line 1, but there is '2]'", "2"),
            ("  [1 ", False, "not valid JSON: it ends where a comma or ] is expected at line 1", "1"),
            ("[[[", False, "not valid JSON: it ends where a value or ] is expected at line 1", "["),
        ],
    ),
    *under(
        OPTION,
        "audited",
        (),
        rows=[
            ("My answer is no.", True, "the response is 'My answer is no'", "My answer is no"),
            ("*my  answer is\nMAYBE*.", True, "the response is 'my answer is MAYBE'", "my  answer is\nMAYBE"),
            ("“My answer is yes”.", True, "the response is 'My answer is yes'", "My answer is yes"),
            ("My answer is yes.. ", False, "'My answer is yes' found, with other text around it", "."),
            ("My answer is yes! ", False, "'My answer is yes' found, with other text around it", "!"),
            (
                "Yes: My answer is yes.",
                False,
                "'My answer is yes' found, with other text around it",
                "Yes:",
            ),
            (
                "My answer is yes. My answer is no. My answer is maybe. My answer is no.",
                False,
                "'My answer is yes', 'My answer is no' and 'My answer is maybe' found; exactly one was asked",
                "My answer is yes|My answer is no|My answer is maybe|My answer is no",
            ),
            (
                "My answer is yesterday",
                False,
                "'My answer is yes' found, with other text around it",
                "terday",
            ),
            ("My answer", False, "the response is none of the three sentences", ""),
            ("My answer is yes. .", False, "'My answer is yes' found, with other text around it", "."),
            ("My answer is yes .", True, "the response is 'My answer is yes'", "My answer is yes"),
            ("x", False, "the response is none of the three sentences", ""),
        ],
    ),
    *under(
        OPTION,
        "ifeval",
        (),
        rows=[
            (
                "My answer is no. My answer is yes.",
                True,
                "'My answer is no.' and 'My answer is yes.' found",
                "My answer is no.|My answer is yes.",
            ),
            ("My answer is no", False, "none of the three answers found", ""),
            ("So: My answer is maybe.", True, "'My answer is maybe.' found", "My answer is maybe."),
            ("x", False, "none of the three answers found", ""),
        ],
    ),
    *under(
        TITLE,
        "audited",
        (),
        rows=[
            ("<<A Day>>", True, "the title '<<A Day>>'", "<<A Day>>"),
            ("x <<A Day>> and <<B>>", True, "the title '<<A Day>>'", "<<A Day>>"),
            ("x <<A>>\n<<B>>", True, "the title '<<A>>'", "<<A>>|<<B>>"),
            ("x <<A >> y <<B>>", True, "the title '<<B>>'", "<<B>>"),
            ("a<<b>> <<c>>", True, "the title '<<c>>'", "<<c>>"),
            ("<<..>> <<a>>", True, "the title '<<a>>'", "<<a>>"),
            ("Title: <<A>>", True, "the title '<<A>>'", "<<A>>"),
            ("<A>", False, "no title in double angle brackets", ""),
            ("x <<A>>5", False, "no title in double angle brackets", ""),
            ("5<<A>>", False, "no title in double angle brackets", ""),
            ("x\n<<A", False, "no title in double angle brackets", ""),
            ("x <<A >> y", False, "no title in double angle brackets", ""),
            ("a\n<<B>>\nc", True, "the title '<<B>>'", "<<B>>"),
            ("x << A>>", False, "no title in double angle brackets", ""),
            ("x <<A>>", True, "the title '<<A>>'", "<<A>>"),
            ("(<<A>>)", True, "the title '<<A>>'", "<<A>>"),
            ("<< >>\nx <<b>>", True, "the title '<<b>>'", "<<b>>"),
        ],
    ),
    *under(
        TITLE,
        "ifeval",
        (),
        rows=[
            ("a << b >> c >>", True, "the title '<< b >> c >>'", "<< b >> c >>"),
            ("<<>>", False, "no title in double angle brackets", ""),
            ("<<a>>\n<<>>\n<<b>>", True, "the title '<<a>>'", "<<a>>|<<b>>"),
            ("<<>>>", False, "no title in double angle brackets", ""),
            ("<<a>", False, "no title in double angle brackets", ""),
            ("x <<<>>> <<a>>", True, "the title '<<<>>> <<a>>'", "<<<>>> <<a>>"),
            ("<< a\n>>", False, "no title in double angle brackets", ""),
            (">> << a >>", True, "the title '<< a >>'", "<< a >>"),
            ("a\n\n<<.>>", True, "the title '<<.>>'", "<<.>>"),
            ("< <a>>", False, "no title in double angle brackets", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        JSON,
        (),
        rows=[
            ('{"a": 1}', '{"a": 1}'),
            ('One "two"\n\nthree\r\nfour\r', '["One \\"two\\"", "three", "four"]'),
            ("", "[]"),
            ("é", '["é"]'),
        ],
    ),
    *under(
        OPTION,
        (),
        rows=[
            ("Well. My answer is no. Yes.", "My answer is no."),
            ("Well.", "My answer is yes."),
            ("my answer is maybe", "my answer is maybe"),
            ("My answer is maybe. My answer is no.", "My answer is no."),
        ],
    ),
    *under(
        TITLE,
        (),
        rows=[
            ("We left.", "<<Notes>>\nWe left."),
            ("<<A>>\nx", "<<A>>\nx"),
            ("", "<<Notes>>\n"),
            ("<<>>", "<<Notes>>\n<<>>"),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired
