"""Plug-ins: what other distributions add through entry points, each loaded and refused by itself.

The lowest loader of the three groups `ifharness.checkers`, `ifharness.adapters` and `ifharness.sources`. The name of
an entry point is the family, adapter or source; its value is a module or a package.
"""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import BadPlugin

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import ModuleType, TracebackType

CHECKERS = "ifharness.checkers"
ADAPTERS = "ifharness.adapters"
SOURCES = "ifharness.sources"
GROUPS = {CHECKERS: "checker family", ADAPTERS: "adapter", SOURCES: "article source"}
"""Each group of entry points with what one of its plug-ins adds."""
_GROUP_PREFIX = b"ifharness."
_METADATA = (".dist-info", ".egg-info", "egg-info")
"""Ends of the names of folders that hold a distribution's entry points."""


@dataclass(frozen=True)
class Plugin:
    """One entry point of another distribution."""

    group: str
    name: str
    module: str
    """The value of the entry point: a module or a package."""
    package: str = ""
    """Name and version of the distribution, where known."""
    rival: str = ""
    """Another plug-in of the same group and name, described; such a pair cannot be loaded."""

    def __str__(self) -> str:
        package = f"package {self.package}, " if self.package else ""
        return f"{GROUPS[self.group]} plug-in {self.name!r} ({package}module {self.module!r})"

    def load(self) -> ModuleType:
        """Import the plug-in's module.

        Raises `BadPlugin` with file, line and reason for whatever its import raises.
        """
        if self.rival:
            raise BadPlugin(f"two packages add the same name: {self}, and {self.rival}; uninstall one of them")
        return import_module(self.module, str(self))


@cache
def find_plugins(group: str) -> Mapping[str, Plugin]:
    """Return the plug-ins of `group` by name; imports none of them."""
    if not _may_have_plugins():
        return {}
    from importlib.metadata import entry_points

    found: dict[str, Plugin] = {}
    for point in entry_points(group=group):
        package = f"{point.dist.name} {point.dist.version}" if point.dist else ""
        plugin = Plugin(group, point.name, point.value, package)
        earlier = found.get(point.name)
        if earlier is None:
            found[point.name] = plugin
        elif earlier.module != plugin.module:
            found[point.name] = Plugin(group, earlier.name, earlier.module, earlier.package, str(plugin))
    return found


@cache
def _may_have_plugins() -> bool:
    """Return whether an installed distribution could have entry points of ifharness.

    Every command asks for plug-ins, and `importlib.metadata` takes 20 times as long to answer as it takes to see
    that no file of entry points names one of the groups. A path that is no folder is left to `importlib.metadata`.
    """
    for place in sys.path:
        try:
            found = [entry.path for entry in os.scandir(place or ".") if entry.name.lower().endswith(_METADATA)]
        except FileNotFoundError:
            continue
        except OSError:
            return True
        for folder in found:
            try:
                if _GROUP_PREFIX in Path(folder, "entry_points.txt").read_bytes():
                    return True
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                return True
    return False


def load_plugin(group: str, name: str) -> ModuleType:
    """Return the module of the plug-in `name` of `group`; raises `BadPlugin`, `KeyError` for an unknown name."""
    return find_plugins(group)[name].load()


def find_name_clashes(group: str, built_in: Collection[str]) -> dict[str, str]:
    """Return, by name, what is wrong with a plug-in that is named like one of `built_in`."""
    return {
        name: f"the {plugin} is named like a built-in {GROUPS[group]}; rename the entry point or uninstall that package"
        for name, plugin in find_plugins(group).items()
        if name in built_in
    }


def import_module(module: str, plugin: str = "") -> ModuleType:
    """Import `module`, of the plug-in that `plugin` describes, or of ifharness itself if that is "".

    Raises `BadPlugin` with file, line and reason for whatever the import raises.
    """
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:  # a stranger's file can raise anything, and must stop nothing else
        place = _place_of(error, module) or f"module {module!r}"
        owner = f". It belongs to the {plugin}: repair or uninstall that package" if plugin else ""
        reason = error.msg if isinstance(error, SyntaxError) else f"{type(error).__name__}: {error}"
        raise BadPlugin(f"{place}: it cannot be imported: {reason}{owner}") from error


def _place_of(error: BaseException, module: str) -> str:
    """Return "file:line" of the last frame inside the package of `module`, or ""."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    parts = module.split(".")
    home = "/".join(parts[:-1] or parts)
    place = ""
    trace: TracebackType | None = error.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename).as_posix()
        if f"/{home}/" in file or file.endswith(f"/{home}.py"):
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
