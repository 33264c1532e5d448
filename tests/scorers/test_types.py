"""Types: a user's script passes `mypy --strict`, and a wrong one does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import scorers

ROOT = Path(scorers.__file__).parents[1]
SCRIPT = """
import scorers
from scorers import Case, Checker, Instruction, Mode, RuleBook, Text, Verdict, integer

rules: RuleBook = "livebench"
mode: Mode = "loose"
words: Instruction = {"id": "length_constraints:number_words", "num_words": 2, "relation": "at least"}
asked: list[Instruction] = [words, {"id": "punctuation:no_comma"}]
[first, second] = scorers.verify("One, two.", asked, rules=rules, mode=mode)
print(first.followed, second.reason, scorers.reward("One.", asked, reduce="fraction"))
print(scorers.extract("a", ["fence"]).text)
books: list[RuleBook] = [*scorers.BOOKS]
for result in scorers.verify_many([("a, b", asked)], rules=books[0], mode="both", processes=1):
    print([verdict.spans for verdict in result.loose] or result.error, scorers.load("punctuation:no_comma").id)


class Shout(Checker):
    \"\"\"Demands a number of exclamation marks.\"\"\"

    id = "acme:shout"
    marks: int = integer("how many exclamation marks there are at least", low=1, drawn=(1, 5))
    good = [Case("Hey! You!", marks=2)]
    bad = [Case("Hey! You.", marks=2)]

    def describe(self) -> str:
        return f"Use at least {self.marks} exclamation marks."

    def check(self, text: Text) -> Verdict:
        found = text.raw.count("!")
        return Verdict(found >= self.marks, f"{found} exclamation marks")


print(scorers.verify("Hey!", [Shout(marks=2)])[0].reason)
"""


def mypy(folder, script):
    pytest.importorskip("mypy")
    path = folder / "script.py"
    path.write_text(script, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--cache-dir",
        str(folder),
        str(path),
    ]
    env = os.environ | {"MYPYPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=env, check=False)
    return done.returncode, done.stdout


def test_a_script_of_a_user_is_clean_and_runs(tmp_path):
    assert mypy(tmp_path, SCRIPT) == (0, "Success: no issues found in 1 source file\n")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 exclamation marks"


def test_a_slip_in_a_script_of_a_user_is_found(tmp_path):
    for old, new in (('"livebench"', '"livebunch"'), ("first.followed", "first.follows"), ("-> Verdict", "-> bool")):
        assert old in SCRIPT
        status, told = mypy(tmp_path, SCRIPT.replace(old, new))
        assert status == 1, told


def test_every_package_says_that_it_is_typed():
    for package in ("scorers", "tasks", "harness"):
        assert (ROOT / package / "py.typed").is_file()
