"""`ifh report`: one run, or several beside each other, as one HTML file."""

from __future__ import annotations

import click


@click.command(name="report", short_help="One HTML file of a run, or of several compared.")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("--out", "-o", metavar="FILE", default="report.html", show_default=True, help="The file; it is replaced.")
@click.option("--rules", metavar="BOOK", help="Judge by another rule book than each run's own.")
@click.option(
    "--diagnose/--no-diagnose",
    default=None,
    help="Tell which answers did not do their task  [default: of up to 5,000 answers].",
)
def command(runs: tuple[str, ...], out: str, rules: str | None, diagnose: bool | None) -> None:
    """Write one self-contained HTML file of RUN (a results folder or its name), every answer in it.

    Of several runs it compares the first with each of the others, and shows their answers beside each other. Beside
    the score it tells which answers are copies, off topic, stuffed or leaked, as `ifh diagnose` does. A run that is
    not at its end is told as far as it is, with what is missing. Asks no one, and changes no run.
    """
    from scorers.rule_books import chain

    from ..reporting.multi_run import report_runs

    if rules:
        chain(rules)
    for told in report_runs(runs, out, rules=rules, diagnose=diagnose):
        click.echo(told)
