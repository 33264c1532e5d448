"""custom:csv_city.

Audited: a code fence around the data, blank lines and spaces behind a comma do not matter.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

from scorers import Case, PublishedVariant, Text, Verdict, cached_text

from ._csv import audited_rows, rows, table_fault, unreadable, wrong_header
from ._task import FixedTask

HEADER = ["ID", "Country", "City", "Year", "Count"]
NUMBER = 7
_EXAMPLE = "\n".join([",".join(HEADER), *(f"{n},Norway,Oslo,20{n + 10},{n}" for n in range(1, NUMBER + 1))])


def _check_published(_: CsvCity, text: Text) -> Verdict:
    try:
        table = rows(text.raw)
    except csv.Error:
        return Verdict.raising("Error")
    if len(table) == NUMBER + 1 and table[0] != HEADER:
        return Verdict(False, wrong_header(table[0], HEADER))
    return _make_verdict(table_fault(table, HEADER, NUMBER))


def _make_verdict(fault: str) -> Verdict:
    return Verdict(not fault, fault or f"the header and {NUMBER} rows")


@dataclass(frozen=True)
class CsvCity(FixedTask):
    """Asks for CSV data about cities."""

    id = "custom:csv_city"

    good = [
        Case(_EXAMPLE),
        Case(f"```csv\n{_EXAMPLE}\n```\n", why="a code fence"),
        Case(_EXAMPLE.replace("Oslo", '"Oslo, E"', 1)),
        Case(f"{_EXAMPLE}\n  \n  ", why="lines of spaces behind it"),
    ]
    bad = [
        Case(_EXAMPLE.replace(",", ";")),
        Case(_EXAMPLE.replace("Country", "Country" * 12, 1), why="another header"),
        Case(_EXAMPLE.replace("Oslo", "Oslo, E", 1)),
        Case("\n".join(_EXAMPLE.split("\n")[:7])),
        Case("Here it is:\n" + _EXAMPLE),
        Case("```\n\n```", why="a fence around nothing"),
        Case(f"```csv\n{_EXAMPLE}\n``", why="a fence that is not closed"),
    ]

    def describe(self) -> str:
        return f"Write CSV data with the columns {', '.join(HEADER)}, separated by commas, and {NUMBER} rows."

    def check(self, text: Text) -> Verdict:
        try:
            return _make_verdict(table_fault(audited_rows(text), HEADER, NUMBER))
        except csv.Error as error:
            return unreadable(error)

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else _EXAMPLE

    published = {
        "ifbench": PublishedVariant(
            why="A blank line is a row, and so are the lines of a code fence; a lone carriage return raises.",
            source="IFBench CityCsvChecker",
            check=_check_published,
            good=(Case(_EXAMPLE),),
            bad=(
                Case(f"```csv\n{_EXAMPLE}\n```"),
                Case(_EXAMPLE + "\n\n"),
                Case(_EXAMPLE.replace("ID,Country", "ID, Country")),
            ),
        ),
    }
