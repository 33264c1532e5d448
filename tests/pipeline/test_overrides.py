"""Keys of a run file overridden without a file, and run files to edit."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest
from ifh import lines, only_run
from loopback import Loopback, complains, says

import harness
from harness.config.run_file import GENERATION, SECTIONS, load_config, shipped_names

RUN = ("run", "smoke", "--model", "compatible/mock", "-L", "2")
USAGE = {"prompt_tokens": 1000, "completion_tokens": 500}


@pytest.fixture
def server():
    with Loopback(says("Fine.", usage=USAGE)) as one:
        yield one


def test_any_key_is_set_and_belongs_to_the_plan(ifh, server, tmp_path):
    keys = ("model.extra.reasoning_effort=low", "model.extra.n.best=[1, 2]", "model.temperature=0.5", "ask.epochs=2")
    ifh(*RUN, "--base-url", server.url, *(part for key in keys for part in ("--set", key)))
    assert len(server.heard) == 4
    sent = server.heard[0].body
    assert (sent["reasoning_effort"], sent["n"], sent["temperature"]) == ("low", {"best": [1, 2]}, 0.5)
    plan = json.loads((only_run(tmp_path) / "run.json").read_text())["plan"]
    assert plan["settings"]["extra"] == {"reasoning_effort": "low", "n": {"best": [1, 2]}}


def test_tables_keep_their_other_keys(ifh):
    keys = ("articles.quality.min_words=5", 'instructions.weights."punctuation:no_comma"=3', "questions.per_task=1")
    ifh("run", "smoke", *(part for key in keys for part in ("--set", key)))


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("temperature=1", "unknown section 'temperature'; did you mean 'model.temperature'?"),
        ("modle.temperature=1", "unknown section 'modle'; did you mean 'model'?"),
        ("model.temprature=1", "[model] has no key 'temprature'; did you mean 'temperature'?"),
        ("model.max_tokens=many", "[model] max_tokens takes a whole number, got 'many'"),
        ("model.max_tokens.x=1", "[model] max_tokens is no table, so it has no key 'x'"),
        ("model.max_tokens=0", "model.max_tokens is 0, but must be at least 1"),
        ("articles.quality.min_wrds=5", "[articles.quality] has no key 'min_wrds'; did you mean 'min_words'"),
        ("model.temperature", "give SECTION.KEY=VALUE"),
        ("model=1", "give SECTION.KEY=VALUE"),
        ("=1", "give SECTION.KEY=VALUE"),
        ("model.extra.api_key=abc", "api_key"),
    ],
)
def test_slips_in_a_key_are_told(ifh, server, key, told):
    assert told in ifh(*RUN, "--base-url", server.url, "--set", key, code=2).told
    assert not server.heard


def test_settings_are_left_out(ifh, server, tmp_path):
    ifh(*RUN, "--base-url", server.url, "--temperature", "0", "--omit", "temperature", "--model-seed", "3")
    assert "temperature" not in server.heard[0].body
    assert server.heard[0].body["seed"] == 3
    assert lines(only_run(tmp_path) / "responses.jsonl")[0]["unset"] == ["temperature"]
    assert "'temprature' is not one of" in ifh(*RUN, "--omit", "temprature", code=2).told


def test_prices_without_a_model_file(ifh, server, tmp_path):
    run = (*RUN, "--base-url", server.url, "--max-tokens", "1000")
    assert "--price-out is missing" in ifh(*run, "--price-in", "1", code=2).told
    assert "give --price-in and --price-out" in ifh(*run, "--max-cost", "1", code=2).told
    ifh(*run, "--price-in", "2", "--price-out", "4", "--max-cost", "1")
    run_folder = only_run(tmp_path)
    assert [line["cost"] for line in lines(run_folder / "responses.jsonl")] == [0.004, 0.004]
    prices = json.loads((run_folder / "run.json").read_text())["prices"]
    assert (prices["input"], prices["output"]) == (2.0, 4.0)


def test_a_longer_wait_is_allowed_by_an_option(ifh):
    with Loopback(complains(429, "later", {"retry-after": "2"}), says("Fine.")) as server:
        run = (*RUN, "--base-url", server.url, "-c", "1")
        assert "--max-wait" in ifh(*run, "--max-wait", "1", code=1).told
        ifh(*run, "--max-wait", "9")


def test_the_same_from_python(tmp_path, monkeypatch, server):
    monkeypatch.chdir(tmp_path)
    options = {"model": "compatible/mock", "base_url": server.url, "limit": 2, "quiet": True}
    more = {"set": {"model.extra.top_k": 5}, "omit": ["temperature"], "temperature": 0.0}
    result = harness.run("smoke", **options, **more, price_in=2.0, price_out=4.0)
    assert result.requests.responses == 2
    assert server.heard[0].body["top_k"] == 5
    assert "temperature" not in server.heard[0].body
    with pytest.raises(harness.errors.ConfigError, match="did you mean 'temperature'"):
        harness.run("smoke", omit=["temprature"])


@pytest.mark.parametrize("name", shipped_names())
def test_a_run_file_to_edit_is_the_shipped_one_with_every_key(ifh, tmp_path, name):
    shown = ifh("init", name, "-o", "mine.toml").stdout
    assert "To run it: ifh run ./mine.toml" in shown
    text = (tmp_path / "mine.toml").read_text()
    ours, shipped = load_config(str(tmp_path / "mine.toml")), load_config(name)
    for section, kind in SECTIONS.items():
        assert getattr(ours, section) == getattr(shipped, section), section
        other = (section in GENERATION) == bool(shipped.samples.hub) and section in (*GENERATION, "samples")
        for field in () if other else fields(kind):
            assert re.search(rf"^#?\[?({section}\.)?{field.name}\b", text, re.MULTILINE), (section, field.name)
    (tmp_path / "all.toml").write_text(re.sub(r"^#(?=\w)", "", text, flags=re.MULTILINE))
    load_config(str(tmp_path / "all.toml"))
    assert "exists already" in ifh("init", name, "-o", "mine.toml", code=2).told


def test_a_run_file_of_an_unknown_name(ifh, tmp_path):
    assert "did you mean 'livebench'" in ifh("init", "livebnch", code=2).told
    assert not list(tmp_path.iterdir())
