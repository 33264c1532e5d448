"""`ifh list`: the runs of a folder."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command(name="list")
@click.argument("folder", metavar="[FOLDER]", default="results")
@options.as_json
def command(folder: str, as_json: bool) -> None:
    """List the runs in FOLDER, newest first: score with interval, scored responses, state.  [default: results]

    Scores are as last computed; the list marks those older than the last response.
    """
    from ..comparison.leaderboard.run_list import list_runs, run_list_json
    from .output.console import print_json
    from .output.run_list import print_run_list

    runs = list_runs(Path(folder))
    if as_json:
        print_json(run_list_json(runs))
    else:
        print_run_list(runs, folder)
