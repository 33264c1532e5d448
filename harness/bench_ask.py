"""Benchmark of a whole run: start, asking, journal, verdicts, report, as one process against a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from .errors import HarnessError

if TYPE_CHECKING:
    from tasks.sample import Sample

ADAPTERS = ("compatible", "openai")
_PER_TASK = 30
"""Questions that are drawn for each task; more samples are these again under other numbers."""
_LOOK = 0.01
"""Seconds between two looks at the process."""
_HOME = Path(__file__).parent.parent


@dataclass(frozen=True)
class Measured:
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
    """Processor time a request, of the whole process."""
    asking_cpu_ms: float | None
    """The same while asking; None where the system does not tell."""
    peak_memory_mb: float
    bytes_per_sample: float
    """Records in the results folder: questions, answers, verdicts, scores."""
    report_bytes_per_sample: float

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {name: round(v, 4) if isinstance(v, float) else v for name, v in asdict(self).items()}


def measure(adapter: str, *, samples: int, latency_ms: float, concurrency: int) -> Measured:
    """Run `ifh run` on `samples` questions; raises `HarnessError` with its words if it fails."""
    with TemporaryDirectory(prefix="ifh-bench-") as name:
        folder = Path(name)
        questions = folder / "questions.jsonl"
        with questions.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(sample.to_json()) + "\n" for sample in numbered(samples))
        environment = _environment()
        with _server(latency_ms, environment) as server:
            assert server.stdin
            assert server.stdout
            port = int(server.stdout.readline())
            config = _config(folder, adapter, port, concurrency)
            command = [*_python("harness"), "run", str(config), "--samples", str(questions), "--out", str(folder / "r")]
            run = _watched(command, folder, environment)
            server.stdin.close()
            seen = json.loads(server.stdout.readline())
        sizes = {path.name: path.stat().st_size for path in (folder / "r").iterdir()}
    if seen["requests"] < samples:
        raise HarnessError(f"the server was asked {seen['requests']} questions instead of {samples}")
    asking = seen["last"] - seen["first"]
    return Measured(
        adapter=adapter,
        samples=samples,
        latency_ms=latency_ms,
        concurrency=concurrency,
        wall=run.ended - run.began,
        start=seen["first"] - run.began,
        asking=asking,
        tail=run.ended - seen["last"],
        bound=samples * latency_ms / 1000 / concurrency,
        per_second=samples / asking if asking > 0 else float(samples),
        most_in_flight=seen["most_in_flight"],
        cpu_ms=1000 * run.cpu / samples,
        asking_cpu_ms=run.cpu_between(seen["first"], seen["last"], samples),
        peak_memory_mb=run.peak,
        bytes_per_sample=sum(size for name, size in sizes.items() if not name.endswith(".html")) / samples,
        report_bytes_per_sample=sizes.get("report.html", 0) / samples,
    )


def numbered(count: int) -> list[Sample]:
    """Return so many different questions, the same on every machine."""
    from tasks.draw import Drawing, DrawPlan
    from tasks.sample import Sample, Turn
    from tasks.sources import load_source

    articles = load_source("builtin", {}).articles()
    drawn = list(islice(Drawing(DrawPlan(per_task=_PER_TASK, seed=0), articles), count))
    return [
        Sample.build(one.task, [Turn.of("user", f"{one.prompt}\n\n({number})")], one.instructions, rules=one.rules)
        for number, one in enumerate(islice(cycle(drawn), count), 1)
    ]


@dataclass
class _Run:
    """A process that has ended."""

    began: float
    ended: float
    cpu: float
    peak: float
    """MB."""
    looks: list[tuple[float, float]]
    """Times, and the processor seconds until then."""

    def cpu_between(self, first: float, last: float, requests: int) -> float | None:
        inside = [cpu for at, cpu in self.looks if first <= at <= last]
        return 1000 * (inside[-1] - inside[0]) / requests if len(inside) > 1 else None


def _watched(command: list[str], folder: Path, environment: dict[str, str]) -> _Run:
    """Run `command` to its end, looking at its processor time meanwhile."""
    log = folder / "log"
    with log.open("wb") as file:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=file, stderr=file, env=environment, cwd=folder)  # noqa: S603 - ours
        looks: list[tuple[float, float]] = []
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            ended = time.monotonic()
            if pid:
                break
            with suppress(OSError, IndexError, ValueError):
                fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
                looks.append((ended, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")))
            time.sleep(_LOOK)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise HarnessError(f"the run ended with exit code {process.returncode}: {' '.join(said[-3:])}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return _Run(began, ended, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, looks)


def _server(latency_ms: float, environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [*_python("harness.bench_server"), str(latency_ms)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True)  # noqa: S603 - ours


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _environment() -> dict[str, str]:
    """Return ours, with these very packages first; keys are not needed, and so not handed on."""
    path = os.pathsep.join(filter(None, (str(_HOME), os.environ.get("PYTHONPATH"))))
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_KEY")}
    return {**kept, "PYTHONPATH": path}


def _config(folder: Path, adapter: str, port: int, concurrency: int) -> Path:
    path = folder / "bench.toml"
    path.write_text(
        f'[model]\nadapter = "{adapter}"\nname = "bench"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
        f"max_tokens = 1000\n\n[ask]\nconcurrency = {concurrency}\n",
        encoding="utf-8",
    )
    return path


def told(measured: Measured) -> list[str]:
    """Return the figures as lines."""
    m = measured
    asking_cpu = "" if m.asking_cpu_ms is None else f", {m.asking_cpu_ms:.2f} ms while asking"
    return [
        f"{m.samples} samples, {m.latency_ms:g} ms, {m.concurrency} in flight, adapter {m.adapter}",
        f"  wall            {m.wall:8.2f} s",
        f"  start           {m.start:8.2f} s   to the first request",
        f"  asking          {m.asking:8.2f} s   bound {m.bound:.2f} s ({m.asking / m.bound:.2f} times)"
        if m.bound
        else f"  asking          {m.asking:8.2f} s",
        f"  tail            {m.tail:8.2f} s   verdicts and report",
        f"  requests        {m.per_second:8.0f} a second, {m.most_in_flight} in flight at most",
        f"  CPU             {m.cpu_ms:8.2f} ms a request{asking_cpu}",
        f"  peak memory     {m.peak_memory_mb:8.0f} MB",
        f"  results         {m.bytes_per_sample:8.0f} bytes a sample, and {m.report_bytes_per_sample:.0f} of report",
    ]
