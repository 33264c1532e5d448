"""No answer is lost or paid for twice: through the command line, against a server that does what servers do."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from ifh import COMMAND, lines, only_run
from inside import inside as ifh
from loopback import Loopback, Reply, complains, says

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.bench.kills import kill_often

RUN = ("run", "smoke", "--model", "compatible/mock", "--limit", "6")
USAGE = {"prompt_tokens": 10, "completion_tokens": 5}


def said(body):
    return body["messages"][-1]["content"]


class Moody:
    """Answers each question by its number of arrival: whole, cut, refused, not at all; the second time always whole."""

    def __init__(self):
        self.asked = Counter()

    def __call__(self, body):
        self.asked[said(body)] += 1
        number = list(self.asked).index(said(body))
        if self.asked[said(body)] > 1:
            return says(f"Whole at last, {number}.", usage=USAGE)
        moods = [
            says("Whole.", usage=USAGE),
            says("Cut in the mid", finish="length", usage=USAGE),
            complains(400, "this one not"),
            says(None, finish="content_filter", refusal="No."),
        ]
        return moods[number] if number < len(moods) else says(f"Fine {number}.", usage=USAGE)


def test_killed_again_and_again_it_ends_as_if_nothing_had_been(tmp_path):
    found = kill_often(tmp_path, samples=60, kills=3, in_flight=6, adapter="compatible")
    assert found["kills"] >= 1


def test_asking_again_for_what_failed_was_cut_or_refused(tmp_path):
    with Loopback(moody := Moody()) as server:
        run = (*RUN, "--base-url", server.url, "--concurrency", "1", "--json")
        first = json.loads(ifh(*run, cwd=tmp_path).stdout)
        folder = only_run(tmp_path)
        before = (folder / "responses.jsonl").read_bytes()
        assert first["unscored"] == sum(first["failures"].values()) >= 1
        assert first["truncated"] == 1
        asked = sum(moody.asked.values())
        cut = json.loads(ifh(*run, "--retry", "truncated", cwd=tmp_path).stdout)
        assert cut["truncated"] == 0
        last = json.loads(ifh(*run, "--retry", "failures", "--retry", "refused", cwd=tmp_path).stdout)
    assert (last["unscored"], last["truncated"], last["refused"], last["failures"]) == (0, 0, 0, {})
    assert sum(moody.asked.values()) == asked + 3, "whole answers are not asked for again"
    assert (folder / "responses.jsonl").read_bytes().startswith(before), "earlier answers stay"
    texts = {line["sample_id"]: line["text"] for line in lines(folder / "responses.jsonl")}
    assert sum(text.startswith("Whole at last") for text in texts.values()) == 3


def test_a_word_that_is_no_retry_is_refused(tmp_path):
    assert "'blnak' is not one of" in ifh(*RUN, "--retry", "blnak", cwd=tmp_path, code=2).stderr


def test_blank_answers_are_told_and_asked_again_on_purpose(tmp_path):
    with Loopback(says(" \n"), says("Fine."), says("")) as server:
        run = (*RUN, "--base-url", server.url, "--concurrency", "1")
        done = ifh(*run, "--limit", "3", cwd=tmp_path)
        assert "2 blank responses, scored as not followed; to request again, add: --retry blank" in " ".join(
            done.stdout.split()
        )
        assert "2 blank" in done.stderr
        folder = only_run(tmp_path)
        assert json.loads(ifh("status", folder, "--json", cwd=tmp_path).stdout)["next"].endswith(
            "--retry blank requests 2 again"
        )
        server.replies = [says("Whole at last.")]
        asked = len(server.heard)
        found = json.loads(ifh(*run, "--limit", "3", "--retry", "blank", "--json", cwd=tmp_path).stdout)
        assert len(server.heard) == asked + 2
    assert (found["blank"], found["scored"]) == (0, 3)


def test_the_cache_serves_other_runs_and_says_so(tmp_path):
    with Loopback(lambda body: says(f"{len(said(body))} letters.", usage=USAGE)) as server:
        run = (*RUN, "--base-url", server.url, "--cache", tmp_path / "cache")
        ifh(*run, cwd=tmp_path)
        shown = ifh(*run, "--out", "second", cwd=tmp_path).stdout
        assert len(server.heard) == 6
        ifh(*run, "--out", "third", "--epochs", "2", cwd=tmp_path)
        assert len(server.heard) == 12, "the second answers are new ones"
        again = ifh(*run, "--out", "second", "--retry", "truncated", "--json", cwd=tmp_path)
    assert "6 responses came from it, at no cost" in " ".join(shown.split())
    assert "0 responses came from it" in again.stderr
    second = lines(tmp_path / "second" / "responses.jsonl")
    assert [(line["from_cache"], line["cost"]) for line in second] == [(True, 0.0)] * 6
    told = json.loads(ifh("status", "second", "--json", cwd=tmp_path).stdout)
    assert (told["from_cache"], told["tokens"]) == (6, {})
    note = ifh("run", "smoke", "--limit", "4", "--cache", "cache", "--json", cwd=tmp_path).stderr
    assert "the adapter 'scripted' makes no requests" in note


def test_epochs_in_table_report_and_scores_only_where_there_are_several(tmp_path):
    with Loopback(says("Some answer.")) as server:
        run = (*RUN, "--base-url", server.url)
        once = ifh(*run, "--out", "once", cwd=tmp_path).stdout
        often = ifh(*run, "--epochs", "3", "--out", "often", cwd=tmp_path).stdout
    assert "pass@" not in once
    assert "pass@" not in (tmp_path / "once" / "report.html").read_text()
    assert max(map(len, often.splitlines())) <= 80
    for name in ("epoch 0 (n 6)", "epoch 2 (n 6)", "pass@1", "pass@3", "same verdict in all epochs"):
        assert name in often
        assert name in (tmp_path / "often" / "report.html").read_text()
    found = json.loads((tmp_path / "often" / "scores.json").read_text())["by_epoch"]
    assert (found["complete"], found["consistent"]) == (6, 100.0)
    assert found["pass_at"]["1"] == found["pass_at"]["3"]
    assert "by_epoch" not in json.loads((tmp_path / "once" / "scores.json").read_text())


def test_status_before_during_and_after(tmp_path):
    slow = Reply(says("Fine.", usage=USAGE).body, delay=0.2)
    with Loopback(complains(400, "not this one"), slow) as server:
        run = (*RUN, "--base-url", server.url, "--concurrency", "1")
        process = subprocess.Popen([*COMMAND, *run], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while len(server.heard) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGSTOP)
        folder = only_run(tmp_path)
        during = json.loads(ifh("status", folder, "--json", cwd=tmp_path).stdout)
        process.kill()
        process.communicate(timeout=10)
        killed = ifh("status", folder, cwd=tmp_path).stdout
        ifh(*run, cwd=tmp_path)
        after = json.loads(ifh("status", folder.name, "--json", cwd=tmp_path).stdout)
    assert during["active_process"].startswith(f"{process.pid} on ")
    assert (during["expected"], during["failed"]) == (6, {"rejected": 1})
    assert during["responses"] + during["remaining"] == 5
    assert "not running" in killed
    assert "rerun the same command" in killed
    assert (after["responses"], after["remaining"], after["active_process"], after["scored"]) == (5, 0, None, True)
    assert after["tokens"] == {"input": 50, "output": 25}
    assert (after["cost"], after["cost_unknown"]) == (None, 5)
    assert "--retry failures requests 1 again" in after["next"]
    assert after["started"] < after["last_response"]


def test_a_status_of_nothing_is_told(tmp_path):
    assert "there is no such folder" in ifh("status", "nothing", cwd=tmp_path, code=1).stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(tmp_path):
    (tmp_path / "results").mkdir(mode=0o500)
    refused = ifh("run", "smoke", cwd=tmp_path, code=1).stderr
    assert "cannot be written: Permission denied" in refused
    assert "make it writable" in refused


def test_a_results_folder_below_a_file_is_told(tmp_path):
    (tmp_path / "results").write_text("")
    for out in ((), ("--out", "results"), ("--out", "results/x/y", "--dry-run")):
        refused = ifh("run", "smoke", *out, cwd=tmp_path, code=2).stderr
        assert "results is a file, but results need a folder" in refused


def test_a_full_disk_keeps_what_was_answered_and_the_same_command_goes_on(tmp_path):
    with Loopback(lambda body: says(said(body)[:4000] * 3)) as server:
        run = ("run", "smoke", *RUN[2:4], "--base-url", server.url, "--out", "out", "--concurrency", "2")
        full = subprocess.run(
            [*COMMAND, *run],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        )
        assert full.returncode == 1
        assert "Traceback" not in full.stderr
        assert "cannot be written: File too large. Everything written before is saved: free space" in full.stderr
        kept = lines(tmp_path / "out" / "responses.jsonl")
        asked = len(server.heard)
        assert 0 < len(kept) < 20
        ifh(*run, cwd=tmp_path)
    after = lines(tmp_path / "out" / "responses.jsonl")
    assert after[: len(kept)] == kept
    assert len({line["sample_id"] for line in after}) == len(after) == 20
    assert len(server.heard) - asked == 20 - len(kept)


def test_a_large_samples_file_is_asked_in_turn_and_the_report_says_what_it_leaves_out(tmp_path):
    from tests.bench.many import write_many

    write_many(tmp_path / "many.jsonl", 2100)
    ifh("run", "smoke", "--samples", "many.jsonl", "--model", "scripted/echo", "--out", "out", cwd=tmp_path)
    assert len(lines(tmp_path / "out" / "verdicts.jsonl")) == 2100
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "the first 2,000 of 2,100 responses" in report
    tasks = [line["task"] for line in lines(tmp_path / "out" / "samples.jsonl")[:4]]
    assert len(set(tasks)) == 4, "tasks take turns"


def test_few_open_files_cost_attempts_and_no_sample(tmp_path):
    with Loopback(Reply(says("Fine.", usage=USAGE).body, delay=0.1)) as server:
        done = subprocess.run(
            [*COMMAND, "run", "smoke", *RUN[2:4], "--base-url", server.url, "--concurrency", "64", "--json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24)),
        )
    assert done.returncode == 0
    assert (json.loads(done.stdout)["scored"], len(server.heard)) == (20, 20)
