"""How often the intervals of `ifh compare` hold the truth, on simulated runs whose true difference is known.

`python -m tests.bench.coverage` (some minutes; `--sets 200` for a glance); with `--gates` the gates instead, with
`--instructions` the tests of single instructions. A set has articles with some samples each, spread over four tasks; a
sample has two to five instructions of six families. How easy a sample is depends on its article, and on the run and its
article together: that is the clustering of differences. Each set goes through `harness.comparison.compare`, as two runs
from disk would.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.comparison import Gate, compare, evaluate_gates
from harness.scoring.per_response.sample_result import SampleResult
from harness.scoring.scored_run import ScoredRun
from harness.store.manifest import Manifest

FAMILIES = tuple(f"{name}:x" for name in ("case", "content", "format", "keywords", "length", "startend"))
INFO = Manifest({"plan": {"model": "simulated", "epochs": 1}})


@dataclass(frozen=True)
class Make:
    """How sets of one scenario are made."""

    articles: int
    each: int
    """Samples on each article; with `uneven`, from 1 to twice as many."""
    clustering: float
    """Standard deviation of what an article adds to the log odds of each run by itself."""
    shift: float = 0.0
    """How far the log odds of B are below those of A."""
    ease: float = 1.0
    alike: float = 0.0
    """Share of responses that are equal in both runs, as of one model with another seed."""
    uneven: bool = False

    def __str__(self) -> str:
        """Name the scenario in a table."""
        uneven = "1.." if self.uneven else ""
        each = f"{uneven}{2 * self.each if self.uneven else self.each}"
        return f"{self.articles:>3} x {each:<5} {self.clustering:>4.1f} {self.shift:>5.2f} {self.alike:>5.2f}"


def runs(make: Make, draw: np.random.Generator) -> tuple[ScoredRun, ScoredRun]:
    """Draw one set."""
    each = draw.integers(1, 2 * make.each + 1, make.articles) if make.uneven else np.full(make.articles, make.each)
    article = np.repeat(np.arange(make.articles), each)
    task = np.arange(len(article)) % 4 if make.each > 1 else draw.permutation(len(article)) % 4
    count = draw.integers(2, 6, len(article))
    family = draw.integers(0, len(FAMILIES), int(count.sum()))
    followed = _followed(make, draw, np.repeat(article, count), np.repeat(np.arange(len(article)), count))
    sides = []
    for letter, side in zip("ab", followed, strict=True):
        judged, at = [], 0
        for number, n in enumerate(count.tolist()):
            ids = tuple(FAMILIES[one] for one in family[at : at + n])
            verdicts = tuple(side[at : at + n].tolist())
            place = (str(number), 0, f"task {task[number]}", f"article {article[number]}", ids)
            judged.append(SampleResult(*place, strict=verdicts, loose=verdicts, reasons=("",) * n))
            at += n
        sides.append(ScoredRun(Path(letter), INFO, "audited", (), judged))
    return sides[0], sides[1]


def _followed(make, draw, article, question):
    common = draw.normal(0, 0.7, make.articles)[article] + draw.normal(0, 0.5, question.max() + 1)[question]
    own = draw.normal(0, make.clustering, (2, make.articles))
    kept = draw.random(question.max() + 1)[question] < make.alike
    first = draw.random(len(article))
    sides = []
    for number, shift in enumerate((0.0, make.shift)):
        odds = make.ease + common + np.where(kept, own[0][article], own[number][article]) - np.where(kept, 0.0, shift)
        luck = np.where(kept, first, draw.random(len(article)))
        sides.append(luck < 1 / (1 + np.exp(-odds)))
    return sides


def truth(make: Make) -> float:
    """Return the true difference in points: exactly 0 for equal runs, else the mean of many questions."""
    if not make.shift:
        return 0.0
    draw = np.random.default_rng(7)
    big = Make(400_000, 1, make.clustering, make.shift, make.ease, make.alike)
    count = draw.integers(2, 6, big.articles)
    question = np.repeat(np.arange(big.articles), count)
    starts = np.concatenate([[0], np.cumsum(count)[:-1]])
    means = []
    for side in _followed(big, draw, question, question):
        share = np.add.reduceat(side.astype(float), starts) / count
        means.append(float((((share == 1) + share) / 2).mean()))
    return 100 * (means[1] - means[0])


def simulate(make: Make, sets: int, seed: int) -> dict[str, float]:
    """Return shares in percent over `sets` sets, and the mean width of the interval in points."""
    draw = np.random.default_rng(seed)
    true = truth(make)
    seen: Counter[str] = Counter()
    width = 0.0
    for _ in range(sets):
        found = compare(*runs(make, draw))
        overall = found.overall
        seen["covered"] += overall.low <= true <= overall.high
        seen["too high"] += true < overall.low
        seen["too low"] += true > overall.high
        seen["different"] += found.different
        worst = [Gate("IF", limit, must_show=False) for limit in (0, max(0.0, -true))]
        at_zero, at_loss = evaluate_gates(found, worst)
        seen["gate 0"] += at_zero.failed
        seen["gate"] += at_loss.failed
        seen["family"] += any(one.p_holm <= 0.05 for one in found.by_family.values())
        width += overall.high - overall.low
    names = ("covered", "too high", "too low", "different", "gate 0", "gate", "family")
    return {"true": true, "width": width / sets, **{name: 100 * seen[name] / sets for name in names}}


SCENARIOS = (
    *(Make(articles, 1, 0.0) for articles in (10, 20, 60)),
    *(Make(articles, 4, 0.8) for articles in (10, 20, 60)),
    Make(20, 4, 0.8, uneven=True),
    Make(60, 4, 0.0, alike=0.9),
    Make(40, 1, 0.0, shift=0.5),
    *(Make(articles, 4, 0.8, shift=0.5) for articles in (10, 20, 60)),
    Make(40, 4, 0.8, shift=0.5, uneven=True),
    Make(60, 4, 0.0, shift=0.5, alike=0.9),
)


COLUMNS = {
    "true": 7, "width": 7, "covered": 7, "too high": 7, "too low": 7,
    "different": 8, "gate 0": 8, "gate": 7, "family": 8,
}  # fmt: skip
_HEAD = """articles x samples, clustering, shift in log odds, share of responses alike; then in percent of the sets:
the interval holds the truth / lies above it / below it; called different; the gate at 0 points fails; the gate at the
true loss fails; a family is called different (Holm)
set                          true  width  holds  above  below  differ  gate 0   gate  family
"""


def main() -> None:
    """Print a line for each scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=2000, help="simulated sets a scenario")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gates", action="store_true", help="simulate the gates")
    parser.add_argument("--instructions", action="store_true", help="simulate the tests of single instructions")
    chosen = parser.parse_args()
    if chosen.instructions:
        from tests.bench.instruction_tests import print_instruction_tests

        print_instruction_tests(chosen.sets, chosen.seed)
        return
    if chosen.gates:
        from tests.bench.gates import print_gates

        print_gates(chosen.sets, chosen.seed)
        return
    sys.stdout.write(_HEAD)
    equal = []
    for make in SCENARIOS:
        found = simulate(make, chosen.sets, chosen.seed)
        figures = "".join(f"{found[name]:>{width}.1f}" for name, width in COLUMNS.items())
        sys.stdout.write(f"{make!s:<26}{figures}\n")
        sys.stdout.flush()
        if not make.shift:
            equal.append(found)
    for name in ("different", "gate 0", "family"):
        mean = sum(found[name] for found in equal) / len(equal)
        sys.stdout.write(f"equal runs, all {len(equal)} rows: {name} {mean:.2f} of 100\n")


if __name__ == "__main__":
    main()
