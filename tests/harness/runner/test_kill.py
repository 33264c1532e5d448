"""Real processes that die in the middle: no answer that was written is lost or paid for twice."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import victim
from victim import CONCURRENCY, COUNT, SAMPLES

from harness.store.journal import read_lines
from harness.store.run_folder import RunFolder

HOME = Path(__file__).parents[3]


class Server(ThreadingHTTPServer):
    """Counts what it is asked, answers after 30 ms if the gate is open, and sets `enough` at the n-th question."""

    request_queue_size = 64
    daemon_threads = True

    def __init__(self, notice_at=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []
        self.notice_at = notice_at
        self.enough = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def handle_error(self, request, client_address):
        """Killed clients close their connections: nothing to tell."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path[1:])
        if len(self.server.asked) == self.server.notice_at:
            self.server.enough.set()
        time.sleep(0.03)
        self.server.gate.wait(20)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"answer " * 200)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def start(folder, server, largest=0):
    command = [sys.executable, victim.__file__, str(folder), str(server.server_port), str(largest)]
    environment = os.environ | {"PYTHONPATH": str(HOME)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def stop_at(folder, server, count, number):
    """Start asking, send a signal when the server has been asked `count` questions in all; return what was said."""
    server.notice_at = count
    with start(folder, server) as process:
        assert server.enough.wait(20)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    server.enough.clear()
    return process.returncode, out, err


def finish(folder, server):
    with start(folder, server) as process:
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    return json.loads(out), err


def answers(folder):
    return [record["sample_id"] for record in read_lines(folder / "responses.jsonl")]


def test_kill_9_loses_no_answer_and_asks_none_twice_but_those_in_flight(tmp_path, server):
    for count in (30, 70, 110):
        kept_before = answers(tmp_path / "a") if (tmp_path / "a").exists() else []
        code, _, _ = stop_at(tmp_path / "a", server, count, signal.SIGKILL)
        assert code == -signal.SIGKILL
        assert answers(tmp_path / "a")[: len(kept_before)] == kept_before
    have = answers(tmp_path / "a")
    time.sleep(0.1)  # what was on its way when the process died is counted too
    asked_before = len(server.asked)
    assert asked_before - 3 * CONCURRENCY <= len(have) <= asked_before
    assert finish(tmp_path / "a", server)[0] == [COUNT - len(have), 0, len(have), None]

    assert len(server.asked) - asked_before == COUNT - len(have)
    times = Counter(server.asked)
    assert set(times) == {sample.id for sample in SAMPLES}
    assert sum(n - 1 for n in times.values()) <= 3 * CONCURRENCY  # three kills, each with so many in flight
    assert Counter(answers(tmp_path / "a")) == Counter({sample.id: 1 for sample in SAMPLES})
    assert [r.text for r in RunFolder.load(tmp_path / "a").responses()] == ["answer " * 200] * COUNT


def test_a_line_torn_by_a_power_cut_costs_that_question_alone(tmp_path, server):
    stop_at(tmp_path / "a", server, 50, signal.SIGKILL)
    path = tmp_path / "a" / "responses.jsonl"
    *whole, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole) + last[:-20])
    server.asked.clear()
    assert finish(tmp_path / "a", server)[0] == [COUNT - len(whole), 0, len(whole), None]
    assert json.loads(last)["sample_id"] in server.asked
    assert not {json.loads(line)["sample_id"] for line in whole} & set(server.asked)
    assert path.read_bytes().startswith(b"".join(whole))
    assert Counter(answers(tmp_path / "a")) == Counter({sample.id: 1 for sample in SAMPLES})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_process_keeps_every_answer_it_asked_for(tmp_path, server, number):
    code, out, err = stop_at(tmp_path / "a", server, 60, number)
    answered, *rest = json.loads(out)
    assert (code, rest) == (0, [0, 0, "interrupted"])
    assert answered == len(server.asked) == len(answers(tmp_path / "a")) < COUNT
    assert "Interrupted: waiting for" in err
    assert "Traceback" not in err
    assert finish(tmp_path / "a", server)[0] == [COUNT - answered, 0, answered, None]
    assert len(server.asked) == COUNT


def test_a_full_disk_is_one_paragraph_and_the_same_command_goes_on(tmp_path, server):
    with start(tmp_path / "a", server, largest=120_000) as process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "cannot be written: File too large. Everything written before is saved: free space and give" in err
    have = len(answers(tmp_path / "a"))
    assert 50 < have < 120
    assert len(server.asked) - have <= 2 * CONCURRENCY
    assert finish(tmp_path / "a", server)[0] == [COUNT - have, 0, have, None]
    assert Counter(answers(tmp_path / "a")) == Counter({sample.id: 1 for sample in SAMPLES})


def test_a_second_process_is_refused_while_the_first_asks(tmp_path, server):
    server.notice_at = CONCURRENCY
    server.gate.clear()
    with start(tmp_path / "a", server) as first:
        assert server.enough.wait(20)
        with start(tmp_path / "a", server) as second:
            _, err = second.communicate(timeout=20)
        server.gate.set()
        out, _ = first.communicate(timeout=30)
    assert second.returncode == 1
    assert f"process {first.pid} on " in err
    assert "Traceback" not in err
    assert json.loads(out) == [COUNT, 0, 0, None]
    assert len(server.asked) == COUNT
