"""One GET request with limits: a total deadline, a size once decompressed, and addresses that are refused."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ...errors import InputLimitError
from ...limits.addresses import ForbiddenAddressError, check_ip, check_url
from ...limits.memory import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import httpx2

    from ...limits.addresses import Origin

TOTAL_SECONDS = 60.0
"""Seconds for one page, redirects included."""
LARGEST_BODY = 16 * MEGABYTE
"""Bytes of one page once it is decompressed."""
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 10
_ENCODINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True, "deflate": True}
"""Whether a content encoding is decompressed; the request allows no other."""


class NoResponseError(Exception):
    """The server delivered no usable response; another attempt may succeed."""


@dataclass(frozen=True)
class Fetched:
    """The response after redirects; the body of an error status is not read."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    client: httpx2.Client, url: str, params: Mapping[str, str | int], named: Iterable[Origin], seconds: float
) -> Fetched:
    """Return the response to a GET request; `params` are sent to `url` itself, not to where it redirects.

    Raises `NoResponseError`, `ForbiddenAddressError` for an address inside the user's network that is not in `named`,
    `InputLimitError` for a body that is too large, and `httpx2.InvalidURL`.
    """
    from httpx2 import InvalidURL

    # A server that sends a byte of its headers now and then defeats the client's own timeouts.
    stop, outcome = Event(), list[Fetched | Exception]()

    def work() -> None:
        try:
            outcome.append(follow(client, url, params, named, stop))
        except (NoResponseError, ForbiddenAddressError, InputLimitError, InvalidURL, ValueError, RuntimeError) as error:
            outcome.append(error)

    thread = Thread(target=work, daemon=True, name="ifharness-fetch")
    thread.start()
    thread.join(seconds)
    if not outcome and not thread.is_alive():
        raise NoResponseError("the request failed")
    if not outcome:
        stop.set()  # The thread ends with the next bytes; nothing can end it before.
        raise NoResponseError(f"no complete response within {seconds:g} seconds")
    found = outcome[0]
    if isinstance(found, Exception):
        raise found
    return found


def follow(
    client: httpx2.Client,
    url: str,
    params: Mapping[str, str | int],
    named: Iterable[Origin],
    stop: Event | None = None,
    *,
    read: Callable[[httpx2.Response, Event], bytes] | None = None,
) -> Fetched:
    """Send the request and those that redirects ask for, each address checked, without a total deadline.

    `read` takes the body of a response, by default within `LARGEST_BODY`, until `stop` is set. Raises as `fetch` does.
    """
    import httpx2

    read, stop = read or _body, stop or Event()
    address, sent, named = url, dict(params), tuple(named)
    for _ in range(_MOST_REDIRECTS + 1):
        try:
            check_peer = check_url(address, named)
            # An empty mapping would remove the parameters of the address itself.
            with client.stream("GET", address, params=sent or None) as response:
                if check_peer:
                    _check_peer(response)
                location = response.headers.get("location", "")
                if response.status_code in _REDIRECTS and location:
                    address, sent = urljoin(str(response.url), location), {}
                    continue
                body = read(response, stop) if response.status_code < 300 else b""
                return Fetched(response.status_code, dict(response.headers), body)
        except (httpx2.RequestError, OSError, UnicodeError) as error:
            raise NoResponseError(f"no answer ({type(error).__name__})") from None
    raise NoResponseError(f"more than {_MOST_REDIRECTS} redirects")


def _check_peer(response: httpx2.Response) -> None:
    """Check the address that the connection went to: the name may resolve differently the second time."""
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    if isinstance(peer, tuple) and peer:
        check_ip(str(peer[0]))


def _body(response: httpx2.Response, stop: Event) -> bytes:
    """Return the decompressed body; the client's own decoding has no limit."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise NoResponseError(f"the response has the encoding {encoding[:20]!r}, which was not requested")
    packed = zlib.decompressobj(zlib.MAX_WBITS | 32) if _ENCODINGS[encoding] else None
    parts, size = [], 0
    for chunk in response.iter_raw():
        if stop.is_set():
            break
        try:
            part = packed.decompress(chunk, LARGEST_BODY + 1 - size) if packed else chunk
        except zlib.error:
            raise NoResponseError("the response is not valid gzip") from None
        size += len(part)
        if size > LARGEST_BODY or (packed and packed.unconsumed_tail):
            raise InputLimitError(f"the page is larger than {LARGEST_BODY // MEGABYTE} MB")
        parts.append(part)
    if packed and not packed.eof and size:
        raise NoResponseError("the response ends too early")
    return b"".join(parts)
