"""The `ifh` command: checks that the packages are ours, then hands over to the verbs."""

from __future__ import annotations

import gc
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_OBJECTS = 20_000
"""New objects after which unreachable ones are looked for; Python's own number is 700."""
PACKAGES = ("harness", "tasks", "scorers")
GROUPS = ("ifharness.sources", "ifharness.checkers", "ifharness.adapters")
"""Entry points by which other distributions add to these."""


def find_shadowing_module() -> str:
    """Say which file is imported in place of one of our packages, or "".

    The names are common: a stray `tasks.py` in the folder Python starts in would be found first.
    """
    home = Path(__file__).resolve().parent.parent
    for name in PACKAGES:
        spec = find_spec(name)
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found != home / name / "__init__.py":
            where = found or (f"a folder {list(spec.submodule_search_locations or [])}" if spec else "nothing")
            return (
                f"ifh: the name {name!r} belongs to ifharness ({home / name}), but Python finds {where} first. "
                f"Rename or move that, or start ifh in another folder."
            )
    return ""


def print_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell of an error that nobody foresaw, as Python does, but without the keys that may stand in its text."""
    from traceback import format_exception

    from .adapters.credentials import without_secrets
    from .sanitize import escape_control

    sys.stderr.write(escape_control(without_secrets("".join(format_exception(kind, error, trace)))))
    whose = _plugin(trace) or "this is a bug of ifharness"
    sys.stderr.write(f"ifh: {whose}; what was answered is kept, the same command goes on from there\n")


def _plugin(trace: TracebackType | None) -> str:
    """Say which plug-in an error went through, "" for none."""
    from importlib.metadata import entry_points

    offered = {
        point.value.partition(":")[0].partition(".")[0]: point
        for group in GROUPS
        for point in entry_points(group=group)
    }
    told = ""
    while trace:
        module = str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        if module in offered and module not in PACKAGES:
            point = offered[module]
            told = f"the error comes from the plug-in {point.name!r} ({point.group}, module {point.value})"
        trace = trace.tb_next
    return told


def main() -> int:
    """Run the command line; returns the exit code."""
    sys.excepthook = print_crash
    wrong = find_shadowing_module()
    if wrong:
        sys.stderr.write(wrong + "\n")
        return 2
    # Loading modules makes tens of thousands of objects that stay: looking through them again and again is in vain.
    gc.set_threshold(_OBJECTS, 20, 20)
    from .cli import run_cli

    return run_cli()


if __name__ == "__main__":
    sys.exit(main())
