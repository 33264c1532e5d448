"""A few hostile inputs of each kind through the command line; `python -m tests.bench.hostile` tries all of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.bench import hostile_process
from tests.bench.hostile import Server
from tests.bench.hostile_commands import KINDS, iter_cases


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_inputs_break_nothing(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # A child of this large process counts that size as its own peak; the command of its own measures memory.
    monkeypatch.setattr(hostile_process, "MOST_MEMORY", 10**12)
    monkeypatch.setattr("tasks.sources.support.web.FIRST_WAIT", 0.01)
    # The pages of the server take seconds to make; one kind asks for them.
    with Server() if kind == "web" else nullcontext(SimpleNamespace(url="")) as server:
        for case in islice(iter_cases(tmp_path, server.url, (kind,), 97), 3):
            outcome = hostile_process.run_case(case, tmp_path)
            assert not outcome.broken, (case, outcome.broken)


HANGING = """
import os, sys, time
from pathlib import Path
import harness.cli
from tests.bench.hostile_cases import Case
from tests.bench.hostile_process import run_case

def hang(args):
    Path("pid").write_text(str(os.getpid()))
    time.sleep(30)

harness.cli.run_cli = hang
run_case(Case("", "", ()), Path())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a parent's death is signalled on Linux only")
def test_a_killed_bench_leaves_no_command_behind(tmp_path):
    pid = tmp_path / "pid"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    bench = subprocess.Popen([sys.executable, "-c", HANGING], cwd=tmp_path, env=env)
    try:
        _wait_for(lambda: pid.exists() and pid.read_text())
    finally:
        bench.send_signal(signal.SIGKILL)
        bench.wait()
    _wait_for(lambda: not _is_running(int(pid.read_text())))


def _is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(condition):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
