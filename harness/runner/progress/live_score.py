"""The score so far, while a run sends requests; a hint, not a result."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from errno import EMFILE, ENFILE
from math import sqrt
from typing import TYPE_CHECKING

from ...config.published import IF_SCORE, METRICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.sample import Sample

    from ...adapters.base import Response

MODES = ("strict", "loose")
SHARE = 0.015
"""Share of one processor that scoring may take during a run."""
_AFTER = 3.0
"""Seconds before the first response is scored: short runs have their result as soon."""
_SLICE = 0.02
"""Seconds of scoring at a time."""
_WAITING = 512
"""Responses that wait to be scored; where they come faster, the oldest ones are left out."""
_LONGEST = 20_000
"""Characters of a response that is scored here: a search in a longer one could hold up the event loop."""


@dataclass
class _Sum:
    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        self.n += 1
        self.total += value
        self.squares += value * value

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def error(self) -> float:
        """Squared standard error of the mean."""
        return max(0.0, self.squares / self.n - self.mean**2) / max(1, self.n - 1)


class LiveScore:
    """Scores responses in a thread of its own, as many as its share of the processor allows."""

    def __init__(
        self, samples: Mapping[str, Sample], rules: str | None, names: tuple[str, ...], metric: str = IF_SCORE
    ) -> None:
        self._samples = samples
        self._rules = rules
        self._names = names
        share, _, mode = metric.rpartition("_")
        if mode not in MODES:  # the IF score, or a metric that single responses have no part in
            metric, share, mode = IF_SCORE, IF_SCORE, "strict"
        self._label, self._share, self._mode = METRICS[metric].label, share, mode
        self._waiting: deque[Response] = deque(maxlen=_WAITING)
        self._sums: dict[str, _Sum] = {}
        self._thread: ThreadPoolExecutor | None = None
        self._work: Future[float] | None = None
        self._next = time.monotonic() + _AFTER

    def add(self, response: Response) -> None:
        """Take a response."""
        if len(response.text) <= _LONGEST:
            self._waiting.append(response)

    def tick(self) -> None:
        """Score a few of the responses that wait, if it is time; never blocks."""
        if self._work and self._work.done():
            work, self._work = self._work, None
            try:
                took = work.result()
            except OSError as error:
                if error.errno not in (EMFILE, ENFILE):
                    raise
                took = _SLICE  # without file descriptors no module can be imported: the next attempt may find some
            self._next = time.monotonic() + took / SHARE
        if self._work or not self._waiting or time.monotonic() < self._next:
            return
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="live")
        self._work = self._thread.submit(self._score)

    def describe(self) -> str:
        """Return the score so far with its 95 % interval, or "" where too little is known for one."""
        sums = list(self._sums.values())
        if not sums or any(one.n < 2 for one in sums):
            return ""
        centre = sum(one.mean for one in sums) / len(sums)
        half = 1.96 * sqrt(sum(one.error for one in sums)) / len(sums)
        scored = sum(one.n for one in sums)
        return f"{self._label} so far {100 * centre:.1f} ± {100 * half:.1f} ({scored} scored)"

    def close(self) -> None:
        """Stop scoring."""
        self._waiting.clear()
        if self._thread:
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._thread = None

    def _score(self) -> float:
        """Score for a moment; return the processor seconds that it took, without those of loading."""
        from scorers import NotInBook, score

        from ...scoring.results import UnscoredSample
        from ...scoring.score import score_response

        began = time.thread_time()
        while time.thread_time() - began < _SLICE:
            try:
                response = self._waiting.popleft()
            except IndexError:
                break
            sample = self._samples[response.sample_id]
            try:
                row = score_response(sample, response, self._rules, self._names)
            except NotInBook:
                continue
            if not isinstance(row, UnscoredSample):
                verdicts = row.strict if self._mode == "strict" else row.loose
                found = score(verdicts, sample_id=sample.id, epoch=response.epoch, mode=self._mode)
                self._sums.setdefault(sample.task, _Sum()).add(getattr(found, self._share))
        return time.thread_time() - began
