"""`ifh view`: the report of a run, in the browser or served on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="view")
@click.argument("run", metavar="RUN")
@click.option("--rules", metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}  [default: the run's own]")
@click.option("--serve", is_flag=True, help="Serve the report on 127.0.0.1 until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port for --serve  [default: a free one]")
def command(run: str, rules: str | None, serve: bool, port: int) -> None:
    """Open the report of RUN (a results folder or its name) in the browser.

    A missing report is written first. On a machine without a display, --serve makes the report available through an
    ssh tunnel: only this file, at an unguessable address, for this machine only.
    """
    from scorers.rule_books import chain

    from ..reporting.server import open_in_browser
    from ..runner.score import find_report
    from ..sanitize import escape_control
    from .output.console import print_notes, shortest_path

    if port and not serve:
        raise click.UsageError("--port needs --serve")
    if rules:
        chain(rules)
    report, note = find_report(run, rules)
    if note:
        print_notes([note])
    if serve:
        _serve(report, port)
        return
    opened = open_in_browser(report)
    click.echo(f"{'Opened' if opened else 'Report'}: {escape_control(shortest_path(report))}")
    if not opened:
        name = escape_control(report.parent.name)
        click.echo(f"No browser is available. To serve the report, run: ifh view {name} --serve")


def _serve(report: Path, port: int) -> None:
    from ..reporting.server import ReportServer, describe_tunnel

    with ReportServer(report, port) as server:
        click.echo(f"{server.url}\n{describe_tunnel(server.server_port)}\nTo stop, press Ctrl-C.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nstopped")
