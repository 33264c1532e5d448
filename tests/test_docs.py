"""Documentation: generated pages are fresh, every command has help, and the commands and links in pages exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from harness.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]


def test_generated_pages_are_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "docs.build", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def commands() -> dict[str, click.Command]:
    context = click.Context(cli)
    found = {}
    for verb in COMMANDS:
        command = cli.get_command(context, verb)
        found[verb] = command
        if isinstance(command, click.Group):
            found |= {f"{verb} {name}": inner for name, inner in command.commands.items()}
    return found


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_has_help_and_is_in_the_docs(name):
    command = commands()[name]
    assert command.help
    assert command.short_help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"
    assert any(f"ifh {name}" in page.read_text(encoding="utf-8") for page in PAGES), f"`ifh {name}` is in no page"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_docs_exist(page):
    text = page.read_text(encoding="utf-8")
    known = commands()
    for verb, rest in re.findall(r"\bifh ([a-z]+(?:-[a-z]+)*)((?: [^\n`|]*)?)", text):
        assert verb in COMMANDS, f"{page.name}: ifh {verb}"
        command = known[verb]
        if isinstance(command, click.Group):
            continue
        names = {option for parameter in command.params for option in parameter.opts}
        for option in re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", rest.split("#")[0]):
            assert verb == "check" or option in names, f"{page.name}: ifh {verb} has no {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_checker_of_the_guide_is_one_file_and_no_other_edit(tmp_path):
    guide = (ROOT / "docs" / "adding-a-checker.md").read_text(encoding="utf-8")
    code = next(
        block for block in re.findall(r"```python\n(.*?)```", guide, re.DOTALL) if "class QuestionMarks" in block
    )
    for package in ("scorers", "tasks", "harness", "docs", "configs"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scorers/checkers/punctuation/question_marks.py").write_text(code, encoding="utf-8")
    program = """
import scorers
from docs.build import pages
from scorers.testing import CONFORMANCE_TESTS
assert scorers.__file__.startswith(%r), scorers.__file__
checker = scorers.load("punctuation:question_marks")
for test in CONFORMANCE_TESTS:
    test(checker)
assert checker.id in scorers.ids()
assert any(str(page).endswith("punctuation/question_marks.md") for page in pages())
[verdict] = scorers.verify("Why? Who?", [{"id": checker.id, "num_marks": 3}])
assert (verdict.followed, verdict.reason) == (False, "2 question marks, at line 1"), verdict
from harness.cli import run_cli
assert run_cli(["checkers", "show", checker.id]) == 0
"""
    done = subprocess.run(
        [sys.executable, "-c", program % str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
