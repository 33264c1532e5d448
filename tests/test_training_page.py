"""docs/training.md: its blocks run; those of a trainer that is not installed here run in `make training-test`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import scorers.rewards

PAGE = (Path(__file__).parents[1] / "docs" / "training.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(<!--.*?-->\n)?```python\n(.*?)```", PAGE, re.DOTALL)
STAND_IN = "class VerifierFunction:\n    def __call__(self, *given):\n        raise NotImplementedError\n"
"""open-instruct is not on the package index; what its block needs of it."""


def run(code, folder):
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_blocks_that_need_no_trainer(tmp_path):
    codes = [code for mark, code in BLOCKS if "needs:" not in mark]
    assert len(codes) == 6
    for code in codes:
        assert "assert" in code or "compute_score" in code
    run("\n".join(codes), tmp_path)


@pytest.mark.parametrize("needs", ["trl", "verifiers", "older verifiers"])
def test_blocks_of_trainers_are_python_and_use_names_that_exist(needs):
    [code] = [code for mark, code in BLOCKS if f"needs: {needs}" in mark]
    compile(code, needs, "exec")
    for names in re.findall(r"from scorers.rewards import (.*)", code):
        assert all(hasattr(scorers.rewards, name) for name in names.split(", "))


def test_the_block_of_open_instruct(tmp_path):
    package = tmp_path / "open_instruct"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "ground_truth_utils.py").write_text(STAND_IN, encoding="utf-8")
    [code] = [code for mark, code in BLOCKS if "needs: open_instruct" in mark]
    check = "\n[verifier] = [one(None) for one in VerifierFunction.__subclasses__()]\n"
    check += "result = verifier([], 'One, two', '[{\"id\": \"punctuation:no_comma\"}]')\n"
    check += "assert (verifier.name, result.score) == ('ifharness', 0.0)\n"
    run(code + check, tmp_path)
