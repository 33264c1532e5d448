"""A scripted server on loopback with the batch APIs of three providers, and their live requests beside them.

Answers depend on the prompt alone, so that a run in batches and a live run get the same ones. What a batch does, and
what becomes of a request in it, is scripted by the number of the batch, from 1, and of its line. Tests set the fields,
since they share a process with the server, and need no address for scripts; `polls` and `age` stand for a clock.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from batch_answers import body_of, id_of, prompt_of, result_line, say
from batch_states import STATES, Batch, state_openai


@dataclass
class BatchServer:
    """Runs in a thread; `provider` is openai, responses, compatible, anthropic or gemini."""

    provider: str = "openai"
    lines: dict[tuple[int, int], str] = field(default_factory=dict)
    """By batch and line: http400, http401, http429, expired, missing, malformed, duplicate; others are answered."""
    every: str = ""
    """What becomes of each line that `lines` does not name."""
    ends: dict[int, str] = field(default_factory=dict)
    """By batch: expired, cancelled, failed, pending (never ends), gone (archived); others complete."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    """Of failed batches."""
    polls: int = 1
    """Looks at a batch before it ends."""
    retry_after: str = ""
    fail_polls: int = 0
    """Looks that get HTTP 500, of all."""
    lose_creates: int = 0
    """Answers to the creation of a batch that are lost after it was made."""
    drop_creates: int = 0
    """Creations of a batch that get no answer, and make none."""
    empty_ids: bool = False
    """Whether file ids that do not exist are "" in place of null."""
    too_large: int = 0
    """Requests above which a batch gets HTTP 413, if any."""
    inline: str = ""
    """Where Gemini puts results in place of a file: "response", or "output" of the metadata."""
    bare: int = 0
    """Number of the last batch that names no results at all when it has ended."""
    shouts: bool = False
    """Whether states are in capitals, times are texts and nothing is counted, as with compatible servers."""
    age: float = 0.0
    """Seconds that the first batch is old when it is created: one of two days should have expired."""
    page: int = 100
    """Batches on a page of the list."""
    refuse: dict[str, tuple[int, str, dict[str, str]]] = field(default_factory=dict)
    """Status, message and headers of the answers to a step: upload, create, poll, list, cancel."""
    hold: str = ""
    """A step at which the server stops answering until `go_on`: upload, create, poll, download, cancel, live."""
    batches: list[Batch] = field(default_factory=list)
    calls: list[tuple[str, float]] = field(default_factory=list)
    live: int = 0
    """Live requests."""

    def __post_init__(self) -> None:
        self.reached, self._go, self._ready = (threading.Event() for _ in range(3))
        self._files: dict[str, bytes] = {}
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._go.set()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        """The base URL for the adapter."""
        root = f"http://127.0.0.1:{self.port}"
        return f"{root}/v1" if self.provider in ("openai", "responses", "compatible") else root

    def go_on(self) -> None:
        """Answer again."""
        self.hold = ""
        self._go.set()

    def count(self, name: str) -> int:
        """Return how many calls of a kind there were: create, poll, download, list, cancel."""
        return sum(call == name for call, _ in self.calls)

    def wait_for(self, name: str) -> bool:
        """Wait until there was a call of a kind; return whether there was."""
        for _ in range(4000):
            if self.count(name):
                return True
            time.sleep(0.005)
        return False

    @property
    def sent(self) -> Counter[str]:
        """How often each prompt is in a batch."""
        return Counter(prompt_of(body_of(line)) for batch in self.batches for line in batch.lines)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=2**31)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path, method = request.path, request.method
        if path.endswith("/files") and method == "POST":
            return await self._upload(request)
        if path.startswith("/uploaded/"):
            self._files[path.rpartition("/")[2]] = await request.read()
            return web.json_response({"file": {"name": f"files/{path.rpartition('/')[2]}"}})
        if path.endswith(("/batches", ":batchGenerateContent")):
            return await (self._list(request) if method == "GET" else self._create(request))
        if path.endswith(("/content", "/results", ":download")):
            return await self._download(request)
        if path.endswith(("/cancel", ":cancel")):
            self.calls.append(("cancel", time.time()))
            await self._hold("cancel")
            self._batch(path).cancelled = not (refused := self._refused("cancel"))
            return refused or web.json_response({})
        if "/batches/" in path:
            return await self._poll(request)
        self.live += 1
        await self._hold("live")
        return web.json_response(say(self.provider, await request.json()))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        name = f"file-{len(self._files)}"
        self.calls.append(("upload", time.time()))
        await self._hold("upload")
        if refused := self._refused("upload"):
            return refused
        if self.provider == "gemini":
            self._files[name] = b""
            url = f"http://127.0.0.1:{self.port}/uploaded/{name}"
            return web.json_response({}, headers={"X-Goog-Upload-URL": url})
        async for part in await request.multipart():
            if part.name == "file" and part.filename.endswith(".jsonl"):
                self._files[name] = bytes(await part.read())
        return web.json_response({"id": name, "object": "file"})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(("create", time.time()))
        mark = ""
        if self.provider == "anthropic":
            lines = body["requests"]
        elif self.provider == "gemini":
            mark, name = body["batch"]["displayName"], body["batch"]["inputConfig"]["fileName"]
            lines = list(map(json.loads, self._files[name.removeprefix("files/")].splitlines()))
        else:
            mark = body["metadata"]["ifharness"]
            lines = list(map(json.loads, self._files[body["input_file_id"]].splitlines()))
            assert all(line["url"] == body["endpoint"] for line in lines)
        ids = [id_of(line) for line in lines]
        assert len(set(ids)) == len(ids)
        assert all(len(id) <= 64 for id in ids)
        if self.too_large and len(lines) > self.too_large:
            return web.json_response({"error": {"message": "too large"}}, status=413)
        if refused := self._refused("create"):
            return refused
        if self.drop_creates:
            self.drop_creates -= 1
            request.transport.close()
            return web.Response()
        number = len(self.batches) + 1
        prefix = {"anthropic": "msgbatch_", "gemini": "batches/"}.get(self.provider, "batch_")
        batch = Batch(number, f"{prefix}{number}", lines, time.time() - self.age * (number == 1), mark)
        self.batches.append(batch)
        await self._hold("create")
        if self.lose_creates:
            self.lose_creates -= 1
            request.transport.close()
            return web.Response()
        return web.json_response(self._state(batch))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(("list", time.time()))
        if refused := self._refused("list"):
            return refused
        query = request.query
        after = query.get("after") or query.get("after_id") or query.get("pageToken") or ""
        newest = [batch.id for batch in reversed(self.batches)]
        begin = newest.index(after) + 1 if after else 0
        found = [self._state(batch) for batch in reversed(self.batches)][begin : begin + self.page]
        more = begin + self.page < len(newest)
        last = newest[begin + len(found) - 1] if found else None
        if self.provider == "gemini":
            return web.json_response({"operations": found, **({"nextPageToken": last} if more else {})})
        return web.json_response({"data": found, "has_more": more, "last_id": last})

    async def _poll(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(("poll", time.time()))
        await self._hold("poll")
        if refused := self._refused("poll"):
            return refused
        if self.fail_polls:
            self.fail_polls -= 1
            return web.json_response({"error": {"message": "broken"}}, status=500)
        batch = self._batch(request.path)
        if self.ends.get(batch.number) == "gone" and self.provider != "anthropic":
            return web.json_response({"error": {"message": "no such batch"}}, status=404)
        batch.looks += 1
        headers = {"retry-after": self.retry_after} if self.retry_after else {}
        return web.json_response(self._state(batch), headers=headers)

    def _refused(self, step: str) -> web.Response | None:
        status, message, headers = self.refuse.get(step, (0, "", {}))
        body = {"error": {"message": message}}
        return web.json_response(body, status=status, headers=headers) if status else None

    def _batch(self, path: str) -> Batch:
        name = path.removesuffix("/cancel").removesuffix(":cancel").removesuffix("/results")
        return next(batch for batch in self.batches if batch.id.rpartition("/")[2] == name.rpartition("/")[2])

    def _end(self, batch: Batch) -> str:
        """Return how a batch has ended, "" if it has not."""
        if batch.cancelled:
            return "cancelled"
        end = self.ends.get(batch.number, "completed")
        return end * (end != "pending" and batch.looks > self.polls)

    def _state(self, batch: Batch) -> dict[str, Any]:
        end = self._end(batch)
        state = STATES.get(self.provider, state_openai)(self, batch, end)
        if self.inline and end == "completed":
            found = [result_line(self.provider, line, fate) for line, fate in self._fates(batch) if fate != "missing"]
            items = [{"metadata": {"key": one.pop("key")}, **one} for one in found]
            output = {"inlinedResponses": {"inlinedResponses": items}}
            place = state["metadata"] if self.inline == "output" else state
            place[self.inline] = output
        return state

    def has_lines(self, batch: Batch, *, good: bool) -> bool:
        """Return whether a batch has results in its output, or else in its errors."""
        return next(iter(self._results(batch, good)), None) is not None

    def _fate(self, batch: Batch, line: int) -> str:
        fate = self.lines.get((batch.number, line), self.every or "ok")
        if self._end(batch) in ("expired", "cancelled") and (batch.number, line) not in self.lines and line % 2 == 0:
            return "expired"
        return fate

    def _fates(self, batch: Batch) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield each line with what becomes of it, in another order than the requests."""
        for place in sorted(range(len(batch.lines)), key=lambda n: zlib.crc32(str(n).encode())):
            yield batch.lines[place], self._fate(batch, place + 1)

    def _results(self, batch: Batch, good: bool | None = None):
        """Yield the lines of results, in another order than the requests."""
        for line, fate in self._fates(batch):
            if fate == "missing" or (good is not None and good != (fate in ("ok", "duplicate", "malformed"))):
                continue
            yield b"{broken" if fate == "malformed" else json.dumps(result_line(self.provider, line, fate)).encode()
            if fate == "duplicate":
                yield json.dumps(result_line(self.provider, line, "ok", text="twice")).encode()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(("download", time.time()))
        name = request.path.removesuffix("/content").removesuffix(":download")
        if self.provider == "anthropic":
            batch, good = self._batch(request.path), None
        else:
            batch = next(one for one in self.batches if one.number == int(name.rpartition("-")[2]))
            good = None if self.provider == "gemini" else "out-" in name
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):  # the client was killed
            for number, line in enumerate(self._results(batch, good)):
                await response.write(line + b"\n")
                if number == 2:
                    await self._hold("download")
        return response

    async def _hold(self, step: str) -> None:
        if self.hold == step:
            self.reached.set()
            await asyncio.to_thread(self._go.wait, 30)
