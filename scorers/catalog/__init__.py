"""The catalogue: every checker, built-in or of a plug-in, found by walking packages and loaded by id.

An id loads one module: `family:some-name` is `<package of the family>.some_name`. The built-in families are the
packages in `scorers/checkers`. Another distribution adds one with an entry point of the group `ifharness.checkers`:
its name is the family, its value the package. A checker that cannot be loaded is refused by itself: `ids` lists all
others, and `find_faults` has the reason.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from dataclasses import fields
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..checker import Case, Checker, make_dataclass
from ..errors import BadChecker, BadInstruction, BadPlugin, did_you_mean
from ..plugins import CHECKERS, Plugin, find_name_clashes, find_plugins, import_module
from ..rule_books import CHAINS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_HOME = f"{__package__.rpartition('.')[0]}.checkers"
_ID = re.compile(r"[a-z][a-z0-9_-]*:[A-Za-z0-9_-]+")
_CASE_NAMES = ("text", "why", "prompt")
"""Names that `Case` uses itself."""


class Fault(NamedTuple):
    """A checker, or a whole family as "family:*", that cannot be loaded."""

    id: str
    reason: str


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
    """Return the checker class of `id`, importing its module only.

    Raises `BadInstruction` if no checker has the id, and `BadChecker` if the file that has it is malformed.
    """
    family, _, name = id.partition(":")
    package = _package(family) if _ID.fullmatch(id) else ""
    module = f"{package}.{name.replace('-', '_')}" if package else ""
    if not module or not _exists(module, family):
        clash = find_name_clashes(CHECKERS, _built_in()).get(family)
        if clash:
            raise BadChecker(f"no built-in checker has the id {id!r}, and {clash}")
        raise BadInstruction(
            f"no checker has the id {id!r:.200}{did_you_mean(id, ids())} (`ifh checkers list` shows them all)"
        )
    found = _checker_in(module, family)
    if found.id != id:
        raise BadInstruction(f"no checker has the id {id!r}; did you mean {found.id!r}?")
    return found


def ids() -> tuple[str, ...]:
    """Return every id that can be loaded, sorted; walks the packages and imports every checker."""
    return _survey()[0]


def find_faults() -> tuple[Fault, ...]:
    """Return every checker and every family that `ids` leaves out, with file, line and reason."""
    return _survey()[1]


@cache
def _survey() -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    found: list[str] = []
    faults = [Fault(f"{name}:*", why) for name, why in find_name_clashes(CHECKERS, _built_in()).items()]
    for family in families():
        package = _package(family)
        try:
            modules = _modules_of(package, family)
        except BadChecker as error:
            faults.append(Fault(f"{family}:*", str(error)))
            continue
        for name in modules:
            try:
                found.append(_checker_in(f"{package}.{name}", family).id)
            except BadChecker as error:
                faults.append(Fault(f"{family}:{name}", str(error)))
    return tuple(sorted(found)), tuple(faults)


def families() -> list[str]:
    """Return the names of all families, built-in ones first."""
    return [*_built_in(), *sorted(name for name in find_plugins(CHECKERS) if name not in _built_in())]


def source_of(checker: type[Checker]) -> str:
    """Return the path of the file that defines `checker`."""
    return str(Path(sys.modules[checker.__module__].__file__ or "?"))


@cache
def _built_in() -> tuple[str, ...]:
    home = Path(__file__).parents[1] / "checkers"
    return tuple(sorted(info.name for info in pkgutil.iter_modules([str(home)]) if info.ispkg))


@cache
def _package(family: str) -> str:
    """Return the package of a family, or ""; plug-ins are looked up only if no built-in family has the name."""
    if (Path(__file__).parents[1] / "checkers" / family / "__init__.py").is_file():
        return f"{_HOME}.{family}"
    plugin = find_plugins(CHECKERS).get(family)
    return plugin.module if plugin else ""


def _plugin(family: str) -> Plugin | None:
    return None if _package(family).startswith(f"{_HOME}.") else find_plugins(CHECKERS).get(family)


def _exists(module: str, family: str) -> bool:
    _import_module(module.rpartition(".")[0], family)
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _modules_of(package: str, family: str) -> list[str]:
    """Return the names of the modules in a family's package that hold checkers."""
    loaded = _import_module(package, family)
    if not hasattr(loaded, "__path__"):
        raise BadChecker(
            f"{loaded.__file__}: {package!r} is one module, but a checker family is a package with a module for each "
            f"checker; make it a folder with an __init__.py ({_plugin(family)})"
        )
    return [info.name for info in pkgutil.iter_modules(loaded.__path__) if not info.name.startswith("_")]


def _import_module(module: str, family: str) -> ModuleType:
    """Import a module of a family; raises `BadChecker` with file, line and reason."""
    plugin = _plugin(family)
    try:
        return plugin.load() if plugin and plugin.module == module else import_module(module, str(plugin or ""))
    except BadPlugin as error:
        raise BadChecker(str(error)) from error


@cache
def _checker_in(module: str, family: str) -> type[Checker]:
    loaded = _import_module(module, family)
    found = [
        value
        for value in vars(loaded).values()
        if isinstance(value, type) and issubclass(value, Checker) and value.__module__ == module
    ]
    if len(found) != 1:
        raise BadChecker(f"{loaded.__file__}: a checker file defines one Checker, this one defines {len(found)}")
    why = describe_malformed(found[0], family, module.rpartition(".")[2])
    if why:
        raise BadChecker(f"{loaded.__file__}:{_line_of(found[0])}: {found[0].__name__} {why}")
    return found[0]


def _line_of(checker: type[Checker]) -> int:
    from inspect import getsourcelines

    return getsourcelines(checker)[1]


def describe_malformed(checker: type[Checker], family: str, stem: str) -> str:
    """Return what is wrong with a checker class that `<family>/<stem>.py` defines, or ""."""
    id = getattr(checker, "id", None)
    if not isinstance(id, str) or not _ID.fullmatch(id):
        return f"needs an id of the form '<family>:<name>', has {id!r}"
    if id != f"{family}:{id.partition(':')[2]}" or id.partition(":")[2].replace("-", "_") != stem:
        return f"has the id {id!r}, but its file says '{family}:{stem}'"
    if checker.__abstractmethods__:
        return f"lacks {', '.join(sorted(checker.__abstractmethods__))}"
    try:
        make_dataclass(checker)
    except TypeError as error:
        return f"cannot be made a dataclass: {error}"
    if not (checker.__doc__ or "").strip() or (checker.__doc__ or "").startswith(f"{checker.__name__}("):
        return "has no docstring"
    return next(_param_faults(checker), "") or next(_case_faults(checker), "")


def _param_faults(checker: type[Checker]) -> Iterator[str]:
    params = checker.params()
    for name in params:
        if hasattr(Checker, name):
            yield f"has a parameter named {name!r}, which Checker itself uses; rename it"
        if name in _CASE_NAMES:
            yield f"has a parameter named {name!r}, which Case itself uses; rename it"
    for spec in fields(checker):  # type: ignore[arg-type]  # `describe_malformed` has made it a dataclass
        if spec.name not in params:
            yield f"has a field {spec.name!r} that was not made with scorers.params"
    for book in (*checker.rule_books, *checker.published):
        if book not in CHAINS:
            yield f"names the unknown rule book {book!r}"


def _case_faults(checker: type[Checker]) -> Iterator[str]:
    if not checker.good or not checker.bad:
        yield "needs at least one case in `good` and one in `bad`"
    for case in (*checker.good, *checker.bad):
        if not isinstance(case, Case):
            yield "has something in `good` or `bad` that is no Case"
        for name in case.params:
            if name not in checker.params():
                takes = f"it declares {', '.join(checker.params())}" if checker.params() else "it declares none"
                yield f"has a case with the parameter {name!r}, which it does not declare ({takes})"
