"""LimitedProtocol: one connection, with limits on what comes before a request reaches the application.

uvicorn has no limit on the size of a request's head, on the time it takes, or on the time a client takes to read the
response. Each would let one client hold memory or connections for ever, without a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from .bodies import format_error

if TYPE_CHECKING:
    import asyncio
    from asyncio.events import TimerHandle

    from .settings import ServiceSettings

MAX_HEAD = 65_536
"""Bytes of a request line with its headers."""
HEAD_SECONDS = 10.0
"""Time that a client has for them, from the connection or their first byte on."""


def make_protocol(settings: ServiceSettings) -> type[HttpToolsProtocol]:
    """Return the class of a service's connections."""
    return type("ServiceProtocol", (LimitedProtocol,), {"settings": settings})


class LimitedProtocol(HttpToolsProtocol):
    """A connection of uvicorn that ends when a client exceeds a limit."""

    settings: ServiceSettings

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._is_in_head = True
        self._head_size = 0
        self._head_timer: TimerHandle | None = None
        self._write_timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin, and wait for the first request."""
        super().connection_made(transport)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has come, unless the head of the request is too large by now."""
        super().data_received(data)
        if not self._is_in_head:
            return
        self._head_size += len(data)
        if self._head_size > MAX_HEAD:
            self._end_with(431, f"the request line and its headers are larger than {MAX_HEAD:,} bytes")

    def on_message_begin(self) -> None:
        """Begin the head of a request."""
        super().on_message_begin()
        self._is_in_head, self._head_size = True, 0
        self._start_head_timer()

    def on_headers_complete(self) -> None:
        """Hand the request to the application, which learns whether there are too many connections."""
        self._is_in_head = False
        self._stop_head_timer()
        crowded = len(self.connections) > self.settings.max_connections
        self.scope["state"] = {**self.scope.get("state", {}), "crowded": crowded}
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Wait for the client to read."""
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(self.settings.request_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Continue after the client has read."""
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP request."""
        self._end_with(400, msg)

    def _start_head_timer(self) -> None:
        self._stop_head_timer()
        seconds = min(HEAD_SECONDS, self.settings.request_seconds)
        self._head_timer = self.loop.call_later(seconds, self._give_up_head, seconds)

    def _give_up_head(self, seconds: float) -> None:
        self._head_timer = None
        if self.cycle is not None and not self.cycle.response_complete:
            self._start_head_timer()  # a pipelined request waits for the response before it
        elif self._head_size:
            self._end_with(408, f"the request line and its headers took longer than {seconds:g} s")
        else:
            self.transport.close()

    def _end_with(self, status: int, message: str) -> None:
        """Answer in place of the application, unless its response is under way, and close."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            body = format_error(status, message)
            head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_timers(self) -> None:
        self._stop_head_timer()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
