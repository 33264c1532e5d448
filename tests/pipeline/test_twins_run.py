"""Twins from a run file to scores, report, comparison and leaderboard; models of known behaviour are found out."""

from __future__ import annotations

import json

import pytest
from ifh import lines
from inside import inside as ifh

import harness
from harness.errors import ConfigError

RUN_FILE = """
[questions]
per_task = 3
seed = 3
twins = ["wording:brief", "order", "placement:system"]
[instructions]
pool = "ifeval"
count = [2, 3]
[instructions.weights]
"combination:repeat_prompt" = 0
[model]
adapter = "scripted"
name = "oracle"
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run the oracle, a model without the last instruction, and one that does not read system turns."""
    folder = tmp_path_factory.mktemp("twins")
    (folder / "twins.toml").write_text(RUN_FILE, encoding="utf-8")
    shown = {"oracle": ifh("run", "twins.toml", "--out", "oracle", cwd=folder).stdout}
    samples = {one["id"]: one for one in lines(folder / "oracle" / "samples.jsonl")}
    blind = []
    for line in lines(folder / "oracle" / "responses.jsonl"):
        sample = samples[line["sample_id"]]
        text = sample["meta"]["opening"] if sample["meta"]["twin"] == "placement:system" else line["text"]
        blind.append(json.dumps({"sample_id": line["sample_id"], "text": text, "stop": "end"}) + "\n")
    (folder / "blind.jsonl").write_text("".join(blind), encoding="utf-8")
    more = ("--samples", "oracle/samples.jsonl")
    for name, model in (("partial", "scripted/partial"), ("blind", "replay/blind.jsonl")):
        shown[name] = ifh("run", "twins.toml", *more, "--model", model, "--out", name, cwd=folder).stdout
    return folder, {name: " ".join(text.split()) for name, text in shown.items()}


def scores(folder, name):
    return json.loads((folder / name / "scores.json").read_text(encoding="utf-8"))


def test_the_oracle_is_reliable(runs):
    folder, shown = runs
    found = scores(folder, "oracle")
    assert (found["if_score"], found["by_twin"]["reliable"], found["by_twin"]["groups"]) == (100.0, 100.0, 12)
    assert found["by_twin"]["reliable_at"] == {str(k): 100.0 for k in (1, 2, 3, 4)}
    assert "reliable@4: the base and every twin are followed whole in 100.0%" in shown["oracle"]
    assert "none of 3 kinds is shown to cost the model points." in shown["oracle"]


def test_a_model_that_does_not_read_system_turns_is_found_by_placement(runs):
    folder, shown = runs
    found = scores(folder, "blind")["by_twin"]
    assert found["base"] == 100.0 > found["reliable"]
    assert found["by_kind"]["placement"]["shown"]
    assert found["by_kind"]["wording"]["difference"] == found["by_kind"]["order"]["difference"] == 0
    assert "Twins: placement costs the model most" in shown["blind"]


def test_a_model_that_drops_the_last_instruction_is_found_by_order(runs):
    folder, shown = runs
    found = scores(folder, "partial")["by_twin"]
    assert found["by_kind"]["wording"]["changed"] == 0 < found["by_kind"]["order"]["changed"]
    assert found["later"]["shown"]
    assert found["later"]["high"] < 0
    assert "Verdicts change most with order" in shown["partial"]
    assert "where it is later in the list" in shown["partial"]


def test_report_comparison_and_leaderboard_have_them(runs):
    folder, _ = runs
    assert '<section id="twins">' in (folder / "blind" / "report.html").read_text(encoding="utf-8")
    found = json.loads(ifh("compare", "oracle", "blind", "--json", cwd=folder).stdout)
    assert set(found["by_twin"]) == {"base", "wording", "order", "placement"}
    assert found["by_twin"]["placement"]["difference"] < 0 == found["by_twin"]["base"]["difference"]
    [row] = [one for one in found["metrics"] if one["name"] == "reliable@k"]
    assert (row["n"], row["a"], row["high"] < 0) == (12, 100.0, True)
    board = json.loads(ifh("leaderboard", "blind", "oracle", "--sort", "reliable", "--json", cwd=folder).stdout)
    assert [row["run"] for row in board["rows"]] == ["oracle", "blind"]
    assert board["rows"][0]["reliable"]["reliable"] == 100.0


def test_training_rows_have_no_twins(runs):
    folder, _ = runs
    with pytest.raises(ConfigError, match="training rows have none; remove it"):
        harness.iter_training_rows(folder / "twins.toml")


def test_twins_on_the_command_line(runs):
    folder, _ = runs
    done = ifh("generate", "twins.toml", "--twins", "order, load:4", "--limit", 2, "-o", "set.jsonl", cwd=folder)
    assert "twins: 4, of 2 samples" in done.stdout
    assert [one["meta"]["twin"] for one in lines(folder / "set.jsonl")] == ["base", "order:reversed", "load:4"] * 2
    told = ifh("generate", "twins.toml", "--twins", "ordr", "-o", "x.jsonl", cwd=folder, code=2).stderr
    assert "did you mean 'order'" in told
