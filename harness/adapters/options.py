"""Options of a run file that belong to one adapter."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from scorers.errors import did_you_mean

from ..errors import ConfigError
from .formats.request_body import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .base import AdapterSetup


def check_options(adapter: str, setup: AdapterSetup, known: Sequence[str] = ()) -> None:
    """Refuse options that `adapter` does not know; raises `ConfigError` naming the nearest one."""
    for name in setup.options:
        if name not in known:
            all_known = f"options: {', '.join(known)}" if known else "it has none"
            raise ConfigError(
                f"the adapter {adapter!r} has no option {name!r}{did_you_mean(name, known)} ({all_known})"
            )


def choice_option(setup: AdapterSetup, name: str, values: Sequence[str]) -> str:
    """Return the option `name`, the first of `values` if it is not set; raises `ConfigError` for any other."""
    value = setup.options.get(name, values[0])
    if value not in values:
        raise ConfigError(f"{name} {value!r} is unknown{did_you_mean(str(value), values)} ({', '.join(values)})")
    return str(value)


def flag_option(setup: AdapterSetup, name: str) -> bool:
    """Return the option `name`, false if it is not set; raises `ConfigError` for anything but true and false."""
    value = setup.options.get(name, False)
    if not isinstance(value, bool):
        raise ConfigError(f"{name} takes true or false, got {value!r}")
    return value


def without_omitted(setup: AdapterSetup, names: Mapping[str, str]) -> dict[str, str]:
    """Return `names` without the settings that the option `omit` lists; raises `ConfigError` for what is none."""
    omitted = setup.options.get("omit", ())
    if not isinstance(omitted, list | tuple):
        raise ConfigError(f'omit takes a list of settings, such as ["temperature"], got {omitted!r}')
    for name in omitted:
        if name not in SETTINGS:
            known = ", ".join(SETTINGS)
            raise ConfigError(
                f"omit: there is no setting {name!r}{did_you_mean(str(name), SETTINGS)} (settings: {known})"
            )
    return {setting: name for setting, name in names.items() if setting not in omitted}


def need_package(adapter: str, package: str, extra: str) -> None:
    """Raise `ConfigError` with the command that installs `package`, if it is not there; imports nothing of it."""
    try:
        found = find_spec(package)
    except ImportError:
        found = None
    if found is None:
        raise ConfigError(
            f"the adapter {adapter!r} needs the package {package}, which is not installed: "
            f"run pip install 'ifharness[{extra}]'"
        )
