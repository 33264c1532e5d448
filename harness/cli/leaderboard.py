"""`ifh leaderboard`: runs ranked beside each other and beside published scores."""

from __future__ import annotations

import click

from . import options


@click.command(name="leaderboard")
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@click.option(
    "--published",
    multiple=True,
    metavar="RELEASE",
    help="LiveBench release whose published scores to include, such as 2024-08-31. Repeatable.",
)
@click.option(
    "--rules", metavar="BOOK", help=f"Rule book for all runs: {options.BOOK_NAMES}  [default: each run's own]"
)
@click.option(
    "--sort",
    default="if",
    show_default=True,
    metavar="COLUMN",
    help="Sort column: if, model, run, scored, reliable, or a task.",
)
@click.option("--top", type=click.IntRange(min=0), metavar="N", help="Maximum rows of each published release.")
@options.as_json
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Markdown table on standard output.")
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
    """Rank each RUN (results folders or their names; default: all in results/), best first.

    Rows with the same letter are comparable: same samples, rule book, mode and release. The lines below the table
    name the differences between letters. Paths that are not runs are skipped with a note.
    """
    from scorers.rule_books import chain

    from ..comparison.leaderboard.table import find_runs, make_leaderboard
    from ..errors import StoreError
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
        raise StoreError("results/ has no run; give RUN, or a release with --published")
    table = make_leaderboard(named, published=published, rules=rules, sort=sort, top=top)
    print_leaderboard(table, *(chosen or ["table"]))
