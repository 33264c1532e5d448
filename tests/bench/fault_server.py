"""A chat server on loopback that goes wrong on purpose, in ways that are drawn beforehand, and keeps books."""

from __future__ import annotations

import asyncio
import json
import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Self

SHARES = {"refused": 0.20, "error": 0.05, "dropped": 0.02, "malformed": 0.02, "hanging": 0.02, "empty": 0.01}
"""Of all attempts; the rest is answered."""
ANSWERED = ("answered", "empty")


@dataclass(frozen=True)
class Weather:
    """What the server does."""

    shares: dict[str, float] = field(default_factory=dict)
    retry_after: float = 1.0
    """Seconds that a single refusal names."""
    latency: float = 0.05
    seed: int = 0
    limit_after: int | None = None
    """Requests after which all are refused for `limit_seconds`; each refusal names when that is over."""
    limit_seconds: float = 0.0

    def fate(self, question: str, attempt: int) -> str:
        """Return what becomes of an attempt (from 1); it depends on nothing else."""
        drawn = Random(f"{self.seed}/{question}/{attempt}").random()
        for kind, share in self.shares.items():
            drawn -= share
            if drawn < 0:
                return kind
        return "answered"

    def least(self, question: str, attempts: int) -> int:
        """Return the attempts that a question takes at least, of so many at most."""
        fates = (self.fate(question, attempt) in ANSWERED for attempt in range(1, attempts + 1))
        return next((n for n, fine in enumerate(fates, 1) if fine), attempts)


class FaultServer:
    """Serves in a thread of its own; a context manager.

    `prepare` is called in that thread before it listens on `host`: it may move the thread into another network.
    """

    def __init__(self, weather: Weather, host: str = "127.0.0.1", prepare: Callable[[], object] = lambda: None) -> None:
        self.weather = weather
        self._host, self._prepare = host, prepare
        self.attempts: Counter[str] = Counter()
        """Requests, by question."""
        self.fates: Counter[str] = Counter()
        self.early: list[float] = []
        """Seconds by which requests came before the time that the refusal before them named."""
        self.in_flight = self.most = 0
        self.first = self.last = 0.0
        self._busy = 0.0
        self._changed = 0.0
        self._may: dict[str, float] = defaultdict(lambda: -math.inf)
        self._until: float | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self.port}/v1"

    @property
    def mean(self) -> float:
        """Requests in flight, on average from the first to the last answer."""
        return self._busy / max(1e-9, self.last - self.first)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._prepare()
        server = await asyncio.start_server(self._connection, self._host, 0, backlog=4096)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    def _count(self, change: int) -> None:
        now = time.monotonic()
        self._busy += self.in_flight * (now - (self._changed or now))
        self._changed, self.in_flight = now, self.in_flight + change
        self.most = max(self.most, self.in_flight)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
                body = json.loads(await reader.readexactly(int(fields[b"content-length"])))
                self._count(1)
                try:
                    if not await self._answer(body["messages"][-1]["content"], reader, writer):
                        return
                finally:
                    self._count(-1)
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            writer.close()

    async def _answer(self, question: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Do to one request what is its fate; returns whether the connection can be used again."""
        now = time.monotonic()
        self.first = self.first or now
        if now < self._may[question]:
            self.early.append(self._may[question] - now)
        wait = self._limited(now)
        if wait is None:
            self.attempts[question] += 1
        fate = "limited" if wait is not None else self.weather.fate(question, self.attempts[question])
        self.fates[fate] += 1
        if fate == "hanging":
            await reader.read(1)  # until the client gives up
            return False
        if fate == "dropped":
            return False
        if fate in ("limited", "refused"):
            seconds = wait if wait is not None else self.weather.retry_after
            await self._send(writer, 429, {"error": {"message": "slower"}}, f"retry-after: {seconds:.3f}\r\n")
            self._may[question] = time.monotonic() + float(f"{seconds:.3f}")
        elif fate == "error":
            await self._send(writer, 500, {"error": {"message": "oops"}})
        else:
            await asyncio.sleep(self.weather.latency)
            await self._send(writer, 200, None if fate == "malformed" else _chat("" if fate == "empty" else question))
            self.last = time.monotonic()
        return True

    def _limited(self, now: float) -> float | None:
        """Return the seconds until requests are taken again, None if they are now."""
        after = self.weather.limit_after
        if after is not None and self._until is None and sum(self.fates.values()) >= after:
            self._until = now + self.weather.limit_seconds
        return self._until - now if self._until and now < self._until else None

    async def _send(self, writer: asyncio.StreamWriter, status: int, body: object, more: str = "") -> None:
        data = json.dumps(body).encode() if body is not None else b'{"id": "x", "choices": [{"message'
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n{more}\r\n"
        writer.write(head.encode() + data)
        await writer.drain()


def _chat(question: str) -> dict[str, object]:
    words = question.split()
    message = {"role": "assistant", "content": " ".join(words[: len(words) // 2])}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": len(words), "completion_tokens": len(words) // 2}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
