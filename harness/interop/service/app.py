"""make_app: the ASGI application, with its token, its limit of requests and its errors."""

from __future__ import annotations

import hmac
from contextlib import asynccontextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from . import routes
from .bodies import error_response
from .pool import VerifierPool
from .state import ServiceState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .settings import ServiceSettings

ROUTES = (
    ("/score", "POST", routes.post_score),
    ("/verify", "POST", routes.post_verify),
    ("/aggregate_metrics", "POST", routes.post_aggregate_metrics),
    ("/seed_session", "POST", routes.post_seed_session),
    ("/reverify_mode", "GET", routes.get_reverify_mode),
    ("/healthz", "GET", routes.get_health),
    ("/metrics", "GET", routes.get_metrics),
    ("/openapi.json", "GET", routes.get_openapi),
)
OPEN = "/healthz"
"""The route that needs no token and has no limit."""
_PATHS = frozenset(path for path, _, _ in ROUTES)


def make_app(settings: ServiceSettings) -> ASGIApp:
    """Return the application; its lifespan starts and ends the verifying processes."""
    state = ServiceState(settings, VerifierPool(settings.processes, settings.seconds))

    @asynccontextmanager
    async def manage_pool(_: Starlette) -> AsyncIterator[None]:
        await state.pool.start()
        try:
            yield
        finally:
            state.pool.close()

    app = Starlette(
        routes=[Route(path, endpoint, methods=[method]) for path, method, endpoint in ROUTES],
        exception_handlers={HTTPException: _answer_error, Exception: _answer_bug},  # type: ignore[dict-item]  # too wide
        lifespan=manage_pool,
    )
    app.router.redirect_slashes = False
    app.state.service = state
    return Guard(app, state)


async def _answer_error(request: Request, error: HTTPException) -> Response:  # noqa: ARG001  # starlette's signature
    allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
    messages = {404: "no such route; GET /openapi.json lists them", 405: f"this route takes {allowed}"}
    return error_response(error.status_code, messages.get(error.status_code, error.detail), error.headers)


async def _answer_bug(request: Request, error: Exception) -> Response:  # noqa: ARG001  # as above
    return error_response(500, "a bug in ifharness, please report it; the log of the service has the traceback")


class Guard:
    """Middleware around everything: token, number of requests, metrics."""

    def __init__(self, app: ASGIApp, state: ServiceState) -> None:
        self._app, self._state = app, state
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        route = scope["path"] if scope["path"] in _PATHS else "other"
        metrics, started, status = self._state.metrics, perf_counter(), 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._in_flight += 1
        metrics.in_flight.inc()
        try:
            refusal = None if route == OPEN else self._refuse(scope)
            await (refusal or self._app)(scope, receive, note_status)
        finally:
            self._in_flight -= 1
            metrics.in_flight.dec()
            metrics.requests.labels(route, str(status)).inc()
            metrics.seconds.labels(route).observe(perf_counter() - started)

    def _refuse(self, scope: Scope) -> Response | None:
        """Return the response to a request that is not served, None for one that is."""
        token = self._state.settings.token
        if token and not _has_token(scope, token):
            message = "send the token of this service: Authorization: Bearer TOKEN"
            return error_response(401, message, {"WWW-Authenticate": "Bearer"})
        if self._in_flight > self._state.settings.max_requests:
            message = f"{self._state.settings.max_requests} requests are in flight; send this one again"
            return error_response(503, message, {"Retry-After": "1"})
        if scope.get("state", {}).get("crowded"):
            message = f"more than {self._state.settings.max_connections} connections are open; send this request again"
            return error_response(503, message, {"Retry-After": "1", "Connection": "close"})
        return None


def _has_token(scope: Scope, token: str) -> bool:
    """Return whether a request sends `token`; the time says nothing about it."""
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, sent = given.partition(b" ")
    return hmac.compare_digest(sent.strip(), token.encode()) and scheme.lower() == b"bearer"
