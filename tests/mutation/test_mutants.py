"""The mutants are what a person could have written by mistake, and nothing that no verdict hangs on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mutants import mutants

ROOT = Path(__file__).parents[2]


def changes(source):
    return [(mutant.before, mutant.after) for mutant in mutants(source)]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = a < b", ["x = a <= b", "x = a >= b"]),
        ("x = a == b", ["x = a != b"]),
        ("x = a not in b", ["x = a in b"]),
        ("x = a is None", ["x = a is not None"]),
        ("x = a and b or c", ["x = ((a and b) and c)", "x = (a or b) or c"]),
        ("x = a + 1", ["x = a - 1", "x = a + 2", "x = a + 0"]),
        ("x = y[-1]", ["x = y[-2]", "x = y[-0]"]),
        ("x = not (a or b) and c", ["x = (not (a or b) or c)", "x = (a or b) and c", "x = not ((a and b)) and c"]),
        ("x = True", ["x = False"]),
        ('x = "at least"', ["x = 'at leas~'"]),
        ('x = ""', ["x = '~'"]),
        ('x = f"{a + b} words"', ["x = f'{a - b} words'"]),
        ("x += y", ["pass"]),
        ("x.append(y)", ["pass"]),
        ("x[y] = z", ["pass"]),
        ("x = y if z else w", ["x = y if not z else w"]),
        ("x = [a for a in b if c]", ["x = [a for a in b if not c]"]),
        (
            "字 = 'é' if a < b else c",
            ["字 = 'é' if a <= b else c", "字 = 'é' if a >= b else c", "字 = '~' if a < b else c"],
        ),
    ],
)
def test_each_kind_of_change(line, after):
    assert sorted(changes(line)) == sorted((line, changed) for changed in after)


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "x: int = y",
        "class A:\n    id = 'a'\n    good = [1]",
        "x = re.compile('[a-z]{3}')",
        "x = PublishedVariant(why='because', good=(Case('1'),))",
        "x = format_count(n, 'word', 'words')",
        "x = integer('how many', drawn=(1, 2))",
        "import a",
        "if TYPE_CHECKING:\n    import a",
        "def describe(self):\n    return 'Write ' if self else 'Do not'",
        "x = ['a', 'b', 'c', 'd', 'e', 'f', 'g']",
        "def f(x):\n    return x",
    ],
)
def test_what_is_left_alone(source):
    assert [pair for pair in changes(source) if "not self" not in pair[1]] == []


def test_early_returns_and_conditions_are_removed_and_negated():
    source = "def f(x):\n    for y in x:\n        if y and z:\n            return y\n        continue\n    return 0"
    after = {after for _, after in changes(source)}
    assert after == {"if y or z:", "if (y or z):", "if not (y and z):", "pass", "return 1", "return -1"} - {
        "if y or z:"
    }


@pytest.mark.parametrize("name", ["text/extraction.py", "checkers/length_constraints/number_words.py"])
def test_every_mutant_of_our_code_is_another_program(name):
    source = (ROOT / "scorers" / name).read_text(encoding="utf-8")
    found = mutants(source)
    trees = {ast.dump(ast.parse(mutant.source)) for mutant in found}
    assert len(found) > 40
    assert len(trees) > 0.95 * len(found)
    assert ast.dump(ast.parse(source)) not in trees
    lines = source.splitlines()
    for mutant in found:
        assert mutant.before.startswith(lines[mutant.line - 1].strip())
