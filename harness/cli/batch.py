"""`ifh batch`: the batches of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..errors import ConfigError
from . import FAILED, options

if TYPE_CHECKING:
    from ..runner.batches.control import BatchReport
    from ..store.batches.record import BatchRecord

ACTIONS = ("status", "collect", "cancel")
BATCH_FORMAT = 1
"""Format number of `ifh batch --json`."""


@click.command(name="batch")
@click.argument("action", metavar="ACTION", type=click.Choice(ACTIONS))
@click.argument("run", metavar="RUN")
@click.option("--no-wait", is_flag=True, help="With collect: save what is there now, and leave the rest.")
@click.option("--base-url", metavar="URL", help="Confirms an address that only the results folder names.")
@options.as_json
def command(action: str, run: str, no_wait: bool, base_url: str | None, as_json: bool) -> int:
    """Show, collect or cancel the batches of RUN (a results folder or its name).

    ACTION is status (state of each batch at the provider), collect (save the results, send what follows from them, and
    score the run) or cancel (the provider ends the batches; collect saves what they have answered, and sends nothing
    further). Rerunning the command of the run collects as well, and also continues after a cancel.
    """
    if action != "collect" and no_wait:
        raise ConfigError("--no-wait is for `ifh batch collect`")
    if action == "collect":
        return _collect(run, base_url, wait=not no_wait, as_json=as_json)
    from ..runner.batches.control import cancel_batches, load_batches

    report = (load_batches if action == "status" else cancel_batches)(run, base_url=base_url)
    _print(report, as_json=as_json)
    return FAILED if report.failed else 0


def _collect(run: str, base_url: str | None, *, wait: bool, as_json: bool) -> int:
    from ..runner.batches.control import collect_batches
    from .output.run import print_run
    from .run import has_failed

    result = collect_batches(run, base_url=base_url, wait=wait)
    print_run(result, as_json=as_json)
    return FAILED if has_failed(result) else 0


def _print(report: BatchReport, *, as_json: bool) -> None:
    """Print a line for each batch, then what to do next."""
    from ..runner.batches.control import describe_report
    from ..runner.batches.engine import describe_batch
    from ..sanitize import escape_control
    from .output.console import print_json

    if as_json:
        batches = [_to_json(record) for record in report.records]
        print_json({"format": BATCH_FORMAT, "run": report.run, "batches": batches, "problems": report.problems})
        return
    lines = [describe_batch(record) for record in report.records]
    click.echo(escape_control("\n".join(describe_report(report, lines))))


def _to_json(record: BatchRecord) -> dict[str, Any]:
    from ..store.batches.log import format_time

    return {
        "batch_id": record.batch_id,
        "marker": record.marker,
        "status": record.status,
        "requests": record.requests,
        "counts": record.counts,
        "submitted": format_time(record.submitted) if record.submitted else "",
        "expires": format_time(record.expires) if record.expires else "",
        "resolved": record.resolved,
        "outcome": record.outcome,
    }
