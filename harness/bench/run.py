"""Benchmark of a whole run: start, asking, journal, verdicts, report, as one process against a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..errors import HarnessError
from .process_stats import measure_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.sample import Sample

ADAPTERS = ("compatible", "openai")
_PER_TASK = 30
"""Questions that are drawn for each task; more samples are these again under other numbers."""
_WARM = 250
"""Questions of a run before, that does not count: enough for all modules to be loaded once."""
_HOME = Path(__file__).parents[2]


@dataclass(frozen=True)
class RunTimings:
    """What one run cost; times in seconds by the clock."""

    adapter: str
    samples: int
    latency_ms: float
    concurrency: int
    wall: float
    """From the command to its end."""
    start: float
    """From the command to the first request."""
    asking: float
    """From the first request to the last answer."""
    tail: float
    """From the last answer to the end: verdicts, summary, report."""
    bound: float
    """What asking takes at least: samples x latency / concurrency."""
    per_second: float
    """Requests a second while asking."""
    most_in_flight: int
    """As the server saw it."""
    cpu_ms: float
    """Processor time a request, of everything."""
    without_scoring_cpu_ms: float | None
    """The same of the process that sends the requests, start included; None where the system does not report it."""
    asking_cpu_ms: float | None
    """The same while asking."""
    peak_memory_mb: float
    """Of both processes together, what they share counted once; of the larger one where that is unknown."""
    bytes_per_sample: float
    """Records in the results folder: questions, answers, verdicts, scores."""
    report_bytes_per_sample: float

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {name: round(v, 4) if isinstance(v, float) else v for name, v in asdict(self).items()}


def measure_run(
    adapter: str, *, samples: int, questions: str | None = None, latency_ms: float, concurrency: int
) -> RunTimings:
    """Run `ifh run` on `samples` questions, of a set or drawn; raises `HarnessError` with its words if it fails.

    A smaller run comes first, so that all modules are compiled, as those of an installed package are.
    """
    with TemporaryDirectory(prefix="ifh-bench-") as name:
        bench = _Bench(Path(name), adapter, questions, latency_ms, concurrency)
        bench.run(min(samples, _WARM))
        return bench.run(samples)


@dataclass(frozen=True)
class _Bench:
    folder: Path
    adapter: str
    questions: str | None
    latency_ms: float
    concurrency: int

    def run(self, samples: int) -> RunTimings:
        folder = self.folder / str(samples)
        folder.mkdir(exist_ok=True)
        questions, out = folder / "questions.jsonl", folder / "r"
        with questions.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(sample.to_json()) + "\n" for sample in number_samples(samples, self.questions))
        environment = _environment(self.folder / "compiled")
        with _server(self.latency_ms, environment) as server:
            assert server.stdin
            assert server.stdout
            port = int(server.stdout.readline())
            config = _config(folder, self.adapter, port, self.concurrency)
            command = [*_python("harness"), "run", str(config), "--samples", str(questions), "--out", str(out)]
            run = measure_process(command, folder, environment)
            server.stdin.close()
            seen = json.loads(server.stdout.readline())
        if seen["requests"] < samples:
            raise HarnessError(f"the server was asked {seen['requests']} questions instead of {samples}")
        sizes = {path.name: path.stat().st_size for path in out.iterdir()}
        rmtree(out)
        asking = seen["last"] - seen["first"]
        return RunTimings(
            adapter=self.adapter,
            samples=samples,
            latency_ms=self.latency_ms,
            concurrency=self.concurrency,
            wall=run.ended - run.began,
            start=seen["first"] - run.began,
            asking=asking,
            tail=run.ended - seen["last"],
            bound=samples * self.latency_ms / 1000 / self.concurrency,
            per_second=samples / asking if asking > 0 else float(samples),
            most_in_flight=seen["most_in_flight"],
            cpu_ms=1000 * run.cpu / samples,
            without_scoring_cpu_ms=run.cpu_until(seen["last"], samples),
            asking_cpu_ms=run.cpu_between(seen["first"], seen["last"], samples),
            peak_memory_mb=run.peak,
            bytes_per_sample=sum(size for name, size in sizes.items() if not name.endswith(".html")) / samples,
            report_bytes_per_sample=sizes.get("report.html", 0) / samples,
        )


def number_samples(count: int, source: str | None = None) -> list[Sample]:
    """Return `count` different samples of a set, or generated ones, the same on every machine."""
    from tasks.formats.question_set import read_questions
    from tasks.sample import Sample, Turn

    known = list(read_questions(source).samples if source else _generate(count))
    if source and count <= len(known):
        return known[:count]
    return [
        Sample.build(one.task, [Turn.of("user", f"{one.prompt}\n\n({number})")], one.instructions, rules=one.rules)
        for number, one in enumerate(islice(cycle(known), count), 1)
    ]


def _generate(count: int) -> Iterator[Sample]:
    from tasks.generate.generator import SampleGenerator
    from tasks.generate.plan import GenerationPlan
    from tasks.sources import load_source

    articles = load_source("builtin", {}).articles()
    yield from islice(SampleGenerator(GenerationPlan(per_task=_PER_TASK, seed=0), articles), count)


def _server(latency_ms: float, environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [*_python("harness.bench.server"), str(latency_ms)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True)  # noqa: S603 - ours


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _environment(compiled: Path) -> dict[str, str]:
    """Return ours, with these very packages first, compiled once; keys are not needed, and so not handed on.

    What is compiled goes to `compiled` where the installation cannot be written to.
    """
    path = os.pathsep.join(filter(None, (str(_HOME), os.environ.get("PYTHONPATH"))))
    passed = {name: value for name, value in os.environ.items() if not name.endswith("_KEY")}
    passed.pop("PYTHONDONTWRITEBYTECODE", None)
    if not os.access(_HOME, os.W_OK):
        passed["PYTHONPYCACHEPREFIX"] = str(compiled)
    return {**passed, "PYTHONPATH": path}


def _config(folder: Path, adapter: str, port: int, concurrency: int) -> Path:
    path = folder / "bench.toml"
    path.write_text(
        f'[model]\nadapter = "{adapter}"\nname = "bench"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
        f"max_tokens = 1000\n\n[ask]\nconcurrency = {concurrency}\n",
        encoding="utf-8",
    )
    return path


def describe_timings(measured: RunTimings) -> list[str]:
    """Return the figures as lines."""
    m = measured
    known = {"without scoring": m.without_scoring_cpu_ms, "while asking": m.asking_cpu_ms}
    parts = "".join(f", {value:.2f} {when}" for when, value in known.items() if value is not None)
    return [
        f"{m.samples} samples, {m.latency_ms:g} ms, {m.concurrency} in flight, adapter {m.adapter}",
        f"  wall            {m.wall:8.2f} s",
        f"  start           {m.start:8.2f} s   to the first request",
        f"  asking          {m.asking:8.2f} s   bound {m.bound:.2f} s ({m.asking / m.bound:.2f} times)"
        if m.bound
        else f"  asking          {m.asking:8.2f} s",
        f"  tail            {m.tail:8.2f} s   verdicts and report",
        f"  requests        {m.per_second:8.0f} a second, {m.most_in_flight} in flight at most",
        f"  CPU             {m.cpu_ms:8.2f} ms a request{parts}",
        f"  peak memory     {m.peak_memory_mb:8.0f} MB",
        f"  results         {m.bytes_per_sample:8.0f} bytes a sample, and {m.report_bytes_per_sample:.0f} of report",
    ]
