"""What every printing module shares: the console, tables, lines."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...sanitize import escape_control

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table


def print_notes(notes: Iterable[str]) -> None:
    """Print `notes` beside the output, a line each."""
    for note in notes:
        sys.stderr.write(f"{escape_control(note)}\n")


def _say_json(record: Mapping[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=2))  # noqa: T201  # the command's output


def shortest_path(path: Path) -> str:
    """Return `path` as seen from the working folder where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) <= len(str(path)) else str(path)


def _say(out: Console, text: Any) -> None:
    from rich.text import Text

    out.print(Text(escape_control(str(text))))


WIDTH = 80
"""Columns that everything fits."""


def console() -> Console:
    """Return a console on standard output that shows text as it is; no control codes where it is no terminal."""
    import sys
    from io import TextIOWrapper

    from rich.console import Console

    if isinstance(sys.stdout, TextIOWrapper):
        # An output that is not UTF-8 shows an escape for what it cannot hold, instead of ending in an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    return Console(highlight=False, markup=False, emoji=False)


def _table(first: str, columns: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(Text(first))
    for name in columns:
        table.add_column(Text(name), justify="right", no_wrap=True)
    return table


def _width(console: Console) -> int:
    return min(console.width, WIDTH)


def _line(console: Console, said: str, style: str = "") -> None:
    from rich.text import Text

    console.print(Text(said, style=style), width=_width(console))
