"""Bodies: read within limits of size and time, parsed strictly, and written as JSON."""

from __future__ import annotations

import asyncio
import json
from math import isinf
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from tasks.fast_json import dump_line, load_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from .settings import ServiceSettings

Model = TypeVar("Model", bound=BaseModel)
Given = ParamSpec("Given")
Result = TypeVar("Result")
_SHOWN = 5
"""Errors of a body that a response lists."""
_LONGEST = 2000
"""Characters of an error's message."""
_AT_ONCE = 16_384
"""Bytes of a body that the event loop works on itself; larger ones would delay the other requests."""


async def read_body(request: Request, settings: ServiceSettings) -> bytes:
    """Return a request's body.

    Raises `HTTPException`: 415 for another content type or a compressed body, 413 and 408 beyond the limits, 400 if the
    connection ends.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, f"the content type must be application/json, got {kind[:80] or 'none'!r}")
    packed = request.headers.get("content-encoding", "identity").strip().lower()
    if packed != "identity":
        raise HTTPException(415, f"the body must not be compressed; the content encoding is {packed[:80]!r}")
    limit = settings.max_body
    too_large = HTTPException(413, f"the body is larger than {limit:,} bytes; send fewer responses at a time")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise too_large
    parts, size = [], 0
    try:
        async with asyncio.timeout(settings.request_seconds):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise too_large
                parts.append(part)
    except TimeoutError:
        raise HTTPException(408, f"the body took longer than {settings.request_seconds:g} s") from None
    except ClientDisconnect:
        raise HTTPException(400, "the connection ended within the body") from None
    return b"".join(parts)


async def run_by_size(size: int, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """Return what `work` returns; for a body of many bytes it runs in another thread."""
    if size <= _AT_ONCE:
        return work(*given, **named)
    return await asyncio.to_thread(work, *given, **named)


def parse_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a body, its numbers exact.

    Raises `HTTPException`: 400 for what is no JSON, 422 for another value than an object.
    """
    record = load_json(raw)
    if record is not None:
        return record
    try:
        value = json.loads(raw, parse_constant=_refuse_constant, parse_float=_read_float)
    except RecursionError:
        raise HTTPException(400, "the body is nested too deeply") from None
    except ValueError as error:
        raise HTTPException(400, f"the body is no JSON in UTF-8: {str(error)[:200]}") from None
    if not isinstance(value, dict):
        raise HTTPException(422, f"the body must be a JSON object, got {type(value).__name__}")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _read_float(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def read_model(model: type[Model], record: Mapping[str, Any]) -> Model:
    """Return `record` as `model`; raises `HTTPException` 422 with the places and reasons."""
    try:
        return model.model_validate(record, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        lines = [f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in found[:_SHOWN]]
        more = f" (and {len(found) - _SHOWN} more)" if len(found) > _SHOWN else ""
        raise HTTPException(422, f"{'; '.join(lines)[:1900]}{more}") from None


def json_response(record: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `record` as a response; raises `HTTPException` 400 for what was read and cannot be written."""
    try:
        content = dump_line(record)
    except (RecursionError, ValueError):
        raise HTTPException(400, "the body is nested too deeply") from None
    return Response(content, status, headers=headers, media_type="application/json")


def format_error(status: int, message: str) -> bytes:
    """Return the body that every error has."""
    return dump_line({"error": {"status": status, "message": message[:_LONGEST]}})


def error_response(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as a response."""
    return Response(format_error(status, message), status, headers=headers, media_type="application/json")
