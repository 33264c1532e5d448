"""`ifh list`: the runs of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import options


@click.command(name="list", short_help="The runs in results/: model, questions, score, state; newest first.")
@click.argument("folder", metavar="[FOLDER]", default="results")
@options.as_json
def command(folder: str, as_json: bool) -> None:
    """List the runs in FOLDER (default: results/), newest first, as they were last scored.

    Tells of each the score with its interval, how many answers are scored, and whether it is complete, to go on, to
    score, or being worked in.
    """
    from ..comparison.leaderboard.run_list import list_runs, run_list_json
    from .output.run_list import print_run_list

    runs = list_runs(Path(folder))
    if as_json:
        click.echo(json.dumps(run_list_json(runs), ensure_ascii=False, indent=2))
    else:
        print_run_list(runs, folder)
