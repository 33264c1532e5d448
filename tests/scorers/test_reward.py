"""reward and assert_follows: a number for training, an assertion for tests."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorers
from scorers import BadInstruction, assert_follows, reward, verify

NO_COMMA = {"id": "punctuation:no_comma"}
SHORT = {"id": "length_constraints:number_words", "num_words": 5, "relation": "less than"}
TITLE = {"id": "detectable_format:title"}
ENDS = {"id": "startend:end_checker", "end_phrase": "The end."}


def test_reductions_of_two_followed_out_of_three():
    asked = [NO_COMMA, SHORT, TITLE]
    given = {reduction: reward("One two.", asked, reduce=reduction) for reduction in ("all", "fraction", "livebench")}
    assert given == {"all": 0.0, "fraction": pytest.approx(2 / 3), "livebench": pytest.approx(1 / 3)}
    assert reward("One two.", asked) == 0.0
    assert {reward("<<One two>>", asked, reduce=reduction) for reduction in ("all", "fraction", "livebench")} == {1.0}
    assert {reward("a, b c d e f", asked, reduce=reduction) for reduction in ("all", "fraction", "livebench")} == {0.0}


@given(st.lists(st.sampled_from(["One two", ",", ".", "<<T>>", "\n", "The end.", " "]), max_size=6))
def test_a_reward_adds_up_the_verdicts(parts):
    response = "".join(parts)
    asked = [NO_COMMA, SHORT, TITLE, ENDS]
    for rules in ("audited", "livebench"):
        for mode in ("strict", "loose"):
            followed = [v.followed for v in verify(response, asked, rules=rules, mode=mode)]
            wanted = {"all": float(all(followed)), "fraction": sum(followed) / 4}
            wanted["livebench"] = (wanted["all"] + wanted["fraction"]) / 2
            for reduction, value in wanted.items():
                given = reward(response, asked, rules=rules, mode=mode, reduce=reduction)
                assert (given, type(given)) == (value, float)


def test_rules_reading_and_prompt_reach_the_verdict():
    existence = {"id": "keywords:existence", "keywords": ["art"]}
    assert (reward("cartoons", [existence]), reward("cartoons", [existence], rules="ifeval")) == (0.0, 1.0)
    assert (reward("Sure, yes!\nb", [NO_COMMA]), reward("Sure, yes!\nb", [NO_COMMA], mode="loose")) == (0.0, 1.0)
    assert_follows("Sure, yes!\nb", [NO_COMMA], mode="loose")
    assert_follows("cartoons", [existence], rules="ifeval")


def test_what_cannot_be_a_reward_is_refused():
    with pytest.raises(BadInstruction, match="unknown reduction 'fractions'; did you mean 'fraction'"):
        reward("x", [NO_COMMA], reduce="fractions")
    with pytest.raises(ValueError, match="at least one instruction"):
        reward("x", [])
    with pytest.raises(BadInstruction, match="did you mean 'punctuation:no_comma'"):
        assert_follows("x", [{"id": "punctuation:no_coma"}])


def message(response, asked, **given):
    with pytest.raises(AssertionError) as caught:
        assert_follows(response, asked, **given)
    return str(caught.value)


def test_an_assertion_tells_each_broken_instruction_and_marks_its_place():
    assert_follows("One two.", [NO_COMMA, SHORT])
    assert message("One, two and three, four and five.", [NO_COMMA, SHORT, TITLE, NO_COMMA | {}]) == (
        "4 of 4 instructions not followed:\n"
        "- punctuation:no_comma: 2 commas, at line 1; none is allowed\n"
        "    One[[,]] two and three, four and five.\n"
        "- length_constraints:number_words(num_words=5, relation='less than'): 7 words; fewer than 5 were asked\n"
        "    One, two and three, [[four and five]].\n"
        "- detectable_format:title: no title in double angle brackets\n"
        "    One, two and three, four and five.\n"
        "- punctuation:no_comma: 2 commas, at line 1; none is allowed\n"
        "    One[[,]] two and three, four and five."
    )
    assert message("One two.", [NO_COMMA, TITLE]).startswith("1 of 2 instructions not followed:\n- detectable")


def test_an_excerpt_is_one_line_of_the_decisive_place():
    text = "word\n" * 100 + "here, now " + "more " * 100
    shown = message(text, [NO_COMMA]).splitlines()[-1].strip()
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "here[[,]] now" in shown
    assert len(shown) <= 110
    long = "x" * 300 + " y"
    assert message(long, [replace(scorers.read(SHORT), num_words=2)]).splitlines()[-1].count("[[") <= 1
    assert message(" \n", [NO_COMMA]).splitlines()[1:] == [
        "- punctuation:no_comma: the response is blank",
        "    (blank)",
    ]


@given(st.text(max_size=300), st.integers(0, 3))
def test_an_excerpt_holds_no_control_characters(text, place):
    asked = [NO_COMMA, SHORT, TITLE, ENDS][place]
    response = f"\x1b[31m{text},{text}\u202e one two three four five"
    told = message(response, [asked, TITLE | {}])
    assert all(line.isprintable() for line in told.split("\n")), told


def test_a_failing_test_shows_the_reason_and_not_our_code(tmp_path):
    (tmp_path / "test_answer.py").write_text(
        "import scorers\n\ndef test_answer():\n"
        "    scorers.assert_follows('One, two.', [{'id': 'punctuation:no_comma'}])\n"
    )
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "One[[,]] two." in done.stdout
    assert "raise AssertionError" not in done.stdout
