"""A Ray cluster of two nodes on this machine, commands that use it, and processes of it that are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ray.cluster_utils import Cluster

ROOT = Path(__file__).parents[2]
ASKING, PARTS = "ray::_Requester", "ray::run_part"
"""What Ray calls the processes of a run's workers, and of parts."""


class TwoNodes:
    """Two nodes with a raylet and workers each; the first holds the cluster's records."""

    def __init__(self) -> None:
        self._cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        self._second = self._cluster.add_node(num_cpus=1)
        self._cluster.wait_for_nodes()

    @property
    def address(self) -> str:
        return self._cluster.address

    def kill_second(self) -> None:
        """Kill the second node, raylet and workers, with SIGKILL."""
        self._cluster.remove_node(self._second, allow_graceful=False)

    def close(self) -> None:
        self._cluster.shutdown()


@contextmanager
def two_nodes() -> Iterator[TwoNodes]:
    nodes = TwoNodes()
    try:
        yield nodes
    finally:
        nodes.close()


def start(
    folder: Path,
    *arguments: object,
    address: str | None = None,
    within: Sequence[str] = (),
    token: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start `ifh`; with an address, in that cluster; `within` is a command that runs it elsewhere."""
    given = {"RAY_ADDRESS": address} if address else {}
    return subprocess.Popen(
        [*within, sys.executable, "-m", "harness", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **given, **(token or {})},
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[str], *, code: int = 0) -> str:
    """Wait for a command; return all that it printed."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == code, out + err
    return out + err


def ifh(folder: Path, *arguments: object, address: str | None = None, code: int = 0) -> str:
    return finish(start(folder, *arguments, address=address), code=code)


def pids(name: str) -> list[int]:
    """Ids of the processes with this title."""
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                title = (one / "cmdline").read_bytes().split(b"\0")[0].decode()
            except OSError:
                continue
            if title.startswith(name):
                found.append(int(one.name))
    return found


def kill_one(name: str) -> int:
    """Kill a process of this title with SIGKILL, as soon as there is one; return its id."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if found := pids(name):
            os.kill(found[-1], signal.SIGKILL)
            return found[-1]
        time.sleep(0.01)
    raise AssertionError(f"no process {name}")


def responses(folder: Path) -> list[tuple[str, int]]:
    """The samples and epochs with a response, one for each line."""
    lines = (folder / "responses.jsonl").read_text("utf-8").splitlines()
    return [(record["sample_id"], record["epoch"]) for record in map(json.loads, lines)]
