"""Selection: which of the scorers' tests look for a mutant of a file, telling ones first."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

HOUSE = "test_mutated.py"
"""Written into the copy: the house tests of the checkers that the file takes part in."""
PARITY = "test_parity.py"
PARITY_IFBENCH = "test_parity_ifbench.py"
RECORDED = "test_recorded_verdicts.py"
IFBENCH = frozenset(["count", "custom", "format", "ratio", "repeat", "sentence", "words"])
"""Families whose published verdicts are IFBench's."""
ELSEWHERE = frozenset(
    [
        "test_batch.py",
        "test_reward.py",
        "test_reward_text.py",
        "test_reward_trainers.py",
        "test_catalog.py",
        "test_import.py",
        "test_testing.py",
        "test_time_limit.py",
        "test_types.py",
    ]
)
"""Files that start processes or try out the house tests themselves; no verdict is decided there."""
GENERAL = ("test_verify.py", "test_quirks.py", PARITY, PARITY_IFBENCH)
"""Files that judge many texts by many instructions."""
READING = ("extraction.py",)
"""Modules that only loose reading and extraction use,"""
LOOSELY = ("test_verify.py", PARITY, PARITY_IFBENCH)
"""and the general files that do either."""
NO_CLOCK = "not grows_linearly and not linear_time and not no_long_time"
"""Timing is left out: on a busy machine it would kill mutants that no verdict tells apart."""
ANY_TEXT = "any_text"
"""The house tests that try many random texts: they take longer than all others, and kill what few others do."""


class Selection(NamedTuple):
    """What looks for a mutant of one file."""

    recorded: list[str]
    """Ids of IFBench's whose recorded verdicts are compared first: most mutants change one."""
    tests: list[str]
    """As pytest takes them."""

    def steps(self) -> list[tuple[list[str], str]]:
        """Return the tests in the order that kills soonest, each part with what pytest selects of it (`-k`)."""
        first, rest = self.tests[:1], self.tests[1:]
        parts = [(first, f"{NO_CLOCK} and not {ANY_TEXT}"), (rest, NO_CLOCK), (first, f"{NO_CLOCK} and {ANY_TEXT}")]
        return [(tests, selected) for tests, selected in parts if tests]


def select(root: Path, file: str) -> Selection:
    """Return the tests of the copy at `root` for `file`; writes the house tests among them.

    For a checker (or a helper module of checkers): its house tests, every test that names it directly or through
    what it uses, the published verdicts. For another module: its own file, the general ones, the house tests of all.
    """
    tests = root / "tests" / "scorers"
    ids = _checkers_of(root, file)
    asked = ", ".join(map(repr, ids)) or "*scorers.ids()"
    (tests / HOUSE).write_text(
        f"import scorers\nfrom scorers.testing import conformance_tests\n\ntest_it = conformance_tests({asked})\n",
        encoding="utf-8",
    )
    if not ids:
        stem = Path(file).stem.strip("_")
        own = (f"test_{stem}.py", f"test_{stem}_edges.py")
        names = dict.fromkeys((*own, *GENERAL, HOUSE) if Path(file).name not in READING else (*own, *LOOSELY))
        places = {path.name: path for path in tests.rglob("test_*.py")}
        return Selection([], [str(places[name].relative_to(root)) for name in names if name in places])
    words = [word for id in ids for word in _names_of(id)]
    found = [f"tests/scorers/{HOUSE}"]
    for path in sorted(tests.rglob("test_*.py")):
        if path.name not in (*ELSEWHERE, HOUSE, PARITY, PARITY_IFBENCH, RECORDED, "test_checkers.py"):
            found += [f"{path.relative_to(root)}::{name}" for name in _naming(path, words)]
    published = PARITY_IFBENCH if _family(ids[0]) in IFBENCH else PARITY
    recorded = [id for id in ids if _family(id) in IFBENCH and _family(id) in Path(file).parts]
    return Selection(recorded, [*found, f"tests/scorers/{published}"])


def _names_of(id: str) -> list[str]:
    """Return what a test of an id may call it: the names of IFBench's (`list`, `numbers`) are words of any test."""
    return [id] if _family(id) in IFBENCH else [id, id.partition(":")[2].replace("-", "_")]


def _family(id: str) -> str:
    return id.partition(":")[0]


def _checkers_of(root: Path, file: str) -> list[str]:
    """Return the ids of the checkers that `file` defines, or that import the helper `file`; [] for others."""
    path = root / file
    if "checkers" not in path.parts:
        return []
    if defined := _id_in(path):
        return [defined]
    used = re.compile(rf"import .*\b{path.stem}\b|\.{path.stem} import")
    users = [user for user in path.parents[1].rglob("*.py") if used.search(user.read_text(encoding="utf-8"))]
    return sorted(filter(None, map(_id_in, users)))


def _id_in(path: Path) -> str:
    found = re.search(r'^    id = "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def _naming(path: Path, words: list[str]) -> list[str]:
    """Return the test functions of a file whose source, or what of the file it uses, holds one of `words`."""
    source = path.read_text(encoding="utf-8")
    parts: dict[str, str] = {}
    for node in ast.parse(source).body:
        names = [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        text = "\n".join(source.splitlines()[first - 1 : node.end_lineno])
        parts |= dict.fromkeys(names, text)
    naming = {name for name, text in parts.items() if any(word in text for word in words)}
    while True:
        used = re.compile(rf"\b(?:{'|'.join(map(re.escape, naming))})\b") if naming else re.compile("(?!)")
        more = {name for name, text in parts.items() if name not in naming and used.search(text)}
        if not more:
            return [name for name in parts if name in naming and name.startswith("test_")]
        naming |= more
