"""`ifh open`: the report of a run, in the browser or served on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="open", short_help="Opens a run's report in the browser, or serves it on this machine.")
@click.argument("run", metavar="RUN")
@click.option("--rules", metavar="BOOK", help="The report under another rule book  [default: the run's own].")
@click.option("--serve", is_flag=True, help="Serve the report on 127.0.0.1 until Ctrl-C, and print its address.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port for --serve  [default: any free one].")
def command(run: str, rules: str | None, serve: bool, port: int) -> None:
    """Open the report of RUN (a results folder or its name); one that is missing is made first.

    On a machine without a screen the path is printed instead; --serve then shows the report through an ssh tunnel.
    Only this one file is served, under an address that cannot be guessed, to this machine only.
    """
    from scorers.rule_books import chain

    from ..reporting.server import open_in_browser
    from ..runner.score import find_report
    from ..sanitize import escape_control
    from .output.console import shortest_path

    if port and not serve:
        raise click.UsageError("--port goes with --serve")
    if rules:
        chain(rules)
    report, note = find_report(run, rules)
    if note:
        click.echo(note, err=True)
    if serve:
        _serve(report, port)
        return
    opened = open_in_browser(report)
    click.echo(f"{'opened' if opened else 'report'}: {escape_control(shortest_path(report))}")
    if not opened:
        click.echo(
            f"no browser can be opened here; `ifh open {escape_control(report.parent.name)} --serve` shows it elsewhere"
        )


def _serve(report: Path, port: int) -> None:
    from ..reporting.server import ReportServer, describe_tunnel

    with ReportServer(report, port) as server:
        click.echo(f"{server.url}\n{describe_tunnel(server.server_port)}\nCtrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nended")
