"""What `ifh compare` and `ifh power` print in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...comparison import tables
from ...sanitize import escape_cell, escape_control
from .console import WIDTH, console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from ...comparison.paired import Comparison
    from ...comparison.power import DifferenceSpread, NeededSamples
    from ...comparison.ranking import Ranking
    from ...comparison.regression_gate import GateResult

_REASON = 200


def print_comparison(found: Comparison, passed: GateResult | None, flips: int) -> None:
    """Print a comparison: the decision, the tables, up to `flips` flips with the reasons of both runs."""
    out = console()
    _say(out, found.verdict, "bold")
    if passed:
        _say(out, passed.told, "bold")
    _say(out, "")
    _table(out, tables.run_rows(found))
    for line in tables.aside_rows(found):
        _say(out, line)
    _say(out, "")
    for table in tables.comparison_tables(found):
        _table(out, table)
    _say(out, f"{tables.describe_flipped(found)}{':' if found.flips and flips else '.'}")
    for flip, turn in tables.describe_some_flips(found, flips):
        epoch = f", epoch {flip.epoch}" if flip.epoch else ""
        _say(out, f"{turn.id}  sample {flip.sample_id}{epoch}, {flip.task}")
        for letter, followed, reason in (("A", turn.a, turn.reason_a), ("B", turn.b, turn.reason_b)):
            _say(out, f"  {letter}: {'followed' if followed else 'not followed'}: {escape_cell(reason, _REASON)}")
    _say(out, "")
    for line in tables.describe_methods(found):
        _say(out, line, "dim")


def print_ranking(found: Ranking) -> None:
    """Print a ranking: the decision, then who stands where and which neighbours are apart."""
    out = console()
    _say(out, found.verdict, "bold")
    _say(out, f"{found.pairs} questions with a verdict in every run, on {found.articles} {found.unit}.")
    if found.dropped:
        _say(out, f"Left out in all: {tables.cause_rows(found.dropped)}.")
    _say(out, "")
    for table in tables.ranking_rows(found):
        _table(out, table)


def print_power(found: DifferenceSpread, wanted: Iterable[NeededSamples], sentence: str) -> None:
    """Print what the set at hand would show, and what others would."""
    out = console()
    _say(out, sentence, "bold")
    _say(out, f"From {found.told}.")
    _say(out, "")
    rows = [(f"{one.difference:.1f} points", str(one.samples), str(one.articles)) for one in wanted]
    _table(out, tables.TextTable(("difference", "samples", found.found.unit), rows))
    share = found.found.n / found.found.clusters
    _say(
        out,
        f"Found with a chance of {100 * found.power:g} % by a two-sided test at {100 * (1 - found.confidence):g} %. "
        f"Questions made as these: {share:.3g} on each of the {found.found.unit}, the tasks mixed alike.",
        "dim",
    )


def _table(out: Console, told: tables.TextTable) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    texts = 2 if "model" in told.columns else 1
    for number, name in enumerate(told.columns):
        text = number < texts
        table.add_column(Text(name), justify="left" if text else "right", no_wrap=not text, overflow="fold")
    for row in told.rows:
        table.add_row(*(Text(escape_control(value)) for value in row))
    out.print(table, width=min(out.width, WIDTH))
    if told.under:
        _say(out, told.under)
    _say(out, "")


def _say(out: Console, said: str, style: str = "") -> None:
    from rich.text import Text

    out.print(Text(escape_control(said), style=style), width=min(out.width, WIDTH))
