"""`ifh view`: the page of all runs, or the report of a run, in the browser or served on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..reporting.serving.loopback import LoopbackServer


@click.command(name="view")
@click.argument("target", metavar="[RESULTS | RUN]", default="results")
@click.option("--rules", metavar="BOOK", help=f"Rule book of a report: {options.BOOK_NAMES}  [default: the run's own]")
@click.option("--serve", is_flag=True, help="Serve on 127.0.0.1 until Ctrl-C and open no browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on  [default: a free one]")
def command(target: str, rules: str | None, serve: bool, port: int) -> None:
    """Show all runs in RESULTS on one page, or open the report of RUN in the browser.  [default: results]

    The page of all runs lists what `ifh list` prints, with filters and an order of your choice. It opens reports and
    compares the runs that you select. It is served until Ctrl-C, follows runs that are under way, and changes nothing.

    RUN is a results folder or its name. A missing report is written first.

    On a machine without a display, --serve makes the page available through an ssh tunnel, at an unguessable address
    and for this machine only.
    """
    folder = Path(target)
    if folder.is_dir() and not (folder / "run.json").exists():
        _view_all(folder, rules, port, serve=serve)
    elif not folder.exists() and folder == Path("results"):
        raise click.UsageError("there is no folder results here; name one, or make a run: ifh run quickstart")
    else:
        _view_one(target, rules, port, serve=serve)


def _view_all(folder: Path, rules: str | None, port: int, *, serve: bool) -> None:
    from ..reporting.serving.loopback import open_in_browser
    from ..reporting.serving.run_browser import RunBrowser

    if rules:
        raise click.UsageError("--rules needs a RUN; the page of all runs shows each run by its own rule book")
    with RunBrowser(folder, port) as server:
        if not serve:
            open_in_browser(server.url)
        _serve(server)


def _view_one(run: str, rules: str | None, port: int, *, serve: bool) -> None:
    from scorers.rule_books import chain

    from ..reporting.serving.loopback import open_in_browser
    from ..reporting.serving.report_server import ReportServer
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
        with ReportServer(report, port) as server:
            _serve(server)
        return
    opened = open_in_browser(report.resolve().as_uri())
    click.echo(f"{'Opened' if opened else 'Report'}: {escape_control(shortest_path(report))}")
    if not opened:
        name = escape_control(report.parent.name)
        click.echo(f"No browser is available. To serve the report, run: ifh view {name} --serve")


def _serve(server: LoopbackServer) -> None:
    from ..reporting.serving.loopback import describe_tunnel

    click.echo(f"{server.url}\n{describe_tunnel(server.server_port)}\nTo stop, press Ctrl-C.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nstopped")
