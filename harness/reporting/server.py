"""Opening: a run's report, in the browser of this machine or served to the one in front of you."""

from __future__ import annotations

import os
import secrets
import sys
import webbrowser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost", "[::1]")
"""What a browser calls this machine, through a tunnel too; another name is a page of strangers that leads here."""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def has_screen() -> bool:
    """Say whether a browser with a window can be started here."""
    if sys.platform in ("darwin", "win32") or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_in_browser(report: Path) -> bool:
    """Open a report in the browser; False if there is none that could."""
    return has_screen() and webbrowser.open(report.resolve().as_uri())


class ReportServer(ThreadingHTTPServer):
    """Serves one file under one address that cannot be guessed, to this machine only; nothing else.

    `port` 0 is any free one. Raises `ConfigError` if the port cannot be had.
    """

    daemon_threads = True

    def __init__(self, report: Path, port: int = 0) -> None:
        self.report = report
        # Everybody who has an account on this machine can reach the port, but not read the address.
        self.page = f"/{secrets.token_urlsafe(12)}/{report.name}"
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise ConfigError(f"port {port} cannot be had: {error}; name another with --port, or none") from None

    @property
    def url(self) -> str:
        """The address of the report."""
        return f"http://{HOST}:{self.server_port}{self.page}"


class _Handler(BaseHTTPRequestHandler):
    server: ReportServer
    server_version, sys_version = "ifharness", ""

    def do_GET(self) -> None:  # http.server's name
        self._answer(body=True)

    def do_HEAD(self) -> None:  # http.server's name
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        if urlsplit(f"//{self.headers.get('Host', '')}").netloc.rpartition(":")[0] not in _NAMES:
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        if self.path != self.server.page:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        try:
            content = self.server.report.read_bytes()
        except OSError:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        for name, value in (*_HEADERS.items(), ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal shows the address, and requests are of no interest."""


def describe_tunnel(port: int) -> str:
    """Say how to reach a served report from another machine."""
    return f"from another machine: ssh -N -L {port}:{HOST}:{port} THIS-MACHINE, then open the same address there"
