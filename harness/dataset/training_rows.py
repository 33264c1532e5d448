"""Rows for a trainer: samples of a run file, round after round, each with its ground truth."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from tasks.generate.generator import SampleGenerator

from ..errors import ConfigError
from .generate import accepted_articles, plan_from_config, wording_from_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.sample import Sample

    from ..config.run_file import Config


def iter_rows(config: Config, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Return an iterator over training rows; the articles are read once, and rounds differ by their seed.

    Raises `ConfigError` for twins, for pictures, and for samples of two turns, of which the first needs a response of
    the model.
    """
    plan = plan_from_config(config)
    if plan.placement == "second":
        raise ConfigError(
            f"{config.path}: placement = 'second' makes dialogues, whose first response a trainer does not request; "
            "use 'user' or 'system'"
        )
    if plan.twins:
        raise ConfigError(f"{config.path}: [questions] twins compares responses, so training rows have none; remove it")
    if plan.medium != "text":
        raise ConfigError(
            f'{config.path}: [questions] modality = "image" makes pictures, and training rows are text; use "text"'
        )
    articles, wording = accepted_articles(config).accepted, wording_from_config(config)

    def iter_samples() -> Iterator[Sample]:
        for number in count():
            yield from SampleGenerator(replace(plan, seed=plan.seed + number), articles, wording)

    return islice(map(row_of, iter_samples()), limit)


def row_of(sample: Sample) -> dict[str, Any]:
    """Return a sample as a row with `id`, `prompt` and `ground_truth`."""
    records = [instruction.to_json() for instruction in sample.instructions]
    truth = {
        "instruction_id_list": [record["id"] for record in records],
        "kwargs": [{name: value for name, value in record.items() if name != "id"} for record in records],
        "prompt": sample.prompt,
    }
    return {
        "id": sample.id,
        "prompt": [{"role": turn.role, "content": turn.text} for turn in sample.turns],
        "ground_truth": json.dumps(truth, ensure_ascii=False),
    }
