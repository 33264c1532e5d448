"""Six pairs of runs whose result is known by their making, and the report of each.

What a person would write about each pair: B is better, B is worse, nothing differs, too few samples to say, B was cut
too often to say, and the settings differ beside the model.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from harness.adapters.base import Response
from scorers import search
from tasks.generate.generator import SampleGenerator
from tasks.generate.plan import GenerationPlan
from tasks.sources import load_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tasks.sample import Sample

_ROOT = Path(__file__).parents[3]
_RICH = """\
# The opening in brief

It **begins** with *two* facts, and `one` aside:

1. the first fact
2. the second fact
   - with a detail

| fact | source |
| --- | --- |
| first | article |

> {opening}

```text
{opening}
```
"""
_MANY, _FEW = 30, 2
"""Samples of each task."""


def ifh(*arguments: str | Path, cwd: Path | None = None) -> str:
    """Run the command of this checkout and return what it prints."""
    command = [sys.executable, "-m", "harness", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True, encoding="utf-8")
    return done.stdout


def write_pairs(root: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Write both runs of each pair below `root/results`; yields the name of the pair and of its runs."""
    many, few = generate(_MANY), generate(_FEW)
    for name, samples, shares in (
        ("better", many, (0.6, 0.85)),
        ("worse", many, (0.85, 0.6)),
        ("equal", many, (0.7, 0.7)),
        ("too-small", few, (0.6, 0.8)),
        ("truncated", many, (0.75, 0.75)),
    ):
        cut = 0.4 if name == "truncated" else 0.0
        models = ("heron-7b", "kestrel-3b")
        seeds = ("same", "same") if name in ("equal", "truncated") else models
        for model, seed, share, most_cut in zip(models, seeds, shares, (0.0, cut), strict=True):
            write_run(root, f"{name}-{model}", samples, answer_share(model, seed, share, most_cut))
        yield name, (f"{name}-{models[0]}", f"{name}-{models[1]}")
    runs = ("settings-cold", "settings-warm")
    for run, model, heat in zip(runs, ("oracle", "partial"), ("0", "1"), strict=True):
        ifh("run", "smoke", "-m", f"scripted/{model}", "--temperature", heat, "-o", f"results/{run}", cwd=root)
    yield "other-settings", runs


def write_run(root: Path, name: str, samples: Sequence[Sample], answer: Callable[[Sample], Response]) -> None:
    """Score the responses of a model to samples, as a user does."""
    questions, said = root / f"samples-{len(samples)}.jsonl", root / f"{name}.jsonl"
    for path, records in ((questions, samples), (said, map(answer, samples))):
        path.write_text("".join(f"{json.dumps(record.to_json())}\n" for record in records), encoding="utf-8")
    ifh("score", "--questions", questions, "--answers", said, "-o", root / "results" / name)


def answer_share(model: str, seed: str, share: float, cut: float = 0.0) -> Callable[[Sample], Response]:
    """Return a model that follows a share of the instructions, and of whose responses a share is cut."""

    def answer(sample: Sample) -> Response:
        rng = Random(f"{seed}/{sample.id}")
        followed = [instruction for instruction in sample.instructions if rng.random() < share]
        text = search(followed, prompt=sample.prompt, rules=sample.rules).text or ""
        if len(followed) < len(sample.instructions):
            text = f"{_RICH.format(opening=sample.meta.get('opening', ''))}\n{text}"
        stopped = rng.random() < cut
        text = text[: len(text) // 3] if stopped else text
        tokens = len(text) // 4
        usage = {"input": len(sample.prompt) // 4, "output": tokens}
        seconds = round(0.4 + tokens * rng.uniform(0.004, 0.012), 2)
        stop = "length" if stopped else "end"
        return Response(sample.id, 0, text, model, stop=stop, usage=usage, cost=tokens * 6e-7, seconds=seconds)

    return answer


def generate(per_task: int) -> list[Sample]:
    """Return samples on the built-in articles, the same each time."""
    return list(SampleGenerator(GenerationPlan(per_task=per_task, seed=7), load_source("builtin", {}).articles()))
