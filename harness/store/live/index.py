"""Live index: the response index of a run that is still going on, read on as its journals grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...adapters.base import Failure, Response
from ...errors import StoreError
from ..files import open_plain, read_problem
from ..journal import decode
from ..response_index import ResponseIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

LOOK = 0.02
"""Seconds between two looks at a journal without new lines."""
_SELDOM = 64


class LiveResponseIndex(ResponseIndex):
    """The response index that takes in each line as soon as it is written.

    `over(seconds)` waits up to that long for the end of the requests, and returns whether it has come.
    `failures_before` is the size of `failures.jsonl` when the run began: what failed before is requested again, unless
    the provider rejected it.
    """

    def __init__(
        self,
        samples: SampleFile,
        epochs: int,
        responses: Path,
        failures: Path,
        *,
        over: Callable[[float], bool],
        failures_before: int,
    ) -> None:
        self._over = over
        self._ended = False
        self._failures_before = failures_before
        self._read = {Response: 0, Failure: 0}
        self._failed = bytearray(len(samples) * epochs)
        super().__init__(samples, epochs, responses, failures)
        self._before = dict(self.turn_slots())

    def wait(self, slot: int) -> None:
        """Return when nothing more will come for a slot."""
        if slot % _SELDOM == 0 and not self._ended:  # a scorer that never waits must notice the end too
            self._look(0)
        while not (self._ended or self._is_completed(slot)):
            self._look(LOOK)

    def wait_for_end(self) -> None:
        """Return when the run is over."""
        while not self._ended:
            self._ended = self._over(1.0)

    def _is_completed(self, slot: int) -> bool:
        if self._stop[slot] or self._rejected[slot] or self._failed[slot]:
            return True
        before = self._before.get(slot)  # of a dialogue, no later turn is requested after a failed or blank one
        return before is not None and self._is_completed(before) and not self._continues(before)

    def _look(self, seconds: float) -> None:
        # In this order: what was written before the end is read after it.
        self._ended = self._over(seconds)
        self._read_responses()
        self._read_failures()

    def _iter_lines(self, kind: type) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Yield the lines that were written since the last look; half a line is left for the next one."""
        path = self._paths[kind]
        if not path.exists():
            return
        try:
            with open_plain(path) as file:
                at = file.seek(self._read[kind])
                for line in file:
                    if not line.endswith(b"\n"):
                        return
                    record = decode(line) if line.strip() else None
                    start, at = at, at + len(line)
                    self._read[kind] = at
                    if record is not None:
                        yield start, start, record
                    elif line.strip():
                        raise StoreError(f"{path}, byte {start}: is not a JSON object")
        except OSError as error:
            raise read_problem(path, error) from None

    def _note_failure(self, slot: int, at: int) -> None:
        self._failed[slot] |= at >= self._failures_before
