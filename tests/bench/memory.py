"""Peak memory of whole runs of different sizes: `python -m tests.bench.memory 20000 200000`.

Each run is a process of its own: `ifh run --samples FILE --model scripted/echo`, from the start to the report. Nobody
is asked over a network, but journal, asking, scoring and report are those of any run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from .many import write_many

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, resource, sys
from harness.cli import run_cli
code = run_cli(sys.argv[2:])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
open(sys.argv[1], "w").write(json.dumps({"code": code, "peak_mb": round(peak, 1)}))
"""


def measure(count: int, folder: Path) -> dict[str, float]:
    """Run `count` samples in `folder`; returns seconds, peak memory in MB, and MB of results."""
    samples, told, out = folder / "samples.jsonl", folder / "told.json", folder / "run"
    write_many(samples, count)
    arguments = ["run", "smoke", "--samples", samples, "--model", "scripted/echo", "--concurrency", "64", "--out", out]
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, told, *arguments, "--json"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.monotonic() - began
    found = json.loads(told.read_text())
    scores = json.loads((out / "scores.json").read_text())
    assert (found["code"], scores["scored"]) == (0, count), found
    size = sum(path.stat().st_size for path in out.iterdir()) / 2**20
    return {"samples": count, "seconds": round(seconds, 1), "peak_mb": found["peak_mb"], "results_mb": round(size, 1)}


def main() -> None:
    """Measure each size that is given and say by how much the largest needs more memory than the smallest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", metavar="SAMPLES")
    found = []
    for count in sorted(parser.parse_args().sizes):
        with TemporaryDirectory() as folder:
            found.append(measure(count, Path(folder)))
        sys.stdout.write(json.dumps(found[-1]) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"largest minus smallest: {found[-1]['peak_mb'] - found[0]['peak_mb']:.1f} MB\n")


if __name__ == "__main__":
    main()
