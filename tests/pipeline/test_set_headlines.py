"""The metric that a published set reports first, everywhere; several sets in one command, and side by side."""

from __future__ import annotations

import json

import pytest
from inside import inside as ifh
from test_published_sets import ifeval, put, row


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """A folder with runs of two models on two published sets and one generated one."""
    home = tmp_path_factory.mktemp("several")
    put(home / "ifeval.jsonl", [ifeval(n) for n in range(4)])
    put(home / "ifbench.jsonl", [row(n) for n in range(4)])
    for model in ("oracle", "echo"):
        for name in ("ifeval", "ifbench"):
            ifh("run", name, "--samples", f"{name}.jsonl", "--model", f"scripted/{model}", cwd=home)
    ifh("run", "smoke", "--limit", "4", cwd=home)
    return home


def test_the_sets_own_headline_comes_first_everywhere(several):
    [folder] = (several / "results").glob("ifbench-oracle-*")
    told = ifh("score", folder, cwd=several).stdout.splitlines()
    assert told[1].startswith("prompt-level loose 100.0  [")
    assert max(map(len, told)) <= 80
    scores = json.loads((folder / "scores.json").read_text())["headline"]
    assert (scores["metric"], scores["value"], scores["floor"]) == ("prompt_loose", 100.0, 100.0)
    assert scores["interval"]["high"] == 100.0
    beside = ("prompt_strict", "instruction_strict", "instruction_loose", "if_score")
    assert set(scores["beside"]) == set(beside)
    assert '<span class="unit">prompt-level loose' in (folder / "report.html").read_text()
    listed = ifh("list", cwd=several).stdout
    assert "PL 100.0" in listed
    assert "PS: prompt-level strict accuracy, which the set reports first" in listed
    assert max(map(len, listed.splitlines())) <= 80
    [run] = [one for one in json.loads(ifh("list", "--json", cwd=several).stdout)["runs"] if one["run"] == folder.name]
    assert (run["metric"], run["value"], run["questions"]) == ("prompt_loose", 100.0, "ifbench")


def test_the_leaderboard_has_a_column_for_each_set(several):
    told = ifh("leaderboard", cwd=several).stdout
    assert max(map(len, told.splitlines())) <= 80
    flat = " ".join(told.split())
    assert flat.startswith("ifbench ifeval model")
    assert "metric: prompt-level loose" in flat
    found = json.loads(ifh("leaderboard", "--json", cwd=several).stdout)["by_set"]
    assert [(one["set"], one["metric"]) for one in found["columns"]] == [
        ("ifbench", "prompt_loose"),
        ("ifeval", "prompt_strict"),
    ]
    letters = {one["set"]: one["kind"] for one in found["columns"]}
    assert [one["model"] for one in found["rows"]] == ["oracle", "echo"]
    assert found["rows"][0]["cells"][letters["ifbench"]]["value"] == 100.0
    markdown = ifh("leaderboard", "--markdown", cwd=several).stdout.splitlines()
    assert markdown[0].startswith("| model | ")
    assert markdown[2].startswith("| oracle | 100.0")
    assert "set,metric,value" in ifh("leaderboard", "--csv", cwd=several).stdout.splitlines()[0]
    assert "echo" in ifh("leaderboard", "--sort", "ifeval", cwd=several).stdout


def test_several_sets_in_one_command(tmp_path):
    for name, rule in (("one", "punctuation:no_comma"), ("two", "detectable_format:title")):
        text = f'[questions]\nper_task = 1\n[instructions]\npool = ["{rule}"]\ncount = 1\n[model]\nname = "oracle"\n'
        (tmp_path / f"{name}.toml").write_text(text + 'adapter = "scripted"\n')
    told = ifh("run", "one.toml", "two.toml", "--limit", "2", cwd=tmp_path).stdout
    assert {folder.name.partition("-")[0] for folder in (tmp_path / "results").iterdir()} == {"one", "two"}
    assert "To see models side by side, run: ifh leaderboard" in told
    record = json.loads(ifh("run", "one.toml", "two.toml", "--limit", "2", "--json", cwd=tmp_path).stdout)
    assert [run["run"].partition("-")[0] for run in record["runs"]] == ["one", "two"]
    assert record["not_started"] == []


def test_a_comparison_names_the_sets_own_metric_beside_the_if_score(several):
    results = several / "results"
    a, b = (next(results.glob(f"ifbench-{model}-*")) for model in ("oracle", "echo"))
    told = " ".join(ifh("compare", a, b, cwd=several).stdout.split())
    assert told.startswith("IF: A (")
    shown = told[told.index("IFBench reports") :]
    found = json.loads(ifh("compare", a, b, "--json", cwd=several).stdout)["set_headline"]
    assert (found["set"], found["metric"], found["a"]["value"]) == ("ifbench", "prompt_loose", 100.0)
    scores = json.loads((b / "scores.json").read_text())["headline"]
    assert found["b"] == {"value": scores["value"], **{end: scores["interval"][end] for end in ("low", "high")}}
    assert found["difference"]["difference"] == scores["value"] - 100
    assert f"Difference {scores['value'] - 100:+.1f} points, 95 % interval {found['difference']['low']:+.1f}" in shown
    markdown = ifh("compare", a, b, "--markdown", "-", cwd=several).stdout
    assert "**IFBench reports prompt-level loose first: A (" in markdown
    ifh("report", a, b, "-o", "both.html", cwd=several)
    assert "IFBench reports prompt-level loose first: A (" in (several / "both.html").read_text()

    a, b = (next(results.glob(f"ifeval-{model}-*")) for model in ("oracle", "echo"))
    loose = json.loads(ifh("compare", a, b, "--loose", "--json", cwd=several).stdout)
    assert loose["set_headline"]["metric"] == "prompt_loose"
    [smoke] = results.glob("smoke-*")
    assert json.loads(ifh("compare", smoke, smoke, "--json", cwd=several).stdout)["set_headline"] is None
