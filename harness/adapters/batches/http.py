"""HTTP calls of the batch APIs: JSON answers of limited size, files sent and read a piece at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from ...errors import AuthFailed, ConfigError, Rejected
from ..formats.fields import decode_json, decode_json_or_text
from ..transport.complaints import is_busy
from ..transport.errors import Endpoint, connection_error, malformed_error, parse_retry_after, to_adapter_error
from ..transport.http import open_session
from ..transport.provider_message import parse_provider_message
from .base import BatchGone, BatchTooLarge, LineError, next_look

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from aiohttp import ClientResponse, ClientSession

    from ...errors import AdapterError
    from ..formats.request_body import RequestBody
    from .base import BatchState

ANSWER = 1 << 26
"""Bytes of a JSON answer at most."""
LINE = 1 << 26
"""Bytes of one line of results at most."""
UNREADABLE = b"{"
"""What stands for a line that is too long: no JSON."""
_MOST = 1 << 36
"""Bytes of a file of results at most."""
_BLOCK = 1 << 16
_CREATING = ("/files", "/batches")
"""Ends of paths that a server with batches has."""
_NO_REASON = "the provider did not say why"
_SLOWEST = 100_000
"""Bytes a second at which a file may come or go at least."""


@dataclass
class BatchHttp:
    """Sends the calls of one batch adapter; redirects are not followed, as with live requests."""

    endpoint: Endpoint
    headers: Mapping[str, str] = field(repr=False)
    """Of every call, the key among them."""
    timeout: float
    """Seconds for a call, besides the time that a file takes."""
    model: str = ""
    """For messages."""
    proxy: str | None = field(default=None, repr=False)
    _session: ClientSession | None = field(default=None, init=False, repr=False)

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._session = open_session(concurrency=4, timeout=self.timeout, proxy=self.proxy, headers=self.headers)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the session."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        size: int = 0,
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        """Return the JSON object that a call brings, and its headers.

        `path` is below the base URL, or an address. `data` of `size` bytes is sent as it is, `body` as JSON.
        """
        import aiohttp

        arguments: dict[str, Any] = {"data": data} if data is not None else {"json": body} if body is not None else {}
        try:
            async with self._open(method, path, size=size, headers=headers, **arguments) as response:
                raw = await _read(response)
                await self._check(response, raw)
                found_headers = response.headers
        except (aiohttp.ClientError, OSError) as error:
            raise connection_error(self.endpoint, error, self.timeout) from None
        except (ValueError, UnicodeError) as error:  # an address that is none
            raise ConfigError(f"{self.endpoint.base_url}: {self.endpoint.quote(error)}") from None
        try:
            answer = decode_json(raw) if raw else {}
        except (ValueError, RecursionError):
            raise malformed_error(self.endpoint, raw.decode("utf-8", "replace"), self.model) from None
        if not isinstance(answer, dict):
            raise malformed_error(self.endpoint, answer, self.model)
        return answer, found_headers

    async def lines(self, path: str) -> AsyncIterator[bytes]:
        """Yield the lines of a file that are not blank, one in memory at a time.

        A line above `LINE` bytes is `UNREADABLE`. Raises `Unavailable` for a file that breaks off.
        """
        import aiohttp

        rest, read, cut = bytearray(), 0, False
        try:
            async with self._open("GET", path, size=_MOST) as response:
                if not 200 <= response.status < 300:
                    await self._check(response, await _read(response))
                async for block in response.content.iter_chunked(_BLOCK):
                    rest += block
                    read += len(block)
                    if read > _MOST:
                        raise Rejected(f"{self.endpoint.base_url}: results are larger than {_MOST:,} bytes")
                    if cut:  # the line that is too long has not ended yet
                        end = rest.find(b"\n")
                        cut = end < 0
                        del rest[: len(rest) if cut else end + 1]
                    *whole, last = rest.split(b"\n")
                    rest = last
                    for line in whole:
                        if line.strip():
                            yield bytes(line)
                    if len(rest) > LINE:
                        rest.clear()
                        cut = True
                        yield UNREADABLE
        except (aiohttp.ClientError, OSError) as error:
            raise connection_error(self.endpoint, error, self.timeout) from None
        if rest.strip():
            yield bytes(rest)

    def _open(self, method: str, path: str, *, size: int, **arguments: Any) -> Any:
        import aiohttp

        if self._session is None:
            raise RuntimeError("the adapter is used outside of its `async with`")
        url = path if path.startswith(("http://", "https://")) else self.endpoint.base_url + path
        # A file has no limit in all, but each part of it has to come in time.
        limit = aiohttp.ClientTimeout(total=self.timeout + size / _SLOWEST, sock_read=self.timeout)
        return self._session.request(method, url, allow_redirects=False, timeout=limit, **arguments)

    async def _check(self, response: ClientResponse, raw: bytes) -> None:
        if 200 <= response.status < 300:
            return
        if response.status == 413:
            raise BatchTooLarge
        if response.status in (404, 410) and response.method == "GET":
            raise BatchGone(self.endpoint.quote(decode_json_or_text(raw)))
        if response.status in (404, 405, 501) and response.url.path.endswith(_CREATING):
            raise AuthFailed(
                f"{self.endpoint.base_url} has no batches at {response.url.path} (it answered {response.status}): "
                "leave out --batch, or check --base-url"
            )
        raise self.error(response.status, decode_json_or_text(raw), response.headers)

    def error(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> AdapterError:
        """Return the exception that an error body stands for."""
        wait = parse_retry_after(headers) if headers else None
        return to_adapter_error(parse_provider_message(status, body), self.endpoint, self.model, wait)


async def _read(response: ClientResponse) -> bytes:
    """Return the body; raises `OSError` for one above `ANSWER`."""
    raw = bytearray()
    async for block in response.content.iter_chunked(_BLOCK):
        raw += block
        if len(raw) > ANSWER:
            raise OSError(f"an answer is longer than {ANSWER:,} bytes")
    return bytes(raw)


class HttpBatches(ABC):
    """What the batch adapters of the providers have in common: a connection, and a place for each batch."""

    cancel_suffix = "/cancel"
    """What follows the place of a batch in the call that ends it."""

    def __init__(self, http: BatchHttp, sending: RequestBody) -> None:
        self._http = http
        self._sending = sending

    async def __aenter__(self) -> Self:
        """Open the connection."""
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close it."""
        await self._http.__aexit__(*exc_info)

    async def poll(self, batch_id: str) -> BatchState:
        """Return the state of a batch, and when to look again."""
        found, headers = await self._http.call("GET", self._place(batch_id))
        return replace(self._state(found), wait=next_look(headers))

    async def cancel(self, batch_id: str) -> None:
        """Request the end of a batch, which may take minutes."""
        await self._http.call("POST", f"{self._place(batch_id)}{self.cancel_suffix}")

    def _complaint(self, code: object, message: object, line: int | None = None, *, status: int = 0) -> LineError:
        """Return why the provider did not take a batch; a `status` that it names decides what it means."""
        quote = self._http.endpoint.quote
        body = {"error": {"code": code, "message": message}}
        if not status:
            status = parse_provider_message(200, body).status
            if status == 500 and "server_error" not in str(code) and not is_busy(str(message)):
                status = 400  # the file was read and found wrong, whatever the code is called
        return LineError(quote(code or ""), quote(message or _NO_REASON), line, self._http.error(status, body))

    @abstractmethod
    def _place(self, batch_id: str) -> str:
        """Return the path of a batch."""

    @abstractmethod
    def _state(self, answer: dict[str, Any]) -> BatchState:
        """Return the state that the provider describes."""
