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
from .protocol import make_protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .settings import ServiceSettings

_STOPS = (signal.SIGTERM, signal.SIGINT)
_GRACE = 5
"""Seconds that a request in flight has beyond its own limit once the service stops."""
_OTHER_FILES = 512
"""Files beside the connections: pipes to the verifying processes, and connections that are being refused."""


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
    host = f"[{settings.bare_host}]" if ":" in settings.bare_host else settings.bare_host
    # A process with threads must not fork; the server that forks has no threads, and every checker loaded.
    multiprocessing.set_start_method("forkserver", force=True)
    multiprocessing.set_forkserver_preload(["harness.interop.service.preload"])
    _allow_connections(settings)
    config = uvicorn.Config(
        make_app(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=ceil(settings.request_seconds) + _GRACE,
        http=make_protocol(settings),
        ws="none",
    )
    with bound:
        on_start(f"http://{host}:{bound.getsockname()[1]}")
        _Server(config).run(sockets=[bound])


def _allow_connections(settings: ServiceSettings) -> None:
    """Raise the limit of open files where it is below what the connections need."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.max_connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


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
