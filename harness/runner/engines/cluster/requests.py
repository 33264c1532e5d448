"""Requests from the nodes of a Ray cluster, behind the adapter of the run.

The run's process decides what is sent and when: concurrency, rates, budget and retries are counted there, over all
nodes together, and responses are saved there. A worker only sends a request and reads its reply, so that one which is
killed takes no more with it than the requests that it had in flight; these are sent again, by another worker.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ....adapters.contract import check_response, describe_breach
from ....adapters.registry import load_libraries, make_adapter
from ....errors import AdapterContractError, AdapterError, AuthFailed, ConfigError, Unavailable
from ...cache import is_cacheable
from .connection import STARTING, check_installed, check_node, connect, package_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....adapters.base import Adapter, AdapterSetup, Request, Response

IN_FLIGHT = 64
"""Requests in flight for which one worker is started; there are at most as many workers as the cluster has CPUs."""
_DOWN = 10.0
"""Seconds for which a worker that ended gets no request, if there is another one."""
Outcome = tuple["Response | Exception", list["Mapping[str, str]"]]
"""The response or what the adapter raised, and the headers of replies that came meanwhile."""


class ClusterAdapter:
    """The adapter called `name`, whose requests are sent by workers of the cluster.

    `own` is the same adapter in this process, `on_note` gets the size of the cluster in words. Raises `ConfigError` for
    an adapter that makes no requests.
    """

    cacheable: ClassVar = True

    def __init__(self, name: str, setup: AdapterSetup, own: Adapter, on_note: Callable[[str], object]) -> None:
        check_installed()
        if not is_cacheable(own) or name == "local":
            raise ConfigError(
                f"--engine ray: the adapter {name!r} asks no server, so there is nothing for other nodes to send; "
                "leave --engine out"
            )
        self._name = name
        self._setup = setup
        self._on_note = on_note
        self._resources = ExitStack()
        self._workers: list[_Worker] = []

    async def __aenter__(self) -> Self:
        """Start the workers; raises `ConfigError` if one cannot work, such as on a node without the key."""
        with ExitStack() as stack:
            cluster = stack.enter_context(connect())
            wanted = max(cluster.nodes, -(-self._setup.concurrency // IN_FLIGHT))
            portable = replace(self._setup, samples={}, on_headers=None)
            self._workers = [_Worker(self._name, portable) for _ in range(min(wanted, max(cluster.cpus, 1)))]
            stack.callback(self._stop)
            await asyncio.gather(*(worker.start() for worker in self._workers))
            self._on_note(f"{cluster.describe()}; {len(self._workers)} of them sent the requests")
            self._resources = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """End the workers."""
        self._resources.close()

    def _stop(self) -> None:
        for worker in self._workers:
            worker.stop()

    async def complete(self, request: Request) -> Response:
        """Send one request from the worker with the fewest in flight."""
        now = time.monotonic()
        worker = min(self._workers, key=lambda one: (one.down_until > now, one.in_flight))
        outcome, headers = await worker.complete(request)
        if self._setup.on_headers:
            for one in headers:
                self._setup.on_headers(one)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class _Worker:
    """One worker, as the run's process sees it."""

    def __init__(self, name: str, setup: AdapterSetup) -> None:
        import ray

        options = ray.remote(_Requester).options(
            num_cpus=1, max_restarts=-1, max_task_retries=0, max_concurrency=10_000, scheduling_strategy="SPREAD"
        )
        self._actor: Any = options.remote(name, setup, package_version())
        self.in_flight = 0
        self.down_until = 0.0

    async def start(self) -> None:
        """Wait until the worker can send requests; raises `ConfigError`."""
        try:
            error = await asyncio.wait_for(self._actor.open.remote(), STARTING)
        except TimeoutError:
            raise ConfigError(
                f"--engine ray: no worker started within {STARTING:.0f} seconds; is a CPU of the cluster free?"
            ) from None
        if error is not None:
            raise error

    async def complete(self, request: Request) -> Outcome:
        """Have the request sent; raises `Unavailable` if the worker ended meanwhile."""
        from ray.exceptions import RayError

        self.in_flight += 1
        try:
            outcome: Outcome = await self._actor.complete.remote(request)
        except RayError as error:
            self.down_until = time.monotonic() + _DOWN
            raise Unavailable(f"the worker that sent the request ended ({type(error).__name__})") from None
        finally:
            self.in_flight -= 1
        return outcome

    def stop(self) -> None:
        """End the worker."""
        import ray

        ray.kill(self._actor)


class _Requester:
    """In a worker process: the adapter itself, opened with the first call."""

    def __init__(self, name: str, setup: AdapterSetup, version: str) -> None:
        self._name = name
        self._headers: list[Mapping[str, str]] = []
        self._setup = replace(setup, on_headers=lambda headers: self._headers.append(dict(headers)))
        self._version = version
        self._adapter: Adapter | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> Exception | None:
        """Open the adapter; return what prevents it."""
        async with self._opening:
            if self._adapter is not None:
                return None
            try:
                node = check_node(self._version)
            except ConfigError as error:
                return error
            try:
                adapter = make_adapter(self._name, self._setup)
                load_libraries(self._name)
                self._adapter = await adapter.__aenter__()
            except ConfigError as error:
                return ConfigError(f"node {node}: {error}")
            except AdapterError as error:
                return error
        return None

    async def complete(self, request: Request) -> Outcome:
        """Send one request."""
        if self._adapter is None and (error := await self.open()):
            # A worker that was restarted on a node without the key, for example: the run has to end.
            return AuthFailed(str(error)) if isinstance(error, ConfigError) else error, []
        adapter = self._adapter
        assert adapter is not None
        outcome: Response | Exception
        try:
            outcome = check_response(await adapter.complete(request), request, adapter)
        except (AdapterError, AdapterContractError) as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 - one request's bug must not end the worker of the others
            outcome = AdapterContractError(describe_breach(error, adapter))
        headers, self._headers = self._headers, []
        return outcome, headers
