"""score_text and ground truths: every published spelling, every error named, never a silent pass."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from scorers import BadInstruction, NotInBook, Unscorable, score_text
from scorers.rewards import GroundTruth, count_unknown_ids, parse_ground_truth, score_ground_truth

NO_COMMA, TITLE, WORDS = "punctuation:no_comma", "detectable_format:title", "length_constraints:number_words"
FEW = {"num_words": 5, "relation": "less than"}
RECORD = {"instruction_id": [NO_COMMA, WORDS, TITLE], "kwargs": [None, FEW | {"keywords": None}, {}]}
SPELLINGS = {
    "record": RECORD,
    "list": [RECORD],
    "JSON": json.dumps([RECORD]),
    "JSON record": json.dumps(RECORD),
    "Python": str([RECORD]),
    "JSON in a Python list": str([json.dumps(RECORD)]),
    "JSON in a JSON list": json.dumps([json.dumps(RECORD)]),
    "bytes": json.dumps([RECORD]).encode(),
    "lists as texts": {"instruction_id": json.dumps(RECORD["instruction_id"]), "kwargs": str(RECORD["kwargs"])},
    "parameters as texts": RECORD | {"kwargs": ["null", str(FEW), "{}"]},
    "IFEval's row": {"key": 1, "prompt": "Say it.", "instruction_id_list": RECORD["instruction_id"]}
    | {"kwargs": RECORD["kwargs"]},
    "instructions": json.dumps([{"id": NO_COMMA}, {"id": WORDS, **FEW}, {"id": TITLE}]),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_ground_truth_in_every_spelling(name):
    result = score_ground_truth("<<One>> two", SPELLINGS[name])
    assert (result.score, result.follow_list, result.errors) == (1.0, (True, True, True), {})
    result = score_ground_truth("One, two", SPELLINGS[name])
    assert result.follow_list == (False, True, False)


def test_the_three_reductions_and_both_modes():
    ids, kwargs = [NO_COMMA, WORDS, TITLE], [None, FEW, None]
    found = {how: score_text("One two", ids, kwargs, reduce=how).score for how in ("fraction", "all", "livebench")}
    assert found == {"fraction": pytest.approx(2 / 3), "all": 0.0, "livebench": pytest.approx(1 / 3)}
    assert score_text("Sure, yes!\nb", [NO_COMMA]).score == 0.0
    assert score_text("Sure, yes!\nb", [NO_COMMA], mode="loose").score == 1.0


def test_thinking_is_removed_and_spans_lead_into_the_whole_completion():
    text = "<think>a, b</think>One, two"
    result = score_text(text, [NO_COMMA])
    [verdict] = result.verdicts
    [(start, end)] = verdict.spans
    assert (text[start:end], verdict.reason) == (",", "1 comma, at line 1; none is allowed")
    assert start == text.rindex(",")
    assert score_text("<think>a, b</think>One two", [NO_COMMA]).score == 1.0
    assert score_text("<think>a, b</think>One two", [NO_COMMA], strip_thinking=False).score == 0.0
    assert score_text("<think>never closed", [NO_COMMA]).score == 0.0


def test_what_trainers_put_around_an_answer_is_removed_too():
    few = ["length_constraints:number_words"], [{"num_words": 3, "relation": "less than"}]
    for text in (
        "<answer>One two</answer>",
        "<think>a b c</think>\n<answer> One two </answer>\n",
        "<|assistant|><think>a b c</think>One two",
        "<think>a b c</think><answer>One two",
    ):
        result = score_text(text, *few)
        assert result.score == 1.0, text
        assert score_text(text, *few, strip_thinking=False).score == 0.0
        [verdict] = score_text(text.replace("two", "two three"), *few).verdicts
        [(start, end)] = verdict.spans
        assert text.replace("two", "two three")[start:end] == "three"
    assert score_text("<answer>A</answer> b c d", *few).score == 0.0
    assert score_text("<answer></answer>", *few).score == 0.0


def test_white_space_inside_a_wrapped_response_takes_no_time():
    started = time.process_time()
    assert score_text("<|START_RESPONSE|>x" + " " * 100_000 + "y", [NO_COMMA]).score == 1.0
    assert time.process_time() - started < 2


def test_rows_as_pandas_and_arrow_read_them():
    numpy = pytest.importorskip("numpy")
    kwargs = numpy.array([{"keywords": numpy.array(["tea"]), "num_words": numpy.nan}, None], dtype=object)
    ids = numpy.array(["keywords:existence", NO_COMMA])
    assert score_text("tea", ids, kwargs).score == 1.0
    assert score_ground_truth("tea", {"instruction_id_list": ids, "kwargs": kwargs}).score == 1.0
    assert score_text("One", [WORDS], [{"num_words": numpy.int64(5), "relation": "less than"}]).score == 1.0


@pytest.mark.parametrize(
    ("text", "ids", "kwargs", "positions", "message"),
    [
        ("One", [], [], 1, "at least one id"),
        ("One", [NO_COMMA, TITLE], [None], 2, "2 instruction ids, but 1 kwargs"),
        ("One", [NO_COMMA], {"a": 1}, 1, "must be a list of records"),
        ("One", [NO_COMMA], "?", 1, "kwargs must be JSON or a Python literal"),
        (None, [NO_COMMA], [None], 1, "must be a string, got None"),
        ("One", [NO_COMMA], [{1: 2}], 1, "found a name that is no text: 1"),
        ("One", [WORDS], [{"num_words": 10**5000, "relation": "at least"}], 1, "a whole number beyond"),
        ("One", ["x" * 100_000], [None], 1, "no checker has the id 'xxx"),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_like_any_other(text, ids, kwargs, positions, message):
    with pytest.raises(BadInstruction, match=message) as caught:
        score_text(text, ids, kwargs)
    assert len(str(caught.value)) < 500
    none = score_text(text, ids, kwargs, on_error="none")
    assert (none.score, none.follow_list) == (None, (None,) * positions)
    assert message in none.errors[0]
    assert score_text(text, ids, kwargs, on_error="zero").score == 0.0


def test_repeated_ids_have_a_position_each():
    kwargs = [{"keywords": ["tea"]}, {"keywords": ["milk"]}, {"keywords": ["tea"]}]
    result = score_text("tea", ["keywords:existence"] * 3, kwargs)
    assert result.follow_list == (True, False, True)
    assert result.score == pytest.approx(2 / 3)


BAD = [
    (["copy:copy"], [None], "ifeval", "no checker has the id 'copy:copy'", BadInstruction),
    (["punctuation:no_coma"], [None], "audited", "did you mean 'punctuation:no_comma'", BadInstruction),
    (["keywords:existence"], [None], "audited", "keywords:existence needs keywords", BadInstruction),
    ([WORDS], [{"num_words": "many", "relation": "at least"}], "audited", "num_words", BadInstruction),
    (["format:emoji"], [None], "ifeval", "not in the rule book 'ifeval'", NotInBook),
    ([WORDS], ["{"], "audited", "must be JSON", BadInstruction),
]


@pytest.mark.parametrize(("ids", "kwargs", "rules", "message", "error"), BAD)
def test_an_instruction_without_a_verdict_is_never_a_pass(ids, kwargs, rules, message, error):
    ids, kwargs = [NO_COMMA, *ids], [None, *kwargs]
    with pytest.raises(error, match=rf"instruction 2 of 2: .*{message}"):
        score_text("One two", ids, kwargs, rules=rules)
    none = score_text("One two", ids, kwargs, rules=rules, on_error="none")
    assert (none.score, none.follow_list, list(none.errors)) == (None, (True, None), [1])
    assert message in none.errors[1]
    zero = score_text("One two", ids, kwargs, rules=rules, on_error="zero")
    assert (zero.score, zero.follow_list, zero.errors) == (0.5, (True, None), none.errors)


def test_missing_parameters_are_not_drawn_by_chance():
    for id in ("keywords:letter_frequency", "startend:end_checker", "detectable_content:postscript"):
        with pytest.raises(BadInstruction, match=f"{id} needs"):
            score_text("x", [id], [{}])


def test_a_check_without_end_is_given_up_and_named():
    endless = {"keywords": ["tea", r"(\w+\s?)+$"]}
    text = "tea and a long line of words without any end " * 3 + "!"
    ids, kwargs = [NO_COMMA, "keywords:existence"], [None, endless]
    started = time.monotonic()
    result = score_text(text, ids, kwargs, rules="ifeval", on_error="zero", seconds=0.4)
    assert time.monotonic() - started < 5
    assert (result.score, result.follow_list) == (0.5, (True, None))
    assert "no verdict after 0.4 s" in result.errors[1]
    with pytest.raises(Unscorable, match=r"instruction 2 of 2: .*no verdict"):
        score_text(text, ids, kwargs, rules="ifeval", seconds=0.4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reduce": "fractions"}, "unknown reduction 'fractions'; did you mean 'fraction'"),
        ({"mode": "lose"}, "unknown mode 'lose'; did you mean 'loose'"),
        ({"rules": "ifevl"}, "unknown rule book 'ifevl'; did you mean 'ifeval'"),
        ({"on_error": "zeros"}, "unknown on_error 'zeros'; did you mean 'zero'"),
        ({"mode": None}, "unknown mode None"),
        ({"strip_thinking": "false"}, "strip_thinking must be True or False, got 'false'"),
        ({"seconds": 0}, "seconds must be a number above 0"),
        ({"seconds": "5"}, "seconds must be a number above 0, or None for no limit, got '5'"),
        ({"seconds": float("nan")}, "seconds must be a number above 0"),
    ],
)
def test_a_wrong_option_raises_whatever_on_error_is(options, message):
    with pytest.raises(BadInstruction, match=message):
        score_text("x", [NO_COMMA], **{"on_error": "zero", **options})


def test_a_time_limit_where_no_process_can_be_started_is_no_failure_of_the_response():
    code = (
        "import multiprocessing, scorers.rewards as r\n"
        "def run(i): return r.score_ground_truth('a', [{'id': 'punctuation:no_comma'}], on_error='zero', seconds=2)\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool: pool.map(run, [0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "not possible in a daemonic process" in done.stderr
    assert score_text("One", [NO_COMMA], seconds=float("inf")).score == 1.0


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("not a record", "must be JSON or a Python literal"),
        ("[" * 5000, "must be JSON or a Python literal"),
        ("__import__('os').getpid()", "must be JSON or a Python literal"),
        ("[]", "a ground truth is a record"),
        (None, "a ground truth is a record"),
        ([RECORD, RECORD], "has one record, got 2"),
        ({"instruction_id": [], "kwargs": []}, "at least one instruction id"),
        ({"instruction_id": [NO_COMMA], "kwargs": []}, "a record of kwargs for each of 1 ids"),
        ({"func_name": "verify_keyword"}, "no function of RLVR-IFeval is named 'verify_keyword'; did you mean"),
        ({"func_name": "verify_bullet_points", "N": "3"}, "needs a whole number as 'N', got '3'"),
        ({"func_name": "verify_word_constraint", "N": 3, "quantifier": "about"}, "one of at least, around, at most"),
        ("x" * 1_000_001, "1,000,001 characters is too long"),
        ("{" + "1:1," * 100_000 + "}", "in Python's notation at most 100,000 are read"),
        (b"\xff", "bytes that are no UTF-8"),
        ("[" * 90 + "1" + "]" * 90, "nested too deeply; at most 20 levels"),
        ({"func_name": "verify_bullet_points", "N": 10**5000}, "a whole number beyond 1,000,000,000,000,000"),
    ],
)
def test_what_is_no_ground_truth_is_named(value, message):
    with pytest.raises(BadInstruction, match=message):
        score_ground_truth("x", value)
    none = score_ground_truth("x", value, on_error="none")
    assert (none.score, none.follow_list) == (None, (None,))
    assert message in none.errors[0]
    assert score_ground_truth("x", value, on_error="zero").score == 0.0


def test_unknown_ids_of_a_training_set_are_counted():
    rows = [json.dumps(RECORD)] * 2 + [
        {"instruction_id": ["copy:copy", "last_word:last_word_sent", "copy:copy"], "kwargs": [None] * 3}
    ]
    assert count_unknown_ids(rows) == {"copy:copy": 2, "last_word:last_word_sent": 1}
    with pytest.raises(BadInstruction, match="row 1: a ground truth must be JSON"):
        count_unknown_ids([RECORD, "?"])


def test_a_prompt_of_the_record_is_used():
    truth = parse_ground_truth({"instruction_id_list": [NO_COMMA], "kwargs": [{}], "prompt": "Say it."})
    assert truth == GroundTruth((NO_COMMA,), ({},), "Say it.")


def test_the_import_is_light():
    code = (
        "import sys, time; t = time.process_time(); import scorers.rewards\n"
        "heavy = {'torch', 'trl', 'verifiers', 'datasets', 'numpy', 'nltk', 'scorers.verifier', 'multiprocessing'}\n"
        "print(time.process_time() - t, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, loaded = done.stdout.split(" ", 1)
    assert loaded.strip() == "[]"
    assert float(seconds) < 0.15
