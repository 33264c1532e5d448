"""A terminal that vanishes during a run: every response is saved, and the run is scored and reported."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import time

import pytest
from ifh import COMMAND, lines, only_run
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
