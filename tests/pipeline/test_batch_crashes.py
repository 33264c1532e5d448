"""A run in batches is killed with -9 before each step that leaves a trace, and in the middle of each line it writes."""

from __future__ import annotations

import os
import signal

import pytest
from batch_runs import (
    BATCH,
    KEYS,
    PROVIDERS,
    arguments,
    events,
    in_child,
    kill_at,
    kill_command_at,
    run_batch,
    write_set,
)
from batch_server import BatchServer
from ifh import lines
from inside import inside

from harness.adapters.batches.http import BatchHttp
from harness.store import journal

EVERY = bool(os.environ.get("IFHARNESS_EVERY"))
"""Whether every step is tried with every provider, in a minute or two; otherwise some are."""
STRIDE = 1 if EVERY else 13
ENOUGH = 150
"""Steps that no run of the test has."""


class Crash:
    """Counts the steps of this process, and kills it at one of them."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self) -> None:
        """Patch what writes, syncs, removes and sends; the process is to be a child of the test."""
        for module, name in ((os, "fsync"), (os, "unlink"), (os, "replace"), (journal, "_sync")):
            setattr(module, name, self._around(getattr(module, name)))
        write, call, read = os.write, BatchHttp.call, BatchHttp.lines

        def torn(fd: int, data: bytes) -> int:
            self._step()
            self._step(lambda: write(fd, data[: len(data) // 2]))
            return write(fd, data)

        async def sent(*arguments, **named):
            self._step()
            return await call(*arguments, **named)

        async def downloaded(*arguments):
            self._step()
            async for line in read(*arguments):
                yield line

        os.write, BatchHttp.call, BatchHttp.lines = torn, sent, downloaded

    def _around(self, function):
        def counted(*arguments, **named):
            self._step()
            return function(*arguments, **named)

        return counted

    def _step(self, last=None) -> None:
        self._left -= 1
        if self._left == 0:
            if last:
                last()
            os.kill(os.getpid(), signal.SIGKILL)


def crash_and_resume(provider, samples, folder, step):
    """Return whether a run with a crash at a step reached it; the resumed run must be whole, and paid once."""
    with BatchServer(provider) as server:
        done = in_child(lambda _: None, *arguments(server, samples, *BATCH), folder=folder, before=Crash(step))
        run_batch(server, folder, samples)
        count = len(lines(samples))
        assert set(server.sent.values()) == {1}, "no prompt is sent twice"
        assert server.sent.total() == count
    assert len(lines(folder / "batch" / "responses.jsonl")) == count
    assert not (folder / "batch" / "failures.jsonl").read_text()
    left = [path.name for path in (folder / "batch" / "batches").iterdir()]
    assert sorted(left) == sorted(f"{one['marker']}.map.jsonl" for one in events(folder / "batch", "prepared"))
    return done is None


def test_a_run_killed_while_it_sends_live_what_a_batch_left_loses_nothing(tmp_path):
    samples = write_set(tmp_path, 4)
    with BatchServer("compatible", ends={1: "expired"}) as server:
        kill_at(server, "live", tmp_path, samples, "--batch-fallback", "live", "--concurrency", "1")
        run_batch(server, tmp_path, samples, "--batch-fallback", "live")
    assert [len(batch.lines) for batch in server.batches] == [4, 2]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 4


def test_a_cancel_that_is_killed_is_repeated_or_collected(tmp_path):
    with BatchServer(ends={1: "pending"}) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 4), "--no-wait")
        kill_command_at(server, "cancel", tmp_path, "batch", "cancel", "batch")
        inside("batch", "cancel", "batch", cwd=tmp_path, env=KEYS)
        inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS, code=1)
    assert len(server.batches) == 1
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 2


@pytest.mark.parametrize("provider", PROVIDERS if EVERY else ["anthropic"])
def test_whatever_the_step_nothing_is_lost_or_sent_twice(provider, tmp_path):
    with BatchServer(provider) as server:  # so that no child of this process has to import anything
        run_batch(server, tmp_path, write_set(tmp_path, 1))
    for step in range(1, ENOUGH, STRIDE):
        folder = tmp_path / str(step)
        folder.mkdir()
        if not crash_and_resume(provider, write_set(folder, 2, dialogue=EVERY), folder, step):
            break
    assert 20 < step < ENOUGH - STRIDE, "the run came to its end in the last round"
