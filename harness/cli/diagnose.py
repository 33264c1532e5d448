"""`ifh diagnose`: responses that did not do their task, and responses that repeat hidden text."""

from __future__ import annotations

import click

from . import options


@click.command(name="diagnose")
@click.argument("run", metavar="RUN")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="Maximum flagged responses to print.",
)
@options.as_json
def command(run: str, limit: int, as_json: bool) -> None:
    """Find the off-task responses of RUN (a results folder or its name).

    Flags copies of the article, off-topic responses, keyword stuffing, summaries that are too long or lack the names,
    simplifications that are no easier, and responses that repeat the part of the article that the prompt omits.
    Changes no file and no score.
    """
    from ..scoring.diagnostics import diagnose_run
    from ..store.run_folder import RunFolder, find_run
    from .output.console import print_json
    from .output.diagnostics import print_diagnostics

    found = diagnose_run(RunFolder.load(find_run(run)))
    if as_json:
        print_json(found.to_json())
    else:
        print_diagnostics(found, limit)
