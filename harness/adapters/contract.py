"""What an adapter must return, and where one is wrong that does not: by file and line of the adapter."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import AdapterContractError
from .base import Response
from .credentials import without_keys, without_secrets

if TYPE_CHECKING:
    from .base import Request


def check_response(response: object, request: Request, adapter: object, *, method: str = "complete") -> Response:
    """Return `response`, without keys, if it is one to `request`; raises `AdapterContractError` that names the code.

    `method` of the adapter has made it.
    """
    breach = _find_breach(response, request, method)
    if breach or not isinstance(response, Response):
        raise AdapterContractError(f"{_place_of_method(adapter, method)}: {breach}")
    return without_keys(response)


def _find_breach(response: object, request: Request, method: str) -> str:
    """Return what is wrong with a response, "" if nothing is."""
    if not isinstance(response, Response):
        shown = without_secrets(f"{response!r:.60}")
        return f"{method}() of the adapter returned {type(response).__name__} {shown}, but must return a Response"
    if not isinstance(response.text, str):
        return f"the adapter's Response has text of type {type(response.text).__name__}, but it must be str"
    if (response.sample_id, response.epoch) != (request.sample_id, request.epoch):
        return (
            f"the adapter returned a response to sample {response.sample_id}, epoch {response.epoch}, for a request of "
            f"sample {request.sample_id}, epoch {request.epoch}"
        )
    return ""


def describe_breach(error: BaseException, adapter: object) -> str:
    """Return which line of the adapter raised `error`, and what it may raise instead."""
    reason = without_secrets(f"{type(error).__name__}: {error}")
    return (
        f"{_place_of(error, adapter)}: complete() of the adapter raised {reason}; it may raise AuthFailed, "
        "OutOfCredit, RateLimited, Unavailable or Rejected"
    )


def _place_of(error: BaseException, adapter: object) -> str:
    """Return file and line of the last frame in the folder of the adapter's module, else of the last frame."""
    home = _file_of(adapter)
    folder = str(Path(home).parent) if home else ""
    inside, last, trace = "", "", error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        last = f"{file}:{trace.tb_lineno}"
        if folder and file.startswith(folder):
            inside = last
        trace = trace.tb_next
    return inside or last or home


def _place_of_method(adapter: object, method: str) -> str:
    """Return file and line of a method of the adapter."""
    code = getattr(getattr(type(_inner(adapter)), method, None), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else _file_of(adapter) or type(adapter).__name__


def _file_of(adapter: object) -> str:
    module = sys.modules.get(type(_inner(adapter)).__module__)
    return str(getattr(module, "__file__", "") or "")


def _inner(adapter: object) -> object:
    """Return the adapter that makes the requests: the one behind a cache."""
    return getattr(adapter, "inner", adapter)
