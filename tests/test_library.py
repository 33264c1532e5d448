"""docs/library.md and the README: every block of Python runs as it is; the public functions exist and are typed."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import harness
import scorers
from harness.adapters.base import RETRIES
from harness.cli.options import BOOK_NAMES
from harness.config.options import Retry, RuleBook

ROOT = Path(__file__).parents[1]
PAGE, README = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/library.md", "README.md"))
BLOCKS, OF_README = (re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE) for text in (PAGE, README))


TYPED = """import asyncio
from pathlib import Path
import harness
import scorers
result = harness.run("smoke", model="scripted/oracle", limit=8, retry=["blank"], quiet=True)
score: float | None = result.score
low: float = result.interval.low if result.interval else 0.0
folder: Path = result.folder
again = harness.score(folder, rules="ifeval").summary.prompt_strict
report: Path = harness.report([folder], "report.html")
answers: str = harness.compare(folder, folder).conclusion
ids: list[str] = [sample.id for sample in harness.generate("smoke", limit=4)]
later = asyncio.run(harness.run_async("smoke", limit=4)).score
[verdict] = scorers.verify("One, two.", [{"id": "punctuation:no_comma"}])
followed: bool = verdict.followed
harness.run("smoke", retry=["blnak"])  # wrong
harness.run("smoke", modle="a/b")  # wrong
harness.score(folder, rules="ifevil")  # wrong
"""


def test_the_page_has_blocks():
    assert len(BLOCKS) >= 6
    assert PAGE.count("```python") == len(BLOCKS)


@pytest.mark.parametrize("block", [*BLOCKS, *OF_README], ids=range(1, len(BLOCKS) + len(OF_README) + 1))
def test_a_block_runs_as_a_file_of_its_own(block, tmp_path, monkeypatch):
    """In a process of its own where it needs one: a test for pytest, and a main module that starts processes."""
    assert "assert" in block, "a block that shows nothing"
    program = tmp_path / "test_program.py"
    program.write_text(block, encoding="utf-8")
    if "def test_" not in block and "__main__" not in block:
        monkeypatch.chdir(tmp_path)
        runpy.run_path(str(program), run_name="__main__")
        return
    how = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)] if "def test_" in block else []
    done = subprocess.run(
        [sys.executable, *how, str(program)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_failure_that_the_page_shows():
    [shown] = re.findall(r"^```\n(E .*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    asked = [
        {"id": "detectable_format:number_bullet_lists", "num_bullets": 3},
        {"id": "length_constraints:number_words", "num_words": 20, "relation": "less than"},
        {"id": "punctuation:no_comma"},
    ]
    with pytest.raises(AssertionError) as caught:
        scorers.assert_follows("Certainly, Madam!\n- black tea\n- green tea", asked)
    told = [line.removeprefix("E   ") for line in shown.splitlines()]
    assert "\n".join(told) == f"AssertionError: {caught.value}"


@pytest.mark.parametrize("package", [scorers, harness], ids=lambda package: package.__name__)
def test_every_public_function_of_the_page_exists(package):
    for name in re.findall(rf"(?<![\w.]){package.__name__}\.([A-Za-z_]+)(?!\.)\(", PAGE):
        assert name in package.__all__, name
    assert all(getattr(package, name) for name in package.__all__)


def test_a_program_that_uses_it_is_typed(tmp_path):
    """`mypy --strict` knows the functions, their options, and what they return."""
    program = tmp_path / "program.py"
    program.write_text(TYPED, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program)]
    environment = os.environ | {"MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    found = [line for line in done.stdout.splitlines() if line.startswith("program.py") and ": error:" in line]
    wrong = [number for number, line in enumerate(TYPED.splitlines(), 1) if "# wrong" in line]
    assert [int(line.split(":")[1]) for line in found] == wrong, done.stdout


def test_every_package_says_that_it_is_typed():
    assert all((ROOT / name / "py.typed").read_bytes() == b"" for name in ("harness", "tasks", "scorers"))


def test_the_literals_name_what_there_is():
    assert get_args(RuleBook) == scorers.BOOKS == tuple(BOOK_NAMES.split(", "))
    assert get_args(Retry) == RETRIES
