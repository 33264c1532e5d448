"""A web server on loopback that answers each request with what a function says; the tests of live sources share it."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import pytest

from tasks.errors import SourceError
from tasks.sources import load_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.article import Article

KEY = "s3cret-key+of/mine"
STORY = (
    "The bridge at Tarn was opened on Monday. It took nine years to build. Nobody had thought it would take so long."
)


@dataclass
class Answer:
    body: Any = b""
    """Bytes and text go out as they are, anything else as JSON."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Break off in the middle of the body."""


@dataclass
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Site:
    """Serves until the block ends; `asked` holds the requests as they came."""

    def __init__(self, answer: Callable[[Asked], Any]) -> None:
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.do_GET()

            def do_POST(self) -> None:
                self.do_GET()

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                asked = Asked(parts.path, query, {k.lower(): v for k, v in self.headers.items()})
                site.asked.append(asked)
                found = answer(asked)
                found = found if isinstance(found, Answer) else Answer(found)
                body = found.body if isinstance(found.body, bytes | str) else json.dumps(found.body)
                body = body.encode() if isinstance(body, str) else body
                self.send_response(found.status)
                for name, value in {"content-length": str(len(body)), **found.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body[: len(body) // 2] if found.cut else body)
                if found.cut:
                    self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def read(name: str, **options) -> list[Article]:
    return list(load_source(name, options).articles())


def refused(name: str, **options) -> str:
    with pytest.raises(SourceError) as error:
        read(name, **options)
    message = str(error.value)
    assert KEY not in message
    assert "\n" not in message
    return message
