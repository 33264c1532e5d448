"""OpenAI, and any endpoint of its chat completions or responses format, through the official client."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from ...errors import ConfigError
from ..base import AdapterSetup, Request, Response
from ..credentials import base_url_from_env, check_base_url, find_key, is_loopback, read_setting
from ..formats.chat_completions import OPTIONS, chat_body, message_list, parse_chat_completion, system_role
from ..formats.request_body import RequestBody
from ..formats.responses import PATH, input_list, parse_response, responses_body
from ..options import check_options, choice_option
from ..transport.errors import CONNECT, Endpoint
from ..transport.http import proxy_for, proxy_passwords
from ..transport.sdk import send

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from openai import AsyncOpenAI

    from ..base import OnHeaders
    from ..batches.base import BatchAdapter

LIBRARIES = ("openai", "openai.resources.chat", "aiohttp", "httpx2")
"""What is loaded before the first request."""
IMAGES = "model"
"""Pictures are sent, where the model takes them."""
DEFAULT_URL = "https://api.openai.com/v1"
DEFAULT_KEY_ENV = "OPENAI_API_KEY"
APIS = ("chat", "responses")


def create(setup: AdapterSetup) -> OpenAIAdapter:
    """Return the adapter.

    Options: `api` (`chat` or `responses`), `max_tokens_field` (the field of a chat that carries the token limit),
    `omit` (settings that the model does not take), `system_role` (the role of system turns).
    Raises `ConfigError` for a missing key, a bad address or an unknown option.
    """
    check_options("openai", setup, ("api", *OPTIONS))
    api = choice_option(setup, "api", APIS)
    base_url = check_base_url(setup.base_url or base_url_from_env("openai") or DEFAULT_URL)
    key_env = setup.key_env or DEFAULT_KEY_ENV
    endpoint = Endpoint(base_url, find_key(key_env, base_url=base_url), key_env)
    if api == "chat":
        return OpenAIAdapter(endpoint, setup.timeout, chat_body(setup), system_role(setup), on_headers=setup.on_headers)
    if "max_tokens_field" in setup.options:
        raise ConfigError('max_tokens_field belongs to api = "chat": the responses API has one name for it')
    sending = responses_body(setup)
    return OpenAIAdapter(
        replace(endpoint, path=PATH), setup.timeout, sending, system_role(setup), api, on_headers=setup.on_headers
    )


def create_batches(setup: AdapterSetup) -> BatchAdapter:
    """Return the batch adapter, with the options of `create`; raises `ConfigError` as `create` does."""
    from ..batches.http import BatchHttp
    from ..batches.openai import OpenAIBatches

    live = create(setup)
    headers = {"Authorization": f"Bearer {live.endpoint.key}"}
    if urlsplit(live.endpoint.base_url).hostname == urlsplit(DEFAULT_URL).hostname:
        sent = {"OpenAI-Organization": "OPENAI_ORG_ID", "OpenAI-Project": "OPENAI_PROJECT_ID"}
        headers |= {name: value for name, env in sent.items() if (value := read_setting(env))}
    proxy = proxy_for(live.endpoint.base_url)
    endpoint = replace(live.endpoint, secrets=proxy_passwords(proxy))
    return OpenAIBatches(
        BatchHttp(endpoint, headers, setup.timeout, setup.model, proxy), live.sending, live.system_role
    )


@dataclass
class OpenAIAdapter:
    """Sends requests to one endpoint."""

    endpoint: Endpoint
    timeout: float = 120.0
    """Seconds for one attempt, from the connection to the last byte."""
    sending: RequestBody = field(default_factory=lambda: chat_body(AdapterSetup("")))
    system_role: str = "system"
    api: str = APIS[0]
    on_headers: OnHeaders | None = field(default=None, repr=False)
    """Takes the headers of each reply, for the concurrency limiter."""
    _client: AsyncOpenAI | None = field(default=None, init=False, repr=False)

    async def __aenter__(self) -> Self:
        """Open the client; raises `ConfigError` for an address that it does not take."""
        import httpx2
        import openai

        connect = min(CONNECT, self.timeout)
        # Proxies are for the world outside: requests to this machine go directly.
        direct = is_loopback(self.endpoint.base_url)
        # The client sends OPENAI_ORG_ID and OPENAI_PROJECT_ID to whatever address; they are OpenAI's business alone.
        foreign = urlsplit(self.endpoint.base_url).hostname != urlsplit(DEFAULT_URL).hostname
        withheld = dict.fromkeys(("OpenAI-Organization", "OpenAI-Project"), openai.omit) if foreign else {}
        try:
            self._client = openai.AsyncOpenAI(
                api_key=self.endpoint.key,
                base_url=self.endpoint.base_url,
                max_retries=0,
                timeout=openai.Timeout(self.timeout, connect=connect),
                default_headers=cast("dict[str, str]", withheld),
                http_client=openai.DefaultAioHttpClient(trust_env=not direct, follow_redirects=False),
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
        fields, unset = self.sending.split(request.settings)
        write = input_list if self.api == "responses" else message_list
        turns = write(request, self.sending, self.system_role)
        extra = dict(request.settings.extra) or None
        client = self._open()
        call: Awaitable[Any]
        if self.api == "responses":
            create = client.responses.with_raw_response.create
            call = create(model=request.model, input=cast("Any", turns), extra_body=extra, **fields)
            body, headers = await self._send(call, request.model)
            return parse_response(body, request, self.endpoint, headers, unset)
        ask = client.chat.completions.with_raw_response.create
        call = ask(model=request.model, messages=cast("Any", turns), extra_body=extra, **fields)
        body, headers = await self._send(call, request.model)
        return parse_chat_completion(body, request, self.endpoint, headers, unset)

    async def models(self) -> list[str]:
        """Return the names of the models that the endpoint says it serves; raises as `complete` does."""
        body, _ = await self._send(self._open().models.with_raw_response.list(), "")
        listed = body.get("data") if isinstance(body, dict) else None
        found = listed if isinstance(listed, list) else []
        return [str(one["id"]) for one in found if isinstance(one, dict) and "id" in one]

    def _open(self) -> AsyncOpenAI:
        if self._client is None:
            raise RuntimeError("the adapter is used outside of its `async with`")
        return self._client

    async def _send(self, call: Awaitable[Any], model: str) -> tuple[object, dict[str, str]]:
        import openai

        return await send(
            call,
            self.endpoint,
            model,
            self.timeout,
            refused=openai.APIStatusError,
            failed=openai.APIConnectionError,
            on_headers=self.on_headers,
        )
