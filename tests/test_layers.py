"""The shape of the code: imports run one way, names stand for one thing, files and functions stay short."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter

from tests.structure import (
    CATALOGUES,
    FILES,
    KNOWN,
    ROOT,
    TEST_FILES,
    classes,
    cycles,
    folders,
    imports,
    module_name,
    nodes,
    tree,
)

BROAD = {
    "harness/runner/engines/cluster/requests.py",
    "harness/runner/request.py",
    "harness/scoring/score.py",
    "scorers/batch/item.py",
    "tasks/limits/killable.py",
}
"""The places, each around one sample, where `except Exception` may stand."""
LAYERS = {
    "scorers": (
        "errors verdict",
        "plugins",
        "text",
        "context demands repair",
        "params",
        "checker",
        "rule_books",
        "catalog",
        "checkers",
        "verifier",
        "witnesses",
        "batch",
        "rewards",
        "testing",
    ),
    "tasks": (
        "errors fast_json",
        "limits",
        "pictures",
        "article sample task",
        "dialogue",
        "sources quality diagnostics",
        "formats",
        "prompts",
        "generate",
    ),
    "harness": (
        "errors sanitize",
        "adapters",
        "config",
        "store",
        "scoring dataset",
        "comparison",
        "reporting",
        "runner",
        "interop",
        "bench",
        "cli",
        "__main__",
    ),
}
"""Modules and packages of each package, from the ground up: a module imports from its own and from lower ones."""
PACKAGE_ORDER = ("scorers", "tasks", "harness")
FACADES = ("scorers", "tasks", "harness")
"""Packages whose `__init__` hands names on from any layer."""
PRINTING = ("harness/cli/", "harness/runner/progress/", "harness/__main__.py")
"""Where `rich`, stdout and stderr may be used."""
NO_PRINTING_BUT = (
    "tasks/sources/support/download.py",
    "tasks/formats/hub.py",
    "tasks/sources/support/hub_rows.py",
    "harness/bench/server.py",
    "harness/adapters/providers/_local_server.py",
    "scorers/testing/",
)
"""Programs of their own, and a library's helper for tests: their output is theirs."""
ASYNC = (
    "harness/adapters/",
    "harness/runner/",
    "harness/interop/service/",
    "harness/store/journal.py",
    "harness/store/turns.py",
)
ASYNC_BUT = ("harness/bench/server.py", "scorers/rewards/trainers.py")
"""A server that runs as a program of its own, and a trainer's interface, whose call is a coroutine."""
RANK = {
    f"{package}.{name}": height
    for package, layers in LAYERS.items()
    for height, layer in enumerate(layers)
    for name in layer.split()
}


def part_of(module: str) -> str:
    """Return the layered part that a module belongs to: the first two components of its name."""
    return ".".join(module.split(".")[:2])


def test_imports_run_from_higher_layers_to_lower_ones():
    for one in (one for path in FILES for one in imports(path)):
        top, bottom = one.source.split(".")[0], one.target.split(".")[0]
        if top != bottom:
            assert PACKAGE_ORDER.index(bottom) < PACKAGE_ORDER.index(top), one
        elif one.source not in FACADES and one.target not in FACADES and part_of(one.source) != part_of(one.target):
            assert RANK[part_of(one.target)] < RANK[part_of(one.source)], one


def test_every_module_has_a_layer():
    assert {part_of(name) for name in KNOWN if "." in name} - set(RANK) == set()


def test_no_import_cycles_lazy_and_type_only_imports_counted():
    assert cycles() == []


def test_no_module_is_named_like_a_public_function_of_its_package():
    for path in FILES:
        if path.name != "__init__.py":
            continue
        package = module_name(path)
        functions = {node.name for node in tree(path).body if isinstance(node, ast.FunctionDef)}
        functions |= {
            n for node in tree(path).body if isinstance(node, ast.Assign) for n in _listed(node) if n.islower()
        }
        modules = {name.rpartition(".")[2] for name in KNOWN if name.rpartition(".")[0] == package}
        assert not functions & modules, package


def _listed(node):
    """Return the names in a module's `__all__`."""
    if getattr(node.targets[0], "id", "") == "__all__" and isinstance(node.value, ast.List):
        return [item.value for item in node.value.elts]
    return []


def test_a_public_class_name_is_defined_once():
    assert {name: where for name, where in classes().items() if len(where) > 1} == {}


def test_private_names_are_imported_from_their_own_folder_only():
    for path, node in nodes(FILES):
        if isinstance(node, ast.ImportFrom) and (node.level > 1 or not node.level):
            private = [alias.name for alias in node.names if alias.name.startswith("_") and alias.name != "__version__"]
            modules = [part for part in (node.module or "").split(".") if part.startswith("_") and part != "__future__"]
            assert not private, f"{path}:{node.lineno}"
            assert not modules, f"{path}:{node.lineno}"


def test_printing_and_asyncio_stand_where_they_belong():
    for path in FILES:
        name = str(path.relative_to(ROOT))
        used = {alias.name for node in ast.walk(tree(path)) for alias in _imported(node)}
        if not name.startswith((*PRINTING, *NO_PRINTING_BUT)):
            # The width of characters is measured where a text is shortened; nothing is printed by that.
            assert not {module for module in used if module.startswith("rich")} - {"rich.cells"}, name
            assert not _writes(tree(path)), name
        if not name.startswith((*ASYNC, *ASYNC_BUT)):
            assert "asyncio" not in used, name


def _imported(node):
    if isinstance(node, ast.Import):
        return node.names
    return [ast.alias(name=node.module)] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def _writes(module):
    """Return the calls of `print` and the uses of `sys.stdout` and `sys.stderr`."""
    prints = [n for n in ast.walk(module) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"]
    streams = [n for n in ast.walk(module) if isinstance(n, ast.Attribute) and n.attr in ("stdout", "stderr")]
    return prints + [n for n in streams if getattr(n.value, "id", "") == "sys"]


def test_folders_are_short():
    # scorers is the widest: a module each for the nouns of verification.
    limits = Counter({"scorers": 20})
    long = {name: n for name, n in folders().items() if n > (limits[name] or 16) and not CATALOGUES.search(name)}
    assert long == {}


def test_files_and_functions_are_short():
    long = [str(path) for path in (*FILES, *TEST_FILES) if path.read_text(encoding="utf-8").count("\n") > 300]
    assert long == [], "two jobs in one file?"
    for path, node in nodes((*FILES, *TEST_FILES)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= 45, f"{path}:{node.lineno} {node.name} has {length} lines"


def test_broad_excepts_stand_around_one_sample_each():
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
        "import sys, harness.cli.run, harness.config.model, harness.runner.run, tasks.formats.question_set\n"
        "late = {'asyncio', 'aiohttp', 'tempfile', 'scorers.text.text', 'scorers.catalog'}\n"
        "late |= {'tasks.generate.generator', 'harness.cli.output.run'}\n"
        "print('LATE', sorted(late & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LATE []" in done.stdout
