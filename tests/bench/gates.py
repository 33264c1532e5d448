"""How often the gates of `ifh compare` pass and fail by mistake, on simulated runs whose true difference is known.

Called by `python -m tests.bench.coverage --gates`. A pass of a run that is exactly as bad as the limit is a false pass,
and so is a fail of a run that is exactly at it: each is due in 5 % of the sets at most. Equal runs with a margin show
how often a gate passes what it should pass, and sets of 12 that it passes nothing by their size.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace

import numpy as np

from harness.comparison import Gate, compare, evaluate_gates
from harness.scoring.per_response.response_metrics import ResponseMetrics
from harness.scoring.scored_run import ScoredRun
from tests.bench.coverage import Make, runs, truth

MARGIN = 5.0
COST = 20.0
"""True increase of cost and latency, and limit of their gates, in percent."""
TRUNCATED = 8.0
"""True increase of truncation, and limit of its gate, in points."""
_BASE_TRUNCATED = 0.04
LOSSES = (
    Make(20, 1, 0.0, shift=0.5),
    Make(20, 4, 0.8, shift=0.5),
    Make(60, 4, 0.8, shift=0.5),
    Make(40, 4, 0.8, shift=0.5, uneven=True),
    Make(60, 4, 0.0, shift=0.5, alike=0.9),
)
EQUAL = (
    Make(12, 1, 0.0),
    Make(12, 1, 0.0, alike=0.9),
    Make(60, 4, 0.8),
    Make(300, 4, 0.8),
    Make(60, 4, 0.0, alike=0.9),
)
SIZES = (20, 60, 200)


def simulate_margin(make: Make, limit: float, sets: int, seed: int) -> dict[str, float]:
    """Return the share of each outcome of the non-inferiority gate at `limit`, in percent."""
    draw = np.random.default_rng(seed)
    seen: Counter[str] = Counter()
    for _ in range(sets):
        [result] = evaluate_gates(compare(*runs(make, draw)), [Gate("IF", limit)])
        seen[result.outcome] += 1
    return {outcome: 100 * seen[outcome] / sets for outcome in ("pass", "fail", "insufficient evidence")}


def with_metrics(run: ScoredRun, number: int, article: np.ndarray, draw: np.random.Generator) -> ScoredRun:
    """Return a run whose responses cost and take `COST` percent more, and are cut more often, if `number` is 1."""
    n = len(run.results)
    factor = 1 + COST / 100 * number
    cost = factor * np.exp(article + draw.normal(0, 0.4, n))
    seconds = factor * np.exp(article + draw.normal(0, 0.4, n))
    cut = draw.random(n) < _BASE_TRUNCATED + TRUNCATED / 100 * number
    results = [
        replace(one, flags=("truncated",)) if is_cut else one for one, is_cut in zip(run.results, cut, strict=True)
    ]
    metrics = {
        (one.sample_id, 0): ResponseMetrics(1, None, float(dollars), float(took), "m")
        for one, dollars, took in zip(results, cost, seconds, strict=True)
    }
    return replace(run, results=results, metrics=metrics)


def simulate_metrics(size: int, sets: int, seed: int) -> dict[str, tuple[float, float]]:
    """Return for each gate on a metric at its limit how often it passes and fails, in percent."""
    draw = np.random.default_rng(seed)
    gates = [Gate("cost", COST), Gate("latency median", COST), Gate("latency p95", COST), Gate("truncated", TRUNCATED)]
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(sets):
        pair = runs(Make(size, 1, 0.0), draw)
        article = draw.normal(0, 0.3, size)
        a, b = (with_metrics(run, number, article, draw) for number, run in enumerate(pair))
        for result in evaluate_gates(compare(a, b), gates):
            seen[result.name, result.outcome] += 1
    shares = {key: 100 * count / sets for key, count in seen.items()}
    return {gate.kind: (shares.get((gate.kind, "pass"), 0.0), shares.get((gate.kind, "fail"), 0.0)) for gate in gates}


def print_gates(sets: int, seed: int) -> None:
    """Print a line for each scenario."""
    head = "articles x samples, clustering, shift, alike     limit   pass   fail   open"
    sys.stdout.write(f"non-inferiority of runs exactly at the limit: pass and fail are mistakes\n{head}\n")
    for make in LOSSES:
        limit = -truth(make)
        print_margin(make, limit, simulate_margin(make, limit, sets, seed))
    sys.stdout.write(f"non-inferiority of equal runs, margin {MARGIN:g}: fail is a mistake\n{head}\n")
    for make in EQUAL:
        print_margin(make, MARGIN, simulate_margin(make, MARGIN, sets, seed))
    sys.stdout.write("metrics exactly at the limit: pass and fail are mistakes\n")
    for size in SIZES:
        found = simulate_metrics(size, max(100, sets // 4), seed)
        cells = "; ".join(f"{name} {passed:.1f} / {failed:.1f}" for name, (passed, failed) in found.items())
        sys.stdout.write(f"{size:>4} articles, pass / fail: {cells}\n")
        sys.stdout.flush()


def print_margin(make: Make, limit: float, found: dict[str, float]) -> None:
    """Print one scenario of the non-inferiority gate."""
    figures = "".join(f"{share:>7.1f}" for share in found.values())
    sys.stdout.write(f"{make!s:<46}{limit:>6.1f}{figures}\n")
    sys.stdout.flush()
