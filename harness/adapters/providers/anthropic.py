"""Claude models through the messages API and the official client."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, cast

from ...errors import ConfigError
from ..base import AdapterSetup, Request, Response
from ..credentials import base_url_from_env, check_base_url, find_key, is_loopback
from ..formats.messages import MAX_TOKENS, message_blocks, parse_message
from ..formats.request_body import RequestBody, split_system
from ..options import check_options, flag_option, need_package, without_omitted
from ..transport.errors import CONNECT, Endpoint
from ..transport.http import proxy_for, proxy_passwords
from ..transport.sdk import send

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

    from ..base import OnHeaders
    from ..batches.base import BatchAdapter

LIBRARIES = ("anthropic", "aiohttp", "httpx2")
"""What is loaded before the first request."""
IMAGES = "model"
"""Pictures are sent, where the model takes them."""
DEFAULT_URL = "https://api.anthropic.com"
DEFAULT_KEY_ENV = "ANTHROPIC_API_KEY"
PATH = "/v1/messages"
_OLD_VERSION = "2023-06-01"
"""The API version that still takes temperature and top_p."""


def create(setup: AdapterSetup) -> Anthropic:
    """Return the adapter.

    The API takes no temperature and no top_p any more: they are recorded as not set, unless the option `old_sampling`
    is true, which selects the API's version of 2023. Option `omit`: further settings that the model does not take.
    Raises `ConfigError` for a missing package or key, a bad address or an unknown option.
    """
    check_options("anthropic", setup, ("old_sampling", "omit"))
    old = flag_option(setup, "old_sampling")
    names = {"max_tokens": "max_tokens", "stop": "stop_sequences"}
    if old:
        names |= {"temperature": "temperature", "top_p": "top_p"}
    sending = RequestBody(without_omitted(setup, names))
    need_package("anthropic", "anthropic", "anthropic")
    base_url = check_base_url(setup.base_url or base_url_from_env("anthropic") or DEFAULT_URL)
    if base_url.endswith(("/v1", PATH)):
        raise ConfigError(f"base_url {base_url!r} must not end in /v1, which is added to each request: leave off /v1")
    key_env = setup.key_env or DEFAULT_KEY_ENV
    endpoint = Endpoint(base_url, find_key(key_env, base_url=base_url), key_env, path=PATH, hint="without /v1")
    return Anthropic(endpoint, sending, setup.timeout, old_sampling=old, on_headers=setup.on_headers)


def create_batches(setup: AdapterSetup) -> BatchAdapter:
    """Return the batch adapter, with the options of `create`; raises `ConfigError` as `create` does."""
    from ..batches.anthropic import AnthropicBatches
    from ..batches.http import BatchHttp

    live = create(setup)
    proxy = proxy_for(live.endpoint.base_url)
    endpoint = replace(live.endpoint, secrets=proxy_passwords(proxy))
    headers = {"x-api-key": live.endpoint.key, "anthropic-version": _OLD_VERSION}
    return AnthropicBatches(BatchHttp(endpoint, headers, setup.timeout, setup.model, proxy), live.sending)


@dataclass
class Anthropic:
    """Sends requests to the messages API."""

    endpoint: Endpoint
    sending: RequestBody
    timeout: float
    """Seconds for one attempt, from the connection to the last byte."""
    old_sampling: bool = False
    on_headers: OnHeaders | None = field(default=None, repr=False)
    """Takes the headers of each reply, for the concurrency limiter."""
    _client: AsyncAnthropic | None = field(default=None, init=False, repr=False)

    async def __aenter__(self) -> Self:
        """Open the client; raises `ConfigError` for an address that it does not take."""
        import anthropic
        import httpx2

        try:
            self._client = anthropic.AsyncAnthropic(
                api_key=self.endpoint.key,
                base_url=self.endpoint.base_url,
                max_retries=0,
                timeout=anthropic.Timeout(self.timeout, connect=min(CONNECT, self.timeout)),
                default_headers={"anthropic-version": _OLD_VERSION} if self.old_sampling else None,
                http_client=anthropic.DefaultAioHttpClient(
                    trust_env=not is_loopback(self.endpoint.base_url), follow_redirects=False
                ),
            )
        except httpx2.InvalidURL as error:
            raise ConfigError(f"base_url {self.endpoint.base_url!r} is no address: {error}") from None
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the client."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def complete(self, request: Request) -> Response:
        """Send one request; raises `AuthFailed`, `RateLimited`, `Unavailable`, `Rejected`, and nothing else."""
        import anthropic

        if self._client is None:
            raise RuntimeError("the adapter is used outside of its `async with`")
        fields, unset = self.sending.split(request.settings)
        system, turns = split_system(request)
        # The client has no temperature and top_p any more: they are sent as further fields of the body.
        further: dict[str, Any] = {name: fields[name] for name in ("temperature", "top_p") if name in fields}
        further |= request.settings.extra
        call = self._client.messages.with_raw_response.create(
            model=request.model,
            max_tokens=fields.get("max_tokens", MAX_TOKENS),
            messages=cast("Any", message_blocks(turns)),
            system=system or anthropic.omit,
            stop_sequences=fields.get("stop_sequences", anthropic.omit),
            extra_body=further or None,
        )
        body, headers = await send(
            call,
            self.endpoint,
            request.model,
            self.timeout,
            refused=anthropic.APIStatusError,
            failed=anthropic.APIConnectionError,
            on_headers=self.on_headers,
        )
        return parse_message(body, request, self.endpoint, headers, unset)
