"""What the shape of the code is measured by: `python -m tests.structure` prints it, tests/test_layers.py holds it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
PACKAGES = ("scorers", "tasks", "harness")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
"""Files that only the limits of length apply to: tests have no layers."""
CATALOGUES = re.compile(r"/(checkers|checkers/[a-z_]+|sources|providers|data|static|js|templates|wordings|cli)$")
"""Folders whose files are each one of a kind: they may be long."""


class Import(NamedTuple):
    """One import of one of our modules by another."""

    source: str
    target: str
    when: str
    """`eager`, `lazy` (inside a function) or `type` (for type checkers only)."""


def module_name(path: Path) -> str:
    """Return the dotted name of the module at `path`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


KNOWN = {module_name(path): path for path in FILES}


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of `path`."""
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(paths: Iterable[Path]) -> Iterator[tuple[Path, ast.AST]]:
    """Yield every node of the syntax trees of `paths`, each with its file."""
    for path in paths:
        for node in ast.walk(tree(path)):
            yield path, node


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """Return every import of our modules that stands in `path`."""
    own = module_name(path)
    package = own if path.name == "__init__.py" else own.rpartition(".")[0]
    found: set[Import] = set()
    stack: list[tuple[ast.AST, str]] = [(tree(path), "eager")]
    while stack:
        node, when = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            when = "lazy" if when == "eager" else when
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            when = "type"
        for target in _targets(node, package):
            if target in KNOWN and target != own:
                found.add(Import(own, target, when))
        stack.extend((child, when) for child in ast.iter_child_nodes(node))
    return tuple(sorted(found))


def _targets(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1] if node.level else []
    module = ".".join([*base, *([node.module] if node.module else [])])
    names = [f"{module}.{alias.name}" for alias in node.names]
    # A package stands for its own names only where a name is no module of it.
    return [*names, *([module] if any(name not in KNOWN for name in names) else [])]


def folders() -> dict[str, int]:
    """Return the number of entries of each folder, what Python makes left out."""
    found: dict[str, int] = {}
    for package in PACKAGES:
        for path in ((ROOT / package), *(ROOT / package).rglob("*")):
            if path.is_dir() and path.name != "__pycache__":
                entries = [entry for entry in path.iterdir() if entry.name not in ("__pycache__", ".DS_Store")]
                found[str(path.relative_to(ROOT))] = len(entries)
    return found


def classes() -> dict[str, list[str]]:
    """Return the public classes of all packages with the files that define them; checkers are named by their family."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in FILES:
        if "checkers" not in path.parts:
            for node in tree(path).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(path.relative_to(ROOT)))
    return dict(found)


def functions() -> list[tuple[int, str]]:
    """Return the length in lines and the place of every function, longest first."""
    found = []
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                found.append(((node.end_lineno or 0) - node.lineno + 1, where))
    return sorted(found, reverse=True)


def cycles() -> list[list[str]]:
    """Return the groups of modules that import each other, lazy and type-only imports counted."""
    graph: dict[str, set[str]] = {name: set() for name in KNOWN}
    for path in FILES:
        for one in imports(path):
            # A package's `__init__` runs before its modules; what it hands on from below itself is no cycle of theirs.
            if not one.source.startswith(f"{one.target}."):
                graph[one.source].add(one.target)
    return [group for group in _components(graph) if len(group) > 1]


def _components(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components of `graph` (Tarjan)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for target in sorted(graph[name]):
            if target not in number:
                visit(target)
            if target in stack:
                low[name] = min(low[name], low[target])
        if low[name] == number[name]:
            at = stack.index(name)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for name in sorted(graph):
        if name not in number:
            visit(name)
    return found


def main() -> None:
    """Print the measures."""
    print("entries per folder (12 most):")
    for folder, entries in sorted(folders().items(), key=lambda item: -item[1])[:12]:
        print(f"  {entries:3} {folder}{'  (catalogue)' if CATALOGUES.search(folder) else ''}")
    twice = {name: where for name, where in classes().items() if len(where) > 1}
    print(f"class names defined twice: {len(twice)}")
    for name, where in sorted(twice.items()):
        print(f"  {name}: {', '.join(where)}")
    lengths = sorted(((path.read_text(encoding="utf-8").count("\n"), path) for path in FILES), reverse=True)
    print(f"longest file: {lengths[0][0]} lines, {lengths[0][1].relative_to(ROOT)}")
    print(f"longest function: {functions()[0][0]} lines, {functions()[0][1]}")
    print(f"import cycles, lazy and type-only ones counted: {len(cycles())}")
    print(f"code: {sum(length for length, _ in lengths):,} lines in {len(FILES)} files")


if __name__ == "__main__":
    main()
