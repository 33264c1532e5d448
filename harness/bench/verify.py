"""Benchmarks of our own code: what verifying a response costs."""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from scorers import Checker, verify_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scorers import BothVerdicts
    from tasks.sample import Sample

SLOWEST = 5
"""Instructions that are listed with their time."""
_PER_TASK = 30
"""Questions that are drawn for each task where no answers are given; two responses each."""


@dataclass(frozen=True)
class VerifyWork:
    """One response to verify, with the instructions of its sample."""

    response: str
    instructions: tuple[Checker, ...]
    prompt: str


@dataclass(frozen=True)
class VerifyTimings:
    """What verifying cost, strict and loose together; the best of the passes, since others may use the machine."""

    responses: int
    instructions: int
    mean_words: float
    repeat: int
    cpu_ms: float
    """Processor time a response, in milliseconds."""
    median_cpu_ms: float
    """The same of the pass in the middle."""
    per_second: float
    """Responses a second by the clock, in one process."""
    peak_memory_mb: float | None
    """Peak memory of the process, None where the system does not report it."""
    strict_followed: float
    """Share of the instructions that were followed, in per cent: two versions are compared by the same verdicts."""
    loose_followed: float
    rules: str
    language_detector: str
    slowest: dict[str, float]
    """The slowest instructions, each verified alone, in milliseconds a response."""

    def to_json(self) -> dict[str, Any]:
        """Return the record that `ifh bench verify --json` prints."""
        return {"format": 1, **asdict(self)}


def work_from_files(questions: str, answers: str, *, skip_unknown: bool = False) -> list[VerifyWork]:
    """Return the answers of a file with their questions; raises `BadSample`, `ConfigError`."""
    return [_work(*pair) for pair in load_pairs(questions, answers, skip_unknown=skip_unknown)]


def load_pairs(questions: str, answers: str, *, skip_unknown: bool = False) -> list[tuple[Sample, str]]:
    """Return the samples and responses of files; raises `BadSample`, `ConfigError`."""
    from ..adapters.base import Response
    from ..interop.score_answers import load_answers

    both = load_answers(questions, answers, skip_unknown=skip_unknown)
    samples = {sample.id: sample for sample in both.questions.samples}
    found = (said for _, said in both.matched.iter_found())
    return [(samples[said.sample_id], said.text) for said in found if isinstance(said, Response)]


def generated_work(rules: str) -> list[VerifyWork]:
    """Return the pairs of `generate_pairs` as work."""
    return [_work(*pair) for pair in generate_pairs(rules)]


def generate_pairs(rules: str) -> list[tuple[Sample, str]]:
    """Return questions drawn on the built-in articles, each with its witness and with the article's opening."""
    from scorers import search
    from tasks.generate.generator import generate_samples
    from tasks.generate.plan import GenerationPlan
    from tasks.sources import load_source

    samples = generate_samples(
        GenerationPlan(per_task=_PER_TASK, rules=rules), load_source("builtin").articles()
    ).samples
    pairs = []
    for sample in samples:
        found = search(sample.instructions, prompt=sample.prompt, rules=rules).text
        pairs += [(sample, text) for text in (found, str(sample.meta["opening"])) if text]
    return pairs


def _work(sample: Sample, response: str) -> VerifyWork:
    return VerifyWork(response, tuple(sample.instructions), sample.prompt)


def time_verify(work: Sequence[VerifyWork], *, repeat: int = 5, rules: str = "ifeval") -> VerifyTimings:
    """Time the verification of `work` in both modes, `repeat` times.

    Raises `NotInBook`, `BadInstruction`, `ValueError`.
    """
    from scorers.text.language import detector_name

    if not work:
        raise ValueError("there is nothing to verify")
    verdicts = [_verify(item, rules) for item in work]
    passes = [_pass(work, rules) for _ in range(repeat)]
    instructions = sum(len(item.instructions) for item in work)
    followed = [100 * sum(v.followed for both in verdicts for v in both[i]) / instructions for i in (0, 1)]
    return VerifyTimings(
        responses=len(work),
        instructions=instructions,
        mean_words=round(sum(len(item.response.split()) for item in work) / len(work), 1),
        repeat=repeat,
        cpu_ms=round(1000 * min(cpu for cpu, _ in passes) / len(work), 4),
        median_cpu_ms=round(1000 * median(cpu for cpu, _ in passes) / len(work), 4),
        per_second=round(len(work) / min(wall for _, wall in passes), 1),
        peak_memory_mb=_peak_memory(),
        strict_followed=round(followed[0], 2),
        loose_followed=round(followed[1], 2),
        rules=rules,
        language_detector=detector_name(),
        slowest=_slowest(work, rules),
    )


def _verify(item: VerifyWork, rules: str) -> BothVerdicts:
    return verify_both(item.response, item.instructions, prompt=item.prompt, rules=rules)


def _pass(work: Iterable[VerifyWork], rules: str) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    for item in work:
        _verify(item, rules)
    return time.process_time() - cpu, time.perf_counter() - wall


def _slowest(work: Sequence[VerifyWork], rules: str) -> dict[str, float]:
    """Time each instruction alone: shared cuts are paid for by each, so the figures do not add up."""
    spent: defaultdict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    for item in work:
        for instruction in item.instructions:
            alone = VerifyWork(item.response, (instruction,), item.prompt)
            began = time.process_time()
            _verify(alone, rules)
            spent[instruction.id] += time.process_time() - began
            times[instruction.id] += 1
    means = {id: round(1000 * spent[id] / times[id], 4) for id in spent}
    return dict(sorted(means.items(), key=lambda entry: -entry[1])[:SLOWEST])


def _peak_memory() -> float | None:
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # Windows
        return None
    with suppress(OSError, StopIteration):  # Linux; the figure of getrusage includes what started this process
        status = Path("/proc/self/status").read_text("ascii").splitlines()
        return round(next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 2**10, 1)
    peak = getrusage(RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def describe_verify_timings(timed: VerifyTimings) -> list[str]:
    """Say the figures in words, a line each."""
    lines = [
        f"{timed.responses} responses of {timed.mean_words:.0f} words on average, {timed.instructions} instructions, "
        f"book {timed.rules}",
        f"{timed.cpu_ms:.3f} ms CPU a response, strict and loose together (best of {timed.repeat} passes; median "
        f"{timed.median_cpu_ms:.3f})",
        f"{timed.per_second:,.0f} responses a second in one process",
        f"followed: {timed.strict_followed:.2f} % strict, {timed.loose_followed:.2f} % loose",
        f"language detector: {timed.language_detector}",
        "slowest instructions, each alone: " + ", ".join(f"{id} {ms:.3f} ms" for id, ms in timed.slowest.items()),
    ]
    if timed.peak_memory_mb is not None:
        lines.insert(3, f"peak memory of the process: {timed.peak_memory_mb:.0f} MB")
    return lines
