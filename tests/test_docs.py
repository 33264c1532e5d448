"""Documentation: generated pages are fresh, every command has help, and the commands and links in pages exist."""

from __future__ import annotations

import os
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


GUIDE = (ROOT / "docs" / "adding-a-checker.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
CHECKERS = [block for block in BLOCKS if "class QuestionMarks" in block]
OTHERS = [block for block in BLOCKS if "class QuestionMarks" not in block]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the packages, to which a checker is added as one file."""
    folder = tmp_path_factory.mktemp("checkout")
    for package in ("scorers", "tasks", "harness", "docs", "configs"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run_in(folder, *command, given="", status=0):
    env = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_the_guide_begins_with_the_least_checker():
    assert BLOCKS[0] == CHECKERS[0]
    lines = [line for line in CHECKERS[0].splitlines() if line]
    assert len(lines) <= 16
    assert [line for line in lines if "import" in line] == ["from scorers import Case, Checker, Text, Verdict, integer"]


@pytest.mark.parametrize("code", CHECKERS, ids=["least", "whole"])
def test_the_checker_of_the_guide_is_one_file_and_no_other_edit(checkout, code):
    (checkout / "scorers/checkers/punctuation/question_marks.py").write_text(code, encoding="utf-8")
    program = """
import scorers
from docs.build import pages
assert scorers.__file__.startswith(%r), scorers.__file__
checker = scorers.load("punctuation:question_marks")
assert checker.id in scorers.ids()
assert any(str(page).endswith("punctuation/question_marks.md") for page in pages())
[verdict] = scorers.verify("Why? Who?", [{"id": checker.id, "num_marks": 3}])
assert not verdict.followed and "2" in verdict.reason, verdict
from harness.cli import run_cli
assert run_cli(["checkers", "show", checker.id]) == 0
"""
    run_in(checkout, "-c", program % str(checkout))
    [commands, *_] = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    check, test = commands.splitlines()
    [given, options] = re.fullmatch(r"echo '(.*)' \| ifh (check .*)", check).groups()
    shown = run_in(checkout, "-m", "harness", *options.split(), given=f"{given}\n", status=1)
    if code == CHECKERS[0]:
        assert f"```\n{shown}```" in GUIDE
    told = run_in(checkout, *test.split()[1:]).splitlines()
    assert {"well_formed: passed", "cases_hold: passed"} <= {line.split(" ", 1)[1].split(" (")[0] for line in told}
    skipped = [line for line in told if ": skipped (" in line]
    assert bool(skipped) == (code == CHECKERS[0])


@pytest.mark.parametrize("code", OTHERS, ids=range(len(OTHERS)))
def test_the_other_code_of_the_guide_runs(checkout, code):
    (checkout / "scorers/checkers/punctuation/question_marks.py").write_text(CHECKERS[0], encoding="utf-8")
    run_in(checkout, "-c", code)


def test_a_checker_in_a_script_of_ones_own_verifies(checkout):
    script = checkout / "script.py"
    end = "import scorers\nprint(scorers.verify('Why?', [QuestionMarks(num_marks=2)])[0].reason)\n"
    script.write_text(f"{CHECKERS[0]}\n\n{end}", encoding="utf-8")
    assert run_in(checkout, str(script)) == "question marks: 1\n"


def test_the_command_that_tests_a_checker_names_file_and_reason(checkout):
    path = checkout / "scorers/checkers/punctuation/question_marks.py"
    path.write_text(
        CHECKERS[0].replace('Case("Why?", num_marks=2)', 'Case("Why? Who?", num_marks=2)'), encoding="utf-8"
    )
    told = run_in(checkout, "-m", "scorers.testing", "punctuation:question_marks", status=1)
    assert "punctuation:question_marks cases_hold: FAILED" in told
    assert f"{path}: punctuation:question_marks: cases_hold: Case('Why? Who?', num_marks=2) does not follow" in told
