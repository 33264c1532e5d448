"""`ifh board`: runs beside each other and beside published figures."""

from __future__ import annotations

import click

from . import options


@click.command(name="board", short_help="Runs beside each other and beside LiveBench's published figures.")
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@click.option(
    "--published",
    multiple=True,
    metavar="RELEASE",
    help="Add LiveBench's published figures of a release (2024-08-31); may be given again.",
)
@click.option("--rules", metavar="BOOK", help="Judge every run by this rule book  [default: each by its own].")
@click.option(
    "--sort",
    default="if",
    show_default=True,
    metavar="COLUMN",
    help="if, model, run, scored, or a task such as summarize.",
)
@click.option("--top", type=click.IntRange(min=0), metavar="N", help="Only the best N rows of each published release.")
@options.as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print the rows as CSV.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as Markdown.")
def command(
    runs: tuple[str, ...],
    published: tuple[str, ...],
    rules: str | None,
    sort: str,
    top: int | None,
    as_json: bool,
    as_csv: bool,
    as_markdown: bool,
) -> None:
    """Put each RUN (results folders or their names; default: all in results/) beside the others, best first.

    Rows with the same letter are figures of the same thing: the same questions, rule book, reading and release. What
    differs between letters stands below the table. A path that is no run is skipped and named.
    """
    from scorers.rule_books import chain

    from ..comparison.leaderboard.table import find_runs, make_leaderboard
    from ..store.run_spec import RESULTS
    from .output.leaderboard import print_leaderboard

    forms = {"json": as_json, "csv": as_csv, "markdown": as_markdown}
    chosen = [form for form, given in forms.items() if given]
    if len(chosen) > 1:
        raise click.UsageError("give one of --json, --csv and --markdown")
    if rules:
        chain(rules)
    named = runs or tuple(find_runs(RESULTS))
    if not named and not published:
        raise click.UsageError("there is no run in results/; name runs, or a release with --published")
    table = make_leaderboard(named, published=published, rules=rules, sort=sort, top=top)
    print_leaderboard(table, *(chosen or ["table"]))
