"""Whether twins hold what docs/twins.md says: `python -m tests.bench.twins`, from a checkout; a minute or two.

First, 200 groups with every kind of twin are generated with `ifh generate` and run against the scripted oracle: every
twin has a text that follows it, the score is 100 and so is reliable@k. Then groups are drawn from models of known
behaviour: how often the intervals of reliable@k and of the paired difference hold the true value, and how often a kind
is called costly although none is.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from harness.scoring.breakdowns.twin_groups import TwinGroup, TwinMember
from harness.scoring.breakdowns.twins import twin_metrics
from tasks.generate.twins.kinds import KINDS

RUN_FILE = """
[questions]
per_task = {per_task}
seed = 1
twins = {kinds}
[instructions]
pool = "ifeval"
count = [2, 4]
[instructions.weights]
"combination:repeat_prompt" = 0
[model]
adapter = "scripted"
name = "oracle"
"""
TWINS = ("wording:brief", "wording:formal", "order:reversed", "placement:system", "format:xml")
SCENARIOS = ((10, 4, 0.0), (25, 4, 0.0), (60, 4, 0.0), (25, 4, 0.25), (60, 1, 0.25), (60, 4, 0.25))
"""Articles, groups of each, and the chance that a system turn breaks an instruction that is followed elsewhere."""


def main() -> None:
    """Print both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=200)
    parser.add_argument("--sets", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.groups:
        print_witnesses(chosen.groups)
    print_coverage(chosen.sets, chosen.seed)


def print_witnesses(groups: int) -> None:
    """Generate and run `groups` groups; print the twins of each kind, the score and reliable@k."""
    with tempfile.TemporaryDirectory() as folder:
        kinds = json.dumps(list(KINDS))
        (Path(folder) / "twins.toml").write_text(RUN_FILE.format(per_task=groups // 4, kinds=kinds), encoding="utf-8")
        made = json.loads(_ifh(folder, "generate", "twins.toml", "-o", "set.jsonl", "--json"))
        for name, count in made["twins"]["made"].items():
            missing = made["twins"]["missing"].get(name, 0)
            sys.stdout.write(f"{name:<22}{count:>5} made{missing:>5} impossible\n")
        run = json.loads(_ifh(folder, "run", "twins.toml", "--samples", "set.jsonl", "--json"))
        found = run["by_twin"]
        sys.stdout.write(
            f"oracle on {run['samples']} samples: {run['scored']} scored, IF {run['if_score']}, "
            f"reliable@k {found['reliable']} of {found['groups']} groups\n\n"
        )


def _ifh(folder: str, *args: str) -> str:
    command = [sys.executable, "-m", "harness", *args]
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def print_coverage(sets: int, seed: int) -> None:
    """Print a line for each scenario."""
    sys.stdout.write(
        f"{len(TWINS)} twins in {sets} sets; in percent: the interval holds the true reliable@k, the true difference "
        "of placement,\nand no difference of a kind that costs nothing; a kind without cost is called costly; "
        "placement is found\n"
        "articles  groups  cost   reliable  difference  none  mistake    found\n"
    )
    for articles, each, cost in SCENARIOS:
        figures = simulate(articles, each, cost, sets, seed)
        sys.stdout.write(f"{articles:>8}{each * articles:>8}{cost:>6}   ")
        sys.stdout.write("".join(f"{value:>9.1f}" for value in figures) + "\n")
        sys.stdout.flush()


def simulate(articles: int, each: int, cost: float, sets: int, seed: int) -> list[float]:
    """Return shares in percent over `sets` sets."""
    draw = np.random.default_rng(seed)
    reliable, difference = _truth(cost)
    seen = np.zeros(5)
    for _ in range(sets):
        found = twin_metrics([group for n in range(articles) for group in _draw_groups(draw, n, each, cost)])
        placed = found.by_kind["placement"]
        free = [one for kind, one in found.by_kind.items() if kind != "placement" or not cost]
        seen += (
            found.interval.low <= reliable <= found.interval.high,
            placed.low <= difference <= placed.high,
            np.mean([one.low <= 0 <= one.high for one in free]),
            any(one.shown for one in free),
            placed.shown,
        )
    return list(100 * seen / sets)


def _draw_groups(draw: np.random.Generator, article: int, each: int, cost: float) -> list[TwinGroup]:
    """Draw the groups of an article: it has an ease of its own, and so has each group."""
    ease = draw.beta(12, 2)
    groups = []
    for _ in range(each):
        chance = ease ** draw.choice([0.5, 1.5])
        keys = tuple(bytes([n]) for n in range(3))
        members = {}
        for name in ("base", *TWINS):
            lowered = chance * (1 - cost) if name == "placement:system" else chance
            members[name] = TwinMember(keys, tuple((draw.random(3) < lowered).tolist()))
        order = members["order:reversed"]
        members["order:reversed"] = TwinMember(keys[::-1], order.followed[::-1])
        groups.append(TwinGroup(f"article {article}", members))
    return groups


def _truth(cost: float) -> tuple[float, float]:
    """Return the true reliable@k and the true difference of `placement`, on 0..100, by a fine grid."""
    ease = np.random.default_rng(7).beta(12, 2, 400_000)
    reliable, difference = [], []
    for power in (0.5, 1.5):
        chance = ease**power
        lowered = chance * (1 - cost)
        reliable.append((chance ** (3 * len(TWINS)) * lowered**3).mean())
        difference.append(((lowered**3 + lowered) / 2 - (chance**3 + chance) / 2).mean())
    return 100 * float(np.mean(reliable)), 100 * float(np.mean(difference))


if __name__ == "__main__":
    main()
