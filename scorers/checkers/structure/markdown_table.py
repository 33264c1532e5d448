"""structure:markdown_table.

Audited: one table of the response has the given columns, in the given order and no others, and the given number of
rows below its header; there may be other tables. A table is what GitHub's markdown takes for one (a header, a
row of dashes with as many cells, rows behind it without a gap), save that every row needs a pipe. A table in a code
fence is none, unless the fence says `markdown` or `md`. Column names are compared in any case and without emphasis
around them, typographic forms of quotes and hyphens do not matter; a row with nothing in any cell is no row.
"""

from __future__ import annotations

from dataclasses import dataclass

from scorers import (
    SLOT,
    Case,
    Checker,
    Demands,
    Filler,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
    format_list,
    insert_block,
    integer,
)

from ...checker import READ_AS_SEEN
from ...text.markdown import Table, fences, tables
from ...text.reasons import format_asked
from ._names import fold_names, names, plain, unusable

_COLUMNS = (
    *"Who What When Where Why How Event Date Place Person Role Figure Source Cause Effect".split(),
    "Next step",
)
_TABLES = (
    ("Who", "What"),
    ("Who", "What", "When"),
    ("Who", "What", "When", "Where"),
    ("Event", "Date"),
    ("Event", "Date", "Place"),
    ("Person", "Role"),
    ("Cause", "Effect"),
    ("Cause", "Effect", "Next step"),
    ("Figure", "Source"),
    ("What", "Why", "How"),
)
"""Columns that make a table together."""


@dataclass(frozen=True)
class MarkdownTable(Checker):
    """Demands a markdown table with given columns and an exact number of rows."""

    id = "structure:markdown_table"
    version = 3
    changes = (
        "Typographic marks and nested emphasis do not matter in a column's name.",
        f"{READ_AS_SEEN} A table in a block quote counts: a reader sees it.",
    )

    columns: tuple[str, ...] = names("the names of the columns, in order", _COLUMNS, drawn=(2, 4), rows=_TABLES)
    num_rows: int = integer("how many rows there are below the header", low=1, high=100, drawn=(2, 5))

    good = [
        Case("| Who | When |\n| --- | --- |\n| Ada | 1843 |", columns=["Who", "When"], num_rows=1),
        Case("who | **When**\r\n:-|-:\r\nAda | 1843", columns=["Who", "When"], num_rows=1, why="no outer pipes"),
        Case("|What’s new|\n|-|\n|1|", columns=["What's new"], num_rows=1, why="a typographic apostrophe"),
        Case("|A|B|\n|-|-|\n|1|2|\n| | |\nDone.", columns=["A", "B"], num_rows=1, why="an empty row is none"),
        Case("|A|B|\n|-|-|\n|a \\| b|2|", columns=["A", "B"], num_rows=1, why="an escaped pipe parts no cells"),
        Case("```markdown\n|A|B|\n|-|-|\n|1|2|\n```", columns=["A", "B"], num_rows=1, why="handed over as its source"),
        Case("> |A|B|\n> |-|-|\n> |1|2|", columns=["A", "B"], num_rows=1, why="in a block quote"),
        Case("|X|\n|-|\n|0|\n\n|A|\n|-|\n|1|", columns=["A"], num_rows=1, why="another table beside it"),
    ]
    bad = [
        Case("|When|Who|\n|-|-|\n|1843|Ada|", columns=["Who", "When"], num_rows=1, why="another order"),
        Case("|A|B|\n|-|-|\n|1|2|\n|3|4|", columns=["A", "B"], num_rows=1, why="a row too many"),
        Case("|A|B|C|\n|-|-|-|\n|1|2|3|", columns=["A", "B"], num_rows=1, why="a column too many"),
        Case("|A|B|\n|1|2|", columns=["A", "B"], num_rows=1, why="no row of dashes"),
        Case("|A|B|\n|-|-|\n\n|1|2|", columns=["A", "B"], num_rows=1, why="the gap ends the table"),
        Case("```\n|A|B|\n|-|-|\n|1|2|\n```", columns=["A", "B"], num_rows=1, why="code"),
    ]

    def describe(self) -> str:
        one = len(self.columns) == 1
        wanted = format_list(f'"{name}"' for name in self.columns)
        which = "only the column" if one else "exactly these columns, in this order:"
        rows = format_count(self.num_rows, "row")
        return f"Include a markdown table with {which} {wanted}. Below the header it must have exactly {rows}."

    def check(self, text: Text) -> Verdict:
        found = tables(text)
        if not found:
            return Verdict(False, f"no markdown table{self._in_code(text)}")
        wanted = fold_names(self.columns)
        alike = [table for table in found if fold_names(table.columns) == wanted]
        right = [table for table in alike if len(table.rows) == self.num_rows]
        shown = (right or alike or found)[0]
        spans = [(table.start, table.end) for table in right or alike or found]
        reason = f"a table {_columns(shown)} and {format_count(len(shown.rows), 'row')}{format_lines(text, spans[:1])}"
        if not alike:
            reason += f"; {format_list(map(repr, self.columns))} {'was' if len(self.columns) == 1 else 'were'} asked"
        elif not right:
            reason += f"; {format_asked('exactly', self.num_rows)}"
        if len(found) > 1:
            reason += f", of {len(found)} tables"
        return Verdict.of(bool(right), reason, spans)

    @staticmethod
    def _in_code(text: Text) -> str:
        """Say that there is a table in a block of code, which is no table; "" if there is none."""
        for fence in fences(text):
            inside = Text(text.raw[slice(*fence.body)])
            if tables(inside, inside.lines):
                return f" (the one at line {text.line_number(fence.start)} is in a block of code)"
        return ""

    def demands(self) -> Demands:
        table = self._written([[SLOT] * len(self.columns)] * self.num_rows)
        names = plain(self.columns)
        return Demands(phase="skeleton", contains=names, english=names, layout=("a markdown table",), lines=(table,))

    def range_error(self) -> str:
        return super().range_error() or unusable("columns", self.columns)

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = Filler(turn=3)
        table = self._written([[filler.word() for _ in self.columns] for _ in range(self.num_rows)])
        return insert_block(draft, table, lambda repaired: self.check(cached_text(repaired)).followed)

    def _written(self, rows: list[list[str]]) -> str:
        lines = [plain(self.columns), ["---"] * len(self.columns), *rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _columns(table: Table) -> str:
    names = [repr(name if len(name) <= 20 else f"{name[:19]}…") for name in table.columns[:6]]
    more = len(table.columns) - len(names)
    joined = format_list([*names, *([format_count(more, "other")] if more else [])])
    return f"with the column{'s' if len(table.columns) > 1 else ''} {joined}"
