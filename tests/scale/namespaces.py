"""Two machines of one Ray cluster, each a network namespace with an address of its own."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("ifh-scale-a", "ifh-scale-b")
ADDRESSES = ("10.213.7.1", "10.213.7.2")
PORT = 6390
_RECORD = Path("/tmp/ray/ray_current_cluster")
"""Names the cluster of this machine, also when that was killed."""
_NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of Linux."""
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
"""What every machine of a cluster needs to know."""


def why_impossible() -> str:
    """Say why this machine has no namespaces for us; "" if it has."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "network namespaces need root and the command ip"
    made = subprocess.run(["ip", "netns", "add", f"{NAMES[0]}-try"], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"no network namespace can be made here: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", f"{NAMES[0]}-try"], check=True)
    return ""


class Machines:
    """The two namespaces, with a Ray node in each."""

    address = f"{ADDRESSES[0]}:{PORT}"

    def command(self, number: int, *command: str) -> list[str]:
        """Return a command that runs in one of them."""
        return ["ip", "netns", "exec", NAMES[number], *command]

    def enter(self, number: int) -> None:
        """Move this thread into one of them: the sockets that it makes from now on are there."""
        with Path(f"/run/netns/{NAMES[number]}").open("rb") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "setns")

    def start(self) -> None:
        for number, (name, address) in enumerate(zip(NAMES, ADDRESSES, strict=True)):
            _ip("netns", "add", name)
            if not number:
                _ip("link", "add", "ifh-v0", "type", "veth", "peer", "name", "ifh-v1")
            _ip("link", "set", f"ifh-v{number}", "netns", name)
            for setting in (
                ("addr", "add", f"{address}/24", "dev", f"ifh-v{number}"),
                ("link", "set", f"ifh-v{number}", "up"),
                ("link", "set", "lo", "up"),
            ):
                _ip("-n", name, *setting)
        ray = str(Path(sys.executable).parent / "ray")
        head = ("--head", f"--port={PORT}", "--include-dashboard=false")
        for number, given in enumerate((head, (f"--address={self.address}",))):
            node = f"--node-ip-address={ADDRESSES[number]}"
            start = self.command(number, ray, "start", *given, node, "--num-cpus=1")
            done = subprocess.run(
                start, env=os.environ | TOKEN, check=False, capture_output=True, text=True, timeout=120
            )
            assert not done.returncode, done.stdout + done.stderr

    def kill(self, number: int) -> None:
        """Kill all that runs in a namespace, with SIGKILL."""
        listed = subprocess.run(["ip", "netns", "pids", NAMES[number]], capture_output=True, text=True, check=False)
        for pid in listed.stdout.split():
            os.kill(int(pid), signal.SIGKILL)

    def stop(self) -> None:
        for number, name in enumerate(NAMES):
            self.kill(number)
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        if _RECORD.exists() and _RECORD.read_text() == self.address:
            _RECORD.unlink()  # later commands would look for this cluster


@contextmanager
def two_machines() -> Iterator[Machines]:
    machines = Machines()
    try:
        machines.start()
        yield machines
    finally:
        machines.stop()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
