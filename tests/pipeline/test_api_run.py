"""A run against a server, through the command line: killed, resumed, and searched for the key it was given."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter

from ifh import COMMAND, lines, only_run
from ifh import ifh as started
from inside import inside as ifh
from loopback import Loopback, Reply, complains, says

KEY = "sk-never-to-be-seen-0123456789"
RUN = ("run", "smoke", "--model", "openai/mock", "--concurrency", "4")
PLAIN = ("run", "smoke", "--model", "compatible/mock", "--concurrency", "4")
"""The same without a client library, which takes a second to load: for processes of their own."""


def slow_answer(body):
    """Answer after a while, with something that depends on the question."""
    reply = says(f"An answer of {len(body['messages'][-1]['content'])} letters.")
    return Reply(reply.body, delay=0.15)


def test_kill_9_and_the_same_command_again(tmp_path):
    with Loopback(slow_answer) as server:
        command = [*COMMAND, *PLAIN, "--base-url", server.url]
        first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while len(server.heard) < 9 and time.monotonic() < deadline:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        time.sleep(0.3)
        kept = {line["sample_id"] for line in lines(only_run(tmp_path) / "responses.jsonl")}
        done = ifh(*PLAIN, "--base-url", server.url, "--json", cwd=tmp_path)
        asked = Counter(heard.body["messages"][-1]["content"] for heard in server.heard)
    found = json.loads(done.stdout)
    assert (found["scored"], found["unscored"]) == (20, 0)
    after = [line["sample_id"] for line in lines(only_run(tmp_path) / "responses.jsonl")]
    assert kept <= set(after)
    assert len(after) == len(set(after)) == 20
    assert len(asked) == 20
    assert sum(asked.values()) - 20 <= 4, "only what was in flight is asked twice"


def test_the_key_is_nowhere(tmp_path):
    replies = (complains(500, f"cannot use {KEY}"), complains(400, f"bad key {KEY}"), says("Fine."))
    with Loopback(*replies) as server:
        done = ifh(
            *RUN,
            "--limit",
            "8",
            "--base-url",
            server.url,
            cwd=tmp_path,
            env={"OPENAI_API_KEY": KEY},
        )
        assert any(KEY in heard.headers.get("Authorization", "") for heard in server.heard)
    assert KEY not in done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_a_wrong_key_ends_the_run_and_keeps_the_folder_usable(tmp_path):
    with Loopback(complains(401, "wrong key")) as server:
        done = ifh(*RUN, "--base-url", server.url, cwd=tmp_path, env={"OPENAI_API_KEY": KEY}, code=1)
        assert len(server.heard) <= 4
    assert "OPENAI_API_KEY" in done.stderr
    with Loopback(says("Fine.")) as server:
        # The address is part of the plan: another server is another run.
        ifh(*RUN, "--base-url", server.url, cwd=tmp_path)
    assert len(list((tmp_path / "results").iterdir())) == 2


def test_a_failure_is_no_answer_and_is_asked_again(tmp_path):
    with Loopback(complains(400, "not this one"), says("Fine.")) as server:
        done = ifh(*RUN, "--concurrency", "1", "--json", "--base-url", server.url, cwd=tmp_path)
        found = json.loads(done.stdout)
        assert (found["scored"], found["unscored"], found["failures"]) == (19, 1, {"rejected": 1})
        assert found["if_score_floor"] < found["if_score"]
        before = len(server.heard)
        ifh(*RUN, "--concurrency", "1", "--base-url", server.url, cwd=tmp_path)
        assert len(server.heard) == before, "a rejected request is not tried again"


def test_control_characters_of_an_answer_reach_no_terminal(tmp_path):
    with Loopback(says("\x1b[2J\x07 [red]gone[/red] \u202eevil, <script>alert(1)</script>")) as server:
        done = ifh(*RUN, "--limit", "4", "--base-url", server.url, cwd=tmp_path)
        shown = ifh("show", only_run(tmp_path), cwd=tmp_path)
    for text in (done.stdout, done.stderr, shown.stdout):
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "\u202e" not in text
    assert "[red]gone[/red]" in shown.stdout
    report = (only_run(tmp_path) / "report.html").read_text()
    assert "<script>alert" not in report
    assert "\x1b" not in report


def test_an_interrupted_run_tells_so_and_goes_on(tmp_path):
    with Loopback(slow_answer) as server:
        command = [*COMMAND, *PLAIN, "--base-url", server.url]
        environment = os.environ | {"COLUMNS": "80"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        first = subprocess.Popen(command, cwd=tmp_path, env=environment, **pipes)
        while len(server.heard) < 6:
            time.sleep(0.01)
        first.send_signal(signal.SIGINT)
        out, err = first.communicate(timeout=20)
        assert first.returncode == 1, err
        assert "Traceback" not in err
        assert "same command" in " ".join((out + err).split())
        answered = len(lines(only_run(tmp_path) / "responses.jsonl"))
        assert answered == len(server.heard), "what was in flight was awaited and kept"
        ifh(*PLAIN, "--base-url", server.url, cwd=tmp_path)
    assert len(server.heard) == 20


def test_the_same_seed_gives_the_same_bytes_under_any_hash_seed(tmp_path):
    drawing = ("generate", "livebench", "--limit", "24")
    ifh(*drawing, "-o", "here.jsonl", cwd=tmp_path)
    for seed in ("0", "4242"):
        started(*drawing, "-o", f"{seed}.jsonl", cwd=tmp_path, env={"PYTHONHASHSEED": seed})
    first = (tmp_path / "0.jsonl").read_bytes()
    assert first == (tmp_path / "here.jsonl").read_bytes() == (tmp_path / "4242.jsonl").read_bytes()
    ifh(*drawing, "-o", "other.jsonl", "--seed", "1", cwd=tmp_path)
    assert first != (tmp_path / "other.jsonl").read_bytes()
