"""The console, lines and tables that every printing module uses."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.fast_json import dump_indented, stream_object

from ...sanitize import ACTING, escape_control

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

_STEP = 2
"""Spaces a level of printed JSON."""
WIDTH = 80
"""Columns that tables and messages fit."""
_COMMAND = re.compile(r"(.*?: )(ifh (?:(?!\. ).)*)")
"""A message that ends with a command."""
_WORD = re.compile(r"\s*(?:`[^`]*`|\S)+\s*")
"""A word, or a command in backticks."""
_ACTING = re.compile(f"[{ACTING}]")


def console() -> Console:
    """Return a console on standard output that prints text literally, without control codes outside a terminal."""
    from io import TextIOWrapper

    from rich.console import Console

    if isinstance(sys.stdout, TextIOWrapper):
        # An output that is not UTF-8 gets escapes for characters that it cannot encode, instead of an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    return Console(highlight=False, markup=False, emoji=False)


def print_line(out: Console, text: str, style: str = "") -> None:
    """Print `text` in at most `WIDTH` columns where its words allow it, control characters escaped."""
    from rich.text import Text

    lines = (line for part in escape_control(text).split("\n") for line in wrap_message(part, min(out.width, WIDTH)))
    out.print(Text("\n".join(lines), style=style), soft_wrap=True)


def wrap_message(text: str, width: int) -> list[str]:
    """Return the lines of a message; words, paths and commands stay whole, so that they can be copied."""
    from rich.cells import cell_len

    if cell_len(text) <= width:
        return [text]
    ends = _COMMAND.fullmatch(text)
    before, command = ends.groups() if ends else (text, "")
    lines = [""]
    for word in _WORD.findall(before):
        if lines[-1].strip() and cell_len(lines[-1]) + cell_len(word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in (*lines, *([command] if command else []))]


def print_text(out: Console, text: str, style: str = "", *, soft_wrap: bool = False) -> None:
    """Print content of samples and files, control characters escaped; `soft_wrap` leaves long lines whole."""
    from rich.text import Text

    out.print(Text(escape_control(text), style=style), soft_wrap=soft_wrap)


def print_json(record: object, *, indent: int | None = 2) -> None:
    """Print `record` as JSON on standard output."""
    text = json.dumps(record, ensure_ascii=False, indent=indent) if indent != _STEP else dump_indented(record)
    _write_json(f"{text}\n")


def stream_json(fields: Iterable[tuple[str, object]]) -> None:
    """Print a JSON object as `print_json` does, field by field; an iterator is a list, printed item by item."""
    for piece in stream_object(fields, dump_indented, _STEP):
        _write_json(piece)
    _write_json("\n")


def _write_json(text: str) -> None:
    # What would act on a terminal, and lone surrogates, which no stream takes, are written as JSON escapes.
    sys.stdout.write(_ACTING.sub(lambda found: json.dumps(found[0])[1:-1], text))


def print_notes(notes: Iterable[str]) -> None:
    """Print `notes` on standard error, one a line."""
    for note in notes:
        sys.stderr.write(f"{escape_control(note)}\n")


def make_table(columns: Sequence[str], *, left: int = 1, widths: Sequence[int | None] = (), padding: int = 1) -> Table:
    """Return an empty table: the first `left` columns hold text and may wrap, the others are right-aligned."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, padding))
    for number, name in enumerate(columns):
        is_text = number < left
        table.add_column(
            Text(escape_control(name)),
            justify="left" if is_text else "right",
            no_wrap=not is_text,
            overflow="fold",
            width=widths[number] if number < len(widths) else None,
        )
    return table


def add_row(table: Table, *cells: str, style: str = "") -> None:
    """Add a row of plain text to `table`, control characters escaped."""
    from rich.text import Text

    table.add_row(*(Text(escape_control(cell), style=style) for cell in cells))


def print_table(out: Console, table: Table) -> None:
    """Print `table` in at most `WIDTH` columns."""
    out.print(table, width=min(out.width, WIDTH))


def shortest_path(path: Path) -> str:
    """Return `path` relative to the working folder where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) <= len(str(path)) else str(path)
