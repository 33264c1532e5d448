"""Gates of `ifh compare` for a pipeline: outcomes with exit codes of their own, files, and the documented workflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from inside import inside as ifh


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make three runs of the same twenty samples."""
    root = tmp_path_factory.mktemp("gated")
    for model in ("oracle", "partial", "echo"):
        ifh("run", "smoke", "--model", f"scripted/{model}", "--out", f"results/{model}", cwd=root)
    return root


@pytest.fixture
def root(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.mark.parametrize(
    ("a", "b", "margin", "code", "outcome"),
    [
        ("oracle", "echo", "5", 3, "fail"),
        ("echo", "oracle", "5", 0, "pass"),
        ("oracle", "oracle", "5", 4, "insufficient evidence"),
        ("oracle", "oracle", "20", 0, "pass"),
    ],
)
def test_not_worse_has_to_be_shown(made, a, b, margin, code, outcome):
    done = ifh("compare", a, b, "--fail-unless-not-worse", margin, "--json", cwd=made, code=code)
    assert [one["outcome"] for one in json.loads(done.stdout)["gates"]] == [outcome]


def test_gates_of_a_file_are_printed_and_written(root):
    (root / "gate.toml").write_text(
        '[gate]\nfail_unless_not_worse = 90\nmax_cost_increase = 10\n[gate.tasks]\n"*" = 99\nsummarize = 5\n'
    )
    options = ("--gate", "gate.toml", "--junit", "gate.xml", "--markdown", "gate.md")
    done = ifh("compare", "oracle", "partial", *options, cwd=root, code=3)
    words = " ".join(done.stdout.split())
    assert "gate IF: pass: B is shown to be less than 90 points below A" in words
    assert "gate cost: insufficient evidence: the increase is not known: it is not on record in both runs" in words
    assert "gate task summarize: fail: " in words
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "| task summarize | fail | 5 points |" in (root / "gate.md").read_text()
    assert (root / "gate.xml").read_text().count("<testcase ") == 6
    (root / "gate.toml").write_text("[gate]\nfail_unless_not_wors = 1\n")
    assert "did you mean" in ifh("compare", "oracle", "partial", "--gate", "gate.toml", cwd=root, code=2).stderr
    assert "--junit needs a gate" in ifh("compare", "oracle", "partial", "--junit", "x.xml", cwd=root, code=2).stderr
    assert not (root / "x.xml").exists()


def test_the_documented_workflow_runs_by_its_steps(root):
    """The shell steps of the workflow in docs/comparing.md, as GitHub would run them."""
    page = (Path(__file__).parents[2] / "docs/comparing.md").read_text()
    [workflow] = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "jobs:" in block]
    [table] = [block for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[gate]" in block]
    steps = [step.strip() for step in re.findall(r"^ +- run: (.*)$", workflow, re.MULTILINE)]
    assert steps[0].startswith("pip install ifharness")
    shutil.copytree(root / "results/partial", root / "results/base")
    (root / "nightly.toml").write_text('[model]\nadapter = "scripted"\nname = "partial"\n')
    (root / "gate.toml").write_text(table)
    shutil.copy(root / "results/partial/samples.jsonl", root / "fixed.jsonl")
    environment = os.environ | {"GITHUB_STEP_SUMMARY": str(root / "summary.md"), "NO_COLOR": "1"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    codes = [
        subprocess.run(["bash", "-e", "-c", step], cwd=root, env=environment, timeout=120, check=False).returncode
        for step in steps[1:]
    ]
    # Twenty samples, the same responses: nothing is worse, and nothing is shown not to be.
    assert codes == [0, 4]
    assert (root / "summary.md").read_text().startswith("**IF: A (")
    assert "insufficient evidence" in (root / "gate.xml").read_text()
