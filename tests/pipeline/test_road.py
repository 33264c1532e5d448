"""The whole road through the command line, with models whose score is known beforehand."""

from __future__ import annotations

import json

from ifh import lines, only_run
from inside import inside as ifh


def scores(tmp_path, model):
    done = ifh("run", "smoke", "--model", f"scripted/{model}", "--json", cwd=tmp_path)
    return json.loads(done.stdout)


def test_oracle_scores_exactly_100(tmp_path):
    found = scores(tmp_path, "oracle")
    for figure in ("if_score", "if_score_floor", "prompt_strict", "instruction_strict", "prompt_loose"):
        assert found[figure] == 100.0
    assert (found["scored"], found["unscored"]) == (20, 0)
    assert found["interval"]["low"] < 100.0, "certainty cannot be had from 20 answers"


def test_echo_scores_low_and_the_same_each_time(tmp_path):
    first = scores(tmp_path, "echo")
    (tmp_path / "again").mkdir()
    assert scores(tmp_path / "again", "echo") == first
    assert 0 < first["if_score"] < 50


def test_partial_scores_what_a_second_count_says(tmp_path):
    found = scores(tmp_path, "partial")
    tasks = {}
    samples = {sample["id"]: sample["task"] for sample in lines(only_run(tmp_path) / "samples.jsonl")}
    for line in lines(only_run(tmp_path) / "verdicts.jsonl"):
        kept = [verdict["followed"] for verdict in line["verdicts"]]
        tasks.setdefault(samples[line["sample_id"]], []).append((all(kept) + sum(kept) / len(kept)) / 2)
    means = [sum(values) / len(values) for values in tasks.values()]
    assert len(means) == 4
    assert found["if_score"] == round(100 * sum(means) / 4, 4)
    assert 20 < found["if_score"] < 80


def test_failing_leaves_everything_unscored_and_no_number(tmp_path):
    done = ifh("run", "smoke", "--model", "scripted/failing", "--json", cwd=tmp_path, code=1)
    found = json.loads(done.stdout)
    assert (found["scored"], found["unscored"]) == (0, 20)
    assert found["if_score"] is None
    assert found["failures"] == {"rejected": 20}


def test_files_of_a_run(tmp_path):
    ifh("run", "smoke", "--limit", "8", cwd=tmp_path)
    folder = only_run(tmp_path)
    assert folder.name.startswith("smoke-oracle-")
    names = {"run.json", "samples.jsonl", "responses.jsonl", "failures.jsonl", "verdicts.jsonl", "scores.json"}
    assert names | {"report.html"} <= {path.name for path in folder.iterdir()}
    samples = lines(folder / "samples.jsonl")
    assert sorted({sample["task"] for sample in samples}) == ["paraphrase", "simplify", "story_generation", "summarize"]
    assert len(lines(folder / "responses.jsonl")) == 8
    verdicts = lines(folder / "verdicts.jsonl")
    assert len(verdicts) == 8
    assert set(verdicts[0]) >= {"sample_id", "epoch", "verdicts", "strict", "loose"}
    assert verdicts[0]["strict"] == {"prompt": 1.0, "instruction": 1.0, "if_score": 1.0}
    assert set(verdicts[0]["verdicts"][0]) >= {"id", "followed", "reason", "spans", "version"}
    assert json.loads((folder / "scores.json").read_text())["format"] == 1


def test_the_table_fits_80_columns_and_names_the_report(tmp_path):
    done = ifh("run", "smoke", "--model", "scripted/echo", cwd=tmp_path)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "not followed:" in done.stdout
    report = done.stdout.split("Report:")[1].strip()
    assert (tmp_path / "".join(report.split())).is_file()


def test_the_same_command_asks_nothing_twice(tmp_path):
    ifh("run", "smoke", cwd=tmp_path)
    before = (only_run(tmp_path) / "responses.jsonl").read_bytes()
    ifh("run", "smoke", cwd=tmp_path)
    assert (only_run(tmp_path) / "responses.jsonl").read_bytes() == before


def test_scoring_again_under_another_book(tmp_path):
    ifh("run", "smoke", cwd=tmp_path)
    folder = only_run(tmp_path)
    own = (folder / "scores.json").read_bytes()
    verdicts = (folder / "verdicts.jsonl").read_bytes()
    done = ifh("score", folder, "--rules", "ifeval", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["rules"] == "ifeval"
    assert json.loads((folder / "scores.ifeval.json").read_text())["rules"] == "ifeval"
    ifh("score", folder, cwd=tmp_path)
    assert (folder / "scores.json").read_bytes() == own
    assert (folder / "verdicts.jsonl").read_bytes() == verdicts


def test_generate_then_run_those_samples(tmp_path):
    done = ifh("generate", "livebench", "-o", "samples.jsonl", "--limit", "12", "--seed", "5", cwd=tmp_path)
    assert "12 samples" in done.stdout
    assert len(lines(tmp_path / "samples.jsonl")) == 12
    found = ifh("run", "smoke", "--samples", "samples.jsonl", "--json", cwd=tmp_path)
    assert json.loads(found.stdout)["if_score"] == 100.0
    assert (only_run(tmp_path) / "samples.jsonl").read_bytes() == (tmp_path / "samples.jsonl").read_bytes()


def test_replayed_answers_score_as_they_did(tmp_path):
    first = scores(tmp_path, "echo")
    answers = tmp_path / "answers.jsonl"
    answers.write_bytes((only_run(tmp_path) / "responses.jsonl").read_bytes())
    (tmp_path / "again").mkdir()
    done = ifh("run", "smoke", "--model", f"replay/{answers}", "--json", cwd=tmp_path / "again")
    assert json.loads(done.stdout)["if_score"] == first["if_score"]


def test_show_tells_prompts_answers_and_reasons(tmp_path):
    ifh("run", "smoke", "--model", "scripted/echo", cwd=tmp_path)
    folder = only_run(tmp_path)
    sample = lines(folder / "samples.jsonl")[0]
    shown = ifh("show", folder / "samples.jsonl", "--limit", "1", cwd=tmp_path).stdout
    assert sample["id"] in shown
    failed = ifh("show", folder.name, "--failed", "--limit", "2", cwd=tmp_path).stdout
    assert failed.count("── sample") == 2
    assert "NOT FOLLOWED" in failed
