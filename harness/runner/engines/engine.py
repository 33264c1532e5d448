"""Engines: where the parts of some work are done. Every command that spreads its work chooses one here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ...config.sections import ENGINES
from ...errors import ConfigError
from .workers import can_fork, count_cores, map_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from .workers import PartJob

AUTO, PROCESS, SINGLE, RAY = ENGINES

P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Engine:
    """Where parts are done: in this process, in several processes of this machine, or on a cluster."""

    name: str
    """Of `ENGINES`."""
    processes: int
    """Processes of this machine; 1 is this one."""

    @property
    def is_here(self) -> bool:
        """Whether this process itself does the parts, each when its result is taken."""
        return self.processes == 1 and self.name != RAY

    def map(
        self, job: PartJob[P, R], parts: Iterable[P], on_note: Callable[[str], object] = lambda _note: None
    ) -> AbstractContextManager[Iterator[R]]:
        """Give an iterator of what a job makes of each part, in order; `on_note` gets the size of a cluster.

        Raises as `map_parts` does; on a cluster, `ConfigError` if none answers.
        """
        if self.name == RAY:
            from .cluster.parts import map_on_cluster  # Ray is optional, and takes a second to import

            return map_on_cluster(job, parts, on_note)
        return map_parts(job, parts, self.processes)


def check_engine(name: str) -> None:
    """Raise `ConfigError` for an unknown engine, and where `process` or `ray` is not possible."""
    from multiprocessing import current_process

    from scorers.errors import did_you_mean

    if name not in ENGINES:
        raise ConfigError(
            f"there is no engine {name!r:.40}{did_you_mean(name, ENGINES)} (engines: {', '.join(ENGINES)})"
        )
    if name == RAY:
        from .cluster.connection import check_installed

        check_installed()
    if name == PROCESS and current_process().daemon:
        raise ConfigError("--engine process is not possible in a daemonic process, which may not start others")


def choose_engine(name: str, size: int, worth: int) -> Engine:
    """Return the engine called `name`; `auto` takes several processes from a `size` of `worth` on.

    Raises as `check_engine` does.
    """
    from multiprocessing import current_process

    check_engine(name)
    if name == PROCESS:
        return Engine(name, count_cores())
    is_worth = name == AUTO and size >= worth
    return Engine(name, count_cores() if is_worth and can_fork() and not current_process().daemon else 1)
