"""One aiohttp session for all requests of a run, for adapters that open their own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from ...errors import ConfigError
from ..credentials import is_loopback
from .errors import CONNECT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiohttp import ClientMiddlewareType, ClientSession

IDLE = 4.0
"""Seconds that a connection without a request stays open: common servers close theirs after five."""


def proxy_for(base_url: str) -> str | None:
    """Return the proxy that the environment names for an address, None for a server on this machine.

    Read once, not with each request: the client's own way reads files every time. Raises `ConfigError` for a proxy
    of another kind than HTTP.
    """
    parts = urlsplit(base_url)
    if is_loopback(base_url) or proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and urlsplit(proxy).scheme not in ("http", "https"):
        name = f"{parts.scheme}_proxy".upper()
        raise ConfigError(
            f"the proxy in {name} or ALL_PROXY is no HTTP proxy (not shown, in case it holds a password); "
            f"name one as http://HOST:PORT, or put {parts.hostname} into NO_PROXY"
        )
    return proxy


def proxy_passwords(proxy: str | None) -> tuple[str, ...]:
    """Return the parts of a proxy's address that no message may show."""
    found = urlsplit(proxy).password if proxy else None
    return (found, unquote(found)) if found else ()


def open_session(
    *,
    concurrency: int,
    timeout: float,
    proxy: str | None,
    headers: Mapping[str, str] | None = None,
    middlewares: Sequence[ClientMiddlewareType] = (),
) -> ClientSession:
    """Return a session with as many connections as requests may be in flight; a loop must be running.

    `timeout` is in seconds and counts from the start of an attempt to its last byte. Cookies are dropped: responses
    must not depend on earlier requests.
    """
    import aiohttp

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=max(1, concurrency), keepalive_timeout=IDLE),
        timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=min(CONNECT, timeout)),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=headers,
        proxy=proxy,
        middlewares=middlewares,
    )
