"""What a run would take, estimated before anything is asked."""

from __future__ import annotations

import json

import pytest
from ifh import lines, only_run
from priced import model_file

from scorers import read
from tasks.sample import Sample, Turn


def test_a_dry_run_asks_nothing_and_writes_nothing(run_mock, server, tmp_path):
    model_file(tmp_path, server.url)
    before = sorted(path.name for path in tmp_path.iterdir())
    found = json.loads(run_mock("--dry-run", "--json").stdout)
    assert server.heard == []
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (found["samples"], found["to_ask"], found["already"]) == (20, 20, 0)
    assert (found["model"], found["adapter"]) == ("Mock-1", "openai")
    assert found["output_tokens"]["high"] == 2000
    for amount in ("input_tokens", "output_tokens", "cost"):
        assert 0 < found[amount]["low"] <= found[amount]["likely"] <= found[amount]["high"]
    assert found["cost"]["high"] == pytest.approx(found["input_tokens"]["high"] * 1e-6 + 2000 * 4e-6)
    run_mock()
    assert str(only_run(tmp_path).relative_to(tmp_path)) == found["folder"]
    kept = lines(only_run(tmp_path) / "responses.jsonl")
    given = sum(line["usage"]["input"] for line in kept)
    assert found["input_tokens"]["low"] <= given <= found["input_tokens"]["high"]
    samples = lines(only_run(tmp_path) / "samples.jsonl")
    assert {line["id"] for line in samples} == {line["sample_id"] for line in kept}


def test_a_dry_run_knows_what_is_settled_and_learns_from_it(run_mock, server, tmp_path):
    model_file(tmp_path, server.url)
    run_mock("--max-tokens-total", "4000", code=1)
    have = len(lines(only_run(tmp_path) / "responses.jsonl"))
    assert 5 <= have < 20
    before = {path: path.read_bytes() for path in only_run(tmp_path).iterdir() if path.is_file()}
    asked = len(server.heard)
    done = run_mock("--dry-run")
    assert f"{20 - have} to send, {have} already completed" in done.stdout
    assert f"as measured on {have} answers of this run" in done.said
    found = json.loads(run_mock("--dry-run", "--json").stdout)
    assert found["output_tokens"] == dict.fromkeys(("low", "likely", "high"), 40 * (20 - have))
    assert found["spent"]["output_tokens"] == 40 * have
    assert len(server.heard) == asked
    assert {path: path.read_bytes() for path in before} == before
    run_mock()
    kept = lines(only_run(tmp_path) / "responses.jsonl")[have:]
    given = sum(line["usage"]["input"] for line in kept)
    assert found["input_tokens"]["low"] <= given <= 1.01 * found["input_tokens"]["high"]
    assert abs(found["input_tokens"]["likely"] / given - 1) < 0.1, "a measured ratio is close"


def test_a_dry_run_without_prices_or_a_limit_says_what_it_cannot_say(ifh, server):
    given = ("run", "smoke", "--model", "openai/mock", "--base-url", server.url, "--dry-run")
    done = ifh(*given)
    assert "cost      unknown (no model file has prices)" in done.stdout
    assert "and unknown" in done.stdout
    found = json.loads(ifh(*given, "--json").stdout)
    assert (found["cost"], found["prices"], found["output_tokens"]["high"]) == (None, "unknown", None)


def test_a_dry_run_needs_no_key_and_tells_what_a_limit_will_do(ifh, tmp_path):
    given = ("run", "livebench", "--limit", "8", "--model", "gpt-4o", "--dry-run", "--max-cost", "0.05")
    done = ifh(*given)
    assert "$2.5 in, cached $1.25, $10 out per million tokens, as of 2024-11-25" in done.said
    assert "max_cost $0.0500 may end the run early" in done.said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [("--adapter", "opnai"), ("--limit", "0"), ("--max-cost", "-1")])
def test_a_dry_run_refuses_what_a_run_would(run_mock, server, tmp_path, wrong):
    model_file(tmp_path, server.url)
    assert "ifh: " in run_mock("--dry-run", *wrong, code=2).stderr


def test_a_dry_run_refuses_the_folder_of_another_plan(run_mock, server, tmp_path):
    model_file(tmp_path, server.url)
    run_mock("--limit", "4", "--out", "here")
    done = run_mock("--limit", "3", "--out", "here", "--dry-run", code=1)
    assert "was created with different settings: samples" in done.told


def test_scripts_without_spaces_count_a_character_a_token(ifh, tmp_path):
    checker = read({"id": "punctuation:no_comma"})
    texts = {"latin": "word " * 400, "chinese": "新闻" * 1000}
    found = {}
    for name, text in texts.items():
        line = Sample.build("summarize", [Turn.of("user", text)], [checker]).to_json()
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line))
        done = ifh("run", "livebench", "--samples", f"{name}.jsonl", "--dry-run", "--json")
        found[name] = json.loads(done.stdout)["input_tokens"]
    assert found["latin"] == {"low": 403, "likely": 508, "high": 707}
    assert found["chinese"] == {"low": 1003, "likely": 2008, "high": 4040}
