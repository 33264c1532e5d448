"""docs/library.md: every block of code on the page runs as it stands, and what it shows is what comes out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import scorers

PAGE = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_has_blocks():
    assert len(BLOCKS) >= 6
    assert PAGE.count("```python") == len(BLOCKS)


@pytest.mark.parametrize("block", BLOCKS, ids=range(1, len(BLOCKS) + 1))
def test_a_block_runs_as_a_file_of_its_own(block, tmp_path):
    program = tmp_path / "test_program.py"
    program.write_text(block, encoding="utf-8")
    how = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)] if "def test_" in block else []
    done = subprocess.run(
        [sys.executable, *how, str(program)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "assert" in block, "a block that shows nothing"


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


def test_every_public_function_of_the_page_exists():
    for name in re.findall(r"scorers\.([A-Za-z_]+)", PAGE):
        assert name in scorers.__all__, name
