"""Requests through an official client: one attempt, its own words for errors, the body as it came.

The raw response is read here, because the clients turn a body that is no response into a response without fields.
Their own retries are off, so that no wait is hidden and every attempt is counted.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ...errors import AdapterError, Rejected
from ..formats.fields import decode_json, decode_json_or_text
from .errors import (
    Endpoint,
    connection_error,
    malformed_error,
    parse_retry_after,
    to_adapter_error,
)
from .provider_message import parse_provider_message

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from ..base import OnHeaders


async def send(
    call: Awaitable[Any],
    endpoint: Endpoint,
    model: str,
    seconds: float,
    *,
    refused: type[Exception],
    failed: type[Exception],
    on_headers: OnHeaders | None = None,
) -> tuple[object, dict[str, str]]:
    """Await a raw call and return the decoded body of an HTTP 200 and its headers, or raise an `AdapterError`.

    `seconds` are given to the attempt as a whole; `refused` is the client's exception for an error status, `failed`
    the one for a connection without a reply. `on_headers` gets the headers of every reply, errors' too.
    """
    import aiohttp
    import httpx2

    try:
        # The transport's own time-out restarts with every byte that comes; this one does not.
        async with asyncio.timeout(seconds):
            raw = await call
    except refused as error:
        raise _status(error, endpoint, model, on_headers) from None
    except UnicodeEncodeError as error:
        raise Rejected(f"the request cannot be sent as UTF-8: {error.reason}") from None
    except (failed, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
        raise connection_error(endpoint, error, seconds) from None
    response = raw.http_response
    headers = dict(response.headers)
    if on_headers:
        on_headers(headers)
    try:
        return decode_json(response.content), headers
    except (ValueError, RecursionError):
        raise malformed_error(endpoint, response.text, model) from None


def _status(error: Exception, endpoint: Endpoint, model: str, on_headers: OnHeaders | None) -> AdapterError:
    response: Any = vars(error)["response"]
    headers = dict(response.headers)
    if on_headers:
        on_headers(headers)
    reported = parse_provider_message(response.status_code, decode_json_or_text(response.content))
    return to_adapter_error(reported, endpoint, model, parse_retry_after(headers))
