"""A plug-in on disk: a distribution with checkers of its own, seen by another Python process."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import scorers

ROOT = Path(scorers.__file__).parents[1]

SHOUT = '''
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict
from scorers.params import integer, string


@dataclass(frozen=True)
class Shout(Checker):
    """Demands a number of exclamation marks."""

    id = "acme:shout-loud"
    marks: int = integer("how many exclamation marks there are at least", low=1, drawn=(1, 5))

    good = [Case("Hey! You!", marks=2)]
    bad = [Case("Hey! You.", marks=2)]

    def describe(self) -> str:
        return f"Use at least {self.marks} exclamation marks."

    def check(self, text: Text) -> Verdict:
        spans = [(at, at + 1) for at, character in enumerate(text.raw) if character == "!"]
        return Verdict.of(len(spans) >= self.marks, f"{len(spans)} exclamation marks", spans)

    def repair(self, draft: str) -> str:
        return draft + "!" * (self.marks - draft.count("!"))
'''


TINY = '''
from scorers import Case, Checker, Text, Verdict, integer


class Shout(Checker):
    """Demands a number of exclamation marks."""

    id = "acme:shout-loud"
    marks: int = integer("how many exclamation marks there are at least", low=1)
    good = [Case("Hey! You!", marks=2)]
    bad = [Case("Hey! You.", marks=2)]

    def describe(self) -> str:
        return f"Use at least {self.marks} exclamation marks."

    def check(self, text: Text) -> Verdict:
        found = text.raw.count("!")
        return Verdict(found >= self.marks, f"{found} exclamation marks")
'''
"""The least that a checker needs."""


class Plugin:
    """A distribution on disk with checkers of the family acme, and a Python that sees it."""

    source = SHOUT
    """A sound checker of the id acme:shout-loud."""
    tiny = TINY
    """The same without drawing and repair."""

    def __init__(self, folder):
        self.folder = folder
        self.package = folder / "acme_checkers"
        self.package.mkdir()
        (self.package / "__init__.py").write_text("")
        self.points_to("acme_checkers")

    def points_to(self, value, name="acme", package="acme-checkers"):
        """Let an entry point `name` of a distribution `package` point to `value`."""
        info = self.folder / f"{package.replace('-', '_')}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[ifharness.checkers]\n{name} = {value}\n")

    def add(self, name, source):
        path = self.package / f"{name}.py"
        path.write_text(dedent(source))
        return path

    def run(self, code):
        """What `code` prints, as JSON."""
        start = f"import sys, json; sys.path[:0] = {[str(ROOT), str(self.folder)]!r}; import scorers\n"
        done = subprocess.run(
            [sys.executable, "-c", start + dedent(code)], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refusal(self, id="acme:shout-loud"):
        return self.run(f"""
            try:
                scorers.load({id!r})
            except scorers.ScorersError as error:
                print(json.dumps([type(error).__name__, str(error)]))
        """)


@pytest.fixture
def plugin(tmp_path):
    return Plugin(tmp_path)
