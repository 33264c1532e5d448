"""custom:csv_quotes.

Audited: a code fence around the data and blank lines do not matter.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

from scorers import Case, PublishedVariant, Text, Verdict, cached_text, format_asked, format_count

from ._csv import audited_rows, body_of, header_pattern, quoted_cells, quoted_rows, table_fault, unreadable, wrong_width
from ._task import FixedTask

HEADER = ["StudentID", "Subject", "Grade", "Semester", "Score"]
NUMBER = 3
_HEADER = header_pattern(HEADER, "\t *")
_EXAMPLE = "\n".join(
    "\t".join(f'"{cell}"' for cell in row) for row in (HEADER, *([str(n), "Art", "A", "Fall", "90"] for n in (1, 2, 3)))
)


def _check_published(_: CsvQuotes, text: Text) -> Verdict:
    table = quoted_rows(text, _HEADER, "\t")
    if isinstance(table, Verdict):
        return table
    if len(table) != NUMBER + 1:
        return Verdict(False, f"{format_count(len(table), 'row')}; {format_asked('exactly', NUMBER + 1)}")
    for number, row in enumerate(table):
        if len(row) != len(HEADER):
            return Verdict(False, wrong_width(number, row, HEADER))
        for field in row:
            cell = field.strip()
            if not cell:
                return Verdict.raising("IndexError")
            if cell[0] != '"' or cell[-1] != '"':
                return Verdict(False, f"{cell!r:.40} is not in quotation marks")
    return Verdict(True, "every field is in quotation marks")


@dataclass(frozen=True)
class CsvQuotes(FixedTask):
    """Asks for tab-separated data about students, every field in quotation marks."""

    id = "custom:csv_quotes"

    good = [
        Case(_EXAMPLE),
        Case(f"```\n{_EXAMPLE}\n```\n\n"),
        Case(f"```\n{_EXAMPLE}```"),
        Case(_EXAMPLE.replace('"Art"', '""')),
    ]
    bad = [
        Case(_EXAMPLE.replace('"', "")),
        Case(_EXAMPLE.replace('"Art"', "", 1), why="an empty field without quotation marks"),
        Case(_EXAMPLE.replace("\t", ",")),
        Case(_EXAMPLE.replace('"Art"', 'Art"', 1), why="one quotation mark"),
        Case("\n".join(_EXAMPLE.split("\n")[:3])),
    ]

    def describe(self) -> str:
        return (
            f"Write CSV data with the columns {', '.join(HEADER)}, separated by tabs, and {NUMBER} rows. Each "
            "field, those of the header too, stands in double quotation marks."
        )

    def check(self, text: Text) -> Verdict:
        try:
            fault = table_fault(audited_rows(text, "\t"), HEADER, NUMBER)
        except csv.Error as error:
            return unreadable(error)
        if fault:
            return Verdict(False, fault)
        lines = [line for line in body_of(text).split("\n") if line.strip()]
        cells = [cell for line in lines for cell in quoted_cells(line, "\t")]
        bare = [cell for cell in cells if len(cell) < 2 or not (cell.startswith('"') and cell.endswith('"'))]
        return Verdict(not bare, f"{bare[0]!r:.40} is not in quotation marks" if bare else "every field is quoted")

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else _EXAMPLE

    published = {
        "ifbench": PublishedVariant(
            why="A blank line is a row, an empty field without quotation marks raises, and a single quotation mark is "
            "both ends of its field.",
            source="IFBench QuotesCsvChecker",
            check=_check_published,
            good=(Case(_EXAMPLE),),
            bad=(
                Case(f"```\n{_EXAMPLE}\n```"),
                Case(_EXAMPLE.replace('"Art"', "")),
                Case(_EXAMPLE.replace('"Art"', 'Art"', 1)),
            ),
        ),
    }
