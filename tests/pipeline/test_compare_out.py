"""What a comparison gives to other tools: plots as SVG files, typed results, data frames."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from inside import inside as ifh

import harness
from harness.errors import ConfigError

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("made")
    for model in ("partial", "oracle", "echo"):
        ifh("run", "smoke", "--model", f"scripted/{model}", "--limit", "12", "--out", f"results/{model}", cwd=made)
    return made


def words(path):
    return [
        element.text for element in ET.fromstring(path.read_bytes()).iter() if element.text and element.text.strip()
    ]


def test_plots_of_a_comparison_have_its_numbers_and_the_same_bytes_each_time(folder, tmp_path):
    first, again = tmp_path / "first/deep", tmp_path / "again"
    done = ifh("compare", "partial", "echo", "--plots", first, "--json", cwd=folder)
    ifh("compare", "partial", "echo", "--plots", again, "--markdown", "-", cwd=folder)
    names = ["forest.svg", "instructions.svg", "waterfall.svg"]
    assert sorted(path.name for path in first.iterdir()) == names
    assert all((first / name).read_bytes() == (again / name).read_bytes() for name in names)
    found = json.loads(done.stdout)
    assert f"plot: {first}/forest.svg" in done.stderr
    shown = f"{found['overall']['difference']:+.1f}".replace("-", "\u2212")
    assert any(text.startswith(shown) for text in words(first / "forest.svg"))
    assert shown in words(first / "waterfall.svg")
    steps = [float(text.replace("\u2212", "-")) for text in words(first / "waterfall.svg") if text[0] in "+\u2212"]
    assert sum(steps[:-1]) == pytest.approx(steps[-1])
    assert {one["id"] for one in found["contributions"][:3]} <= set(words(first / "waterfall.svg"))


def test_a_plot_of_a_ranking_has_a_row_for_each_run(folder, tmp_path):
    ifh("compare", "partial", "oracle", "echo", "--plots", tmp_path, cwd=folder)
    assert [path.name for path in tmp_path.iterdir()] == ["ranking.svg"]
    shown = words(tmp_path / "ranking.svg")
    assert [text for text in shown if text in {"A partial", "B oracle", "C echo"}] == [
        "B oracle",
        "A partial",
        "C echo",
    ]
    assert len(list(ET.fromstring((tmp_path / "ranking.svg").read_bytes()).iter(f"{SVG}circle"))) == 3


def test_names_in_plots_are_text_and_cannot_act(folder, tmp_path):
    info = json.loads((folder / "results/echo/run.json").read_text())
    ifh("score", "echo", cwd=folder)
    plan = info["plan"] | {"model": "<script>x</script>\x1b[31m\u202e"}
    (folder / "results/echo/run.json").write_text(json.dumps(info | {"plan": plan}))
    ifh("compare", "partial", "echo", "--plots", tmp_path, cwd=folder)
    (folder / "results/echo/run.json").write_text(json.dumps(info))
    text = (tmp_path / "forest.svg").read_text()
    assert "<script" not in text
    assert not set(text) & set("\x1b\u202e")
    assert any("<script>x</script>\\x1b" in word for word in words(tmp_path / "forest.svg"))


def test_a_file_in_the_place_of_the_folder_is_named(folder, tmp_path):
    (tmp_path / "plots").write_text("")
    done = ifh("compare", "partial", "echo", "--plots", tmp_path / "plots", cwd=folder, code=1)
    assert "is a file, but plots are written to a folder" in done.told


def test_two_runs_are_a_comparison_with_frames(folder, monkeypatch):
    monkeypatch.chdir(folder)
    found = harness.compare("partial", "echo")
    frames = found.frames()
    overall = frames.differences.query("part == 'overall'").iloc[0]
    assert overall.difference == found.overall.difference
    assert frames.contributions.points.sum() == pytest.approx(found.overall.difference)
    assert len(frames.flips) == sum(len(flip.instructions) for flip in found.flips)
    assert frames.flips.b.dtype == "boolean"
    assert "failed" in set(frames.metrics.name)
    assert list(frames.run_differences.columns) == ["name", "a", "b"]


def test_three_runs_are_a_ranking_with_frames(folder, monkeypatch):
    monkeypatch.chdir(folder)
    found = harness.compare("partial", "oracle", "echo", confidence=0.9)
    frames = found.frames()
    assert list(frames.places.letter) == [place.letter for place in found.places] == ["B", "A", "C"]
    assert len(frames.gaps) == 3
    shares = frames.instructions.pivot_table(index="id", columns="run", values="followed")
    assert (shares.B == 100).all()
    assert found.instructions[0].id in shares.index
    with pytest.raises(ConfigError, match="margin needs exactly two runs, got 3"):
        harness.compare("partial", "oracle", "echo", margin=2)
    with pytest.raises(ConfigError, match="at most 26 runs, got 27"):
        harness.compare(*["partial"] * 27)


def test_parameters_and_instructions_are_columns(folder, monkeypatch):
    monkeypatch.chdir(folder)
    frames = harness.load("partial")
    records = [json.loads(line) for line in (folder / "results/partial/samples.jsonl").read_text().splitlines()]
    assert list(frames.samples.instructions) == [record["instructions"] for record in records]
    assert frames.samples["meta"][0] == records[0]["meta"]
    every = [(record["id"], one) for record in records for one in record["instructions"]]
    assert list(zip(frames.instructions.sample_id, frames.instructions.id, strict=True)) == [
        (id, one["id"]) for id, one in every
    ]
    for number, (_, one) in enumerate(every):
        row = frames.instructions.iloc[number].filter(like="parameters.")
        known = {name.removeprefix("parameters."): value for name, value in row.items() if not _missing(value)}
        assert known == {name: value for name, value in one.items() if name != "id"}
    assert list(frames.verdicts.id) == list(frames.instructions.id)
    counted = frames.verdicts["parameters.num_paragraphs"].dropna()
    assert counted.dtype == "Int64"
    assert len(counted)
    assert "parameters" not in frames.verdicts.columns


def _missing(value):
    return value is None or value is pd.NA
