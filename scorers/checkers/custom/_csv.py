"""Rows of comma- or tab-separated data, as Python's csv module reads them."""

from __future__ import annotations

import csv
import re
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

from scorers import Verdict, format_asked, format_count

from ._task import strip_fence

if TYPE_CHECKING:
    from scorers import Text

_LINE_END = re.compile(r"\r\n?")


def rows(text: str, delimiter: str = ",") -> list[list[str]]:
    """Return the rows of `text`, whose lines end at line feeds alone; raises `csv.Error`."""
    return list(csv.reader(StringIO(text), delimiter=delimiter))


def body_of(text: Text) -> str:
    """Return the data of a response: no fence around it, no blank lines at its ends, one kind of line end."""
    return _LINE_END.sub("\n", strip_fence(text)).strip("\n ")


def audited_rows(text: Text, delimiter: str = ",") -> list[list[str]]:
    """Return the rows of a response, without blank lines and the fence around them; raises `csv.Error`."""
    return [row for row in rows(body_of(text), delimiter) if row]


def table_fault(table: list[list[str]], header: list[str], number: int) -> str:
    """Say how a table differs from its header and `number` rows with a field for each name, or ""."""
    if not table or [cell.strip() for cell in table[0]] != header:
        return wrong_header(table[0], header) if table else f"no rows; {format_asked('exactly', number + 1)}"
    if len(table) != number + 1:
        return f"{format_count(len(table) - 1, 'row')} below the header; {format_asked('exactly', number)}"
    wrong = next((i for i, row in enumerate(table[1:], 1) if len(row) != len(header)), None)
    return "" if wrong is None else wrong_width(wrong, table[wrong], header)


def wrong_header(row: list[str], header: list[str]) -> str:
    """Say that the first row is another one than the header."""
    return f"the first row is {', '.join(row)[:60]!r}; {', '.join(header)} was asked"


def wrong_width(number: int, row: list[str], header: list[str]) -> str:
    """Say that a row has not a field for each name of the header."""
    return f"row {number} has {format_count(len(row), 'field')}; {format_asked('exactly', len(header))}"


def unreadable(error: csv.Error) -> Verdict:
    """Return the verdict on data that cannot be read."""
    return Verdict(False, f"it cannot be read as CSV: {error}")


def header_pattern(names: list[str], separator: str) -> re.Pattern[str]:
    """Return the published pattern of a header line: each name bare or in quotes."""
    return re.compile(separator.join(f'(?:"{name}"|{name})' for name in names))


def quoted_rows(text: Text, header: re.Pattern[str], delimiter: str) -> list[list[str]] | Verdict:
    """Return the rows as published, quotation marks being part of their fields; or the verdict where that fails."""
    if not header.fullmatch(text.raw.partition("\n")[0].strip()):
        return Verdict(False, "the first line is not the header")
    try:
        return rows(text.raw.replace('"', '"""'), delimiter)
    except csv.Error:
        return Verdict.raising("Error")


def quoted_cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line with their quotation marks; a delimiter inside quotes parts nothing."""
    pattern = _CELLS[delimiter]
    return [match.group(1).strip() for match in islice(pattern.finditer(line), 100)]


_CELLS = {d: re.compile(rf'(?:^|(?<={d}))([^\S\t\n]*"(?:[^"]|"")*+"[^{d}\n]*|[^{d}\n]*)(?={d}|$)') for d in (",", "\t")}
