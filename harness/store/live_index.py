"""Following: the journals of a run that is still being asked, read on as they grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..adapters.base import Failure, Response
from ..errors import StoreError
from .journal import decode
from .response_index import ResponseIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

LOOK = 0.02
"""Seconds between two looks at a journal that has nothing new."""
_SELDOM = 64


class LiveResponseIndex(ResponseIndex):
    """What is kept of each question, as soon as it is.

    `over(seconds)` waits so long for the end of the asking, and says whether it has come. `failures_before` is the
    size of `failures.jsonl` when asking began: what failed before is asked again, unless it was rejected.
    """

    def __init__(
        self,
        asked: SampleFile,
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
        self._failed = bytearray(len(asked) * epochs)
        super().__init__(asked, epochs, responses, failures)

    def wait(self, slot: int) -> None:
        """Return when nothing more will come for a slot."""
        if slot % _SELDOM == 0 and not self._ended:  # even one who never has to wait must learn that nobody is left
            self._look(0)
        while not (self._ended or self._settled(slot)):
            self._look(LOOK)

    def wait_for_end(self) -> None:
        """Return when asking is over."""
        while not self._ended:
            self._ended = self._over(1.0)

    def _settled(self, slot: int) -> bool:
        return bool(self._stop[slot] or self._rejected[slot] or self._failed[slot])

    def _look(self, seconds: float) -> None:
        # In this order: what was written before the end is read after it.
        self._ended = self._over(seconds)
        self._read_responses(self._paths[Response])
        self._read_failures(self._paths[Failure])

    def _placed(self, path: Path, kind: type) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Yield the lines that have come since the last look; half a line is left for the next one."""
        if not path.exists():
            return
        try:
            with path.open("rb") as file:
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
            raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from None

    def _note_failure(self, slot: int, at: int) -> None:
        self._failed[slot] |= at >= self._failures_before
