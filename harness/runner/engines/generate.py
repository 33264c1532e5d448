"""Drawing samples with an engine, and going on behind those that a killed command had drawn."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tasks.errors import CannotDraw

from ...dataset.generation_job import from_draw_record, to_draw_record
from .engine import AUTO, SINGLE, choose_engine
from .resume import WORTH, SavedResults, join_saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tasks.generate.generator import Draw

    from ...dataset.generation_job import GenerationJob

WORTH_PROCESSES = 500
"""Samples from which on several processes are faster than one."""


class EngineDrawing:
    """Draws samples with the engine called `name`; with `out`, many of them are saved beside it on the way.

    `on_note` gets what a user should know in words. `remove` removes what was saved.
    """

    def __init__(
        self, name: str, out: Path | None = None, on_note: Callable[[str], object] = lambda _note: None
    ) -> None:
        self._name, self._out, self._on_note = name, out, on_note
        self._saved: SavedResults | None = None

    @contextmanager
    def __call__(self, job: GenerationJob) -> Iterator[Iterator[Draw] | None]:
        """Give an iterator of the draws of all places, in order; None for a set that can only be drawn as a whole."""
        engine = choose_engine(self._name, job.total, WORTH_PROCESSES)
        if not job.is_divisible:
            if self._name not in (AUTO, SINGLE):
                self._on_note("balance = true: each sample depends on all others, so one process draws them")
            yield None
            return
        with ExitStack() as stack:
            saved = None
            if self._out and job.total >= WORTH and job.can_be_saved:
                saved = self._saved = stack.enter_context(SavedResults(self._out, job.basis))
                if saved.count:
                    self._on_note(f"resumed: {saved.count:,} samples were drawn before")
            first = saved.count if saved else 0
            results = stack.enter_context(engine.map(job, job.parts(first)))
            try:
                yield join_saved(saved, results, to_draw_record, from_draw_record)
            except CannotDraw:
                self.remove()  # the same command would end in the same way
                raise

    def remove(self) -> None:
        """Remove what was saved: the samples are in their file."""
        if self._saved:
            self._saved.remove()
