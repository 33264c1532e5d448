"""Another program removes, replaces, moves or shortens the journal of a run that is going on: no response is lost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from contextlib import contextmanager

import pytest
from ifh import COMMAND, lines, only_run
from inside import inside as ifh
from loopback import Loopback, Reply, says

RUN = ("run", "smoke", "--model", "compatible/mock", "--limit", "20", "--concurrency", "2")
USAGE = {"prompt_tokens": 10, "completion_tokens": 5}


@contextmanager
def running(tmp_path, answered):
    """Yield the folder of a run of `ifh` in a process of its own, as soon as so many responses are saved."""
    with Loopback(Reply(says("Fine.", usage=USAGE).body, delay=0.05)) as server:
        process = subprocess.Popen(
            [*COMMAND, *RUN, "--base-url", server.url],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and saved(tmp_path) < answered:
                time.sleep(0.005)
            yield only_run(tmp_path), process, server
        finally:
            process.kill()
            process.communicate()


def saved(root):
    found = list((root / "results").glob("*/responses.jsonl"))
    return found[0].read_bytes().count(b"\n") if found else 0


def resumed(tmp_path, server):
    """Run the same command again; return how many requests it took."""
    before = len(server.heard)
    done = ifh(*RUN, "--base-url", server.url, "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["scored"] == 20
    return len(server.heard) - before


def test_a_removed_journal_ends_the_run_and_its_lines_are_saved_under_another_name(tmp_path):
    with running(tmp_path, answered=4) as (folder, process, server):
        (folder / "responses.jsonl").unlink()
        _, told = process.communicate(timeout=30)
        heard = len(server.heard)
        assert process.returncode == 1
        assert "Traceback" not in told
        assert "responses.jsonl: was removed by another program while the run wrote to it" in told
        assert heard < 20
        [copy] = folder.glob("responses.saved-*.jsonl")
        assert len(lines(copy)) == heard
        assert f"{heard} lines are saved in results/{folder.name}/{copy.name}: move it to" in " ".join(told.split())
        copy.rename(folder / "responses.jsonl")
        assert resumed(tmp_path, server) == 20 - heard


def test_a_replaced_journal_ends_the_run_and_both_files_stay(tmp_path):
    with running(tmp_path, answered=4) as (folder, process, server):
        path = folder / "responses.jsonl"
        other = path.read_bytes().splitlines(keepends=True)[0]
        (folder / "other").write_bytes(other)
        (folder / "other").rename(path)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "was replaced by another program" in told
        [copy] = folder.glob("responses.saved-*.jsonl")
        assert len(lines(copy)) == len(server.heard)
        assert path.read_bytes() == other


def test_a_moved_folder_ends_the_run_and_the_moved_file_has_every_line(tmp_path):
    with running(tmp_path, answered=4) as (folder, process, server):
        moved = folder.rename(tmp_path / "elsewhere")
        _, told = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "was moved or renamed by another program" in told
        assert "in the moved file: move it back" in " ".join(told.split())
        assert len(lines(moved / "responses.jsonl")) == len(server.heard)


def test_a_removed_folder_ends_the_run_and_its_lines_are_saved_beside_it(tmp_path):
    with running(tmp_path, answered=4) as (folder, process, server):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        _, told = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "Traceback" not in told
        [copy] = folder.parent.glob("*-responses.saved-*.jsonl")
        assert len(lines(copy)) == len(server.heard)


@pytest.mark.parametrize("left", [0, 100])
def test_a_shortened_journal_ends_the_run_and_the_lines_in_it_count(tmp_path, left):
    with running(tmp_path, answered=4) as (folder, process, server):
        path = folder / "responses.jsonl"
        os.truncate(path, left)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "Traceback" not in told
        assert "was shortened by another program" in told
        kept = lines(path)
        assert len(kept) < len(server.heard)
        assert re.search(rf"\b{len(kept)} lines? (is|are) in it now", " ".join(told.split()))
        assert resumed(tmp_path, server) == 20 - len(kept)


def test_a_backup_is_no_tampering(tmp_path):
    """Links, times and rights of the files may change."""
    with running(tmp_path, answered=2) as (folder, process, _):
        for name in ("responses.jsonl", "failures.jsonl", "run.json"):
            os.utime(folder / name)
            (folder / name).chmod(0o600)
            os.link(folder / name, folder / f"{name}.backup")
            process.communicate(timeout=60)
        assert process.returncode == 0
