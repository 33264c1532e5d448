"""The `ifh` command: checks that the packages are those of ifharness, then runs the command line."""

from __future__ import annotations

import gc
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_OBJECTS = 20_000
"""New objects between two garbage collections; Python's default is 700."""
PACKAGES = ("harness", "tasks", "scorers")
GROUPS = ("ifharness.sources", "ifharness.checkers", "ifharness.adapters")
"""Entry points of plug-ins."""


def find_shadowing_module() -> str:
    """Return an error message if another module hides one of the packages, otherwise "".

    The names are common: Python would find a stray `tasks.py` in the working folder first.
    """
    home = Path(__file__).resolve().parent.parent
    for name in PACKAGES:
        spec = find_spec(name)
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found != home / name / "__init__.py":
            where = found or (f"a folder {list(spec.submodule_search_locations or [])}" if spec else "nothing")
            return (
                f"ifh: Python finds {where} instead of the package {name!r} of ifharness ({home / name}). "
                f"Rename or move it, or run ifh in another folder."
            )
    return ""


def print_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an unexpected error as Python does, with secrets removed, and name the plug-in that caused it."""
    from traceback import format_exception

    from .adapters.credentials import without_secrets
    from .sanitize import escape_control

    cause = _describe_plugin(trace) or "this is a bug in ifharness, please report it"
    text = f"{''.join(format_exception(kind, error, trace))}ifh: {cause}\n"
    sys.stderr.write(escape_control(without_secrets(text)))
    sys.stderr.write("ifh: saved responses are not lost; rerun the same command to resume\n")


def _describe_plugin(trace: TracebackType | None) -> str:
    """Return which plug-in an error passed through last, with file and line; "" for none."""
    from importlib.metadata import entry_points

    points = [point for group in GROUPS for point in entry_points(group=group)]
    found = ""
    while trace:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        package = module.partition(".")[0]
        offered = [point for point in points if point.module.partition(".")[0] == package]
        if offered and package not in PACKAGES:
            # A package can offer several plug-ins: the one whose module the frame belongs to is meant.
            point = max(offered, key=lambda one: (f"{module}.".startswith(f"{one.module}."), len(one.module)))
            place = f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
            found = f"the error comes from the plug-in {point.name!r} ({point.group}): {place}"
        trace = trace.tb_next
    return found


def main() -> int:
    """Run the command line; returns the exit code."""
    sys.excepthook = print_crash
    wrong = find_shadowing_module()
    if wrong:
        sys.stderr.write(wrong + "\n")
        return 2
    # Imports create tens of thousands of permanent objects, which frequent collections would visit in vain.
    gc.set_threshold(_OBJECTS, 20, 20)
    from .cli import run_cli

    return run_cli()


if __name__ == "__main__":
    sys.exit(main())
