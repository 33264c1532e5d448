"""Google's models through generateContent and the official client."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, cast

from ...errors import AdapterError, ConfigError, Rejected
from ..base import AdapterSetup, Request, Response
from ..credentials import base_url_from_env, check_base_url, find_key, read_setting
from ..formats.fields import decode_json, decode_json_or_text
from ..formats.generate_content import content_list, parse_content, parse_wait
from ..formats.request_body import RequestBody, split_system
from ..options import check_options, need_package, without_omitted
from ..transport.errors import Endpoint, connection_error, malformed_error, to_adapter_error
from ..transport.http import open_session, proxy_for, proxy_passwords
from ..transport.provider_message import parse_provider_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
    from google.genai import Client
    from google.genai.types import GenerateContentConfig

    from ..base import OnHeaders
    from ..batches.base import BatchAdapter

LIBRARIES = ("aiohttp",)
"""What is loaded before the first request."""
IMAGES = "model"
"""Pictures are sent, where the model takes them."""
DEFAULT_URL = "https://generativelanguage.googleapis.com"
KEY_ENVS = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
BATCH_DISCOUNTS_CACHED = False
"""Google's discounts for cached tokens and for batches do not add up."""
DEFAULT_VERSION = "v1"
_VERSION = re.compile(r"v\d[0-9a-z]*")
_NO_MODEL = re.compile(r"[\s?&#%]|\.\.")
_NAMES = {
    "max_tokens": "max_output_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "stop": "stop_sequences",
}


def create(setup: AdapterSetup) -> Gemini:
    """Return the adapter; options: `api_version` (default v1), `omit` (settings that the model does not take).

    The key comes from GEMINI_API_KEY or GOOGLE_API_KEY. Raises `ConfigError` for a missing package or key, a bad
    address, a model name that is none, or an unknown option.
    """
    check_options("gemini", setup, ("api_version", "omit"))
    sending = RequestBody(without_omitted(setup, _NAMES))
    version = setup.options.get("api_version", DEFAULT_VERSION)
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise ConfigError(f"api_version is {version!r}, but must be a version such as v1 or v1beta")
    if not setup.model or _NO_MODEL.search(setup.model):
        raise ConfigError(f"the adapter 'gemini' takes a model name such as gemini-2.5-flash, got {setup.model!r}")
    need_package("gemini", "google.genai", "google")
    base_url = check_base_url(setup.base_url or base_url_from_env("gemini") or DEFAULT_URL)
    if _VERSION.fullmatch(base_url.rpartition("/")[2]):
        raise ConfigError(f"base_url {base_url!r} ends in a version; leave it off, and name it with api_version")
    key_env = setup.key_env or next((name for name in KEY_ENVS if read_setting(name)), KEY_ENVS[0])
    proxy = proxy_for(base_url)
    path = f"/{version}/models/{setup.model.removeprefix('models/')}:generateContent"
    endpoint = Endpoint(
        base_url,
        find_key(key_env, base_url=base_url),
        key_env,
        path=path,
        hint="new names may be known to api_version v1beta only",
        secrets=proxy_passwords(proxy),
    )
    return Gemini(endpoint, sending, version, setup.timeout, setup.concurrency, proxy, on_headers=setup.on_headers)


def create_batches(setup: AdapterSetup) -> BatchAdapter:
    """Return the batch adapter, with the options of `create`; raises `ConfigError` as `create` does."""
    from ..batches.gemini import GeminiBatches
    from ..batches.http import BatchHttp

    live = create(setup)
    http = BatchHttp(live.endpoint, {"x-goog-api-key": live.endpoint.key}, setup.timeout, setup.model, live.proxy)
    return GeminiBatches(http, live.sending, setup.model)


class _Refused(Exception):
    """A reply that is no HTTP 200, as it came: the client would lose a body that is no JSON."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body


async def _refuse(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    response = await send(request)
    if response.status != 200:
        raise _Refused(response.status, response.headers, await response.read())
    return response


@dataclass
class Gemini:
    """Sends requests to generateContent."""

    endpoint: Endpoint
    sending: RequestBody
    version: str
    timeout: float
    """Seconds for one attempt, from the connection to the last byte."""
    concurrency: int
    proxy: str | None = field(default=None, repr=False)
    on_headers: OnHeaders | None = field(default=None, repr=False)
    """Takes the headers of each reply, for the concurrency limiter."""
    _client: Client | None = field(default=None, init=False, repr=False)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack, init=False, repr=False)

    async def __aenter__(self) -> Self:
        """Open the client."""
        from google import genai
        from google.genai import types

        session = open_session(
            concurrency=self.concurrency, timeout=self.timeout, proxy=self.proxy, middlewares=(_refuse,)
        )
        await self._open.enter_async_context(session)
        options = types.HttpOptions(
            base_url=self.endpoint.base_url,
            api_version=self.version,
            timeout=max(1, int(self.timeout * 1000)),
            # One attempt; without these options the client itself retries after a lost connection.
            retry_options=types.HttpRetryOptions(attempts=1),
            aiohttp_client=session,
        )
        # vertexai=False: an environment variable would send the prompts to another service.
        self._client = genai.Client(vertexai=False, api_key=self.endpoint.key, http_options=options)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the client."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aio.aclose()
            client.close()
        await self._open.aclose()

    async def complete(self, request: Request) -> Response:
        """Send one request; raises `AuthFailed`, `RateLimited`, `Unavailable`, `Rejected`, and nothing else."""
        fields, unset = self.sending.split(request.settings)
        system, turns = split_system(request)
        contents = content_list(turns)
        config = self._config(fields, system, request.settings.extra)
        raw, headers = await self._generate(request.model, contents, config)
        try:
            body = decode_json(raw.encode())
        except (ValueError, RecursionError):
            raise malformed_error(self.endpoint, raw, request.model) from None
        return parse_content(body, request, self.endpoint, headers, unset)

    @staticmethod
    def _config(fields: Mapping[str, Any], system: str, extra: Mapping[str, Any]) -> GenerateContentConfig:
        from google.genai import types

        return types.GenerateContentConfig(
            system_instruction=system or None,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            # The body is read here: the client refuses, or leaves out, what it does not know yet.
            should_return_http_response=True,
            http_options=types.HttpOptions(extra_body=dict(extra)) if extra else None,
            **fields,
        )

    async def _generate(
        self, model: str, contents: object, config: GenerateContentConfig
    ) -> tuple[str, Mapping[str, str]]:
        import aiohttp

        if self._client is None:
            raise RuntimeError("the adapter is used outside of its `async with`")
        try:
            async with asyncio.timeout(self.timeout):
                answer = await self._client.aio.models.generate_content(
                    model=model, contents=cast("Any", contents), config=config
                )
        except _Refused as refused:
            if self.on_headers:
                self.on_headers(refused.headers)
            raise self._status(refused, model) from None
        except (aiohttp.ClientError, OSError) as error:
            raise connection_error(self.endpoint, error, self.timeout) from None
        except UnicodeDecodeError as error:
            raise malformed_error(self.endpoint, error.object.decode("utf-8", "replace"), model) from None
        except ValueError as error:
            raise Rejected(f"the client cannot send the request: {self.endpoint.quote(error)}") from None
        reply = answer.sdk_http_response
        headers = {name.lower(): value for name, value in ((reply and reply.headers) or {}).items()}
        if self.on_headers:
            self.on_headers(headers)
        return (reply and reply.body) or "", headers

    def _status(self, refused: _Refused, model: str) -> AdapterError:
        body = decode_json_or_text(refused.body)
        reported = parse_provider_message(refused.status, body)
        return to_adapter_error(reported, self.endpoint, model, parse_wait(refused.headers, body))
