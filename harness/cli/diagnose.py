"""`ifh diagnose`: did the answers of a run do their task at all, and did they repeat what they were not shown?"""

from __future__ import annotations

import json

import click

from . import options


@click.command(name="diagnose", short_help="Which answers did not do their task, beside the score.")
@click.argument("run", metavar="RUN")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="Show the first N flagged answers.",
)
@options.as_json
def command(run: str, limit: int, as_json: bool) -> None:
    """Tell which answers of RUN (a results folder or its name) did not do their task, and what was measured.

    Flagged are copies of the article, answers about something else, stuffed ones, summaries that are too long or
    without the names, simplifications that are no easier, and answers that repeat what the prompt does not show of
    the article. Asks no one, changes no file, and no score depends on it.
    """
    from ..scoring.diagnostics import diagnose_run
    from ..store.run_folder import RunFolder, find_run
    from .output.diagnostics import print_diagnostics

    found = diagnose_run(RunFolder.load(find_run(run)))
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print_diagnostics(found, limit)
