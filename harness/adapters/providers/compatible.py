"""Any server of the chat-completions format, with as little work a request as possible.

For local servers, where the processor of this machine limits a run: the same responses and errors as `openai`, a tenth
of its processor time, and no client library to load before the first request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from ...errors import ConfigError
from ..base import AdapterSetup, Request, Response
from ..credentials import check_base_url, find_key, read_setting
from ..formats.chat_completions import (
    OPTIONS,
    chat_body,
    parse_chat_completion,
    system_role,
    write_chat_request,
)
from ..formats.fields import decode_json, decode_json_or_text
from ..formats.request_body import RequestBody, encode_body
from ..options import check_options
from ..redaction import NO_KEY
from ..transport.errors import (
    Endpoint,
    connection_error,
    malformed_error,
    parse_retry_after,
    to_adapter_error,
)
from ..transport.http import open_session, proxy_for, proxy_passwords
from ..transport.provider_message import parse_provider_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import ClientSession
    from yarl import URL

    from ..base import OnHeaders
    from ..batches.base import BatchAdapter

LIBRARIES = ("aiohttp",)
"""What is loaded before the first request."""
IMAGES = "model"
"""Pictures are sent, where the model takes them."""
DEFAULT_KEY_ENV = "COMPATIBLE_API_KEY"


def create(setup: AdapterSetup) -> Compatible:
    """Return the adapter for the server at `setup.base_url`; its options are those of `openai`, without `api`.

    A key is sent only if the run names its variable with key_env, or COMPATIBLE_API_KEY is set: a key of another
    provider must not go to whatever address. Raises `ConfigError`.
    """
    check_options("compatible", setup, OPTIONS)
    if not setup.base_url:
        raise ConfigError(
            "the adapter 'compatible' has no default address: give one with base_url in the run file or "
            "--base-url, such as http://127.0.0.1:8000/v1"
        )
    base_url = check_base_url(setup.base_url)
    key_env = setup.key_env or (DEFAULT_KEY_ENV if read_setting(DEFAULT_KEY_ENV) else "")
    key = find_key(key_env, base_url=base_url) if key_env else NO_KEY
    proxy = proxy_for(base_url)
    endpoint = Endpoint(base_url, "" if key == NO_KEY else key, key_env, secrets=proxy_passwords(proxy))
    return Compatible(
        endpoint,
        chat_body(setup),
        system_role(setup),
        setup.timeout,
        setup.concurrency,
        proxy,
        on_headers=setup.on_headers,
    )


def create_batches(setup: AdapterSetup) -> BatchAdapter:
    """Return the batch adapter, for servers with OpenAI's batch API; raises `ConfigError` as `create` does."""
    from ..batches.http import BatchHttp
    from ..batches.openai import OpenAIBatches

    live = create(setup)
    headers = {"Authorization": f"Bearer {live.endpoint.key}"} if live.endpoint.key else {}
    http = BatchHttp(live.endpoint, headers, setup.timeout, setup.model, live.proxy)
    return OpenAIBatches(http, live.sending, live.system_role)


@dataclass
class Compatible:
    """Sends requests to one server over connections that stay open."""

    endpoint: Endpoint
    sending: RequestBody
    system_role: str
    timeout: float
    """Seconds for one attempt, from the connection to the last byte."""
    concurrency: int
    proxy: str | None = field(default=None, repr=False)
    on_headers: OnHeaders | None = field(default=None, repr=False)
    """Takes the headers of each reply, for the concurrency limiter."""
    _session: ClientSession | None = field(default=None, init=False, repr=False)
    _url: URL | None = field(default=None, init=False, repr=False)

    async def __aenter__(self) -> Self:
        """Open the session; raises `ConfigError` for an address that it does not take."""
        from yarl import URL

        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.endpoint.key:
            headers["Authorization"] = f"Bearer {self.endpoint.key}"
        try:
            # Taken apart once, not with each request.
            self._url = URL(self.endpoint.base_url + self.endpoint.path)
        except ValueError as error:
            raise ConfigError(f"base_url {self.endpoint.base_url!r} is no address: {error}") from None
        self._session = open_session(
            concurrency=self.concurrency, timeout=self.timeout, proxy=self.proxy, headers=headers
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the session."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def complete(self, request: Request) -> Response:
        """Send one request; raises `AuthFailed`, `RateLimited`, `Unavailable`, `Rejected`, and nothing else."""
        body, unset = write_chat_request(request, self.sending, self.system_role)
        status, headers, raw = await self._post(encode_body(body))
        if not 200 <= status < 300:
            reported = parse_provider_message(status, decode_json_or_text(raw))
            raise to_adapter_error(reported, self.endpoint, request.model, parse_retry_after(headers))
        try:
            answer = decode_json(raw)
        except (ValueError, RecursionError):
            raise malformed_error(self.endpoint, raw.decode("utf-8", "replace"), request.model) from None
        return parse_chat_completion(answer, request, self.endpoint, headers, unset)

    async def _post(self, payload: bytes) -> tuple[int, Mapping[str, str], bytes]:
        import aiohttp

        if self._session is None or self._url is None:
            raise RuntimeError("the adapter is used outside of its `async with`")
        try:
            # A redirect would take the prompt, and perhaps the key, to an address that the run does not name.
            async with self._session.post(self._url, data=payload, allow_redirects=False) as response:
                if self.on_headers:
                    self.on_headers(response.headers)
                return response.status, response.headers, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            raise connection_error(self.endpoint, error, self.timeout) from None
