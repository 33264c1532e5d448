"""Memory and speed of commands by the size of a set: `python -m tests.bench.commands 10000 100000 --only compare`.

Each command is a process of its own. Its memory is that of all its processes, what they share counted once. Samples are
all different; the two runs that are compared hold a response to each of them, of 200 words on average.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from itertools import cycle
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from harness.bench.process_stats import measure_process
from harness.bench.verify import generate_pairs
from harness.store.journal import encode
from tasks.fast_json import stream_object

from .many import many, write_many

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "import": "import answers.jsonl --questions samples.jsonl --model m --out imported",
    "score": "score run-a",
    "compare": "compare run-a run-b --json",
    "leaderboard": "leaderboard run-a run-b --json",
    "rules-diff": "rules diff run-a --to ifeval",
    "export-jsonl": "export run-a --to jsonl --out out-jsonl",
    "export-csv": "export run-a --to csv --out out-csv",
    "export-parquet": "export run-a --to parquet --out out-parquet",
    "export-livebench": "export run-a --to livebench --out out-livebench",
    "export-opencompass": "export run-a --to opencompass --out out-opencompass",
    "export-multiif": "export dialogues --to multiif --out out-multiif",
    "export-set": "export samples.jsonl --to jsonl --out out-set --with-text",
    "export-set-parquet": "export samples.jsonl --to parquet --out out-set-parquet --with-text",
    "audit": "audit samples.jsonl",
    "audit-json": "audit samples.jsonl --json --all",
    "generate": "generate generate.toml --out generated.jsonl",
}
"""What is measured, by name."""
_OF_RUNS = ("compare", "export", "score", "leaderboard", "rules")
"""Commands that need runs."""
_RUN_FILE = """
[articles]
source = "builtin"
sentences = 2
[questions]
per_task = {count}
[instructions]
count = 2
"""


def _prepare(folder: Path, count: int, names: list[str]) -> None:
    (folder / "generate.toml").write_text(_RUN_FILE.format(count=count // 4))
    write_many(folder / "samples.jsonl", count)
    for letter, texts in (("a", 0), ("b", 1)):
        with (folder / f"answers-{letter}.jsonl").open("wb") as file:
            file.writelines(map(encode, _answers(count, texts)))
    (folder / "answers.jsonl").symlink_to("answers-a.jsonl")
    for letter in "ab" if any(name.startswith(_OF_RUNS) for name in names) else "":
        given = f"score --questions samples.jsonl --answers answers-{letter}.jsonl --out run-{letter}"
        _run(folder, given)
    if "export-multiif" in names:
        _dialogues(folder, count)
        _run(folder, "score --questions dialogues.csv --answers dialogues.json --out dialogues")


def _dialogues(folder: Path, count: int) -> None:
    """Write Multi-IF's rows, of three turns each, and responses to them."""
    columns = [f"turn_{turn}_{part}" for turn in (1, 2, 3) for part in ("prompt", "instruction_id_list", "kwargs")]
    texts = cycle([text for _, text in generate_pairs("audited")])
    with (folder / "dialogues.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["key", "language", *columns])
        table.writeheader()
        for key in range(count // 3):
            asked = (f"Part {turn} of {key}: {next(texts)}" for turn in "123")
            prompts = [json.dumps({"role": "user", "content": text}) for text in asked]
            cells = (cell for prompt in prompts for cell in (prompt, '["punctuation:no_comma"]', '["{}"]'))
            table.writerow({"key": key, "language": "English", **dict(zip(columns, cells, strict=True))})
    said = ((str(key), [next(texts) for _ in range(3)]) for key in range(count // 3))
    with (folder / "dialogues.json").open("w", encoding="utf-8") as file:
        file.writelines(stream_object(said, json.dumps, 0))


def _answers(count: int, place: int) -> Iterator[dict[str, object]]:
    texts = cycle([text for _, text in generate_pairs("audited")][place::2])
    for sample, text in zip(many(count), texts, strict=False):
        yield {"sample_id": sample.id, "epoch": 0, "text": text, "model": "m", "stop": "end"}


def _run(folder: Path, given: str) -> dict[str, float]:
    command = [sys.executable, "-m", "harness", *given.split()]
    found = measure_process(command, folder, os.environ | {"PYTHONPATH": str(ROOT)})
    figures = {"seconds": found.ended - found.began, "cpu_seconds": found.cpu, "peak_mb": found.peak}
    return {name: round(value, 1) for name, value in figures.items()}


def main() -> None:
    """Measure each command at each size, and print by how much its memory grows with a thousand samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", metavar="SAMPLES")
    parser.add_argument("--only", choices=COMMANDS, action="append", help="only these commands")
    chosen = parser.parse_args()
    names = chosen.only or list(COMMANDS)
    peaks: dict[str, list[tuple[int, float]]] = {}
    for count in sorted(chosen.sizes):
        with TemporaryDirectory(prefix="ifh-commands-") as place:
            folder = Path(place)
            _prepare(folder, count, names)
            for name in names:
                found = _run(folder, COMMANDS[name])
                peaks.setdefault(name, []).append((count, found["peak_mb"]))
                _print({"command": name, "samples": count, "load": round(os.getloadavg()[0], 1), **found})
                for made in ("imported", *folder.glob("out-*")):
                    rmtree(folder / made, ignore_errors=True)
    for name, found in peaks.items():
        (few, low), (much, high) = found[0], found[-1]
        if much > few:
            growth = f"{1000 * (high - low) / (much - few):.2f} KB a sample"
            sys.stdout.write(f"{name}: {low:.0f} to {high:.0f} MB, {growth}\n")


def _print(record: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
