"""Runs in batches against the scripted server: in this process, or in one that can be killed."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

from batch_server import BatchServer
from ifh import lines
from inside import Done, inside

from scorers import read
from tasks.sample import GAP, Sample, Turn

PROVIDERS = ("openai", "anthropic", "gemini")
MORE = {"responses": ("--set", "model.options.api=responses")}
KEYS = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "COMPATIBLE_API_KEY"), "key-123")


def write_set(folder: Path, count: int, *, dialogue: bool = False) -> Path:
    """Write samples of one instruction; dialogues of two scored turns where `dialogue` is set."""
    comma = [read({"id": "punctuation:no_comma"})]
    samples = []
    for number in range(count):
        turns = [Turn.of("user", f"Question {number}?")]
        meta = {"group": f"d{number}"} if dialogue else {}
        samples.append(Sample.build("question", turns, comma, article_id=f"d{number}", meta=meta))
        if dialogue:
            turns += [GAP, Turn.of("user", "And then?")]
            samples.append(Sample.build("question", turns, comma, article_id=f"d{number}", meta=meta))
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(sample.to_json()) + "\n" for sample in samples))
    return path


def arguments(server: BatchServer, samples: Path, *more: str) -> tuple[str, ...]:
    """Return a run in batches as a command; looks at a batch follow each other at once."""
    adapter = {"responses": "openai"}.get(server.provider, server.provider)
    return (
        "run", "smoke", "--model", f"{adapter}/mock", "--base-url", server.url, "--samples", str(samples),
        *MORE.get(server.provider, ()), *more,
    )  # fmt: skip


BATCH = ("--batch", "--set", "ask.batch_poll=0.02", "--out", "batch")


def run_batch(server: BatchServer, folder: Path, samples: Path, *more: str, code: int | None = 0) -> Done:
    """Run in batches, in this process."""
    return inside(*arguments(server, samples, *BATCH, *more), cwd=folder, env=KEYS, code=code)


def in_child(
    meanwhile: Callable[[int], object], *command: str, folder: Path, before: Callable[[], object] = bool
) -> Done | None:
    """Run a command in a process of its own, while `meanwhile` is called with its id; None if it was killed.

    `before` is called in that process first.
    """
    out = folder / "child.json"
    out.unlink(missing_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        try:
            before()
            done = inside(*command, cwd=folder, env=KEYS, code=None)
            out.write_text(json.dumps(vars(done)))
        finally:
            os._exit(0)
    try:
        meanwhile(child)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.waitpid(child, 0)
    return Done(**json.loads(out.read_text())) if out.exists() else None


def kill_at(server: BatchServer, step: str, folder: Path, samples: Path, *more: str) -> None:
    """Run in a process of its own, and kill it with -9 while the server holds its answer at `step`."""
    kill_command_at(server, step, folder, *arguments(server, samples, *BATCH, *more))


def kill_command_at(server: BatchServer, step: str, folder: Path, *command: str) -> None:
    """Kill a command with -9 while the server holds its answer at `step`."""

    def kill(process: int) -> None:
        assert server.reached.wait(30)
        os.kill(process, signal.SIGKILL)

    server.reached.clear()
    server._go.clear()
    server.hold = step
    try:
        in_child(kill, *command, folder=folder)
    finally:
        server.go_on()


def records(folder: Path, name: str) -> list[dict]:
    """Return the lines of a journal, without times, costs and attempts, by sample."""
    path = folder / name
    found = lines(path) if path.exists() else []
    dropped = ("started", "seconds", "cost", "attempts", "request_id")
    plain = [{key: value for key, value in one.items() if key not in dropped} for one in found]
    return sorted(plain, key=lambda one: (one["sample_id"], one["epoch"], one.get("turn", 0)))


_TIMES = re.compile(
    r'<svg class="histogram.*?</svg>|<p class="spread-text">.*?</p>|<span>[^<]* and more</span>'
    r"|cost [^<]*\.<|<bdi>\d{4}-\d\d-\d\dT[^<]*</bdi>|<tr><th[^>]*><bdi>batch\.[^/]*</bdi>.*?</tr>",
    re.DOTALL,
)
_PACKED = re.compile(r'<script type="text/plain" class="packed">(.*?)</script>', re.DOTALL)


def plain_report(path: Path) -> list[str]:
    """Return a report without times, costs and attempts: the page, then the records that it embeds."""
    page = path.read_text()
    packed = [zlib.decompress(base64.b64decode(found), -15).decode() for found in _PACKED.findall(page)]
    whole = _TIMES.sub("", _PACKED.sub("", re.sub(r">\s+<", "><", page)))
    return [whole, *(re.sub(r'"(\$[\d.]+|[^"]* s, \d+ attempts?)"', '""', one) for one in packed)]


def events(folder: Path, kind: str) -> list[dict]:
    """Return the events of a kind in the log of batches."""
    return [one for one in lines(folder / "batches.jsonl") if one["event"] == kind]
