"""Runs read from disk are compared by columns of numbers; the result is that of their results one by one."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from ifh import lines
from inside import inside as ifh

from harness.comparison import compare, rank
from harness.comparison.leaderboard.rows import run_row
from harness.scoring.scored_run import load_scored_runs

RUN_FILE = """
[articles]
sentences = 2
[questions]
tasks = ["summarize", "simplify"]
per_task = 3
twins = ["placement:system"]
[instructions]
pool = ["punctuation:no_comma", "startend:end_checker", "length_constraints:number_words"]
count = 2
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder of three runs on twins in two epochs: whole, with failures, and with fewer samples."""
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "twins.toml").write_text(RUN_FILE)
    for name, model, more in (("a", "partial", ()), ("b", "echo", ()), ("few", "oracle", ("--limit", "4"))):
        ifh("run", "twins.toml", "--model", f"scripted/{model}", "--epochs", "2", "--out", name, *more, cwd=folder)
    shutil.copytree(folder / "b", folder / "failed")
    said = lines(folder / "failed" / "responses.jsonl")
    (folder / "failed" / "responses.jsonl").write_text(
        "".join(json.dumps(one | {"cost": 0.01 * number}) + "\n" for number, one in enumerate(said) if number % 5)
    )
    about = [{name: one[name] for name in ("sample_id", "epoch", "model")} for one in said[::5]]
    lost = (json.dumps(one | {"error": "timeout", "message": ""}) + "\n" for one in about)
    (folder / "failed" / "failures.jsonl").write_text("".join(lost))
    return folder


def one_by_one(run):
    return replace(run, results=list(run.results), metrics=dict(run.metrics))


@pytest.mark.parametrize("names", [("a", "b"), ("a", "failed"), ("few", "a")])
@pytest.mark.parametrize("loosely", [False, True], ids=["strict", "loose"])
def test_a_comparison_is_that_of_the_results_one_by_one(folder, names, loosely):
    runs = load_scored_runs([folder / name for name in names])
    if loosely:
        runs = [run.loosely() for run in runs]
    found = compare(*runs, shared_only=True).to_json()
    assert found == compare(*map(one_by_one, runs), shared_only=True).to_json()
    assert [row["name"] for row in found["metrics"]][-3:] == ["pass@2", "pass^2", "reliable@k"]
    assert found["by_twin"].keys() == {"base", "placement"}
    assert found["dropped"].get("unscored in B: timeout", 0) == (len(runs[0].results) // 5 + 1) * ("failed" in names)


def test_a_ranking_and_a_leaderboard_row_too(folder):
    runs = load_scored_runs([folder / name for name in ("a", "b", "failed")])
    assert rank(runs) == rank(list(map(one_by_one, runs)))
    for run in runs:
        assert run_row(run) == run_row(one_by_one(run))


def test_samples_that_runs_share_are_in_memory_once(folder):
    first, other, few = load_scored_runs([folder / name for name in ("a", "b", "few")])
    assert other.samples.ids is first.samples.ids
    assert other.samples.path == folder / "b" / "samples.jsonl"
    assert len(few.samples.ids) < len(first.samples.ids)
