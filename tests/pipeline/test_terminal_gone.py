"""A terminal that vanishes during a run: every response is saved, and the run is scored and reported."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import termios
import time

import pytest
from ifh import COMMAND, lines, only_run
from inside import inside
from loopback import Loopback, Reply, says

RUN = ("run", "smoke", "--model", "compatible/mock", "--concurrency", "4")


@pytest.mark.parametrize("streams", [("stderr",), ("stdout", "stderr")], ids="+".join)
def test_a_terminal_that_vanishes_loses_no_score(tmp_path, streams):
    with Loopback(lambda _body: Reply(says("Fine.").body, delay=0.1)) as server:
        ours, theirs = pty.openpty()
        given = {name: theirs if name in streams else subprocess.DEVNULL for name in ("stdout", "stderr")}
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
        process = subprocess.Popen([*COMMAND, *RUN, "--base-url", server.url], cwd=tmp_path, env=environment, **given)
        os.close(theirs)
        while len(server.heard) < 6:
            os.read(ours, 4096) if server.heard else time.sleep(0.01)
        os.close(ours)
        code = process.wait(60)
    folder = only_run(tmp_path)
    assert len(lines(folder / "responses.jsonl")) == 20
    assert json.loads((folder / "scores.json").read_text())["scored"] == 20
    assert (folder / "report.html").is_file()
    assert code == (0 if streams == ("stderr",) else 1)


@pytest.mark.parametrize("ignored", [False, True], ids=["closed", "nohup"])
def test_a_closed_window_interrupts_a_run_and_nothing_is_lost(tmp_path, ignored):
    """The system sends SIGHUP to the processes of a terminal; below nohup they ignore it."""

    def own_terminal():
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
        if ignored:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with Loopback(lambda _body: Reply(says("Fine.").body, delay=0.2)) as server:
        ours, theirs = pty.openpty()
        run = [*COMMAND, *RUN, "--base-url", server.url]
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
        process = subprocess.Popen(run, cwd=tmp_path, preexec_fn=own_terminal, **streams)  # noqa: PLW1509 - system calls only
        os.close(theirs)
        while len(server.heard) < 5:
            time.sleep(0.01)
        os.close(ours)
        assert process.wait(60) == 1
        folder, asked = only_run(tmp_path), len(server.heard)
        saved = len(lines(folder / "responses.jsonl"))
        assert saved == asked
        assert (saved == 20) == ignored
        inside(*RUN, "--base-url", server.url, cwd=tmp_path)
        assert len(server.heard) == 20, "nothing is requested twice"
