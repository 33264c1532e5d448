"""Memory and time of a large run in batches: `python -m tests.bench.batches --samples 100000 --provider openai`.

A server on loopback takes the batches. With `--kill`, the run is ended with SIGKILL in the middle of the first
download, and begun again. Then each request must have been sent once and answered once.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.store.journal import read_lines

from .many import write_many

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness" / "adapters"))

from batch_server import BatchServer  # noqa: E402 - found through the path above

PROGRAM = """
import sys
from pathlib import Path
from harness.cli import run_cli
code = run_cli(sys.argv[2:])
# Not what `wait4` reports: that includes what the bench itself held when it started this process.
Path(sys.argv[1]).write_text(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
sys.exit(code)
"""


def start(server: BatchServer, samples: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Start the run as a process of its own."""
    names = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY")
    arguments = ["run", "smoke", "--samples", samples, "--model", f"{server.provider}/mock", "--base-url", server.url]
    more = ["--batch", "--set", "ask.batch_poll=1", "--out", folder / "run"]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, [folder / "peak.txt", *arguments, *more])],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | dict.fromkeys(names, "key-123"),
        stdout=subprocess.DEVNULL,
    )


def finish(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Wait for a process; return its exit code and its processor time in seconds."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime


def measure(count: int, provider: str, padding: int, *, kill: bool) -> dict[str, float]:
    """Return what a run of `count` samples took; raises `AssertionError` for one that is not whole."""
    with TemporaryDirectory() as name, BatchServer(provider) as server:
        folder = Path(name)
        write_many(folder / "samples.jsonl", count, padding)
        if kill:
            server.hold = "download"
            process = start(server, folder / "samples.jsonl", folder)
            assert server.reached.wait(3600)
            process.send_signal(signal.SIGKILL)
            finish(process)
            server.go_on()
        began = time.monotonic()
        code, busy = finish(start(server, folder / "samples.jsonl", folder))
        seconds = time.monotonic() - began
        assert code == 0
        assert sum(len(batch.lines) for batch in server.batches) == count
        with (folder / "run" / "responses.jsonl").open("rb") as responses:
            assert sum(1 for _ in responses) == count
        prepared = [event for event in read_lines(folder / "run" / "batches.jsonl") if event["event"] == "prepared"]
        return {
            "requests": count,
            "batches": len(server.batches),
            "largest": max(event["requests"] for event in prepared),
            "its MB": max(event["bytes"] for event in prepared) / 1e6,
            "seconds": seconds,
            "CPU s": busy,
            "peak MB": int((folder / "peak.txt").read_text()) / 1024,
        }


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--provider", default="openai", choices=("openai", "anthropic", "gemini"))
    parser.add_argument("--padding", type=int, default=0, help="characters added to each prompt, to split by bytes")
    parser.add_argument("--kill", action="store_true", help="kill the run in its first download")
    options = parser.parse_args()
    for name, value in measure(options.samples, options.provider, options.padding, kill=options.kill).items():
        sys.stdout.write(f"{name:9} {value:,.0f}\n")


if __name__ == "__main__":
    main()
