"""Benchmark of scoring many responses: speed and memory by their number, with each engine."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from ..runner.engines.engine import PROCESS, RAY, SINGLE
from ..runner.engines.workers import count_cores
from ..store.journal import encode
from ..store.manifest import load_json_file
from .process_stats import measure_process

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tasks.sample import Sample

ENGINES = (SINGLE, PROCESS, RAY)
"""What can be timed; `ray` starts a cluster of this machine with each command, unless RAY_ADDRESS names one."""
USUAL = (SINGLE, PROCESS)


@dataclass(frozen=True)
class ScaleTiming:
    """What `ifh score` of external responses took, from the start of the process to its end."""

    responses: int
    engine: str
    cores: int
    """Processes that scored."""
    seconds: float
    cpu_seconds: float
    """Of all processes."""
    per_second: float
    """Responses, by the clock."""
    cpu_ms: float
    """Processor time of a response, in milliseconds."""
    peak_memory_mb: float
    """Of all processes together, what they share counted once."""
    load: float
    """Processes that wanted a core in the minute before the end, others than ours included."""
    if_score: float | None
    """The same for every engine."""

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)


def time_scale(
    pairs: Sequence[tuple[Sample, str]], numbers: Sequence[int], engines: Sequence[str] = USUAL
) -> Iterator[ScaleTiming]:
    """Time `ifh score` on each number of responses and with each engine; `pairs` are repeated as epochs.

    Raises `HarnessError` if scoring fails, and `ConfigError` without a response.
    """
    if not pairs:
        raise ConfigError("there is no response to score")
    with TemporaryDirectory(prefix="ifh-scale-") as name:
        folder = Path(name)
        samples = {sample.id: sample for sample, _ in pairs}
        _write(folder / "samples.jsonl", (sample.to_json() for sample in samples.values()))
        for number in numbers:
            _write(folder / "responses.jsonl", islice(_repeat(pairs), number))
            for engine in engines:
                yield _time(folder, number, engine)


def _repeat(pairs: Sequence[tuple[Sample, str]]) -> Iterator[dict[str, Any]]:
    epochs: Counter[str] = Counter()
    for sample, text in cycle(pairs):
        yield {"sample_id": sample.id, "epoch": epochs[sample.id], "text": text, "model": "scale"}
        epochs[sample.id] += 1


def _write(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        file.writelines(map(encode, records))


def _time(folder: Path, responses: int, engine: str) -> ScaleTiming:
    out = folder / "results"
    rmtree(out, ignore_errors=True)
    given = ("--questions", "samples.jsonl", "--answers", "responses.jsonl", "--out", str(out), "--engine", engine)
    stats = measure_process(
        [sys.executable, "-m", "harness", "score", *given], folder, _environment(), detached=engine == RAY
    )
    seconds = stats.ended - stats.began
    summary = load_json_file(out / "scores.json")
    return ScaleTiming(
        responses=responses,
        engine=engine,
        cores=1 if engine == SINGLE else count_cores(),
        seconds=round(seconds, 2),
        cpu_seconds=round(stats.cpu, 2),
        per_second=round(responses / seconds, 1),
        cpu_ms=round(1000 * stats.cpu / responses, 4),
        peak_memory_mb=round(stats.peak, 1),
        load=round(os.getloadavg()[0], 1),
        if_score=summary["if_score"],
    )


def _environment() -> dict[str, str]:
    """Return the environment of the measured process, which imports this checkout."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def describe_timing(one: ScaleTiming) -> str:
    """Return a measurement as a line."""
    return (
        f"{one.responses:>9,} responses, {one.engine} ({one.cores} core{'s' * (one.cores > 1)}): "
        f"{one.seconds:.1f} s, {one.per_second:,.0f}/s, {one.cpu_ms:.3f} ms CPU a response, "
        f"peak {one.peak_memory_mb:.0f} MB, load {one.load:.1f}"
    )


def describe_use(timings: Sequence[ScaleTiming]) -> Iterator[str]:
    """Yield how well the cores are used, where one process was timed too."""
    alone = {one.responses: one for one in timings if one.engine == SINGLE}
    for one in timings:
        if one.engine != SINGLE and (single := alone.get(one.responses)):
            share = 100 * single.seconds / one.seconds / one.cores
            used = f"{one.cores} cores work at {share:.0f} % of the ideal speed"
            yield f"{one.responses:>9,} responses, {one.engine}: {used}"
