"""Finds adapters: built-in ones and plug-ins."""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scorers.errors import BadPlugin, did_you_mean
from scorers.plugins import ADAPTERS, find_name_clashes, find_plugins, load_plugin

from ..errors import ConfigError

if TYPE_CHECKING:
    from types import ModuleType

    from .base import Adapter, AdapterSetup
    from .batches.base import BatchAdapter


BATCH_MEMBERS = ("limits", "write_request", "submit", "find", "poll", "results", "parse", "cancel")
"""What a batch adapter has, besides being an async context manager."""


def adapter_names() -> list[str]:
    """Return the names of all adapters, built-in ones and plug-ins."""
    return sorted({*_built_in(), *find_plugins(ADAPTERS)})


def make_adapter(name: str, setup: AdapterSetup) -> Adapter:
    """Return the adapter called `name`, made by its module's `create(setup)`.

    Built-in adapters are the modules of `harness/adapters/providers`; another distribution adds one with an entry point
    of group `ifharness.adapters`: its name is the adapter's, its value a module with `create`.
    Raises `ConfigError` for an unknown name, a plug-in that cannot be loaded or is named like a built-in adapter.
    """
    check_adapter(name)
    if clash := find_name_clashes(ADAPTERS, _built_in()).get(name):
        raise ConfigError(f"adapter {name!r}: {clash}")
    module = _load(name)
    create = getattr(module, "create", None)
    if not callable(create):
        raise ConfigError(f"adapter {name!r}: {module.__file__} has no function create(setup)")
    adapter: Adapter = create(setup)
    if not callable(getattr(adapter, "complete", None)):
        raise ConfigError(
            f"adapter {name!r}: create of {module.__file__} returned {adapter!r:.60}, which has no method complete()"
        )
    return adapter


def make_batch_adapter(name: str, setup: AdapterSetup) -> BatchAdapter:
    """Return the batch adapter of the adapter called `name`, made by its module's `create_batches(setup)`.

    Raises `ConfigError` for an adapter without batches, and as `make_adapter` does.
    """
    check_batches(name)
    module = _load(name)
    adapter: BatchAdapter = module.create_batches(setup)
    if missing := [one for one in BATCH_MEMBERS if not hasattr(adapter, one)]:
        raise ConfigError(
            f"adapter {name!r}: create_batches of {module.__file__} returned {adapter!r:.60}, which has no "
            f"{', '.join(missing)}"
        )
    return adapter


def check_batches(name: str) -> None:
    """Raise `ConfigError` for an adapter without batches."""
    check_adapter(name)
    if not callable(getattr(_load(name), "create_batches", None)):
        known = []
        for one in _built_in():
            with suppress(ImportError):  # its optional library is not installed
                known += [one] if hasattr(_load(one), "create_batches") else []
        raise ConfigError(f"adapter {name!r} has no batches; leave out --batch, or use one of {', '.join(known)}")


def image_support(name: str) -> str:
    """Return whether an adapter sends pictures: `model`, where its model takes them, `always`, or `never`."""
    return str(getattr(_load(name), "IMAGES", "never"))


def discounts_cached(name: str) -> bool:
    """Return whether cached tokens of a batch of this adapter get the discount of batches as well."""
    return bool(getattr(_load(name), "BATCH_DISCOUNTS_CACHED", True))


def is_adapter(name: str) -> bool:
    """Return whether an adapter has this name; plug-ins, which take 50 ms to list, are looked at last."""
    return name in _built_in() or name in find_plugins(ADAPTERS)


def check_adapter(name: str) -> None:
    """Raise `ConfigError` if no adapter has this name."""
    if not is_adapter(name):
        known = adapter_names()
        raise ConfigError(f"unknown adapter {name!r}{did_you_mean(name, known)} (adapters: {', '.join(known)})")


def default_url(name: str) -> str | None:
    """Return the default address of a built-in adapter; None for a plug-in, or where there is none."""
    if name not in _built_in():
        return None
    try:
        return getattr(_load(name), "DEFAULT_URL", None)
    except ImportError:  # its optional library is not installed
        return None


def _load(name: str) -> ModuleType:
    """Return the module of an adapter; raises `ConfigError` for a plug-in that cannot be imported."""
    if name in _built_in():
        return import_module(f"{__package__}.providers.{name}")
    try:
        return load_plugin(ADAPTERS, name)
    except BadPlugin as error:
        raise ConfigError(f"adapter {name!r}: {error}") from error


@cache
def _built_in() -> tuple[str, ...]:
    home = Path(__file__).parent / "providers"
    return tuple(info.name for info in pkgutil.iter_modules([str(home)]) if not info.name.startswith("_"))


_OF_RETRIES = ("tenacity",)
"""What the first failed attempt works with: by then the process may have no file left to open, and cannot load it."""


def load_libraries(name: str) -> None:
    """Import the `LIBRARIES` of the adapter called `name`, so that its first request does not wait for them.

    What cannot be imported is reported where it is used.
    """
    with suppress(ImportError, ConfigError):
        for library in (*getattr(_load(name), "LIBRARIES", ()), *_OF_RETRIES):
            import_module(library)
