"""`ifh report`: one HTML file about one or more runs."""

from __future__ import annotations

import click

from . import options


@click.command(name="report")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--out",
    "-o",
    metavar="FILE",
    callback=options.check_local,
    default="report.html",
    show_default=True,
    help="Output file, overwritten.",
)
@click.option("--rules", metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}  [default: each run's own]")
@click.option(
    "--diagnose/--no-diagnose",
    default=None,
    help="Off-task flags as of `ifh diagnose`  [default: for up to 5,000 responses]",
)
def command(runs: tuple[str, ...], out: str, rules: str | None, diagnose: bool | None) -> None:
    """Write one self-contained HTML file with every response of RUN (a results folder or its name).

    With several runs, the first is compared with each of the others, and their responses are shown side by side. An
    unfinished run is included as it is, with the number of missing responses. Sends no requests and changes no run.
    """
    from scorers.rule_books import chain

    from ..reporting.multi_run import report_runs
    from ..sanitize import escape_control

    if rules:
        chain(rules)
    for line in report_runs(runs, out, rules=rules, diagnose=diagnose):
        click.echo(escape_control(line))
