"""openai: any endpoint that speaks chat completions, through the official client.

The client's own retries are off: `harness.retry` decides, so that no wait is hidden and every attempt is counted.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from scorers.errors import near

from ..adapter import Request, Response, Setup
from ..errors import AdapterError, ConfigError, Rejected, Unavailable
from ..keys import base_url_from_env, checked_base_url, find_key, is_loopback
from ._chat import Endpoint, as_error, asked_wait, complaint, malformed, read_answer
from ._options import check_options

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from openai import APIStatusError, AsyncOpenAI
    from openai._legacy_response import LegacyAPIResponse

DEFAULT_URL = "https://api.openai.com/v1"
DEFAULT_KEY_ENV = "OPENAI_API_KEY"
_CONNECT = 10.0
"""Seconds to reach the server, where the time-out is not shorter."""
_LIMIT_FIELDS = ("max_tokens", "max_completion_tokens")


def create(setup: Setup) -> OpenAIAdapter:
    """Return the adapter; option `max_tokens_field` names the field that carries the token limit.

    Raises `ConfigError` for a missing key, a bad address or an unknown option.
    """
    check_options("openai", setup, ("max_tokens_field",))
    limit_field = setup.options.get("max_tokens_field", _LIMIT_FIELDS[0])
    if limit_field not in _LIMIT_FIELDS:
        known = ", ".join(_LIMIT_FIELDS)
        raise ConfigError(
            f"max_tokens_field {limit_field!r} is unknown{near(str(limit_field), _LIMIT_FIELDS)} ({known})"
        )
    base_url = checked_base_url(setup.base_url or base_url_from_env() or DEFAULT_URL)
    key_env = setup.key_env or DEFAULT_KEY_ENV
    key = find_key(key_env, base_url=base_url)
    return OpenAIAdapter(Endpoint(base_url, key, key_env), setup.timeout, limit_field)


@dataclass
class OpenAIAdapter:
    """Asks one endpoint."""

    endpoint: Endpoint
    timeout: float = 120.0
    """Seconds for one attempt, from the connection to the last byte."""
    limit_field: str = _LIMIT_FIELDS[0]
    _client: AsyncOpenAI | None = field(default=None, init=False, repr=False)

    async def __aenter__(self) -> Self:
        """Open the client; raises `ConfigError` for an address that it does not take."""
        import httpx2
        import openai

        connect = min(_CONNECT, self.timeout)
        # Proxies are for the world outside: a server on this machine is asked directly.
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
                http_client=openai.DefaultAioHttpClient(trust_env=not direct),
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
        """Ask once; raises `AuthFailed`, `RateLimited`, `Unavailable`, `Rejected`, and nothing else."""
        call = self._open().chat.completions.with_raw_response.create(**self._fields(request))
        body, headers = await self._send(call, request.model)
        return read_answer(body, request, self.endpoint, headers)

    async def models(self) -> list[str]:
        """Return the names of the models that the endpoint says it serves; raises as `complete` does."""
        client = self._open()
        body, _ = await self._send(client.models.with_raw_response.list(), "")
        listed = body.get("data") if isinstance(body, dict) else None
        found = listed if isinstance(listed, list) else []
        return [str(one["id"]) for one in found if isinstance(one, dict) and "id" in one]

    def _fields(self, request: Request) -> dict[str, Any]:
        settings = request.settings
        strange = next((part.type for turn in request.turns for part in turn.parts if part.type != "text"), None)
        if strange is not None:
            raise Rejected(f"a turn holds a part of type {strange!r}; this adapter sends text only")
        fields: dict[str, Any] = {
            "model": request.model,
            "messages": [{"role": turn.role, "content": turn.text} for turn in request.turns],
            self.limit_field: settings.max_tokens,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "seed": settings.seed,
            "stop": list(settings.stop) or None,
            "extra_body": dict(settings.extra) or None,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def _open(self) -> AsyncOpenAI:
        if self._client is None:
            raise RuntimeError("the adapter is used outside of its `async with`")
        return self._client

    async def _send(self, call: Awaitable[LegacyAPIResponse[Any]], model: str) -> tuple[object, dict[str, str]]:
        """Send one request; return the decoded body of an HTTP 200 and its headers.

        The raw response is read here: the client turns a body that is no completion into one without fields.
        """
        import aiohttp
        import httpx2
        import openai

        try:
            # The transport's own time-out starts anew with every byte that comes; this one does not.
            async with asyncio.timeout(self.timeout):
                raw = await call
        except openai.APIStatusError as error:
            raise self._status(error, model) from None
        except UnicodeEncodeError as error:
            raise Rejected(f"the request cannot be sent as UTF-8: {error.reason}") from None
        except (openai.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            raise self._lost(error) from None
        response = raw.http_response
        try:
            return json.loads(response.content), dict(response.headers)
        except (ValueError, RecursionError):
            raise malformed(self.endpoint, response.text) from None

    def _status(self, error: APIStatusError, model: str) -> AdapterError:
        try:
            body: object = json.loads(error.response.content)
        except (ValueError, RecursionError):
            body = error.response.text
        said = complaint(error.status_code, body)
        return as_error(said, self.endpoint, model, asked_wait(dict(error.response.headers)))

    def _lost(self, error: BaseException) -> Unavailable:
        """Return the error for a failed connection; the transport calls most of them time-outs, the cause knows."""
        chain = [error]
        while (cause := chain[-1].__cause__) is not None:
            chain.append(cause)
        if any(isinstance(link, TimeoutError) for link in chain):
            return Unavailable(f"{self.endpoint.base_url} did not answer in {self.timeout:g} s", cause="timeout")
        why = self.endpoint.quote(chain[-1]) or type(chain[-1]).__name__
        return Unavailable(
            f"the connection to {self.endpoint.base_url} failed: {why}; is the server up, and its address right?"
        )
