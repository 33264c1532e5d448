"""`ifh status`: how far a run has come."""

from __future__ import annotations

import json

import click

from . import options


@click.command(name="status", short_help="How far a run has come, and how to go on.")
@click.argument("run", metavar="RUN")
@options.as_json
def command(run: str, as_json: bool) -> None:
    """Tell how far RUN (a results folder or its name) has come: answers, failures by cause, tokens, cost, what is left.

    Reads only, also while a run is going on: tells the process that is working in the folder.
    """
    from ..scoring.status import describe_status, status_of
    from ..store.run_folder import RunFolder, find_run

    status = status_of(RunFolder.load(find_run(run)))
    click.echo(
        json.dumps(status.to_json(), ensure_ascii=False, indent=2) if as_json else "\n".join(describe_status(status))
    )
