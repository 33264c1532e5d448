"""The slot that one request holds while it is in flight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from .token_estimate import estimate_tokens

if TYPE_CHECKING:
    from types import TracebackType

    from ...adapters.base import Request
    from .concurrency import ConcurrencyLimiter, Slot


class HeldSlot:
    """The slot of one request: given up for its pauses, released for good at the end of the `with` block."""

    def __init__(self, limiter: ConcurrencyLimiter, slot: Slot) -> None:
        self._limiter = limiter
        self._slot: Slot | None = slot

    @property
    def slot(self) -> Slot:
        """The slot while it is held."""
        assert self._slot, "a request is in flight without a slot"
        return self._slot

    async def acquire(self, request: Request) -> None:
        """Wait for a slot, before requests that have not started yet; does nothing while one is held."""
        if self._slot is None:
            self._slot = await self._limiter.acquire(estimate_tokens(request.turns), again=True)

    def release(self) -> None:
        """Give up the slot; does nothing if none is held."""
        if self._slot:
            slot, self._slot = self._slot, None
            self._limiter.release(slot)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
