"""A server for this machine only, at an address that cannot be guessed, which answers its own pages only.

The standard library's HTTP server is enough: it serves one reader, and a framework would bring its own router, its own
workers and more to keep safe. The paths are a token and a fixed name, so no path of a request ever reaches the disk.
"""

from __future__ import annotations

import os
import secrets
import sys
import webbrowser
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost", "[::1]")
"""What a browser calls this machine, through a tunnel too; another name is a page of strangers that leads here."""
_OWN_SITES = ("", "none", "same-origin")
"""`Sec-Fetch-Site` of a typed address and of our own pages; older browsers and programs send none."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
HTML = "text/html; charset=utf-8"
_SECONDS = 30
"""Time that a connection has to send a request."""


@dataclass(frozen=True)
class Reply:
    """What a server answers to one request."""

    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: HTTPStatus = HTTPStatus.OK


class LoopbackServer(ThreadingHTTPServer, ABC):
    """Answers requests from this machine; subclasses say what.

    `port` 0 is any free one. Raises `ConfigError` if the port cannot be had.
    """

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        # Everybody who has an account on this machine can reach the port, but not read the address.
        self.root = f"/{secrets.token_urlsafe(12)}/"
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise ConfigError(f"port {port} cannot be had: {error}; name another with --port, or none") from None

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://{HOST}:{self.server_port}{self.root}"

    @abstractmethod
    def reply(self, name: str, query: str, headers: Mapping[str, str]) -> Reply | None:
        """Return the answer to a request for `name` below the root; None if there is no such page."""


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackServer
    server_version, sys_version = "ifharness", ""
    timeout = _SECONDS

    def do_GET(self) -> None:  # http.server's name
        self._answer(body=True)

    def do_HEAD(self) -> None:  # http.server's name
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        if not self._is_own():
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        path, _, query = self.path.partition("?")
        root = self.server.root
        # Compared as bytes in constant time: the token is what keeps other accounts of this machine out.
        known = secrets.compare_digest(path[: len(root)].encode("utf-8", "replace"), root.encode())
        reply = (
            self.server.reply(path[len(root) :], query, {key.lower(): value for key, value in self.headers.items()})
            if known
            else None
        )
        if reply is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(reply.status)
        for name, value in {**_HEADERS, **reply.headers}.items():
            self.send_header(name, value)
        if reply.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        if body and reply.content:
            self.wfile.write(reply.content)

    def _is_own(self) -> bool:
        """Return whether a request comes from this machine under its own name, and from no page of another site."""
        host = self.headers.get("Host", "")
        if urlsplit(f"//{host}").netloc.rpartition(":")[0] not in _NAMES:
            return False
        origin = self.headers.get("Origin")
        if origin is not None and origin != f"http://{host}":
            return False
        # A report is in a sandbox, with an origin of its own: its links come from another site, as a person opens them.
        opened = self.headers.get("Sec-Fetch-Mode") == "navigate" and self.headers.get("Sec-Fetch-Dest") == "document"
        return opened or self.headers.get("Sec-Fetch-Site", "") in _OWN_SITES

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal shows the address, and requests are of no interest."""


def has_screen() -> bool:
    """Return whether a browser with a window can be started here."""
    if sys.platform in ("darwin", "win32") or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_in_browser(address: str) -> bool:
    """Open an address in the browser; False if there is none that could."""
    return has_screen() and webbrowser.open(address)


def describe_tunnel(port: int) -> str:
    """Return how to reach a served page from another machine."""
    return f"from another machine: ssh -N -L {port}:{HOST}:{port} THIS-MACHINE, then open the same address there"
