"""The shape of the code: packages look one way, modules form no cycle, files and functions stay short."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("scorers", "tasks", "harness")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MAY_IMPORT = {"scorers": set(), "tasks": {"scorers"}, "harness": {"scorers", "tasks"}}
BROAD = {"harness/asking.py", "harness/scoring.py", "scorers/batch/item.py"}
"""The places, each around one sample, where `except Exception` may stand."""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


KNOWN = {name_of(path) for path in FILES}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, *, eager: bool) -> set[str]:
    """Return the absolute names of our modules that `path` imports; eager leaves out functions and type checking."""
    own = name_of(path)
    package = own if path.name == "__init__.py" else own.rpartition(".")[0]
    found: set[str] = set()
    stack: list[ast.AST] = [tree(path)]
    while stack:
        node = stack.pop()
        if eager and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if eager and isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
        stack.extend(ast.iter_child_nodes(node))
    return {name for name in found if name in KNOWN and name != own}


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_look_one_way(package):
    for path in (ROOT / package).rglob("*.py"):
        for name in imports(path, eager=False):
            top = name.partition(".")[0]
            assert top == package or top in MAY_IMPORT[package], f"{path} imports {name}"


def test_no_import_cycles():
    graph = {name_of(path): imports(path, eager=True) for path in FILES}
    # A package's __init__ runs before its modules; what it imports from below itself is no cycle of theirs.
    graph = {name: {d for d in deps if not name.startswith(f"{d}.")} for name, deps in graph.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for dependency in sorted(graph[name]):
                visit(dependency, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "two jobs in one file?"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= 45, f"{path}:{node.lineno} {node.name} has {length} lines"


def test_broad_excepts_stand_where_the_house_allows_them():
    found = set()
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or getattr(node.type, "id", "") == "Exception"
            ):
                found.add(str(path.relative_to(ROOT)))
    assert found == BROAD


def test_help_loads_nothing_heavy():
    code = (
        "import sys, runpy; sys.argv = ['ifh', 'run', '--help']\n"
        "from harness.cli import run_cli; run_cli(['run', '--help'])\n"
        "heavy = {'openai', 'anthropic', 'datasets', 'nltk', 'pandas', 'numpy', 'scipy', 'statsmodels', 'rich'}\n"
        "heavy |= {'jinja2', 'aiohttp', 'punkt'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout


def test_a_run_loads_little_before_its_second_process_begins():
    """What is loaded before it stands in the way of the first request, and none of this does."""
    code = (
        "import sys, harness.cli.run, harness.chosen, harness.run, tasks.formats.question_set\n"
        "late = {'asyncio', 'aiohttp', 'tempfile', 'scorers.text.text', 'scorers.catalog'}\n"
        "late |= {'tasks.generate.generator', 'harness.show'}\n"
        "print('LATE', sorted(late & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LATE []" in done.stdout
