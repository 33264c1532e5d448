"""`ifh status`: progress of a run."""

from __future__ import annotations

import click

from . import options


@click.command(name="status")
@click.argument("run", metavar="RUN")
@options.as_json
def command(run: str, as_json: bool) -> None:
    """Show the progress of RUN (a results folder or its name): responses, failures by cause, tokens, cost.

    Works while the run continues, and names its process. Changes no file.
    """
    from ..sanitize import escape_control
    from ..scoring.status import describe_status, status_of
    from ..store.run_folder import RunFolder, find_run
    from .output.console import print_json

    status = status_of(RunFolder.load(find_run(run)))
    if as_json:
        print_json(status.to_json())
    else:
        click.echo(escape_control("\n".join(describe_status(status))))
