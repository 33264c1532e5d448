"""Responses that other runs paid for, found by everything that decides a response.

One folder, one append-only file for each process that adds to it: no file has two writers, so no process can tear
another's lines, and a crash costs at most the last line of one file.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..adapters.base import Response
from ..adapters.contract import check_response
from ..errors import StoreError
from ..store.journal import Journal, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..adapters.base import Adapter, Request

_TAG = "ifharness-answer-1"
_KEY = 32
_HEAD = b'{"key":"'
_LOOK_AGAIN = 2.0
"""Seconds after which a miss looks for lines that other processes have added."""
DECIDING = ("adapter", "model", "base_url", "options")
"""The part of a run spec that decides a response besides the request itself."""


def answer_key(plan: Mapping[str, Any], request: Request) -> str:
    """Return 32 hex digits of what decides a response: `DECIDING` of the plan, turns, settings and epoch.

    The epoch is part of it, so that several responses to one prompt stay several.
    """
    content = {
        "tag": _TAG,
        **{name: plan.get(name) for name in DECIDING},
        "turns": [turn.to_json() for turn in request.turns],
        "settings": request.settings.to_json(),
        "epoch": request.epoch,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY]


class ResponseCache:
    """The responses in a folder, which any number of processes may read and add to at a time.

    Raises `StoreError` if the folder cannot be made or read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: list[Path] = []
        self._read: dict[Path, int] = {}
        self._at: dict[bytes, tuple[int, int]] = {}
        self._own: Journal | None = None
        self._looked = 0.0
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise StoreError(f"the cache {folder} cannot be made: {why}; give another folder with --cache") from None
        self._look()

    def get(self, key: str) -> Response | None:
        """Return the latest response under `key`, None if there is none or its line is damaged."""
        at = self._at.get(bytes.fromhex(key))
        if at is None and time.monotonic() - self._looked > _LOOK_AGAIN:
            self._look()
            at = self._at.get(bytes.fromhex(key))
        if at is None:
            return None
        try:
            with self._files[at[0]].open("rb") as file:
                file.seek(at[1])
                record = decode(file.readline())
        except OSError:  # cleared meanwhile: the response is requested
            return None
        if not record or record.get("key") != key or not isinstance(record.get("response"), dict):
            return None
        try:
            return Response.from_json(record["response"])
        except TypeError:  # a version that saved other fields
            return None

    async def put(self, key: str, response: Response) -> None:
        """Add a response; returns when it is on disk, raises `StoreError` if it did not get there."""
        if self._own is None:
            self._own = Journal(self.folder / f"{time.time_ns():x}-{os.getpid()}.jsonl")
        await self._own.append({"key": key, "response": response.to_json()})

    def close(self) -> None:
        """Close the file of this process."""
        own, self._own = self._own, None
        if own:
            own.close()

    def _look(self) -> None:
        """Read the keys of lines that were not there before; a line without an end is still being written."""
        self._looked = time.monotonic()
        try:
            for path in sorted(self.folder.glob("*.jsonl")):
                if path not in self._read:
                    self._read[path] = 0
                    self._files.append(path)
                if path.stat().st_size > self._read[path]:
                    self._look_into(path, self._files.index(path))
        except OSError as error:
            raise StoreError(f"the cache {self.folder} cannot be read: {error.strerror or error}") from None

    def _look_into(self, path: Path, number: int) -> None:
        end = self._read[path]
        with path.open("rb") as file:
            file.seek(end)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                digits = line[len(_HEAD) : len(_HEAD) + _KEY]
                if line.startswith(_HEAD) and len(digits) == _KEY:
                    with suppress(ValueError):  # not a line of ours
                        self._at[bytes.fromhex(digits.decode("ascii"))] = (number, end)
                end += len(line)
        self._read[path] = end


class CachingAdapter:
    """An adapter that sends a request to another one only if the cache does not hold the response.

    `skip` returns whether a request needs a new response (it is requested again on purpose). A response from the cache
    is marked `from_cache` and costs 0. A cache that cannot be written is given up: the run continues.
    """

    def __init__(
        self,
        adapter: Adapter,
        cache: ResponseCache,
        plan: Mapping[str, Any],
        *,
        skip: Callable[[Request], bool] = lambda _: False,
    ) -> None:
        self.inner = adapter
        """The adapter that makes the requests."""
        self._cache = cache
        self._plan = plan
        self._skip = skip
        self.hits = 0
        """Responses that came from the cache."""
        self.broken = ""
        """Why nothing more is added to the cache; "" while it works."""

    async def complete(self, request: Request) -> Response:
        """Return the saved response, or request and save one; raises what the adapter raises."""
        if saved := self.find(request):
            return saved
        response = check_response(await self.inner.complete(request), request, self.inner)
        await self.save(request, response)
        return response

    def find(self, request: Request) -> Response | None:
        """Return the saved response, None if there is none or a new one is needed."""
        saved = None if self._skip(request) else self._cache.get(answer_key(self._plan, request))
        if saved is None:
            return None
        self.hits += 1
        return replace(saved, sample_id=request.sample_id, epoch=request.epoch, cost=0.0, from_cache=True)

    async def save(self, request: Request, response: Response) -> None:
        """Save a response."""
        if not self.broken:
            try:
                await self._cache.put(answer_key(self._plan, request), response)
            except StoreError as error:
                self.broken = str(error)

    def describe(self) -> list[str]:
        """Return how often the cache helped, and what is wrong with it."""
        notes = [f"cache {self._cache.folder}: {self.hits} responses came from it, at no cost"]
        return notes + ([f"nothing more is saved in the cache: {self.broken}"] if self.broken else [])

    async def __aenter__(self) -> Self:
        """Start the adapter."""
        await self.inner.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Stop the adapter, close the cache."""
        try:
            await self.inner.__aexit__(*exc_info)
        finally:
            self._cache.close()


def is_cacheable(adapter: Adapter) -> bool:
    """Return whether the request decides an adapter's responses: not those of one that reads a file."""
    return bool(getattr(adapter, "cacheable", True))
