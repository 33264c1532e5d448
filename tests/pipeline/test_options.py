"""The options of `ifh run` that stand for keys of the run file, and the names that people know them by."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
from ifh import lines, only_run
from loopback import Loopback, Reply, complains, says, says_content, says_message

from harness.cli.run import command
from harness.config.options import SETTINGS

PAGE = (Path(__file__).parents[2] / "docs" / "run-files.md").read_text(encoding="utf-8")
RUN = ("run", "smoke", "--model", "openai/mock")


def test_settings_of_the_model_are_sent_and_belong_to_the_plan(ifh, tmp_path):
    with Loopback(Reply(says("Fine.").body, delay=0.1)) as server:
        settings = ("--temperature", "0.3", "--top-p", "0.9", "--max-tokens", "77", "--model-seed", "5")
        ifh(*RUN, "--api-base", server.url, "-n", "7", "--max-connections", "3", *settings)
        bodies = [heard.body for heard in server.heard]
        assert (len(bodies), server.most_at_once) == (7, 3)
    sent = {"temperature": 0.3, "top_p": 0.9, "max_tokens": 77, "seed": 5}
    assert all({name: body.get(name) for name in sent} == sent for body in bodies)
    assert json.loads((only_run(tmp_path) / "run.json").read_text())["plan"]["settings"] == sent


def test_time_out_and_attempts(ifh, tmp_path):
    with Loopback(complains(500), Reply(says("Too late.").body, delay=5)) as server:
        run = (*RUN, "--base-url", server.url, "-L", "2", "-c", "1")
        ifh(*run, "--timeout", "0.3", "--max-retries", "0", code=1)
        assert len(server.heard) == 2
    assert {line["error"] for line in lines(only_run(tmp_path) / "failures.jsonl")} == {"unavailable", "timeout"}


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--temperature", "-1", "model.temperature is -1, but must be at least 0"),
        ("--top-p", "1.5", "model.top_p is 1.5, but must be from 0 to 1"),
        ("--max-tokens", "0", "model.max_tokens is 0, but must be at least 1"),
        ("--timeout", "0", "ask.timeout is 0, but must be a number above 0"),
        ("--timeout", "inf", "ask.timeout is inf, but must be a number above 0"),
        ("--timeout", "nan", "ask.timeout is nan, but must be a number above 0"),
        ("--max-connections", "0", "ask.concurrency is 0, but must be at least 1"),
        ("--max-retries", "-1", "-1 is not in the range x>=0"),
        (
            "--set",
            "ask.engine=rai",
            "[ask] engine: unknown 'rai'; did you mean 'ray'?",
        ),
        ("--temprature", "1", "Did you mean"),
    ],
)
def test_values_that_no_run_can_use_are_refused(ifh, option, value, told):
    with Loopback() as server:
        assert told in ifh(*RUN, "--base-url", server.url, option, value, code=2).told
        assert not server.heard


def test_the_help_fits_and_the_page_names_every_option_that_overrides(ifh):
    assert max(map(len, ifh("run", "--help").stdout.splitlines())) <= 80
    listed = PAGE.split("options override:")[1].split("\n\n")[0]
    for parameter in command.params:
        if parameter.name in SETTINGS:
            for option in (option for option in parameter.opts if option.startswith("--")):
                assert f"`{option}`" in listed, option
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"`(-[\w-]+)`", listed)) <= known


@pytest.mark.parametrize(
    ("adapter", "variable", "say", "path"),
    [
        ("openai", "OPENAI_BASE_URL", says, "/v1"),
        ("anthropic", "ANTHROPIC_BASE_URL", says_message, ""),
        ("gemini", "GOOGLE_GEMINI_BASE_URL", says_content, ""),
    ],
)
def test_an_address_from_the_environment_belongs_to_the_plan(ifh, tmp_path, monkeypatch, adapter, variable, say, path):
    for _ in range(2):
        with Loopback(say("Fine.")) as server:
            monkeypatch.setenv(variable, server.root + path)
            ifh("run", "smoke", "--model", f"{adapter}/mock", "-n", "4")
            assert len(server.heard) == 4, "answers of another server are not this one's"
            ifh("run", "smoke", "--model", f"{adapter}/mock", "-n", "4")
            assert len(server.heard) == 4, "the same command goes on"
            address = server.root + path
        folders = {json.loads(p.read_text())["plan"]["base_url"] for p in (tmp_path / "results").glob("*/run.json")}
        assert address in folders
    assert len(folders) == 2


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
def test_without_ray_its_engine_is_named_with_the_extra(ifh):
    with Loopback() as server:
        done = ifh(*RUN, "--base-url", server.url, "--engine", "ray", code=2)
        assert not server.heard
    assert "--engine ray needs the extra ray: pip install 'ifharness[ray]'" in done.told
    batches = ifh(*RUN, "--engine", "ray", "--batch", code=2)
    assert "leave out the engine ray, or the batches" in batches.told


def test_one_process_asks_and_then_scores(ifh):
    with Loopback(says("Fine.")) as server:
        done = ifh(*RUN, "--base-url", server.url, "-n", "3", "--engine", "single")
    assert "scored 3 of 3" in done.said
