"""A real HTTP server on loopback that speaks providers' formats with scripted replies."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Reply:
    """What the server answers to one request."""

    body: Any = None
    """Sent as JSON; a str or bytes goes out as it is."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the first byte."""
    dribble: float = 0.0
    """Seconds between single bytes of the body."""
    cut: bool = False
    """Break the connection in the middle of the body."""
    drop: bool = False
    """Break the connection without an answer."""


@dataclass
class Heard:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    connection: int = 0
    """The client's port: the same for all requests of one connection."""


def says(text: str | None, *, finish: str | None = "stop", usage: Any = None, **message: Any) -> Reply:
    """A chat completion; further fields go into its message."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
    body = {"id": "chat-1", "object": "chat.completion", "created": 1, "model": "served-1", "choices": [choice]}
    return Reply({**body, "usage": usage} if usage is not None else body)


def complains(status: int, message: str = "no", headers: dict[str, str] | None = None, **error: Any) -> Reply:
    """An error body."""
    return Reply({"error": {"message": message, **error}}, status, headers or {})


def says_response(
    text: str | None, *, status: str = "completed", reason: str | None = None, usage: Any = None, **more: Any
) -> Reply:
    """An answer of the responses API; `thought` and `refusal` go where it puts them, further fields into the body."""
    thought, refusal = more.pop("thought", None), more.pop("refusal", None)
    content = [{"type": "output_text", "text": text, "annotations": []}] if text is not None else []
    content += [{"type": "refusal", "refusal": refusal}] if refusal else []
    output: list[dict[str, Any]] = []
    if thought:
        output.append({"type": "reasoning", "id": "rs-1", "summary": [{"type": "summary_text", "text": thought}]})
    if content:
        output.append({"type": "message", "id": "msg-1", "role": "assistant", "content": content})
    body = {"id": "resp-1", "object": "response", "status": status, "error": None, "model": "served-1"}
    details = {"reason": reason} if reason else None
    return Reply({**body, "incomplete_details": details, "output": output, "usage": usage, **more})


def says_message(
    text: str | None, *, stop: str | None = "end_turn", thought: str = "", usage: Any = None, **more: Any
) -> Reply:
    """A message of the messages API; further fields go into the body."""
    content = [{"type": "thinking", "thinking": thought, "signature": "c2ln"}] if thought else []
    content += [{"type": "text", "text": text}] if text is not None else []
    body = {"id": "msg-1", "type": "message", "role": "assistant", "model": "served-1", "content": content}
    return Reply({**body, "stop_reason": stop, "stop_sequence": None, "usage": usage, **more})


def says_content(
    text: str | None, *, finish: str | None = "STOP", thought: str = "", usage: Any = None, **more: Any
) -> Reply:
    """An answer of generateContent; further fields go into the body."""
    parts = [{"text": thought, "thought": True}] if thought else []
    parts += [{"text": text}] if text is not None else []
    candidate: dict[str, Any] = {"index": 0, "finishReason": finish}
    candidate |= {"content": {"role": "model", "parts": parts}} if parts else {}
    body = {"candidates": [candidate], "modelVersion": "served-1", "responseId": "resp-1", **more}
    return Reply({**body, "usageMetadata": usage} if usage is not None else body)


class Loopback:
    """Runs in a thread of its own, so that asyncio code, threads and other processes can all ask it.

    Replies are given in order and the last one again and again; a function gets the request's body and returns the
    reply. What was asked stands in `heard`, and `most_at_once` counts requests that were in flight together. Nothing
    is answered before `together` requests are there, or ten seconds have passed.
    """

    def __init__(self, *replies: Reply | Callable[[dict[str, Any]], Reply], together: int = 0) -> None:
        self.together = together
        self.replies = list(replies) or [says("Hello.")]
        self.heard: list[Heard] = []
        self.most_at_once = 0
        self._now = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    @property
    def url(self) -> str:
        """The base URL of OpenAI's formats."""
        return f"{self.root}/v1"

    @property
    def root(self) -> str:
        """The address without a path, the base URL of the others."""
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self) -> None:
        self._loop, self._stop, self._gathered = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._answer)
        # Handlers that still wait at the end (a test of time-outs) are not worth waiting for.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw else {}
        port = request.transport.get_extra_info("peername")[1] if request.transport else 0
        self.heard.append(Heard(request.path, dict(request.headers), body, port))
        chosen = self.replies[min(len(self.heard), len(self.replies)) - 1]
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        if self._now >= self.together:
            self._gathered.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._gathered.wait(), 10)
        try:
            reply = chosen if isinstance(chosen, Reply) else chosen(body)
            return await self._send(request, reply)
        finally:
            self._now -= 1

    async def _send(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        await asyncio.sleep(reply.delay)
        if reply.drop:
            request.transport.close()
            return web.Response()
        as_json = not isinstance(reply.body, str | bytes)
        data = json.dumps(reply.body) if as_json else reply.body
        data = data.encode() if isinstance(data, str) else data
        headers = {"content-type": "application/json", **reply.headers}
        if not (reply.dribble or reply.cut):
            return web.Response(body=data, status=reply.status, headers=headers)
        response = web.StreamResponse(status=reply.status, headers={**headers, "content-length": str(len(data))})
        await response.prepare(request)
        for byte in data[: len(data) // 2] if reply.cut else data:
            await response.write(bytes([byte]))
            await asyncio.sleep(reply.dribble)
        if reply.cut:
            request.transport.close()
        return response
