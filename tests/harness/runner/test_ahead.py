"""A run that is judged by a second process while it is asked ends as one that is judged afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.store.files import remove_leftovers
from harness.store.journal import encode
from harness.store.live.index import LiveResponseIndex
from harness.store.response_index import ResponseIndex
from scorers import read
from tasks.formats.sample_file import SampleFile
from tasks.sample import Sample, Turn

COUNT = 220
RUN = """
import os, signal, sys
from harness.runner.engines import background as background_scoring
from harness.config.run_file import load_config
from harness.config.model import apply_model_options, resolve_model
from harness.runner.run import run
from tasks.formats.question_set import read_questions

if sys.argv[3] == "alone":
    background_scoring.WORTH = 10**9
if sys.argv[3] == "dies":
    background_scoring._work = lambda *_: os._exit(9)
if sys.argv[3] == "hangs":
    background_scoring.IDLE = 0.2
    background_scoring._work = lambda *_: signal.pause()
config = apply_model_options(load_config("smoke"), "scripted/echo", None, None)
questions = read_questions(sys.argv[1], lazily=True)
print(len(run(resolve_model(config), questions=questions, out=sys.argv[2], quiet=True).rows))
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def sample(number):
    turns = [Turn.of("user", f"Question {number}, with a comma.")]
    return Sample.build("paraphrase", turns, [read({"id": "punctuation:no_comma"})], article_id=f"a{number % 7}")


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"".join(encode(sample(number).to_json()) for number in range(COUNT)))
    return path


def run(questions, name, how):
    out = questions.parent / name
    done = subprocess.run(
        [sys.executable, "-c", RUN, questions, out, how], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stderr == ""
    return out, int(done.stdout)


def test_the_files_are_the_same_whoever_judged(questions):
    alone, all_rows = run(questions, "alone", "alone")
    ahead, told_rows = run(questions, "ahead", "ahead")
    assert (all_rows, told_rows) == (COUNT, 2), "the second run was judged by another process"
    for name in ("verdicts.jsonl", "scores.json", "samples.jsonl"):
        assert (ahead / name).read_bytes() == (alone / name).read_bytes()
    told = json.loads((ahead / "judged.json").read_bytes())
    assert told["responses"] == (ahead / "responses.jsonl").stat().st_size
    assert not list(ahead.glob(".*.tmp"))


@pytest.mark.parametrize("how", ["dies", "hangs"])
def test_a_process_that_dies_or_hangs_costs_time_only(questions, how):
    out, rows = run(questions, how, how)
    assert rows == COUNT
    assert json.loads((out / "scores.json").read_bytes())["scored"] == COUNT


def test_without_its_parent_it_publishes_nothing(questions):
    # No answer ever comes; the parent is killed while its child waits for the first one.
    hung = RUN.replace('"scripted/echo"', '"compatible/m"').replace("None, None", "None, sys.argv[4]")
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import socket, time; s = socket.create_server(('127.0.0.1', 0));"
            "print(s.getsockname()[1], flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    ) as server:
        port, out = int(server.stdout.readline()), questions.parent / "hung"
        url = f"http://127.0.0.1:{port}/v1"
        process = subprocess.Popen([sys.executable, "-c", hung, questions, out, "ahead", url])
        deadline = time.monotonic() + 60
        while not list(out.glob(".verdicts*.tmp")) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert list(out.glob(".verdicts*.tmp")), "a process is judging"
        process.send_signal(signal.SIGKILL)
        process.wait()
        while list(out.glob(".verdicts*.tmp")) and time.monotonic() < deadline:
            time.sleep(0.02)
        server.kill()
    assert not list(out.glob(".verdicts*.tmp"))
    assert not (out / "verdicts.jsonl").exists()


class Growing:
    """Two journals that get a batch of lines at each look; asking is over after the last one."""

    def __init__(self, folder, *batches):
        self.responses, self.failures = folder / "responses.jsonl", folder / "failures.jsonl"
        self.batches = list(batches)

    def over(self, _seconds):
        if not self.batches:
            return True
        for path, data in self.batches.pop(0):
            with path.open("ab") as file:
                file.write(data)
        return False


def answer(number, text="yes"):
    return encode({"sample_id": sample(number).id, "epoch": 0, "text": text, "model": "m"})


def failure(number, error="timeout"):
    return encode({"sample_id": sample(number).id, "epoch": 0, "error": error, "model": "m", "message": "!"})


def test_each_is_waited_for_until_it_is_settled(questions, tmp_path):
    growing = Growing(tmp_path)
    growing.failures.write_bytes(failure(0) + failure(1, "rejected"))
    before = growing.failures.stat().st_size
    half = answer(3)
    growing.batches = [
        [(growing.responses, answer(0) + half[:9])],
        [(growing.responses, half[9:]), (growing.failures, failure(2))],
    ]
    asked = SampleFile(questions)
    paths = (asked, 1, growing.responses, growing.failures)
    with LiveResponseIndex(*paths, over=growing.over, failures_before=before) as kept:
        kept.wait(1)
        assert len(growing.batches) == 2, "a rejected question is not asked again"
        kept.wait(0)
        assert len(growing.batches) == 1
        kept.wait(2)
        kept.wait(3)
        assert growing.batches == []
        kept.wait(4)
        kept.wait_for_end()
        with ResponseIndex(*paths) as now:
            for slot in range(5):
                assert kept.response(slot) == now.response(slot)
                assert kept.failure(slot) == now.failure(slot)
        assert kept.response(3).text == "yes"
        assert kept.response(4) is None


def test_what_a_killed_process_left_half_written_is_removed(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = (f".verdicts.jsonl.{ended.pid}.tmp", f".verdicts.jsonl.{os.getpid()}.tmp", ".of.somebody.tmp", "mine.tmp")
    for name in names:
        (tmp_path / name).touch()
    remove_leftovers(tmp_path)
    assert {path.name for path in Path(tmp_path).iterdir()} == set(names[1:])
