"""Prints the batches of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...runner.batches.control import describe_report
from ...runner.batches.engine import describe_batch
from ...sanitize import escape_control
from ...store.batches.log import format_time
from .console import print_json

if TYPE_CHECKING:
    from ...runner.batches.control import BatchReport
    from ...store.batches.log import BatchRecord

BATCH_FORMAT = 1
"""Format number of `ifh batch --json`."""


def print_batches(report: BatchReport, *, as_json: bool) -> None:
    """Print a line for each batch, then what to do next."""
    if as_json:
        batches = [_to_json(record) for record in report.records]
        print_json({"format": BATCH_FORMAT, "run": report.run, "batches": batches, "problems": report.problems})
        return
    lines = [describe_batch(record) for record in report.records]
    click.echo(escape_control("\n".join(describe_report(report, lines))))


def _to_json(record: BatchRecord) -> dict[str, Any]:
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
