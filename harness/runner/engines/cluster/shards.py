"""Shards of responses, scored by the nodes of a Ray cluster into files that all nodes see.

A shard is a task of Ray's, so one whose worker or node is killed runs again elsewhere; its file appears whole or not at
all, and a second one of the same shard has the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from ....errors import StoreError
from ..workers import AHEAD
from .connection import check_node, connect, package_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ....store.shard_files import Shard
    from ..workers import PartJob

    ShardJob = PartJob[Shard, None]

Load = tuple[Callable[..., "ShardJob"], tuple[Any, ...]]
"""How a node gets the job: a function and its arguments, as pickling gives them."""


@contextmanager
def map_on_cluster(job: ShardJob, shards: Sequence[Shard], folder: Path) -> Iterator[Iterator[None]]:
    """Give an iterator that returns when each shard is scored, in their order; as `map_parts`, on a cluster.

    `folder` is what all nodes have to see. Raises as `ClusterPool` does.
    """
    with ClusterPool(job, folder) as pool:
        waiting = iter(shards)
        for shard in islice(waiting, AHEAD * pool.processes):
            pool.submit(shard)

        def finish() -> Iterator[None]:
            for shard in shards:
                pool.wait(shard)
                for other in islice(waiting, 1):
                    pool.submit(other)
                yield

        yield finish()


class ClusterPool:
    """Scores shards of one job on a cluster, one on each CPU; a context manager.

    `folder` is what all nodes have to see. Raises `ConfigError` as `connect` does.
    """

    def __init__(self, job: ShardJob, folder: Path) -> None:
        import ray

        self._resources = ExitStack()
        cluster = self._resources.enter_context(connect())
        self.processes = max(cluster.cpus, 1)
        self._running: dict[Shard, Any] = {}
        self._given = (package_version(), folder.resolve(), job.__reduce__())
        self._score = ray.remote(score_shard).options(num_cpus=1, max_retries=-1, scheduling_strategy="SPREAD")

    def submit(self, shard: Shard) -> None:
        """Have a shard scored."""
        self._running[shard] = self._score.remote(shard, *self._given)

    def wait(self, shard: Shard) -> None:
        """Return when a shard is scored; raises what scoring it raised, and `StoreError` if the cluster ended."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        try:
            ray.get(self._running.pop(shard))
        except RayTaskError as error:
            raise error.cause from None
        except RayError as error:
            raise StoreError(
                f"the Ray cluster ended ({type(error).__name__}); finished shards are saved: "
                "give the same command again"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._resources.close()


def score_shard(shard: Shard, version: str, folder: Path, load: Load) -> None:
    """On a node: score one shard into its file; raises `ConfigError` for another ifharness, `StoreError`."""
    node = check_node(version)
    if not folder.is_dir():
        raise StoreError(
            f"node {node} has no folder {folder}: the results folder must be on a file system that all nodes share; "
            "without one, score parts with --shard I/N and join them with `ifh merge`"
        )
    _load_job(*load).run_part(shard)


@lru_cache(1)
def _load_job(load: Callable[..., ShardJob], given: tuple[Any, ...]) -> ShardJob:
    """Return the job, with where its responses are: read once by each process, which scores many shards."""
    job = load(*given)
    job.prepare()
    return job
