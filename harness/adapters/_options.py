"""Options of a run file that belong to one adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorers.errors import near

from ..errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..adapter import Setup


def check_options(adapter: str, setup: Setup, known: Sequence[str] = ()) -> None:
    """Refuse options that `adapter` does not know; raises `ConfigError` naming the nearest one."""
    for name in setup.options:
        if name not in known:
            all_known = f"options: {', '.join(known)}" if known else "it has none"
            raise ConfigError(f"the adapter {adapter!r} has no option {name!r}{near(name, known)} ({all_known})")
