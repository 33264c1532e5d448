"""The service under load: `python -m tests.bench.serve` runs the load tool `hey` against `ifh serve` on loopback.

Printed for 1, 8 and 64 clients: requests a second, the median and the 99th percentile of their time, and the processor
time of a request in the serving process and in the verifying ones. The processor times hold on a busy machine too.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SENTENCES = "The council opened a bridge across the river after years of patient planning. Traffic had grown. "
IDS = ["punctuation:no_comma", "length_constraints:number_words", "keywords:existence"]
KWARGS = [None, {"num_words": 100, "relation": "at least"}, {"keywords": ["bridge", "river"]}]


def make_bodies() -> dict[str, bytes]:
    """Return the body of each route: a response of 1,500 characters with three instructions, or 64 of them."""
    text = (SENTENCES * 20)[:1500]
    message = {"type": "message", "content": [{"type": "output_text", "text": text}]}
    asked = {"instruction_id_list": IDS, "kwargs": KWARGS}
    verify = {"response": {"output": [message]}, "verifier_metadata": asked | {"grading_mode": "fraction"}}
    score = {"items": [{"response": text} | asked] * 64}
    return {"/verify": json.dumps(verify).encode(), "/score": json.dumps(score).encode()}


def processor_seconds(pid: int) -> float:
    """Return the processor time of one process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Return the processes below `pid`."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, waiting = [], [pid]
    while waiting:
        children = [child for child, parent in parents.items() if parent == waiting[0]]
        found += children
        waiting = waiting[1:] + children
    return found


def measure(url: str, body: Path, clients: int, seconds: float, pid: int) -> str:
    """Return one line of the table."""
    others = descendants(pid)
    before = processor_seconds(pid), sum(map(processor_seconds, others))
    command = ["hey", "-z", f"{seconds}s", "-c", str(clients), "-m", "POST", "-T", "application/json", "-D", str(body)]
    out = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    after = processor_seconds(pid), sum(map(processor_seconds, others))
    answered = {int(status): int(number) for status, number in re.findall(r"\[(\d{3})\]\s+(\d+) responses", out)}
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    median, slowest = (
        float(found[1]) * 1000 if (found := re.search(rf"{share}% in ([\d.]+) secs", out)) else float("nan")
        for share in (50, 99)
    )
    total = sum(answered.values())
    own, verifying = ((b - a) / total * 1000 for a, b in zip(before, after, strict=True))
    return (
        f"{clients:>3} clients  {rate:8.0f} requests/s  median {median:7.1f} ms  p99 {slowest:7.1f} ms  "
        f"serving {own:5.2f} ms  verifying {verifying:5.2f} ms  {answered}"
    )


def main() -> None:
    """Measure both routes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    if not shutil.which("hey"):
        raise SystemExit("hey is not installed (apt-get install hey)")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "harness", "serve", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                address = re.search(r"http://[\d.]+:\d+", process.stdout.readline())[0]
                for route, body in make_bodies().items():
                    path = Path(folder) / "body.json"
                    path.write_bytes(body)
                    measure(address + route, path, 1, 1, process.pid)  # warms up
                    load = os.getloadavg()[0]
                    sys.stdout.write(f"POST {route}, a body of {len(body):,} bytes; load {load:.1f}\n")
                    for clients in (1, 8, 64):
                        line = measure(address + route, path, clients, given.seconds, process.pid)
                        sys.stdout.write(f"  {line}\n")
                        sys.stdout.flush()
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
