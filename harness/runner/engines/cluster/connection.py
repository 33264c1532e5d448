"""The connection to a Ray cluster: the one that RAY_ADDRESS names, the one of this machine, or a new one."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from ....errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTING = 60.0
"""Seconds for a worker process to start: a node may have to load the package from a network file system."""
_REACHED = 10.0
"""Seconds within which a named cluster has to take a connection."""
_FAILURES = (ConnectionError, RuntimeError, ValueError, OSError)
"""What `ray.init` raises where no cluster answers at the address, or it has another version of Ray or Python."""


@dataclass(frozen=True)
class Cluster:
    """A connected cluster."""

    nodes: int
    cpus: int

    def describe(self) -> str:
        """Return its size in words."""
        return f"Ray cluster: {_count(self.nodes, 'node')}, {_count(self.cpus, 'CPU')}"


def check_installed() -> None:
    """Raise `ConfigError` if Ray is not installed."""
    try:
        import ray  # noqa: F401
    except ImportError:
        raise ConfigError("--engine ray needs the extra ray: pip install 'ifharness[ray]'") from None


@contextmanager
def connect() -> Iterator[Cluster]:
    """Connect to the cluster for the time of the block; within another connection, use that.

    Raises `ConfigError` if Ray is not installed, no cluster answers, or none of its nodes is alive.
    """
    check_installed()
    import ray

    if ray.is_initialized():
        yield _describe()
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        _check_address(os.environ.get("RAY_ADDRESS", ""))
        ray.init(logging_level="ERROR", log_to_driver=False, include_dashboard=False)
    except _FAILURES as error:
        at = os.environ.get("RAY_ADDRESS", "")
        where = f"at RAY_ADDRESS={at:.80}" if at else "on this machine"
        # Ray finds the cluster of this machine by a file, which is still there after a crash.
        raise ConfigError(
            f"no Ray cluster answers {where}: {str(error).splitlines()[0]:.200}; start one with `ray start --head`, or "
            "set RAY_ADDRESS=local for one that lasts as long as the command"
        ) from None
    try:
        yield _describe()
    finally:
        ray.shutdown()


def _check_address(address: str) -> None:
    """Raise `OSError` if nothing listens at HOST:PORT: Ray itself would wait there for minutes."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_REACHED).close()


def check_node(expected: str) -> str:
    """Return the name of this node; raises `ConfigError` if it has another version of ifharness."""
    name = socket.gethostname()
    if (found := package_version()) != expected:
        raise ConfigError(
            f"node {name} has ifharness {found}, but the command runs {expected}: install the same on every node"
        )
    return name


def package_version() -> str:
    """Return the version of ifharness on this node."""
    return version("ifharness")


def _describe() -> Cluster:
    import ray

    alive = [node for node in ray.nodes() if node["Alive"]]
    return Cluster(len(alive), int(ray.cluster_resources().get("CPU", 0)))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
