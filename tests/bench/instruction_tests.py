"""How often the tests of single instructions are wrong: `python -m tests.bench.coverage --instructions`.

Each set has 25 instructions, as many as IFEval. Runs without any difference are compared in pairs and as a ranking of
three: a mistake is any instruction that is called different. In the last rows B is worse in one instruction only: the
share of sets in which it is found, and in which another one is named by mistake. The contributions of the waterfall
are simulated as well: how often the interval of one holds 0 for equal runs.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from harness.comparison import compare, rank
from harness.scoring.scored_run import ScoredRun

from . import coverage
from .coverage import Make

IDS = tuple(f"family_{number % 9}:id_{number}" for number in range(25))
SCENARIOS = (
    Make(12, 1, 0.0), Make(20, 4, 0.8), Make(60, 1, 0.0), Make(60, 4, 0.8), Make(200, 4, 0.8),
    Make(60, 4, 0.8, uneven=True), Make(60, 4, 0.0, alike=0.9),
)  # fmt: skip
_HEAD = """25 instructions; in percent of the sets: an instruction is called different by `compare` (Holm over 25) and
by the ranking of three (Holm over 75) although the runs are equal; the interval of a contribution holds 0; then B
follows instruction 0 only half as often: it is found, and another is named by mistake
set                        compare  ranking  holds 0    found  mistake
"""


def print_instruction_tests(sets: int, seed: int) -> None:
    """Print a line for each scenario."""
    coverage.FAMILIES, before = IDS, coverage.FAMILIES
    sys.stdout.write(_HEAD)
    try:
        for make in SCENARIOS:
            figures = simulate(make, sets, seed)
            sys.stdout.write(f"{make!s:<26}{''.join(f'{value:>9.1f}' for value in figures.values())}\n")
            sys.stdout.flush()
    finally:
        coverage.FAMILIES = before


def simulate(make: Make, sets: int, seed: int) -> dict[str, float]:
    """Return shares in percent over `sets` sets."""
    draw = np.random.default_rng(seed)
    seen = dict.fromkeys(("compare", "ranking", "holds", "found", "mistake"), 0.0)
    for _ in range(sets):
        a, b = coverage.runs(make, draw)
        found = compare(a, b)
        seen["compare"] += any(one.p_holm <= 0.05 for one in found.by_id.values())
        third = ScoredRun(b.folder.with_name("c"), b.manifest, "audited", (), _shuffled(a, b, draw))
        seen["ranking"] += any(one.gaps for one in rank([a, b, third]).instructions)
        known = [one for one in found.contributions if one.low is not None]
        seen["holds"] += np.mean([one.low <= 0 <= one.high for one in known]) if known else 1.0
        worse = compare(a, ScoredRun(b.folder, b.manifest, "audited", (), [_worsened(one, draw) for one in b.results]))
        named = {id for id, one in worse.by_id.items() if one.p_holm <= 0.05}
        seen["found"] += IDS[0] in named
        seen["mistake"] += bool(named - {IDS[0]})
    return {name: 100 * count / sets for name, count in seen.items()}


def _shuffled(a, b, draw):
    """Return a third run that is exchangeable with both: of each article all results of one of them."""
    side = {article: draw.random() < 0.5 for article in dict.fromkeys(one.article_id for one in a.results)}
    return [one if side[one.article_id] else other for one, other in zip(a.results, b.results, strict=True)]


def _worsened(one, draw):
    strict = tuple(
        followed and (id != IDS[0] or draw.random() < 0.5) for id, followed in zip(one.ids, one.strict, strict=True)
    )
    return replace(one, strict=strict, loose=strict)


if __name__ == "__main__":
    print_instruction_tests(200, 1)
