"""Hostile inputs through the command line: `python -m tests.bench.hostile [--kind samples] [--quick]`.

Each input goes to each command that reads it, in a process of its own. A case breaks if the command prints a traceback,
exceeds its deadline, dies of a signal or takes more than 400 MB. Prints the counts per kind, the largest memory and the
wall time; ends with an error if a case breaks.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.bench import hostile_cases as inputs
from tests.bench.hostile_cases import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE = 60.0
MOST_MEMORY = 400_000_000
KINDS = ("samples", "sets", "answers", "run files", "articles", "web", "results")
_CRASHES = ("Traceback (most recent call last)", "this is a bug of ifharness")


@dataclass(frozen=True)
class Outcome:
    """What became of one case."""

    broken: str
    """What broke, "" for nothing."""
    memory: int
    seconds: float


def main() -> None:
    """Try every case, print the counts and the cases that broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only these kinds")
    parser.add_argument("--quick", action="store_true", help="every seventh of the odd records only")
    parser.add_argument("--seconds", type=int, default=0, help="stop after this time")
    chosen = parser.parse_args()
    began = time.monotonic()
    tried: Counter[str] = Counter()
    broken: list[str] = []
    peak = 0
    _load()
    with tempfile.TemporaryDirectory() as name, _Server() as server:
        folder = Path(name)
        os.chdir(folder)
        cases = _cases(folder, server.url, chosen.kind or KINDS, 7 if chosen.quick else 1)
        for case in cases:
            if chosen.seconds and time.monotonic() - began > chosen.seconds:
                sys.stdout.write(f"stopped after {chosen.seconds} s, before the end of the cases\n")
                break
            outcome = run_case(case, folder)
            tried[case.kind] += 1
            peak = max(peak, outcome.memory)
            if outcome.broken:
                broken.append(f"{case.kind}: {case.name}: {outcome.broken}: ifh {' '.join(case.args)}"[:300])
                sys.stdout.write(f"BROKEN {broken[-1]}\n")
                sys.stdout.flush()  # A process forked later would write it again.
    counts = ", ".join(f"{kind} {count}" for kind, count in tried.items())
    sys.stdout.write(
        f"{sum(tried.values())} tried ({counts}), {sum(tried.values()) - len(broken)} held, {len(broken)} broke; "
        f"peak memory {peak / 1e6:.0f} MB; {time.monotonic() - began:.0f} s\n"
    )
    sys.exit(bool(broken))


def _load() -> None:
    """Import what the commands need, so that each process forked from this one has it."""
    import harness.cli
    from harness.cli import VERBS
    from tasks.sources.support import web

    web.FIRST_WAIT = 0.01

    for verb in VERBS:
        harness.cli.cli.get_command(None, verb)  # type: ignore[arg-type]  # the context is for unknown names only


def run_case(case: Case, folder: Path) -> Outcome:
    """Run one command in a process of its own, within the deadline."""
    output = folder / "output.txt"
    began = time.monotonic()
    pid = os.fork()
    if not pid:
        _become(case, output)
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() - began > DEADLINE:
            os.killpg(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            break
        time.sleep(0.005)
    seconds, memory = time.monotonic() - began, usage.ru_maxrss * 1024
    text = output.read_text(encoding="utf-8", errors="replace")
    return Outcome(_broken(text, status, memory, seconds), memory, seconds)


def _broken(text: str, status: int, memory: int, seconds: float) -> str:
    if seconds > DEADLINE:
        return f"no end after {DEADLINE:.0f} s"
    if os.WIFSIGNALED(status):
        return f"died of signal {os.WTERMSIG(status)}"
    crash = next((mark for mark in _CRASHES if mark in text), "")
    if crash:
        return " ".join([line for line in text.splitlines() if line.strip()][-3:])[:160]
    if memory > MOST_MEMORY:
        return f"took {memory / 1e6:.0f} MB"
    return "control characters were printed" if "\x1b]" in text or "\u202e" in text else ""


def _become(case: Case, output: Path) -> None:
    """Be the command: as `ifh` is, with its output in a file."""
    code = 1
    try:
        os.setpgid(0, 0)
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.environ.update(COLUMNS="200", HF_HUB_OFFLINE="1", NO_COLOR="1")
        from harness.__main__ import print_crash
        from harness.cli import run_cli

        try:
            code = run_cli(list(case.args))
        except BaseException as error:  # noqa: BLE001 - printed as the program prints it, and counted
            print_crash(type(error), error, error.__traceback__)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _cases(folder: Path, url: str, kinds: list[str] | tuple[str, ...], step: int) -> Iterator[Case]:
    (folder / "run.toml").write_text(inputs.RUN_FILE)
    makers = {
        "samples": lambda: _sample_cases(folder, step),
        "sets": lambda: _set_cases(folder, step),
        "answers": lambda: _answer_cases(folder, step),
        "run files": lambda: _toml_cases(folder),
        "articles": lambda: _article_cases(folder),
        "web": lambda: _web_cases(folder, url),
        "results": lambda: _result_cases(folder, step),
    }
    for kind in kinds:
        for number, (name, args) in enumerate(makers[kind]()):
            yield Case(kind, name, tuple(arg.format(out=f"{folder}/out{number}") for arg in args))


def _prepare(folder: Path) -> Path:
    """Return a results folder of the scripted model."""
    results = folder / "valid"
    if not results.is_dir():
        outcome = run_case(Case("", "", ("run", "run.toml", "-o", str(results), "--limit", "2")), folder)
        assert not outcome.broken, outcome.broken
    return results


def _readers(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the commands that read a file of samples or a question set."""
    yield ("show", str(path))
    yield ("audit", str(path), "--json")
    yield ("run", "run.toml", "--samples", str(path), "-o", "{out}")
    yield ("export", str(path), "--to", "jsonl", "-o", "{out}")


def _put(path: Path, content: bytes) -> Path:
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    return path


def _sample_cases(folder: Path, step: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    valid = json.loads((_prepare(folder) / "samples.jsonl").read_text("utf-8").splitlines()[0])
    for name, content in inputs.raw_lines(valid):
        for args in _readers(_put(folder / "s.jsonl", content)):
            yield name, args
    for number, (name, content) in enumerate(inputs.odd_records(valid)):
        if number % step == 0:
            for args in list(_readers(_put(folder / "s.jsonl", content)))[number % 2 :: 2]:
                yield name, args
    for path in inputs.special_files(folder / "special-samples", ".jsonl"):
        for args in _readers(path):
            yield path.name, args


def _set_cases(folder: Path, step: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    for valid in (inputs.IFEVAL, inputs.LIVEBENCH):
        for number, (name, content) in enumerate(inputs.odd_records(valid)):
            if number % step == 0:
                for args in list(_readers(_put(folder / "q.jsonl", content)))[number % 2 :: 2]:
                    yield name, args
    hostile = {
        "billion words": ("length_constraints:number_words", {"num_words": 10**9, "relation": "at least"}),
        "billion bullets": ("detectable_format:number_bullet_lists", {"num_bullets": 10**9}),
        "huge number": ("length_constraints:number_words", {"num_words": 10**300, "relation": "at least"}),
        "keyword": ("keywords:existence", {"keywords": ["a" * 40 + "b", "(a+)+$"]}),
    }
    for name, (id, kwargs) in hostile.items():
        record = {**inputs.IFEVAL, "instruction_id_list": [id], "kwargs": [kwargs]}
        for args in _readers(_put(folder / "q.jsonl", json.dumps(record).encode())):
            yield name, args
    (folder / "parquet").mkdir()
    for path in inputs.parquet_files(folder / "parquet"):
        for args in _readers(path):
            yield path.name, args


def _answer_cases(folder: Path, step: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    questions = str(_put(folder / "q.jsonl", json.dumps(inputs.LIVEBENCH).encode()))
    for form, valid in inputs.ANSWERS.items():
        odd = [case for number, case in enumerate(inputs.odd_records(valid)) if number % step == 0]
        for name, content in [*odd, *inputs.raw_lines(valid)]:
            path = str(_put(folder / "a.jsonl", content))
            yield f"{form} {name}", ("score", "--questions", questions, "--answers", path, "-o", "{out}")
            if form == "livebench":
                yield f"{form} {name}", ("import", path, "--questions", questions, "-o", "{out}")
    for path in inputs.special_files(folder / "special-answers", ".jsonl"):
        yield path.name, ("score", "--questions", questions, "--answers", str(path), "-o", "{out}")


def _toml_cases(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, content in inputs.toml_files():
        path = str(_put(folder / "t.toml", content))
        yield name, ("run", path, "-o", "{out}")
        yield name, ("generate", "run.toml", "--wording", path, "-o", "{out}")
    for path in inputs.special_files(folder / "special-toml", ".toml"):
        yield path.name, ("run", str(path), "-o", "{out}")
        yield path.name, ("generate", "run.toml", "--wording", str(path), "-o", "{out}")


def _generate(folder: Path, number: int, source: str, options: str) -> tuple[str, ...]:
    path = folder / f"source{number}.toml"
    path.write_text(f'{inputs.RUN_FILE}[articles]\nsource = "{source}"\noptions = {{ {options} }}\n')
    return ("generate", str(path), "-o", "{out}")


def _article_cases(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    number = 0
    tables = folder / "tables"
    tables.mkdir()
    for suffix in (".jsonl", ".csv", ".parquet"):
        for name, content in inputs.raw_lines({"id": "1", "text": "It rained."}):
            path = _put(tables / f"t{suffix}", content)
            yield f"{suffix} {name}", _generate(folder, number, "files", f"path = {json.dumps(str(path))}")
        for path in inputs.special_files(folder / f"special-{suffix[1:]}", suffix):
            yield path.name, _generate(folder, number, "files", f"path = {json.dumps(str(path))}")
    if not (folder / "parquet").exists():
        (folder / "parquet").mkdir()
        list(inputs.parquet_files(folder / "parquet"))
    for path in sorted((folder / "parquet").iterdir()):
        yield path.name, _generate(folder, number, "files", f"path = {json.dumps(str(path))}")


def _web_cases(folder: Path, url: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    number = 0
    for path in inputs.feeds():
        for follow in ("false", "true"):
            number += 1
            yield path, _generate(folder, 1000 + number, "feed", f'url = "{url}{path}", follow = {follow}, limit = 20')
        number += 1
        options = f'base_url = "{url}{path}?", contact = "a@b.org", limit = 20'
        yield path, _generate(folder, 1000 + number, "wikipedia", options)
        options = f'base_url = "{url}{path}?", limit = 20'
        yield path, _generate(folder, 2000 + number, "globalvoices", options)


def _result_cases(folder: Path, step: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    valid = _prepare(folder)
    for name in sorted(path.name for path in valid.iterdir() if path.suffix in (".json", ".jsonl")):
        lines = (valid / name).read_text("utf-8").splitlines() or ["{}"]
        record = json.loads(lines[0] if name.endswith(".jsonl") else "\n".join(lines))
        contents = [*inputs.odd_records(record)][::step] if isinstance(record, dict) else []
        small = [case for case in inputs.raw_lines(record) if "values" not in case[0] and "long" not in case[0]]
        for number, (what, content) in enumerate([*contents, *small]):
            changed = folder / "changed"
            shutil.rmtree(changed, ignore_errors=True)
            shutil.copytree(valid, changed)
            _put(changed / name, content)
            commands = (("status",), ("score",), ("show",), ("report", "-o", "{out}"), ("list",), ("diagnose",))
            verb, *more = commands[number % len(commands)]
            target = str(folder) if verb == "list" else str(changed)
            yield f"{name} {what}", (verb, target, *more)


class _Server:
    """Serves the hostile pages on loopback."""

    def __enter__(self) -> Self:
        pages = inputs.feeds()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers, body = pages.get(self.path.partition("?")[0], ({}, b"<html><body><p>Page.</p></body></html>"))
                self.send_response(200)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    main()
