"""The background scorer: a process that scores a run's responses while others are requested."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tasks.formats.sample_file import SampleFile

from ..setup import check_scorable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    from tasks.sample import Sample

    from ...config.sections import ScoreSection
    from ...store.run_folder import RunFolder
    from ..score import ScoringResult

WORTH = 200
"""Minimum number of responses; fewer are scored in less time than the process takes to start."""
IDLE = 60.0
"""Seconds without an answer and without processor time, after which the process is given up."""
_LOOK = 0.5
"""Seconds between two looks at its processor time."""
_LESS = 5
"""Steps of `nice` below the main process: a response that waits for the processor there leaves a slot empty."""


class BackgroundScorer:
    """A process that scores a results folder while responses arrive; a context manager.

    It first reads the samples, if they are in a file: samples that cannot be scored must not be requested. Then it
    works like `score_run`, with the same bytes as its result, and waits for each response in turn. It writes no file
    before `end` is called, and exits when its parent does. If it fails, the caller scores the run itself.
    """

    def __init__(self, samples: Sequence[Sample], score: ScoreSection) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self._samples, self._rules = samples, score.rules
        self._pipe, its = context.Pipe()
        work = partial(_work, its, self._pipe, samples, score)
        self._process: ForkProcess = context.Process(target=work, daemon=True)
        # Garbage collection in either process would visit all loaded objects, and copy their pages in the child.
        gc.freeze()
        self._process.start()
        its.close()

    @classmethod
    def start(cls, samples: Sequence[Sample], epochs: int, score: ScoreSection) -> Self | None:
        """Start the process; None if there are too few responses or no second processor.

        It is forked to inherit the loaded modules, so only on Linux, and only if this process has no other thread.
        """
        if len(samples) * epochs < WORTH or sys.platform != "linux" or threading.active_count() > 1:
            return None
        from multiprocessing import current_process

        if len(os.sched_getaffinity(0)) < 2 or current_process().daemon:
            return None
        return cls(samples, score)

    def check(self) -> None:
        """Check the samples as `check_scorable` does; for a file, the process has read them already."""
        if isinstance(self._samples, SampleFile):
            with suppress(EOFError, OSError):
                problem: Exception | None = self._receive()
                if problem:
                    raise problem
                return
        check_scorable(self._samples, self._rules)

    def follow(self, store: RunFolder) -> None:
        """Score the responses in the folder and those still to come; call before the first request."""
        from ...store.run_folder import FAILURES

        failures = store.folder / FAILURES
        copy = store.samples_file
        sizes = copy.sizes if copy.copy_of is self._samples else None
        self._send((str(store.folder), failures.stat().st_size if failures.exists() else 0, sizes))

    def end(self) -> None:
        """Announce that the last response is saved."""
        self._send(None)

    def finish(self) -> ScoringResult | None:
        """Wait for the result, with only the rows that `ifh run` prints; None if the process failed."""
        with suppress(EOFError, OSError):
            scored: ScoringResult | None = self._receive()
            return scored
        return None

    def _receive(self) -> Any:
        """Return what the process sends; raises `EOFError` if it has died, or neither answers nor works."""
        used, since = -1.0, time.monotonic()
        while not self._pipe.poll(_LOOK):
            before, used = used, _processor_time(self._process.pid)
            if used != before or used < 0:
                since = time.monotonic()
            elif time.monotonic() - since > IDLE:
                self._process.kill()
                raise EOFError
        return self._pipe.recv()

    def close(self) -> None:
        """End the process, immediately if it has not finished."""
        gc.unfreeze()
        self._pipe.close()
        self._process.join(timeout=1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _send(self, message: object) -> None:
        with suppress(OSError):  # the process has died, which `finish` reports
            self._pipe.send(message)


def _processor_time(pid: int | None) -> float:
    """Return the ticks of the processor that a process has used, -1 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return float(fields[11]) + float(fields[12])
    return -1.0


def _work(pipe: Connection, parents: Connection, samples: Sequence[Sample], score: ScoreSection) -> None:
    """Read the samples, then score the folder that `pipe` names; leaves no file if the parent dies."""
    from scorers.errors import ScorersError

    from ...errors import HarnessError

    parents.close()  # otherwise the end of the parent would go unnoticed
    for name in ("SIGINT", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)  # for the parent, which waits for requests in flight
    try:
        if isinstance(samples, SampleFile):
            pipe.send(_problem(samples, score.rules))
        _score(pipe, samples, score.extract)
    except (EOFError, OSError, HarnessError, ScorersError):
        pipe.close()  # the parent scores the run again, and raises the same error


def _problem(samples: SampleFile, rules: str | None) -> Exception | None:
    from tasks.errors import BadSample

    from ...errors import ConfigError

    try:
        check_scorable(samples, rules)
    except (BadSample, ConfigError) as error:
        return error
    return None


def _score(pipe: Connection, samples: Sequence[Sample], names: tuple[str, ...]) -> None:
    import scipy.special  # noqa: F401 - imported while there is nothing to score yet

    from ...reporting import prepare_report
    from ...scoring.describe import FAILED_SHOWN, pick_failed
    from ...store.live.index import LiveResponseIndex
    from ...store.run_folder import SAMPLES, RunFolder
    from ..score import score_run

    usual = os.nice(0)
    os.nice(_LESS)

    def over(seconds: float) -> bool:
        if not pipe.poll(seconds):
            return False
        pipe.recv()  # raises EOFError if the parent died
        with suppress(OSError):  # the parent waits now; raising the priority may need a privilege
            os.setpriority(os.PRIO_PROCESS, 0, usual)
        return True

    prepare_report()
    folder, failures, sizes = pipe.recv()
    copy = None
    if sizes and isinstance(samples, SampleFile):  # the index of the original serves its copy too
        copy = samples.as_copy(Path(folder) / SAMPLES, sizes)
    with RunFolder.load(Path(folder), samples_file=copy) as store:
        live_index = partial(LiveResponseIndex, over=over, failures_before=failures)
        scored = score_run(store, names=names, index=live_index, rows=0)
    rows = pick_failed(scored.rows, FAILED_SHOWN)
    pipe.send(replace(scored, rows=rows, unscored=scored.unscored[:FAILED_SHOWN]))
