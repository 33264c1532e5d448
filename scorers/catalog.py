"""The catalogue: which checkers there are, ours and plug-ins', found by walking and loaded by id.

An id loads one module: `family:some-name` is `<package of the family>.some_name`. Our families are the packages
in `scorers/checkers`; another distribution adds one with an entry point of group `ifharness.checkers` whose name
is the family and whose value is the package.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from dataclasses import fields
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from .checker import Case, Checker
from .errors import BadChecker, BadInstruction, did_you_mean
from .rule_books import CHAINS

GROUP = "ifharness.checkers"
_HOME = f"{__package__}.checkers"
_ID = re.compile(r"[a-z][a-z0-9_-]*:[A-Za-z0-9_-]+")


def read(record: dict[str, Any]) -> Checker:
    """Build the instruction that `record` describes (`id` beside its parameters).

    Raises `BadInstruction` for an unknown id or a parameter that does not fit.
    """
    if not isinstance(record, dict) or not isinstance(record.get("id"), str):
        raise BadInstruction(f"an instruction is a record with an 'id', got {record!r:.120}")
    given = {name: value for name, value in record.items() if name != "id"}
    return load(record["id"]).from_params(given)


@cache
def load(id: str) -> type[Checker]:
    """Return the checker class of `id`, importing its module only; raises `BadInstruction` if there is none."""
    family, _, name = id.partition(":")
    package = _package(family) if _ID.fullmatch(id) else None
    module = f"{package}.{name.replace('-', '_')}" if package else ""
    if not module or not _exists(module):
        raise BadInstruction(
            f"no checker has the id {id!r}{did_you_mean(id, ids())} (`ifh checkers list` shows them all)"
        )
    found = _checker_in(module, family)
    if found.id != id:
        raise BadInstruction(f"no checker has the id {id!r}; did you mean {found.id!r}?")
    return found


@cache
def ids() -> tuple[str, ...]:
    """Return every id, sorted; walks the packages and imports every checker."""
    found: list[str] = []
    for family in families():
        package = _package(family) or ""
        loaded = _imported(package, f"the checker family {family!r} (package {package!r})")
        names = [info.name for info in pkgutil.iter_modules(getattr(loaded, "__path__", []))]
        found += [_checker_in(f"{package}.{name}", family).id for name in names if not name.startswith("_")]
    return tuple(sorted(found))


def families() -> list[str]:
    """Return the names of all families, ours first."""
    home = Path(__file__).parent / "checkers"
    ours = sorted(info.name for info in pkgutil.iter_modules([str(home)]) if info.ispkg)
    return ours + sorted(name for name in _plugins() if name not in ours)


def source_of(checker: type[Checker]) -> str:
    """Return the path of the file that defines `checker`."""
    return str(Path(sys.modules[checker.__module__].__file__ or "?"))


@cache
def _package(family: str) -> str | None:
    if (Path(__file__).parent / "checkers" / family / "__init__.py").is_file():
        return f"{_HOME}.{family}"
    return _plugins().get(family)


@cache
def _plugins() -> dict[str, str]:
    """Packages of other distributions by family; read only when an id is not ours (it costs 50 ms)."""
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=GROUP)}


def _exists(module: str) -> bool:
    _imported(module.rpartition(".")[0], f"the package of {module}")
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _imported(module: str, what: str) -> ModuleType:
    """Import `module`; raises `BadChecker` with file and line for what its author can get wrong."""
    from traceback import extract_tb

    try:
        return importlib.import_module(module)
    except SyntaxError as error:
        raise BadChecker(f"{error.filename}:{error.lineno}: {error.msg}") from error
    except (ImportError, AttributeError, NameError, TypeError, ValueError) as error:
        own = [frame for frame in extract_tb(error.__traceback__) if module.rpartition(".")[2] in frame.filename]
        place = f"{own[-1].filename}:{own[-1].lineno}" if own else what
        raise BadChecker(f"{place}: it cannot be imported: {type(error).__name__}: {error}") from error


@cache
def _checker_in(module: str, family: str) -> type[Checker]:
    loaded = _imported(module, module)
    found = [
        value
        for value in vars(loaded).values()
        if isinstance(value, type) and issubclass(value, Checker) and value.__module__ == module
    ]
    if len(found) != 1:
        raise BadChecker(f"{loaded.__file__}: a checker file defines one Checker, this one defines {len(found)}")
    why = malformed(found[0], family, module.rpartition(".")[2])
    if why:
        raise BadChecker(f"{loaded.__file__}:{_line_of(found[0])}: {found[0].__name__} {why}")
    return found[0]


def _line_of(checker: type[Checker]) -> int:
    from inspect import getsourcelines

    return getsourcelines(checker)[1]


def malformed(checker: type[Checker], family: str, stem: str) -> str:
    """Say what is wrong with a checker class that `<family>/<stem>.py` defines, or ""."""
    id = getattr(checker, "id", None)
    if not isinstance(id, str) or not _ID.fullmatch(id):
        return f"needs an id of the form '<family>:<name>', has {id!r}"
    if id != f"{family}:{id.partition(':')[2]}" or id.partition(":")[2].replace("-", "_") != stem:
        return f"has the id {id!r}, but its file says '{family}:{stem}'"
    if checker.__abstractmethods__:
        return f"lacks {', '.join(sorted(checker.__abstractmethods__))}"
    if "__dataclass_params__" not in vars(checker):
        return "is not decorated with @dataclass(frozen=True)"
    if not (checker.__doc__ or "").strip() or (checker.__doc__ or "").startswith(f"{checker.__name__}("):
        return "has no docstring"
    return _ill_declared(checker)


def _ill_declared(checker: type[Checker]) -> str:
    taken = [name for name in checker.params() if hasattr(Checker, name)]
    if taken:
        return f"has a parameter named {taken[0]!r}, which Checker itself uses"
    undeclared = [spec.name for spec in fields(checker) if spec.name not in checker.params()]
    if undeclared:
        return f"has a field {undeclared[0]!r} that was not made with scorers.params"
    strange = [book for book in (*checker.rule_books, *checker.published) if book not in CHAINS]
    if strange:
        return f"names the unknown rule book {strange[0]!r}"
    if not checker.good or not checker.bad:
        return "needs at least one case in `good` and one in `bad`"
    if not all(isinstance(case, Case) for case in (*checker.good, *checker.bad)):
        return "has something in `good` or `bad` that is no Case"
    return ""
