"""Gates: a pass and a fail are both shown, a small set passes nothing, and a file is read or refused with a reason."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from making import make_run, took

from harness.comparison import Gate, compare, evaluate_gates
from harness.comparison.gates.gate_file import load_gates
from harness.comparison.gates.junit import format_junit
from harness.errors import ConfigError

GOOD, HALF, BAD = (True, True), (True, False), (False, False)


def outcomes(found, *gates):
    return {one.name: one.outcome for one in evaluate_gates(found, gates)}


@pytest.mark.parametrize("size", [1, 2, 6, 12])
@pytest.mark.parametrize("verdict", [GOOD, HALF, BAD])
def test_a_small_set_passes_no_gate_by_being_small(size, verdict):
    """Equal runs, without a difference anywhere: 12 samples still say nothing about 10 points."""
    metrics = [took(cost=0.01 + n / 1000, seconds=1 + n / 10) for n in range(size)]
    a, b = (make_run(name, [verdict] * size, metrics=metrics) for name in "ab")
    found = compare(a, b)
    kinds = [Gate("IF", 10), Gate("task", 10, "*"), Gate("instruction", 10, "*"), Gate("truncated", 10)]
    assert set(outcomes(found, *kinds).values()) == {"insufficient evidence"}
    assert all(one.is_open for one in evaluate_gates(found, kinds))


def test_enough_equal_samples_pass_and_a_loss_fails():
    verdicts = [GOOD, HALF, BAD] * 60
    same = compare(make_run("a", verdicts), make_run("b", verdicts))
    assert outcomes(same, Gate("IF", 3)) == {"IF": "pass"}
    worse = compare(make_run("a", verdicts), make_run("b", [BAD] * 90 + verdicts[90:]))
    [result] = evaluate_gates(worse, [Gate("IF", 3)])
    assert (result.outcome, result.failed, result.is_open) == ("fail", True, False)
    assert "B is shown to be more than 3 points below A" in result.text
    assert outcomes(worse, Gate("IF", 60)) == {"IF": "pass"}


def test_a_gate_that_only_fails_what_is_shown_is_not_open():
    few = compare(make_run("a", [GOOD] * 5), make_run("b", [HALF] * 5))
    [result] = evaluate_gates(few, [Gate("IF", 1, must_show=False)])
    assert (result.outcome, result.is_open) == ("insufficient evidence", False)


def test_tasks_and_instructions_have_gates_of_their_own():
    verdicts = [GOOD] * 200
    # Only task 1 (the odd numbers) loses, and only the second instruction.
    lost = [HALF if number % 2 else GOOD for number in range(200)]
    found = compare(make_run("a", verdicts), make_run("b", lost))
    gates = [Gate("task", 5, "*"), Gate("instruction", 60, "length:y"), Gate("instruction", 5, "*")]
    assert outcomes(found, *gates) == {
        "task task 0": "pass", "task task 1": "fail", "instruction length:y": "pass", "instruction case:x": "pass",
    }  # fmt: skip
    with pytest.raises(ConfigError, match=r"names the task 'task 3', which no pair of samples has; did you mean"):
        evaluate_gates(found, [Gate("task", 5, "task 3")])


def test_cost_latency_and_truncation_are_limited():
    def metrics(cost, seconds):
        return [took(cost=cost * (1 + n % 5 / 10), seconds=seconds * (1 + n % 7 / 10)) for n in range(150)]

    a = make_run("a", [HALF] * 150, metrics=metrics(0.010, 2.0))
    b = make_run("b", [HALF] * 150, metrics=metrics(0.012, 3.0), flags=dict.fromkeys(range(60), ("truncated",)))
    found = compare(a, b)
    assert outcomes(found, Gate("cost", 10), Gate("latency median", 10), Gate("latency p95", 10)) == {
        "cost": "fail", "latency median": "fail", "latency p95": "fail",
    }  # fmt: skip
    assert outcomes(found, Gate("cost", 30), Gate("latency median", 80), Gate("latency p95", 80)) == {
        "cost": "pass", "latency median": "pass", "latency p95": "pass",
    }  # fmt: skip
    assert outcomes(found, Gate("truncated", 10)) == {"truncated": "fail"}
    assert outcomes(found, Gate("truncated", 60)) == {"truncated": "pass"}
    [cost] = evaluate_gates(found, [Gate("cost", 10)])
    assert cost.low <= 20 <= cost.high
    assert cost.unit == "%"


def test_a_metric_that_is_not_on_record_is_never_a_pass():
    found = compare(make_run("a", [HALF] * 50), make_run("b", [HALF] * 50))
    [result] = evaluate_gates(found, [Gate("cost", 10)])
    assert (result.outcome, result.low) == ("insufficient evidence", None)
    assert "it is not on record in both runs" in result.text


FILE = """
[gate]
confidence = 0.9
fail_unless_not_worse = 2
max_cost_increase = 10
max_latency_p95_increase = 20.5
[gate.tasks]
summarize = 5
"*" = 8
[gate.sets.nightly]
fail_unless_not_worse = 1
fail_if_worse = 0.5
"""


def test_a_file_holds_gates_for_all_sets_and_for_one(tmp_path):
    path = tmp_path / "gate.toml"
    path.write_text(FILE)
    assert load_gates(path, "other") == [
        Gate("IF", 2, confidence=0.9),
        Gate("cost", 10, confidence=0.9),
        Gate("latency p95", 20.5, confidence=0.9),
        Gate("task", 5, "summarize", confidence=0.9),
        Gate("task", 8, "*", confidence=0.9),
    ]
    nightly = load_gates(path, "nightly")
    assert nightly[0] == Gate("IF", 1, confidence=0.9)
    assert Gate("IF", 0.5, must_show=False, confidence=0.9) in nightly
    assert len(nightly) == 6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"has no \[gate\] table"),
        ("[gate]", r"\[gate\] has no limit"),
        ("[gate]\nfail_if_wors = 2", r"no key 'fail_if_wors'; did you mean 'fail_if_worse'"),
        ("[gate]\nfail_if_worse = true", "takes a number"),
        ("[gate]\nfail_if_worse = -2", "expected a number from 0"),
        ("[gate]\nfail_if_worse = nan", "expected a number from 0"),
        ("[gate]\nfail_if_worse = 2\nconfidence = 95", "confidence is 95"),
        ("[gate.tasks]\nsummarize = 'five'", "takes a number"),
        ("[gate.sets.x]\nfoo = 1", r"\[gate.sets.x\] has no key 'foo'"),
        ("[gate.sets.x.sets.y]\nfail_if_worse = 1", "cannot have sets of its own"),
        ("gate = 3", "must be a table"),
        ("[gate", "is not valid TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_reason(tmp_path, text, message):
    path = tmp_path / "gate.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_gates(path, "any")


def test_junit_has_a_case_for_each_gate_and_nothing_acts_in_it():
    found = compare(make_run("a<b>&", [GOOD] * 9, model="x\x00"), make_run("b", [HALF] * 9, model="]]>\uffff\x1b"))
    gates = [Gate("IF", 5), Gate("IF", 90), Gate("IF", 30, must_show=False), Gate("cost", 5)]
    results = evaluate_gates(found, gates)
    suite = ET.fromstring(format_junit(found, results))
    problems = [[child.tag for child in case] for case in suite]
    assert problems == [["failure"], ["system-out"], ["failure" if results[2].failed else "system-out"], ["error"]]
    assert (suite.get("tests"), suite.get("errors")) == ("4", "1")
    assert suite[0].get("name") == "IF within 5 points"
    assert suite[2].get("name") == "IF within 30 points, only if shown"


def test_a_lucky_response_in_a_small_set_does_not_pass_a_gate():
    """One of 12 articles favours B: that shows no more about the others than 12 equal ones."""
    a = make_run("a", [HALF] * 12)
    lucky = compare(a, make_run("b", [GOOD] + [HALF] * 11))
    [result] = evaluate_gates(lucky, [Gate("IF", 5)])
    assert result.outcome == "insufficient evidence"
    assert result.low < -15
    better = compare(make_run("a", [BAD] * 12), make_run("b", [GOOD] * 11 + [HALF]))
    assert outcomes(better, Gate("IF", 5)) == {"IF": "pass"}, "a large gain needs few articles"
