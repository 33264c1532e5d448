"""Question sets of any size: drawn questions, each told apart by a number in its prompt."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

from harness.store.files import write_whole
from harness.store.journal import encode
from tasks.generate.generator import generate_samples
from tasks.generate.plan import GenerationPlan
from tasks.sample import Sample, Turn
from tasks.sources import load_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def many(count: int, padding: int = 0) -> Iterator[Sample]:
    """Yield `count` samples, all different, on 40 drawn ones; `padding` characters are added to each prompt."""
    more = "\n" + "x" * padding if padding else ""
    drawn = generate_samples(
        GenerationPlan(per_task=10, sentences=2, count=(1, 2)), load_source("builtin").articles()
    ).samples
    for number, sample in enumerate(islice(cycle(drawn), count)):
        *before, last = sample.turns
        turns = [*before, Turn.of(last.role, f"{last.text}\n\n(This is question {number}.){more}")]
        kept = {"opening": sample.meta["opening"]}
        yield Sample.build(
            sample.task, turns, sample.instructions, article_id=f"{sample.article_id}-{number // 40}", meta=kept
        )


def write_many(path: Path, count: int, padding: int = 0) -> None:
    """Write them to a samples file."""
    write_whole(path, (encode(sample.to_json()) for sample in many(count, padding)))
