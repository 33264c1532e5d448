"""Prices and limits through the command line, against a server that reports tokens."""

from __future__ import annotations

import json
from math import fsum

import pytest
from ifh import lines, only_run
from loopback import Loopback, complains, says
from priced import answer, model_file


def by_hand(usage):
    """Return US dollars of an answer at the prices of `model_file`."""
    return (usage["input"] - usage["cached"]) * 1e-6 + usage["cached"] * 0.25e-6 + usage["output"] * 4e-6


# Cost


def test_the_cost_of_each_answer_and_of_the_run(ifh, run_mock, server, tmp_path):
    model_file(tmp_path, server.url)
    done = run_mock()
    folder = only_run(tmp_path)
    kept = lines(folder / "responses.jsonl")
    assert len(kept) == 20
    for line in kept:
        assert line["cost"] == pytest.approx(by_hand(line["usage"]), abs=1e-9)
    spent = json.loads((folder / "scores.json").read_text())["spent"]
    assert spent == {
        "input_tokens": sum(line["usage"]["input"] for line in kept),
        "output_tokens": 800,
        "cached_tokens": sum(line["usage"]["cached"] for line in kept),
        "reasoning_tokens": 0,
        "tokens_unknown": 0,
        "cost": pytest.approx(fsum(by_hand(line["usage"]) for line in kept), abs=1e-8),
        "cost_unknown": 0,
    }
    said = f"{spent['input_tokens']:,} in ({spent['cached_tokens']:,} cached), 800 out; cost ${spent['cost']:.4f}"
    assert said in done.said
    assert said in (folder / "report.html").read_text()
    info = json.loads((folder / "run.json").read_text())
    assert info["plan"]["model"] == "Mock-1"
    assert info["model_file"]["prices"] == {"input": 1.0, "output": 4.0, "date": "2026-01-31", "cached_input": 0.25}
    # Scoring anew asks no one and knows the same.
    again = ifh("score", folder, "--json")
    assert json.loads(again.stdout)["spent"] == spent


def test_unknown_prices_are_unknown_and_not_nothing(ifh, server, tmp_path):
    done = ifh("run", "smoke", "--model", "openai/mock", "--base-url", server.url, "--json")
    spent = json.loads(done.stdout)["spent"]
    assert (spent["cost"], spent["cost_unknown"], spent["output_tokens"]) == (None, 20, 800)
    assert all(line["cost"] is None for line in lines(only_run(tmp_path) / "responses.jsonl"))
    shown = ifh("score", only_run(tmp_path)).said
    assert "800 out; cost unknown." in shown


def test_the_tokens_of_failures_and_of_attempts_before_an_answer_count(run_mock, tmp_path):
    usage = {"prompt_tokens": 100, "completion_tokens": 100}
    used_up = says("", finish="length", usage=usage)
    fine, broken = says("Fine.", usage=usage), says(None, usage=usage)
    scripts = [[used_up], [broken, broken, fine], [fine], [fine]]
    asked = {}

    def reply(body):
        """Answer each question by a script of its own: what is tried again waits while others are asked."""
        return asked.setdefault(body["messages"][-1]["content"], scripts[min(len(asked), 3)]).pop(0)

    with Loopback(reply) as server:
        model_file(tmp_path, server.url)
        done = run_mock("--limit", "4", "--concurrency", "1", "--json")
        assert len(server.heard) == 6
    found = json.loads(done.stdout)
    assert found["failures"] == {"exhausted": 1}
    assert (found["spent"]["input_tokens"], found["spent"]["output_tokens"]) == (600, 600)
    assert found["spent"]["cost"] == pytest.approx(6 * 0.0005)
    [failure] = lines(only_run(tmp_path) / "failures.jsonl")
    assert (failure["usage"], failure["cost"]) == ({"input": 100, "output": 100}, 0.0005)
    [again] = [line for line in lines(only_run(tmp_path) / "responses.jsonl") if line["attempts"] > 1]
    assert (again["wasted"], again["attempts"]) == ({"input": 200, "output": 200}, 3)


# Limits


def test_max_cost_stops_before_it_says_so_and_the_same_command_with_more_goes_on(run_mock, server, tmp_path):
    model_file(tmp_path, server.url)
    done = run_mock("--max-cost", "0.005", "-c", "4", code=1)
    shown = done.said
    assert "stopped: spent $0.00" in shown
    assert "of max_cost $0.005000" in shown
    assert "rerun the same command with a higher --max-cost" in shown
    kept = lines(only_run(tmp_path) / "responses.jsonl")
    assert 2 < len(kept) == len(server.heard) < 20
    assert fsum(line["cost"] for line in kept) <= 0.005
    again = run_mock("--max-cost", "0.005", "--json", code=1)
    found = json.loads(again.stdout)
    assert (found["stopped"], found["scored"]) == ("budget", len(kept))
    assert found["why"] in again.told
    assert len(server.heard) == len(kept), "the limit is that of the whole run"
    whole = json.loads(run_mock("--max-cost", "1", "--json").stdout)
    assert "stopped" not in whole
    assert (whole["scored"], whole["unscored"], len(server.heard)) == (20, 0, 20)


def test_limits_of_the_run_file(ifh, server, tmp_path):
    (tmp_path / "models").mkdir()
    model_file(tmp_path / "models", server.url)
    (tmp_path / "mine.toml").write_text(
        "[questions]\nper_task = 5\n[model]\nname = 'MOCK'\n[ask]\nmax_tokens_total = 3000\nmax_cost = 5\n"
    )
    done = ifh("run", "mine.toml", code=1)
    shown = done.said
    assert "of max_tokens_total 3,000 tokens" in shown
    assert "rerun the same command with a higher --max-cost or --max-tokens-total" in shown
    kept = lines(only_run(tmp_path) / "responses.jsonl")
    assert sum(line["usage"]["input"] + line["usage"]["output"] for line in kept) <= 3000
    ifh("run", "mine.toml", "--max-tokens-total", "90000")
    assert len(server.heard) == 20


def test_a_limit_that_cannot_be_kept_is_refused_before_anything_is_sent(ifh, run_mock, server, tmp_path):
    asked = ("run", "smoke", "--model", "openai/mock", "--base-url", server.url)
    done = ifh(*asked, "--max-cost", "1", code=2)
    assert "max_cost needs the prices of 'mock', which are unknown" in done.told
    done = ifh(*asked, "--max-tokens-total", "9000", code=2)
    assert "set max_tokens in [model]" in done.told
    # A price for one address is none for another.
    model_file(tmp_path, "http://127.0.0.1:9/v1")
    run_mock("--base-url", server.url, "--max-cost", "1", code=2)
    assert server.heard == []
    assert not (tmp_path / "results").exists()


def test_failures_do_not_hide_from_the_limit(run_mock, tmp_path):
    used_up = says("", finish="length", usage={"prompt_tokens": 400, "completion_tokens": 100})
    with Loopback(used_up) as server:
        model_file(tmp_path, server.url)
        done = run_mock("--max-tokens-total", "4000", "-c", "2", "--json", code=1)
        assert len(server.heard) < 8
    found = json.loads(done.stdout)
    assert (found["scored"], found["stopped"]) == (0, "budget")
    assert found["spent"]["output_tokens"] == 100 * found["failures"]["exhausted"]


# Quirks over the wire


def test_what_a_model_needs_is_sent_and_recorded(ifh, tmp_path, monkeypatch):
    def strict(body):
        if not {"temperature", "max_tokens"}.isdisjoint(body):
            return complains(400, "unsupported parameter")
        return answer(body)

    with Loopback(strict) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        done = ifh("run", "livebench", "--limit", "4", "--model", "o1-high", "--json")
        bodies = [heard.body for heard in server.heard]
    assert json.loads(done.stdout)["scored"] == 4
    for body in bodies:
        assert (body["model"], body["max_completion_tokens"]) == ("o1-2024-12-17", 4096)
        assert body["reasoning_effort"] == "high"
        assert body["messages"][-1]["content"].startswith("Formatting reenabled\n")
    folder = only_run(tmp_path)
    info = json.loads((folder / "run.json").read_text())
    told = " ".join(info["model_file"]["applied"])
    assert all(what in told for what in ("o1-2024-12-17", "omit = temperature, top_p", "reasoning_effort = high"))
    assert info["model_file"]["prices"] == "unknown", "another address than OpenAI's"
    assert info["plan"]["settings"]["prompt_prefix"] == "Formatting reenabled"
    assert all(line["unset"] == ["temperature"] for line in lines(folder / "responses.jsonl"))
    assert "reenabled" not in (folder / "samples.jsonl").read_text(), "the question is the same question"
    assert "each question begins with the line 'Formatting reenabled'" in done.stderr


# ifh models


def test_models_are_listed_and_shown(ifh, tmp_path):
    shown = ifh("models", "list").stdout
    for name in ("step-2-16k-202411", "gemini-1.5-pro-002", "o1-preview-2024-09-12", "gpt-4o "):
        assert name in shown
    assert len({entry["name"] for entry in json.loads(ifh("models", "list", "--json").stdout)}) > 50
    told = ifh("models", "show", "STEP-2-16K").stdout
    assert "https://api.stepfun.com/v1" in told
    assert "prices         unknown" in told
    assert "cutoff         unknown" in told
    told = json.loads(ifh("models", "show", "gpt-4o", "--json").stdout)
    assert told["prices"]["date"] == "2024-11-25"
    missed = ifh("models", "show", "gemni-1.5-pro-002", code=2).told
    assert "did you mean 'gemini-1.5-pro-002'" in missed
    model_file(tmp_path, "http://127.0.0.1:9/v1", note="\x1b[2Jmine")
    told = ifh("models", "show", "mock", "--file", "mock.toml").stdout
    assert "$1 in, cached $0.25, $4 out per million tokens, as of 2026-01-31" in told
    assert "\x1b" not in told


def test_an_answer_without_tokens_is_unknown_beside_those_with(run_mock, tmp_path):
    with Loopback(says("Fine."), answer) as server:
        model_file(tmp_path, server.url)
        done = run_mock("--limit", "8", "-c", "1")
    shown = done.said
    assert "280 out, unknown of 1 answer; cost $0.00" in shown
    assert ", unknown of 1 answer." in shown
