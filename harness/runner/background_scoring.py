"""ahead: a second process that reads a run's samples before they are asked, and judges the answers meanwhile."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tasks.formats.sample_file import SampleFile

from .setup import check_scorable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    from tasks.sample import Sample

    from ..config.run_file import ScoreSection
    from ..store.run_folder import RunFolder
    from .score import ScoringResult

WORTH = 200
"""Answers from which on it is worth a process; fewer are judged as soon as that would have started."""
_LESS = 5
"""How much less urgent than the asking its work is, in steps of `nice`: an answer that waits for the processor leaves a
place in flight empty."""


class BackgroundScorer:
    """A process that scores a results folder in step with the asking; a context manager.

    First it reads the samples, if they are in a file: those that could not be judged must not be asked. Then it does
    what `score_run` does, with the same bytes as its outcome, but waits for each answer in turn. It publishes nothing
    before it is told that asking is over, and ends by itself when its parent does. Whatever goes wrong in it, the
    caller can still do its work itself.
    """

    def __init__(self, samples: Sequence[Sample], score: ScoreSection) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self._samples, self._rules = samples, score.rules
        self._pipe, its = context.Pipe()
        work = partial(_work, its, self._pipe, samples, score)
        self._process: ForkProcess = context.Process(target=work, daemon=True)
        # Neither process then looks through what is loaded already at each collection: for the child that would be
        # to copy it all.
        gc.freeze()
        self._process.start()
        its.close()

    @classmethod
    def start(cls, samples: Sequence[Sample], epochs: int, score: ScoreSection) -> Self | None:
        """Start the process if so many answers are worth one; None where there is no second processor for it.

        It is forked, so that it has what was loaded already: only on Linux, and only where no thread of this process
        can be in the middle of something.
        """
        if len(samples) * epochs < WORTH or sys.platform != "linux" or threading.active_count() > 1:
            return None
        from multiprocessing import current_process

        if len(os.sched_getaffinity(0)) < 2 or current_process().daemon:
            return None
        return cls(samples, score)

    def check(self) -> None:
        """Do what `check_judgeable` does; what is in a file has been read by the process meanwhile."""
        if isinstance(self._samples, SampleFile):
            with suppress(EOFError, OSError):
                problem: Exception | None = self._pipe.recv()
                if problem:
                    raise problem
                return
        check_scorable(self._samples, self._rules)

    def follow(self, store: RunFolder) -> None:
        """Let it judge what is in the folder and what is still to come; asking has not begun."""
        from ..store.run_folder import FAILURES

        failures = store.folder / FAILURES
        copy = store.samples_file
        sizes = copy.sizes if copy.copy_of is self._samples else None
        self._send((str(store.folder), failures.stat().st_size if failures.exists() else 0, sizes))

    def end(self) -> None:
        """Say that asking is over."""
        self._send(None)

    def finish(self) -> ScoringResult | None:
        """Wait for the outcome, with only those rows that are told; None without one."""
        with suppress(EOFError, OSError):
            scored: ScoringResult | None = self._pipe.recv()
            return scored
        return None

    def close(self) -> None:
        """End the process, at once if it was not finished."""
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
        with suppress(OSError):  # it has died: `finish` says so
            self._pipe.send(message)


def _work(pipe: Connection, parents: Connection, samples: Sequence[Sample], score: ScoreSection) -> None:
    """Read the samples, then score the folder that is named over `pipe`; without a parent, leave no trace."""
    from scorers.errors import ScorersError

    from ..errors import HarnessError

    parents.close()  # else the end of the parent would not be seen
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which waits for what is in flight
    try:
        if isinstance(samples, SampleFile):
            pipe.send(_problem(samples, score.rules))
        _judge(pipe, samples, score.extract)
    except (EOFError, OSError, HarnessError, ScorersError):
        pipe.close()  # the parent scores anew, and meets the same problem where it can be told


def _problem(samples: SampleFile, rules: str | None) -> Exception | None:
    from tasks.errors import BadSample

    from ..errors import ConfigError

    try:
        check_scorable(samples, rules)
    except (BadSample, ConfigError) as error:
        return error
    return None


def _judge(pipe: Connection, samples: Sequence[Sample], names: tuple[str, ...]) -> None:
    import scipy.special  # noqa: F401 - loaded while there is nothing to judge yet

    from ..reporting import prepare_report
    from ..scoring.describe import FAILED_SHOWN, pick_failed
    from ..store.live_index import LiveResponseIndex
    from ..store.run_folder import SAMPLES, RunFolder
    from .score import score_run

    usual = os.nice(0)
    os.nice(_LESS)

    def over(seconds: float) -> bool:
        if not pipe.poll(seconds):
            return False
        pipe.recv()  # without a parent there is an end, but no message
        with suppress(OSError):  # now it is waited for; not everybody may become more urgent again
            os.setpriority(os.PRIO_PROCESS, 0, usual)
        return True

    prepare_report()
    folder, failures, sizes = pipe.recv()
    copy = None
    if sizes and isinstance(samples, SampleFile):  # the index of the original serves its copy too
        copy = samples.as_copied(Path(folder) / SAMPLES, sizes)
    with RunFolder.load(Path(folder), samples_file=copy) as store:
        following = partial(LiveResponseIndex, over=over, failures_before=failures)
        scored = score_run(store, names=names, kept=following, rows=0)
    told = pick_failed(scored.rows, FAILED_SHOWN)
    pipe.send(replace(scored, rows=told, unscored=scored.unscored[:FAILED_SHOWN]))
