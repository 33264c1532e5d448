"""Size of a large report, and how long chromium takes to open it: `python -m tests.bench.reports.opening`.

Three runs of the same 5,000 samples. The words of each prompt and each response are shuffled, so that no two are alike
and none packs better than a text that was written once. Their report is opened five times, from the start of the
navigation until the list is there and the first sample is open. Ends with an error above 20 MB, or if the median is 2
seconds or more.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

from harness.adapters.base import Response
from tasks.sample import Sample, Turn
from tests.bench.many import many

from .pairs import ifh, write_run

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MB, MOST_SECONDS = 20, 2
PARAGRAPHS = 4
"""Paragraphs of a response, each of the two sentences that open the article: 200 words or so together."""
RUNS = ("heron-7b", "kestrel-3b", "merlin-1b")
_OPENED = "document.documentElement.dataset.ready && document.getElementById('detail') && performance.now()"


def main() -> int:
    """Print the figures; returns 1 where a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=5000)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ifh-opening-") as name, started_chromium() as browser:
        root = Path(name)
        write_runs(root, chosen.samples)
        start = time.perf_counter()
        ifh("report", *RUNS, "-o", "report.html", cwd=root)
        written = time.perf_counter() - start
        report = root / "report.html"
        size = report.stat().st_size / 1e6
        seconds, busy = zip(*(open_report(browser, report) for _ in range(chosen.times)), strict=True)
    figures = {
        "samples": chosen.samples,
        "runs": len(RUNS),
        "written_s": round(written, 1),
        "mb": round(size, 1),
        "opened_s": round(median(seconds), 2),
        "slowest_s": round(max(seconds), 2),
        "page_cpu_s": round(median(busy), 2),
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")
    return int(size > MOST_MB or median(seconds) >= MOST_SECONDS)


def write_runs(root: Path, samples: int) -> None:
    """Write three runs of the same samples below `root/results`."""
    shuffled = [_shuffle_prompt(sample) for sample in many(samples)]
    for run in RUNS:
        write_run(root, run, shuffled, partial(_respond, run))


def _shuffle_prompt(sample: Sample) -> Sample:
    turns = [Turn.of(turn.role, _shuffle(turn.text, turn.text)) for turn in sample.turns]
    return Sample.build(sample.task, turns, sample.instructions, article_id=sample.article_id, meta=sample.meta)


def _respond(model: str, sample: Sample) -> Response:
    opening = str(sample.meta["opening"])
    text = "\n\n".join(_shuffle(opening, f"{model}/{sample.id}/{number}") for number in range(PARAGRAPHS))
    return Response(sample.id, 0, text, model, usage={"input": 500, "output": len(text) // 4}, cost=1e-4, seconds=1.5)


def _shuffle(text: str, seed: str) -> str:
    words = text.split(" ")
    Random(seed).shuffle(words)
    return " ".join(words)


def open_report(browser: Any, report: Path) -> tuple[float, float]:
    """Open a report in a new context; returns the seconds until it can be read, and those of the page's own work."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    inside = context.new_cdp_session(page)
    inside.send("Performance.enable")
    page.goto(report.as_uri(), wait_until="commit")
    page.wait_for_function(f"() => {_OPENED}", polling=20)
    seconds = page.evaluate("performance.now()") / 1000
    metrics = {one["name"]: one["value"] for one in inside.send("Performance.getMetrics")["metrics"]}
    context.close()
    return float(seconds), float(metrics["TaskDuration"])


@contextmanager
def started_chromium() -> Iterator[Any]:
    """Start the machine's chromium."""
    from playwright.sync_api import sync_playwright

    from tests.browser.driving import CHROMIUM, QUIET

    if not CHROMIUM:
        sys.exit("this benchmark needs chromium (Debian: apt-get install chromium)")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
