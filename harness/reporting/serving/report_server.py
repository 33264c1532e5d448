"""The report of one run, served to the one in front of this machine; nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...store.files import read_plain
from .loopback import HTML, LoopbackServer, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LARGEST = 1 << 29
"""Bytes of a report at most: ifharness writes far smaller ones."""
REPORT_HEADERS = {
    "Content-Type": HTML,
    # A report that came with a received folder may hold any script: in the sandbox it has an origin of its own, so that
    # it can read no other page of this server.
    "Content-Security-Policy": "sandbox allow-scripts allow-modals allow-downloads; default-src 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}


def read_report(path: Path) -> bytes:
    """Return the bytes of a report; raises `OSError`, also for a symbolic link."""
    return read_plain(path, _LARGEST)


class ReportServer(LoopbackServer):
    """Serves a report and the page of its dialogues, at an address that cannot be guessed, to this machine only."""

    def __init__(self, report: Path, port: int = 0) -> None:
        self.report = report
        super().__init__(port)

    @property
    def url(self) -> str:
        """The address of the report."""
        return super().url + self.report.name

    def reply(self, name: str, query: str, headers: Mapping[str, str]) -> Reply | None:  # noqa: ARG002  # one page
        """Return one of the two pages under its own name."""
        pages = (self.report.name, self.report.name.replace("report", "dialogues", 1))
        if name not in pages or query:
            return None
        try:
            return Reply(read_report(self.report.with_name(name)), REPORT_HEADERS)
        except OSError:
            return None
