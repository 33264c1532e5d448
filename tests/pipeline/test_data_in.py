"""Answers that other programs wrote down, LiveBench and lm-eval, become runs of ours."""

from __future__ import annotations

import json

import pytest
from ifh import only_run
from inside import inside as ifh
from test_published import answer, needs_data, parity, put, question


def lm_eval(key, text, *, strict=None, ids=("punctuation:no_comma",), **more):
    doc = {"key": key, "prompt": f"Say {key}.", "instruction_id_list": list(ids), "kwargs": [{"num_words": None}]}
    judged = {} if strict is None else {"inst_level_strict_acc": [strict], "inst_level_loose_acc": [strict]}
    asked = {"gen_args_0": {"arg_0": doc["prompt"], "arg_1": {"until": []}}}
    record = {"doc_id": key, "doc": doc, "target": 0, "arguments": asked, "resps": [[text]], "filtered_resps": [text]}
    return record | {"filter": "none", "doc_hash": "0", **judged} | more


@pytest.fixture
def samples(tmp_path):
    """A samples file of lm-eval's where that program leaves it, with the results beside it."""
    home = tmp_path / "openai__gpt-4"
    home.mkdir()
    records = [
        lm_eval(1, "One, two.", strict=False),
        lm_eval(2, "One.", strict=True),
        lm_eval(3, "a, b", resps=[["<x>a, b"]], filtered_resps=["a b"], strict=False),
    ]
    (home / "results_2026-01-02T03-04-05.678.json").write_text(json.dumps({"model_name": "openai/gpt-4"}))
    return put(home / "samples_ifeval_2026-01-02T03-04-05.678.jsonl", records)


def test_lm_eval_samples_become_a_run(samples, tmp_path):
    done = ifh("import", samples, "--json", cwd=tmp_path)
    [found] = json.loads(done.stdout)["runs"]
    assert found["run"].startswith("ifeval-openai-gpt-4-")
    assert (found["rules"], found["scored"], found["instruction_strict"]) == ("ifeval", 3, pytest.approx(66.6667))
    assert "6 responses compared, strict and loose; 2 scored differently here (3 strict, 3 loose)" in done.stderr
    listed = json.loads(ifh("list", "--json", cwd=tmp_path).stdout)["runs"]
    assert [(run["model"], run["state"]) for run in listed] == [("openai/gpt-4", "complete")]
    shown = ifh("show", only_run(tmp_path), "--failed", cwd=tmp_path).stdout
    assert "1 comma" in shown
    named = json.loads(ifh("import", samples, "--model", "mine", "--json", cwd=tmp_path).stdout)["runs"]
    assert named[0]["run"].startswith("ifeval-mine-")


def test_lm_eval_answers_to_questions_of_ones_own(samples, tmp_path):
    asked = [lm_eval(key, "")["doc"] for key in (1, 2, 4)]
    put(tmp_path / "q.jsonl", asked)
    done = ifh("import", samples, "--questions", "q.jsonl", "--json", cwd=tmp_path)
    [found] = json.loads(done.stdout)["runs"]
    assert (found["scored"], found["failures"]) == (2, {"missing": 1})
    told = " ".join(done.stderr.split())
    assert "missing (unscored), no response to: 1 (4)" in told
    assert "unknown responses, to no sample of the set: 1 (3)" in told


def test_several_files_and_models_at_once(tmp_path):
    for task in ("summarize", "simplify"):
        home = tmp_path / "instruction_following" / task
        (home / "model_answer").mkdir(parents=True)
        put(home / "question.jsonl", [question(f"{task}1", task=task), question(f"{task}2", task=task)])
        for model, text in {"good": "One two three four.", "bad": "One, two."}.items():
            said = [answer(f"{task}{n}", text, model_id=model) for n in (1, 2)]
            put(home / "model_answer" / f"{model}.jsonl", said)
    with (home / "model_answer" / "bad.jsonl").open("a") as file:
        file.write(json.dumps(answer("simplify1", "One two three four.", model_id="bad")) + "\n")
    files = sorted((tmp_path / "instruction_following").glob("*/model_answer/*.jsonl"))
    done = ifh("import", *files, "--json", cwd=tmp_path)
    found = {run["run"].split("-")[1]: run for run in json.loads(done.stdout)["runs"]}
    assert (found["good"]["if_score"], found["good"]["samples"]) == (100.0, 4)
    # One of the two answers to simplify1 counts, the later one: (0 + 0) / 2 and (1 + 0) / 2.
    assert found["bad"]["if_score"] == 25.0
    assert "duplicate responses, the last counts: 1 (simplify1)" in done.stderr
    assert found["good"]["run"].startswith("instruction_following-good-")
    told = ifh("import", *files, cwd=tmp_path).stdout
    assert "IF 100.0" in told
    assert "--out takes one run" in ifh("import", *files, "--out", "x", cwd=tmp_path, code=2).stderr


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("none.jsonl",), "there is no file none.jsonl"),
        (("alone.jsonl",), "there is no question.jsonl beside alone.jsonl"),
        (("nameless.jsonl",), "does not say whose answers it holds; name the model with --model"),
        (("nameless.jsonl", "--model", "x"), "name these with --questions"),
        (("two.jsonl", "--questions", "question.jsonl"), "holds answers of 2 models"),
        (("samples_gsm8k.jsonl", "--model", "x"), "is no sample of an IFEval task"),
        (("alone.jsonl", "--rules", "livebnch"), "did you mean 'livebench'"),
        ((), "Missing argument"),
    ],
)
def test_what_cannot_be_imported_is_told_and_nothing_is_written(tmp_path, args, expected):
    home = tmp_path / "here" / "x"
    home.mkdir(parents=True)
    put(home / "question.jsonl", [question("a")])
    put(home / "alone.jsonl", [answer("a", "One.")])
    put(home / "nameless.jsonl", [{"key": 1, "response": "x"}])
    put(home / "two.jsonl", [answer("a", "x"), answer("a", "x", model_id="n")])
    put(home / "samples_gsm8k.jsonl", [{"doc": {"question": "1+1"}, "resps": [["2"]]}])
    done = ifh("import", *args, cwd=home, code=2)
    assert expected in " ".join(done.stderr.split())
    assert not (home / "results").exists()


@needs_data
def test_the_published_ifeval_answers_come_through_lm_eval_the_same(tmp_path):
    asked = {record["key"]: record for record in parity("ifeval_prompts")}
    records = []
    for said in parity("ifeval_gpt4"):
        doc = {name: asked[said["key"]][name] for name in ("key", "prompt", "instruction_id_list", "kwargs")}
        judged = {"inst_level_strict_acc": said["strict"], "inst_level_loose_acc": said["loose"]}
        records.append({"doc": doc, "resps": [[said["response"]]], "filtered_resps": [said["response"]], **judged})
    put(tmp_path / "samples_ifeval.jsonl", records)
    done = ifh("import", "samples_ifeval.jsonl", "--model", "gpt-4", "--json", cwd=tmp_path)
    [found] = json.loads(done.stdout)["runs"]
    figures = ("prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose")
    assert [round(found[name], 2) for name in figures] == [77.08, 83.69, 79.67, 85.61]
    assert "1082 responses compared, strict and loose; 0 scored differently here" in done.stderr
