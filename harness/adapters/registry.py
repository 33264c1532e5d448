"""Finds adapters: ours and plug-ins'."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from scorers.errors import did_you_mean

from ..errors import ConfigError

if TYPE_CHECKING:
    from .base import Adapter, AdapterSetup


GROUP = "ifharness.adapters"


_UNLOADABLE = (SyntaxError, ImportError, AttributeError, NameError, TypeError, ValueError)
"""What an author of a plug-in can get wrong in it."""


def adapter_names() -> list[str]:
    """Return the names of all adapters, ours and plug-ins'."""
    import pkgutil

    home = Path(__file__).parent / "providers"
    ours = [info.name for info in pkgutil.iter_modules([str(home)]) if not info.name.startswith("_")]
    return sorted({*ours, *_plugins()})


def make_adapter(name: str, setup: AdapterSetup) -> Adapter:
    """Return the adapter called `name`, made by its module's `create(setup)`; raises `ConfigError` if unknown.

    Ours are the modules of `harness/adapters/providers`; another distribution adds one with an entry point of group
    `ifharness.adapters` whose name is the adapter's and whose value is a module with `create`. One that cannot be
    loaded is a `ConfigError` that names it.
    """
    check_adapter(name)
    module = _module_of(name)
    try:
        create = import_module(module).create
    except _UNLOADABLE as error:
        if module not in _plugins().values():
            raise
        raise ConfigError(
            f"the adapter {name!r} is a plug-in that cannot be loaded: {type(error).__name__}: {error}. Its entry "
            f"point says {module!r}, and must name a module with a function `create`: repair or uninstall its package"
        ) from None
    adapter: Adapter = create(setup)
    return adapter


def is_adapter(name: str) -> bool:
    """Say whether an adapter has this name; a plug-in's only where none of ours has (those take 50 ms to list)."""
    return bool(_module_of(name))


def check_adapter(name: str) -> None:
    """Raise `ConfigError` if no adapter has this name."""
    if not is_adapter(name):
        known = adapter_names()
        raise ConfigError(f"unknown adapter {name!r}{did_you_mean(name, known)} (adapters: {', '.join(known)})")


def default_url(name: str) -> str | None:
    """Return the default address of one of our adapters; None for a plug-in, or where there is none."""
    module = _module_of(name)
    if not module.startswith(f"{__package__}."):
        return None
    try:
        return getattr(import_module(module), "DEFAULT_URL", None)
    except ImportError:  # its optional library is not installed
        return None


def _module_of(name: str) -> str:
    ours = f"{__package__}.providers.{name}"
    if not name.startswith("_") and name.isidentifier() and find_spec(ours):
        return ours
    return _plugins().get(name, "")


_OF_RETRIES = ("tenacity",)
"""What the first failed attempt works with: by then the process may have no file left to open, and cannot load it."""


@cache
def preload_libraries(name: str) -> Thread:
    """Return a thread that loads what the adapter called `name` works with (its module's `LIBRARIES`), begun once.

    Part of loading is reading files and certificates, which other work need not wait for. What cannot be loaded is
    told where it is used.
    """

    def load() -> None:
        with suppress(*_UNLOADABLE):
            for library in (*getattr(import_module(_module_of(name)), "LIBRARIES", ()), *_OF_RETRIES):
                import_module(library)

    thread = Thread(target=load, name="loading")
    thread.start()
    return thread


@cache
def _plugins() -> dict[str, str]:
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=GROUP)}
