"""Prints `ifh compare` and `ifh power`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...comparison import tables
from ...comparison.pairs import LETTERS
from ...comparison.statistics.methods import describe_methods
from ...sanitize import escape_cell
from .console import add_row, console, make_table, print_line, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from ...comparison.gates import GateResult
    from ...comparison.paired import Comparison
    from ...comparison.ranking import Ranking
    from ...comparison.run_differences import RunDifference
    from ...comparison.statistics.power import DifferenceSpread, NeededSamples

_REASON = 200


def print_comparison(found: Comparison, gates: Sequence[GateResult], flips: int) -> None:
    """Print a comparison: conclusion, gates, what differs, tables, and up to `flips` flips with both reasons."""
    out = console()
    print_line(out, found.headline, "bold")
    if found.set_line:
        print_line(out, found.set_line, "bold")
    print_line(out, found.conclusion)
    for gate in gates:
        print_line(out, f"gate {gate.text}", "bold")
    print_line(out, "")
    _print_differences(out, found.warning, found.run_differences, 2)
    _print_text_table(out, tables.run_rows(found))
    for line in tables.aside_rows(found):
        print_line(out, line)
    print_line(out, "")
    for table in tables.comparison_tables(found):
        _print_text_table(out, table)
    print_line(out, f"{tables.describe_flipped(found)}{':' if found.flips and flips else '.'}")
    for flip, verdict in tables.describe_some_flips(found, flips):
        epoch = f", epoch {flip.epoch}" if flip.epoch else ""
        print_line(out, f"{verdict.id}  sample {flip.sample_id}{epoch}, {flip.task}")
        for letter, followed, reason in (("A", verdict.a, verdict.reason_a), ("B", verdict.b, verdict.reason_b)):
            print_line(out, f"  {letter}: {'followed' if followed else 'not followed'}: {escape_cell(reason, _REASON)}")
    print_line(out, "")
    print_line(out, "Methods", "dim")
    for line in describe_methods(found):
        print_line(out, line, "dim")


def print_ranking(found: Ranking) -> None:
    """Print a ranking: conclusion, what differs, places, and which neighbours differ."""
    out = console()
    print_line(out, found.conclusion, "bold")
    print_line(out, "")
    _print_differences(out, found.warning, found.run_differences, len(found.places))
    print_line(out, f"{found.pairs} samples with verdicts in every run, on {found.articles} {found.unit}.")
    if found.dropped:
        print_line(out, f"Omitted from all: {tables.cause_rows(found.dropped)}.")
    print_line(out, "")
    for table in tables.ranking_rows(found):
        _print_text_table(out, table)


def print_power(found: DifferenceSpread, wanted: Iterable[NeededSamples], sentence: str) -> None:
    """Print the difference that the set of the runs can show, and those of other sizes."""
    out = console()
    print_line(out, sentence, "bold")
    print_line(out, f"From {found.origin}.")
    print_line(out, "")
    rows = [(f"{one.difference:.1f} points", str(one.samples), str(one.articles)) for one in wanted]
    _print_text_table(out, tables.TextTable(("difference", "samples", found.found.unit), rows))
    share = found.found.n / found.found.clusters
    print_line(
        out,
        f"Power {100 * found.power:g} %, two-sided test at {100 * (1 - found.confidence):g} %. "
        f"Assumes samples like these: {share:.3g} on each of the {found.found.unit}, with the same mix of tasks.",
        "dim",
    )


def _print_differences(out: Console, warning: str, differences: Sequence[RunDifference], runs: int) -> None:
    if warning:
        print_line(out, warning, "bold")
        print_line(out, "")
    if differences:
        _print_text_table(out, tables.difference_rows(differences, LETTERS[:runs]))


def _print_text_table(out: Console, content: tables.TextTable) -> None:
    table = make_table(content.columns, left=content.names)
    for row in content.rows:
        add_row(table, *row)
    print_table(out, table)
    if content.under:
        print_line(out, content.under)
    print_line(out, "")
