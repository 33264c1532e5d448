"""Makes scored runs with known verdicts, settings and metrics."""

from __future__ import annotations

from pathlib import Path

from harness.scoring.per_response.response_metrics import ResponseMetrics
from harness.scoring.per_response.sample_result import SampleResult
from harness.scoring.scored_run import ScoredRun
from harness.store.manifest import Manifest

IDS = ("case:x", "length:y")


def make_run(name, verdicts, *, model="m", flags=(), metrics=None, settings=None, **record):
    """Make a run with a response on an article of its own for each pair of verdicts; a string is an unscored cause.

    `flags` holds the flags by number of the sample, `metrics` one `ResponseMetrics` for each.
    """
    flagged = dict(flags)
    results = []
    for number, pair in enumerate(verdicts):
        place = (f"s{number}", 0, f"task {number % 2}", f"article {number}", IDS)
        if isinstance(pair, str):
            results.append(SampleResult(*place, unscored=pair))
        else:
            own = flagged.get(number, ())
            results.append(SampleResult(*place, strict=pair, loose=pair, reasons=("why",) * 2, flags=own))
    plan = {"model": model, "adapter": "scripted", "settings": settings or {}, "epochs": 1}
    manifest = Manifest({"plan": plan, "config": "made", "started": "2026-01-02T00:00:00+00:00", **record})
    found = {(f"s{number}", 0): one for number, one in enumerate(metrics or ())}
    return ScoredRun(Path(name), manifest, "audited", (), results, metrics=found)


def took(length=100, tokens=25.0, cost=0.001, seconds=1.0, model="m"):
    """Return the metrics of one response."""
    return ResponseMetrics(length, tokens, cost, seconds, model)
