"""Peak memory of whole runs of different sizes: `python -m tests.bench.memory 20000 200000`.

Each run is a process of its own: `ifh run --samples FILE --model scripted/echo`, from the start to the report. Nobody
is asked over a network, but journal, asking, scoring and report are those of any run. Memory is that of the process and
of the one that judges beside it together.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.bench.process_stats import measure_process

from .many import write_many

ROOT = Path(__file__).parents[2]


def measure(count: int, folder: Path) -> dict[str, float]:
    """Run `count` samples in `folder`; returns seconds, peak memory in MB, and MB of results."""
    samples, out = folder / "samples.jsonl", folder / "run"
    write_many(samples, count)
    arguments = ["run", "smoke", "--samples", samples, "--model", "scripted/echo", "--concurrency", "64", "--out", out]
    command = [sys.executable, "-m", "harness", *map(str, arguments), "--json"]
    run = measure_process(command, folder, os.environ | {"PYTHONPATH": str(ROOT)})
    scores = json.loads((out / "scores.json").read_text())
    assert scores["scored"] == count, scores
    size = sum(path.stat().st_size for path in out.iterdir()) / 2**20
    told = {"seconds": run.ended - run.began, "cpu_seconds": run.cpu, "peak_mb": run.peak, "results_mb": size}
    return {"samples": count} | {name: round(value, 1) for name, value in told.items()}


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
