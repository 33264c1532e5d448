"""custom:csv_special_character.

Audited: one field in quotation marks holds a character that is no letter, digit, space, comma or quotation mark; a
code fence and blank lines do not matter.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from scorers import Case, PublishedVariant, Text, Verdict, cached_text, format_asked, format_count

from ._csv import audited_rows, body_of, header_pattern, quoted_cells, quoted_rows, table_fault, unreadable, wrong_width
from ._task import FixedTask

HEADER = ["ProductID", "Category", "Brand", "Price", "Stock"]
NUMBER = 14
_HEADER = header_pattern(HEADER, r",[ \t]*")
_SPECIAL = re.compile(r"""[^\w\s",.;:'()-]""")
_EXAMPLE = "\n".join(
    [
        ",".join(HEADER),
        *(f"{n},Tools,{'Acme' if n > 1 else chr(34) + 'A&B' + chr(34)},5,{n}" for n in range(1, NUMBER + 1)),
    ]
)


def _check_published(_: CsvSpecialCharacter, text: Text) -> Verdict:
    table = quoted_rows(text, _HEADER, ",")
    if isinstance(table, Verdict):
        return table
    if len(table) != NUMBER + 1:
        return Verdict(False, f"{format_count(len(table), 'row')}; {format_asked('exactly', NUMBER + 1)}")
    for number, row in enumerate(table[1:], 1):
        if len(row) != len(HEADER):
            return Verdict(False, wrong_width(number, row, HEADER))
        if any(_special(field) for field in row):
            return Verdict(True, f"a special character in quotation marks in row {number}")
    return Verdict(False, "no special character in quotation marks")


def _special(field: str) -> bool:
    """Return whether a field begins with a quotation mark and has a sign before another one in its line."""
    if not field.startswith('"'):
        return False
    line = field.partition("\n")[0]
    return re.search(r"[^\d\w\s]", line[1 : max(1, line.rfind('"'))]) is not None


@dataclass(frozen=True)
class CsvSpecialCharacter(FixedTask):
    """Asks for CSV data about products, with a special character in quotation marks."""

    id = "custom:csv_special_character"

    good = [
        Case(_EXAMPLE),
        Case(_EXAMPLE.replace("2,Tools,Acme", '2,Tools,"C%D"'), why="two fields"),
        Case(f"```\n{_EXAMPLE}\n```\n\n"),
        Case(_EXAMPLE.replace("A&B", "🙂")),
    ]
    bad = [
        Case(_EXAMPLE.replace('"A&B"', "A&B"), why="no quotation marks"),
        Case(_EXAMPLE.replace("A&B", "X, Inc"), why="a comma is nothing special"),
        Case(_EXAMPLE.replace("9,Tools", "9")),
    ]

    def describe(self) -> str:
        return (
            f"Write CSV data with the columns {', '.join(HEADER)}, separated by commas, and {NUMBER} rows. Put a "
            "special character (such as & or %) into one field, and enclose that field in double quotation marks."
        )

    def check(self, text: Text) -> Verdict:
        try:
            fault = table_fault(audited_rows(text), HEADER, NUMBER)
        except csv.Error as error:
            return unreadable(error)
        if fault:
            return Verdict(False, fault)
        cells = [cell for line in body_of(text).split("\n") for cell in quoted_cells(line, ",")]
        found = [cell for cell in cells if cell.startswith('"') and _SPECIAL.search(cell[1:-1])]
        return Verdict(bool(found), f"{found[0]!r:.40} found" if found else "no special character in quotation marks")

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else _EXAMPLE

    published = {
        "ifbench": PublishedVariant(
            why="Any mark in quotation marks is special, also a comma, and rows behind it are not looked at; a blank "
            "line is a row.",
            source="IFBench SpecialCharacterCsvChecker",
            check=_check_published,
            good=(Case(_EXAMPLE.replace("A&B", "X, Inc")), Case(_EXAMPLE.replace("A&B", "~"))),
            bad=(
                Case(f"```\n{_EXAMPLE}\n```"),
                Case(_EXAMPLE.replace("A&B", "")),
                Case(_EXAMPLE.replace("1,Tools,", "1,", 1)),
            ),
        ),
    }
