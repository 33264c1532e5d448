"""Parts of some work, done by the nodes of a Ray cluster: `map_parts`, with a cluster in place of processes.

A part is a task of Ray's, so one whose worker or node is killed runs again elsewhere. Jobs are made for that: a part
has the same result each time, and a file that it writes appears whole or not at all.
"""

from __future__ import annotations

import pickle
import secrets
from collections import deque
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from ....errors import ConfigError, StoreError
from ..workers import AHEAD
from .connection import check_node, connect, package_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..workers import PartJob

P = TypeVar("P")
R = TypeVar("R")


@contextmanager
def map_on_cluster(
    job: PartJob[P, R], parts: Iterable[P], on_note: Callable[[str], object] = lambda _note: None
) -> Iterator[Iterator[R]]:
    """Give an iterator of what a job makes of each part, in order; `on_note` gets the size of the cluster.

    One part is at work on each CPU of the cluster. The iterator raises what the job raises, `ConfigError` for a node
    with another ifharness, and `StoreError` if the cluster ends. Raises `ConfigError` as `connect` does.
    """
    import ray

    with connect() as cluster:
        on_note(cluster.describe())
        # Sent once, and read once by each process that works for it: it may hold all articles.
        given = (package_version(), secrets.token_hex(8), [ray.put(pickle.dumps(job))])
        remote = ray.remote(run_part).options(num_cpus=1, max_retries=-1, scheduling_strategy="SPREAD")
        waiting = (remote.remote(pickle.dumps(part), *given) for part in parts)  # submitted when taken
        running = deque(islice(waiting, AHEAD * max(cluster.cpus, 1)))

        def iter_results() -> Iterator[R]:
            while running:
                found: R = _wait(running.popleft(), job.resume)
                running.extend(islice(waiting, 1))
                yield found

        yield iter_results()


def _wait(task: Any, resume: str) -> Any:
    import ray
    from ray.exceptions import RayError, RayTaskError

    try:
        return ray.get(task)
    except RayTaskError as error:
        raise error.cause from None
    except RayError as error:
        raise StoreError(f"the Ray cluster ended ({type(error).__name__}). {resume}") from None


_JOBS: dict[str, PartJob[Any, Any]] = {}
"""In a worker process of a node: the job that it works for, by its key."""


def run_part(part: bytes, version: str, key: str, given: list[Any]) -> object:
    """On a node: do one pickled part; raises `ConfigError` for another ifharness, and what the job raises.

    `key` is that of the job; `given` holds a reference to the pickled job.
    """
    import ray

    node = check_node(version)
    try:
        if key not in _JOBS:
            _JOBS.clear()
            job = pickle.loads(ray.get(given[0]))  # noqa: S301 - written by the command
            job.prepare()
            _JOBS[key] = job
        given_part = pickle.loads(part)  # noqa: S301 - the same
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"node {node}: {error}; install the same packages on every node") from None
    except StoreError as error:
        raise StoreError(f"node {node}: {error}") from None
    return _JOBS[key].run_part(given_part)
