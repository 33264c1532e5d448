"""Runs as files for other programs, as data frames, and back again with the same figures."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from ifh import lines, only_run
from inside import inside as ifh
from test_published import answer, put, question

import harness
from harness.errors import StoreError

FORMULAS = ["=1+1", "+a b c d", "-5", "@sum a b c", "\tx", "\rx y", "\n=x", "\uff1da b"]
FIGURES = ("if_score", "prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose", "interval", "by_id")
COUNTS = ("scored", "unscored", "truncated", "refused", "blank")


def scores(*args, cwd):
    return json.loads(ifh(*args, "--json", cwd=cwd).stdout)


@pytest.fixture
def smoke(tmp_path):
    ifh("run", "smoke", "--model", "scripted/partial", cwd=tmp_path)
    return only_run(tmp_path)


@pytest.fixture
def hard(tmp_path):
    """A run with every kind of answer that is awkward to write down: formulas, surrogates, failures, cut texts."""
    texts = [*FORMULAS, "lone \ud800 half, a", "One two three four.", "", "<think>a, b</think>One two three four."]
    texts.append("a</think>One two, three</think>four five")
    answers = [answer(str(n), text) for n, text in enumerate(texts)]
    answers.append(answer("e", "$ERROR$", eval_status="api_error", error_msg="status 503"))
    answers.append(answer("t", "One two three four five", eval_status="token_exhaustion"))
    answers.append(answer("x", "", eval_status="token_exhaustion"))
    ids = [*(str(n) for n in range(len(texts))), "e", "t", "x", "m"]
    put(tmp_path / "question.jsonl", [question(id, task="simplify" if id in "123" else "summarize") for id in ids])
    put(tmp_path / "answers.jsonl", answers)
    ifh("import", "answers.jsonl", "--questions", "question.jsonl", "--out", "hard", cwd=tmp_path)
    return tmp_path / "hard"


def exported(run, form, *args):
    ifh("export", run, "--to", form, "-o", run.parent / form, *args, cwd=run.parent)
    return run.parent / form


def test_a_run_is_data_frames_in_one_line(smoke):
    frames = harness.load(smoke)
    found = json.loads((smoke / "scores.json").read_text())
    assert (frames.name, frames.rules) == (smoke.name, "audited")
    assert (len(frames.samples), len(frames.responses)) == (20, 20)
    assert round(100 * frames.responses.groupby("task").if_score.mean().mean(), 4) == found["if_score"]
    assert round(100 * frames.responses.all_followed.mean(), 4) == found["prompt_strict"]
    assert round(100 * frames.verdicts.followed.mean(), 4) == found["instruction_strict"]
    shares = (100 * frames.verdicts.groupby("id").followed.mean()).round(4).to_dict()
    assert shares == {id: figures["instruction"] for id, figures in found["by_id"].items()}
    told = {verdict["reason"] for line in lines(smoke / "verdicts.jsonl") for verdict in line["verdicts"]}
    assert set(frames.verdicts.reason) == told
    texts = {line["sample_id"]: line["text"] for line in lines(smoke / "responses.jsonl")}
    assert dict(zip(frames.responses.sample_id, frames.responses.text, strict=True)) == texts


def test_frames_of_a_hard_run(hard):
    frames = harness.load(hard)
    by_id = frames.responses.set_index("published_id")
    assert by_id.loc["8", "text"] == "lone \\ud800 half, a"
    assert by_id.loc["0", "text"] == "=1+1", "data frames are not for spreadsheets"
    assert dict(by_id.unscored.dropna()) == {"e": "api_error", "x": "exhausted", "m": "missing"}
    assert by_id.loc["m", "text"] is pd.NA
    assert list(by_id[by_id.truncated.fillna(value=False)].index) == ["t"]
    assert len(frames.verdicts) == 2 * by_id.if_score.notna().sum() == 2 * 14
    ruled = harness.load(hard, rules="audited")
    assert ruled.rules == "audited"
    with pytest.raises(StoreError, match="no such folder"):
        harness.load("nope")


def test_parquet_and_jsonl_hold_what_the_frames_hold(hard):
    frames = harness.load(hard)
    parquet, jsonl = exported(hard, "parquet"), exported(hard, "jsonl")
    for name in ("samples", "responses", "verdicts"):
        held, file = getattr(frames, name), pd.read_parquet(parquet / f"{name}.parquet")
        records = lines(jsonl / f"{name}.jsonl")
        assert [record["sample_id"] for record in records] == list(held.sample_id)
        assert list(records[0]) == list(file.columns)
        for column in {"instructions", "meta", "earlier", "parameters", "pictures"} & set(file.columns):
            texts = file.pop(column)
            if column != "parameters":  # these are columns of their own in the frames
                values = [None if value is None or value is pd.NA else value for value in held.pop(column)]
                assert [None if pd.isna(text) else json.loads(text) for text in texts] == values
        pd.testing.assert_frame_equal(file, held[file.columns])


def test_csv_is_safe_in_a_spreadsheet_and_numbers_stay_numbers(hard):
    folder = exported(hard, "csv")
    with (folder / "responses.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["published_id"]: row for row in csv.DictReader(file)}
    for n, text in enumerate(FORMULAS):
        assert rows[str(n)]["text"] == f"'{text}"
    assert rows["9"]["text"] == "One two three four."
    assert rows["8"]["text"] == "lone \\ud800 half, a"
    assert (rows["9"]["if_score"], rows["9"]["all_followed"], rows["m"]["if_score"]) == ("1.0", "true", "")
    for path in folder.iterdir():
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
            assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r\n\uff1d")]
    frame = pd.read_csv(folder / "responses.csv")
    assert frame.if_score.sum() == pytest.approx(harness.load(hard).responses.if_score.sum())


def back(run, folder):
    """Score LiveBench files as a user would: put the tasks together first."""
    home = folder / "data/live_bench/instruction_following"
    for kind, name in (("question.jsonl", "q.jsonl"), ("model_answer/*.jsonl", "a.jsonl")):
        (run.parent / name).write_bytes(b"".join(path.read_bytes() for path in sorted(home.glob(f"*/{kind}"))))
    return ("score", "--questions", "q.jsonl", "--answers", "a.jsonl")


def test_livebench_files_score_as_the_run_did(hard):
    before = json.loads((hard / "scores.json").read_text())
    folder = exported(hard, "livebench")
    again = scores(*back(hard, folder), cwd=hard.parent)
    assert {name: again[name] for name in (*FIGURES, *COUNTS)} == {name: before[name] for name in (*FIGURES, *COUNTS)}
    assert again["failures"] == before["failures"] == {"api_error": 1, "exhausted": 1, "missing": 1}
    home = folder / "data/live_bench/instruction_following/summarize"
    asked, said = lines(home / "question.jsonl"), lines(home / "model_answer/m.jsonl")
    judged = lines(home / "model_judgment/ground_truth_judgment.jsonl")
    assert [record["question_id"] for record in asked] == sorted(record["question_id"] for record in asked)
    assert asked[0]["kwargs"] == [{}, {"num_words": 4, "relation": "at least"}]
    assert "m" not in {record["question_id"] for record in said}
    assert not {"e", "x", "m"} & {record["question_id"] for record in judged}
    [whole] = [record for record in judged if record["question_id"] == "9"]
    assert (whole["score"], whole["model"], whole["task"]) == (1.0, "m", "summarize")
    told = ifh("export", hard, "--to", "livebench", "-o", "other", cwd=hard.parent).stderr
    assert "3 unscored questions have no score" in told


def test_our_own_questions_go_out_and_come_back(smoke):
    """The books differ, the answers and the questions do not: judged by the same book, so are the figures."""
    before = json.loads((smoke / "scores.json").read_text())
    folder = exported(smoke, "livebench")
    again = scores(*back(smoke, folder), "--rules", "audited", "--out", "again", cwd=smoke.parent)
    assert {name: again[name] for name in FIGURES} == {name: before[name] for name in FIGURES}
    files = sorted((folder / "data/live_bench/instruction_following").glob("*/model_answer/partial.jsonl"))
    assert len(files) == 4
    found = scores("import", *files, "--rules", "audited", cwd=smoke.parent)["runs"]
    assert [run["if_score"] for run in found] == [before["if_score"]]


def test_ifeval_files_score_as_the_run_did(tmp_path):
    asked = [
        {"key": 7, "prompt": "No comma.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]},
        {
            "key": 8,
            "prompt": "Four words, no comma.",
            "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
            "kwargs": [{}, {"num_words": 4, "relation": "at least"}],
        },
        {"key": 9, "prompt": "Nothing said.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]},
    ]
    put(tmp_path / "q.jsonl", asked)
    said = {7: "Well,\nnone.", 8: "<think>,</think>One two *three*"}
    put(tmp_path / "a.jsonl", [{"key": key, "response": text} for key, text in said.items()])
    ifh("import", "a.jsonl", "--questions", "q.jsonl", "--model", "a/b", "--out", "run", cwd=tmp_path)
    folder = exported(tmp_path / "run", "ifeval")
    assert lines(folder / "input_data.jsonl") == asked
    answers = folder / "input_response_data_a-b.jsonl"
    assert [line["response"] for line in lines(answers)] == ["Well,\nnone.", "One two *three*"]
    again = scores("score", "--questions", folder / "input_data.jsonl", "--answers", answers, cwd=tmp_path)
    before = json.loads((tmp_path / "run" / "scores.json").read_text())
    assert {name: again[name] for name in (*FIGURES, *COUNTS)} == {name: before[name] for name in (*FIGURES, *COUNTS)}
    strict, loose = (lines(folder / f"eval_results_{mode}.jsonl") for mode in ("strict", "loose"))
    assert [line["follow_instruction_list"] for line in strict] == [[False], [True, False]]
    assert [line["follow_all_instructions"] for line in loose] == [True, False], "without its first line, 7 passes"


def test_one_epoch_at_a_time_goes_to_forms_with_one_answer(tmp_path):
    ifh("run", "smoke", "--limit", "4", "--epochs", "2", "--out", "run", cwd=tmp_path)
    done = ifh("export", "run", "--to", "ifeval", "--epoch", "1", "-o", "one", cwd=tmp_path)
    assert "epoch 1 of 2: this form has one response per sample" in done.stderr
    assert len(lines(tmp_path / "one" / "input_response_data_oracle.jsonl")) == 4
    assert len(harness.load(tmp_path / "run").responses) == 8
    assert (
        "no epoch 2" in ifh("export", "run", "--to", "ifeval", "--epoch", "2", "-o", "x", cwd=tmp_path, code=2).stderr
    )


def test_slips_are_told_and_nothing_is_overwritten(smoke):
    home = smoke.parent
    wrong = ifh("export", smoke, "--to", "livebnch", "-o", "x", cwd=home, code=2)
    assert "did you mean 'livebench'" in wrong.stderr
    assert "no such folder" in ifh("export", "nope", "--to", "csv", "-o", "x", cwd=home, code=1).stderr
    folder = exported(smoke, "csv")
    before = (folder / "samples.csv").read_bytes()
    (folder / "samples.csv").write_text("mine")
    again = ifh("export", smoke, "--to", "csv", "-o", folder, cwd=home, code=2)
    assert "samples.csv is there already" in again.stderr
    assert (folder / "samples.csv").read_text() == "mine"
    exported(smoke, "csv", "--overwrite")
    assert (folder / "samples.csv").read_bytes() == before
    (home / "file").write_text("")
    assert "cannot be written" in ifh("export", smoke, "--to", "csv", "-o", "file/x", cwd=home, code=1).stderr
