"""A run that grows in place pays for the new samples only, however often it is killed."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter

import pytest
from ifh import COMMAND, lines
from inside import inside as ifh
from loopback import Loopback, Reply, says

USAGE = {"prompt_tokens": 10, "completion_tokens": 5}
RUN = ("run", "smoke", "--model", "compatible/mock", "--out", "out", "--concurrency", "4")


@pytest.fixture
def asked():
    return Counter()


@pytest.fixture
def server(asked):
    def answer(body):
        asked[body["messages"][-1]["content"]] += 1
        return Reply(says("Fine.", usage=USAGE).body, delay=0.02)

    with Loopback(answer) as one:
        yield one


def test_a_larger_limit_requests_what_is_new(server, asked, tmp_path):
    run = (*RUN, "--base-url", server.url)
    ifh(*run, "--limit", "4", cwd=tmp_path)
    shown = json.loads(ifh(*run, "--limit", "12", "--dry-run", "--json", cwd=tmp_path).stdout)
    assert (shown["samples"], shown["already"], shown["to_ask"]) == (12, 4, 8)
    found = json.loads(ifh(*run, "--limit", "12", "--json", cwd=tmp_path).stdout)
    assert (sum(asked.values()), max(asked.values())) == (12, 1)
    assert found["scored"] == 12
    [listed] = json.loads(ifh("list", ".", "--json", cwd=tmp_path).stdout)["runs"]
    assert (listed["state"], listed["scored"], listed["of"], listed["stale"]) == ("complete", 12, 12, False)
    refused = ifh(*run, "--limit", "4", cwd=tmp_path, code=1).stderr
    assert "samples (12 there, of which 8 are not among the 4 of this command)" in refused
    assert "temperature" in ifh(*run, "--temperature", "1", cwd=tmp_path, code=1).stderr


def test_a_killed_growth_pays_for_nothing_twice(server, asked, tmp_path):
    run = (*RUN, "--base-url", server.url)
    ifh(*run, "--limit", "4", cwd=tmp_path)
    process = subprocess.Popen([*COMMAND, *run], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(server.heard) < 9 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.wait(10)
    time.sleep(0.1)
    status = json.loads(ifh("status", "out", "--json", cwd=tmp_path).stdout)
    saved = len(lines(tmp_path / "out" / "responses.jsonl"))
    assert (status["expected"], status["scored"], status["remaining"]) == (20, False, 20 - saved)
    before = sum(asked.values())
    found = json.loads(ifh(*run, "--json", cwd=tmp_path).stdout)
    assert found["scored"] == 20
    assert sum(asked.values()) - before == 20 - saved, "only what was in flight is requested again"


def test_samples_left_by_a_killed_growth_are_put_back(server, asked, tmp_path):
    """The process was killed between writing the samples and the record of the run."""
    run = (*RUN, "--base-url", server.url)
    ifh(*run, "--limit", "4", cwd=tmp_path)
    record = (tmp_path / "out" / "run.json").read_bytes()
    ifh(*RUN[:2], "--model", "scripted/echo", "--out", "more", "--limit", "8", cwd=tmp_path)
    (tmp_path / "out" / "samples.jsonl").write_bytes((tmp_path / "more" / "samples.jsonl").read_bytes())
    ifh(*run, "--limit", "4", cwd=tmp_path)
    assert sum(asked.values()) == 4
    assert len(lines(tmp_path / "out" / "samples.jsonl")) == 4
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["plan"] == json.loads(record)["plan"]


def test_a_samples_file_grows_too(server, asked, tmp_path):
    ifh("generate", "smoke", "-o", "all.jsonl", cwd=tmp_path)
    whole = (tmp_path / "all.jsonl").read_text().splitlines(keepends=True)
    run = (*RUN, "--base-url", server.url, "--samples", "some.jsonl")
    for count in (3, 7):
        (tmp_path / "some.jsonl").write_text("".join(whole[:count]))
        ifh(*run, cwd=tmp_path)
        assert sum(asked.values()) == count
