"""Question files: our `samples.jsonl`, read line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import BadSample
from .sample import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def read_samples(path: Path) -> Iterator[Sample]:
    """Yield the samples of a JSONL file; raises `BadSample` naming file and line."""
    seen: dict[str, int] = {}
    for number, record in _records(path):
        try:
            sample = Sample.from_json(record)
        except BadSample as error:
            raise BadSample(f"{path}, line {number}: {error}") from None
        if sample.id in seen:
            raise BadSample(f"{path}, line {number}: the sample {sample.id} stands in line {seen[sample.id]} already")
        seen[sample.id] = number
        yield sample
    if not seen:
        raise BadSample(f"{path} holds no samples")


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, json.loads(line)
    except FileNotFoundError:
        raise BadSample(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSample(f"{path} cannot be read: {error}") from None
    except json.JSONDecodeError as error:
        raise BadSample(f"{path}, line {number}: not valid JSON ({error.msg} at column {error.colno})") from None


def round_robin(samples: Iterable[Sample], limit: int | None = None) -> list[Sample]:
    """Return the first `limit` samples, taken in turn from each task in the order in which tasks first appear."""
    by_task: dict[str, list[Sample]] = {}
    for sample in samples:
        by_task.setdefault(sample.task, []).append(sample)
    queues = list(by_task.values())
    longest = max((len(queue) for queue in queues), default=0)
    turned = [queue[i] for i in range(longest) for queue in queues if i < len(queue)]
    return turned if limit is None else turned[:limit]
