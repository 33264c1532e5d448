"""`ifh batch`: the batches of a run."""

from __future__ import annotations

import click

from ..errors import ConfigError
from . import FAILED, options

ACTIONS = ("status", "collect", "cancel")


@click.command(name="batch")
@click.argument("action", metavar="ACTION", type=click.Choice(ACTIONS))
@click.argument("run", metavar="RUN")
@click.option("--no-wait", is_flag=True, help="With collect: save what is there now, and leave the rest.")
@options.as_json
def command(action: str, run: str, no_wait: bool, as_json: bool) -> int:
    """Show, collect or cancel the batches of RUN (a results folder or its name).

    ACTION is status (state of each batch at the provider), collect (save the results, send what follows from them, and
    score the run) or cancel (the provider ends the batches; collect saves what they have answered, and sends nothing
    further). Rerunning the command of the run collects as well, and also continues after a cancel.
    """
    if action != "collect" and no_wait:
        raise ConfigError("--no-wait is for `ifh batch collect`")
    if action == "collect":
        return _collect(run, wait=not no_wait, as_json=as_json)
    from ..runner.batches.control import cancel_batches, load_batches
    from .output.batch import print_batches

    report = load_batches(run) if action == "status" else cancel_batches(run)
    print_batches(report, as_json=as_json)
    return 0


def _collect(run: str, *, wait: bool, as_json: bool) -> int:
    from ..runner.batches.control import collect_batches
    from .output.run import print_run

    result = collect_batches(run, wait=wait)
    print_run(result, as_json=as_json)
    if result.stop_reason == "waiting":
        return 0
    return FAILED if result.score is None or result.stop_reason else 0
