"""run_service: serves until SIGTERM or Ctrl-C, and then answers what is in flight."""

from __future__ import annotations

import multiprocessing
import signal
import socket
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING

import uvicorn

from ...errors import ConfigError
from .app import make_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .settings import ServiceSettings

_STOPS = (signal.SIGTERM, signal.SIGINT)
_GRACE = 5
"""Seconds that a request in flight has beyond its own limit once the service stops."""


class _Server(uvicorn.Server):
    """A server that ends normally after a signal; uvicorn's own raises the signal again."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in _STOPS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run_service(settings: ServiceSettings, on_start: Callable[[str], None]) -> None:
    """Serve until a signal ends it; `on_start` gets the address once requests can be sent.

    Raises `ConfigError` if the address needs a token or cannot be used.
    """
    settings.check()
    bound = _bind(settings)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    # A process with threads must not fork; the server that forks has no threads, and every checker loaded.
    multiprocessing.set_start_method("forkserver", force=True)
    multiprocessing.set_forkserver_preload(["harness.interop.service.preload"])
    config = uvicorn.Config(
        make_app(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=ceil(settings.request_seconds) + _GRACE,
        # Connections: waiting ones count too, so there are more than requests.
        limit_concurrency=4 * settings.max_requests,
        h11_max_incomplete_event_size=32_768,
    )
    with bound:
        on_start(f"http://{host}:{bound.getsockname()[1]}")
        _Server(config).run(sockets=[bound])


def _bind(settings: ServiceSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        bound = socket.create_server((settings.host.strip("[]"), settings.port), family=family, backlog=1024)
        # asyncio sets this only on sockets that name their protocol; without it, each response waits 40 ms.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"cannot listen on {settings.host}, port {settings.port}: {error}; name another address with --host and "
            "--port"
        ) from None
    return bound
