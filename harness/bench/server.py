"""A chat-completions server on loopback that gives one fixed answer after a fixed time.

A process of its own (`python -m harness.bench.server MS`), so that its work is not counted as ours. It prints its port,
answers until its standard input is closed, and then prints what it saw as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass

WORDS = 200
"""Words of the answer, about as many as models write to such questions."""
_TEXT = "Every answer of this server is the same plain text, which the rules can count and search like any other. "


@dataclass
class ServerStats:
    """What the server was asked; times on the monotonic clock."""

    requests: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    first: float = 0.0
    """First request."""
    last: float = 0.0
    """Last answer."""


def reply_body() -> bytes:
    """Return the one answer, headers included."""
    words = (_TEXT.split() * WORDS)[:WORDS]
    usage = {"prompt_tokens": 300, "completion_tokens": 260, "total_tokens": 560}
    message = {"role": "assistant", "content": " ".join(words) + "."}
    body = {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1,
        "model": "bench",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": usage,
    }
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, seen: ServerStats, latency: float, answer: bytes) -> None:
        self._seen, self._latency, self._answer = seen, latency, answer
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole, later."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            size = end + 4 + _length(self._buffer[:end])
            if len(self._buffer) < size:
                return
            self._buffer = self._buffer[size:]
            seen, now = self._seen, time.monotonic()
            seen.first = seen.first or now
            seen.requests += 1
            seen.in_flight += 1
            seen.most_in_flight = max(seen.most_in_flight, seen.in_flight)
            asyncio.get_running_loop().call_later(self._latency, self._send)

    def _send(self) -> None:
        self._seen.in_flight -= 1
        self._seen.last = time.monotonic()
        if self._transport and not self._transport.is_closing():
            self._transport.write(self._answer)


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def serve_forever(latency: float) -> ServerStats:
    """Serve until standard input is closed; `latency` in seconds."""
    seen, answer = ServerStats(), reply_body()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(seen, latency, answer), "127.0.0.1", 0, backlog=4096)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    return seen


def main() -> None:
    """Serve; the first argument is the time to each answer in milliseconds."""
    seen = asyncio.run(serve_forever(float(sys.argv[1]) / 1000))
    sys.stdout.write(json.dumps(asdict(seen)) + "\n")


if __name__ == "__main__":
    main()
