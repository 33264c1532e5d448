"""How long `ifh view` takes to list many runs: `python -m tests.bench.listing --runs 500`.

One run of generated samples is made, and copied with other models and dates; one in ten copies is unfinished, one in
fifty is damaged. What is timed is each request for the rows, as the page sends it: the first, one after nothing
changed, and one after a run got another response. Then chromium, if there is one, opens the page: until all rows are
drawn.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from harness.reporting.serving.run_browser import RunBrowser

from .many import write_many


def main() -> None:
    """Print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--samples", type=int, default=541, help="samples of each run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        results = write_runs(Path(name), chosen.runs, chosen.samples)
        with RunBrowser(results) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            cpu = time.process_time()
            figures = {"runs": chosen.runs, "samples": chosen.samples, "first_s": _request(server.url)}
            figures["first_cpu_s"] = round(time.process_time() - cpu, 3)
            figures["again_s"] = _request(server.url)
            with (results / "run-0001/responses.jsonl").open("a") as file:
                file.write("\n")
            figures["one_changed_s"] = _request(server.url)
            figures["chromium_s"] = _open(server.url, chosen.runs)
            server.shutdown()
        sys.stdout.write(f"{json.dumps(figures)}\n")


def write_runs(root: Path, runs: int, samples: int) -> Path:
    """Write `runs` results folders, and return the folder of them all."""
    write_many(root / "many.jsonl", samples)
    command = "run smoke --samples many.jsonl --model scripted/partial --out made"
    subprocess.run([sys.executable, "-m", "harness", *command.split()], cwd=root, check=True, capture_output=True)
    made, results = root / "made", root / "results"
    info = json.loads((made / "run.json").read_text())
    (made / "report.html").unlink()
    for number in range(runs):
        folder = shutil.copytree(made, results / f"run-{number:04}")
        plan = info["plan"] | {"model": f"model-{number % 12}"}
        changed = {"started": f"2026-{1 + number % 12:02}-{1 + number % 28:02}T10:00:00+00:00", "plan": plan}
        text = "{" if number % 50 == 2 else json.dumps(info | changed)
        (folder / "run.json").write_text(text)
        if number % 10 == 0:
            lines = (folder / "responses.jsonl").read_bytes().splitlines(keepends=True)
            (folder / "responses.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    return results


def _request(url: str) -> float:
    start = time.perf_counter()
    with urllib.request.urlopen(f"{url}runs.json", timeout=60) as answer:
        answer.read()
    return round(time.perf_counter() - start, 3)


def _open(url: str, runs: int) -> float | None:
    """Return the seconds from the navigation to the drawn rows; None without a browser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        start = time.perf_counter()
        page.goto(url)
        page.wait_for_function("count => document.querySelectorAll('#rows tr').length === count", arg=runs)
        seconds = round(time.perf_counter() - start, 3)
        browser.close()
    return seconds


if __name__ == "__main__":
    main()
