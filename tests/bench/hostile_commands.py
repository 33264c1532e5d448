"""The commands of `python -m tests.bench.hostile`: each kind of hostile input with the commands that read it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from tests.bench import hostile_cases as inputs
from tests.bench.hostile_cases import Case
from tests.bench.hostile_process import run_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("samples", "sets", "answers", "run files", "articles", "web", "results")


def iter_cases(folder: Path, url: str, kinds: list[str] | tuple[str, ...], step: int) -> Iterator[Case]:
    """Yield the cases of `kinds`, of the odd records every `step`th only; their files are written on the way."""
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
        for name, content in [*odd, *inputs.raw_lines(valid, records=20_000)]:  # each is scored
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
