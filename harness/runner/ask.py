"""Asking: samples become responses; the one event loop of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.formats.sample_file import SamplesById

from ..adapters.base import Request
from .limits.budget import Budget
from .limits.concurrency import Pace
from .scheduler import Asking
from .signals import on_signals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tasks.sample import Sample, Turn

    from ..adapters.base import Adapter, Settings
    from ..store.run_folder import Store
    from .limits.retry import RetryPolicy
    from .progress.display import Progress


@dataclass(frozen=True)
class Asked:
    """What became of the questions; counts are of (sample, epoch)."""

    answered: int
    """Answers that this run added."""
    failed: int
    """Failures that this run added."""
    already: int
    """Settled by earlier runs: answered, or rejected by the provider."""
    stopped: str | None = None
    """`interrupted`, `budget`, or None if the run came to its end."""
    why: str = ""
    """What a run that stopped tells about it, and how to go on."""


async def ask(
    samples: Mapping[str, Sample] | Iterable[Sample],
    adapter: Adapter,
    store: Store,
    *,
    retry: Collection[str] = (),
    model: str,
    settings: Settings,
    epochs: int = 1,
    concurrency: int = 8,
    pace: Pace | None = None,
    policy: RetryPolicy,
    progress: Progress,
    budget: Budget | None = None,
) -> Asked:
    """Ask for what `store` has no answer to, as fast as `pace` lets; `adapter` has been entered.

    A mapping from id to sample need not hold the samples in memory. `retry` names what is asked again though it is
    settled (of `adapter.RETRIES`). Without a pace, `concurrency` requests at a time. An adapter with an attribute
    `on_headers` finds a function there that takes the headers of each reply. An answer counts when it is on disk.
    Epochs are numbered from 0. Ctrl-C, SIGTERM, and a request that does not fit into the `budget` let the requests in
    flight end and return; the second signal abandons them. Raises `AuthFailed` and `StoreError`, at once for new
    requests, after those in flight have been kept.
    """
    settled = store.kept().settled(retry)
    by_id = samples if isinstance(samples, Mapping) else {sample.id: sample for sample in samples}
    wanted = len(by_id) * epochs
    already = sum((id, epoch) in settled for epoch in range(epochs) for id in by_id)
    requests = (
        Request(id, epoch, model, _turns(by_id, id), settings)
        for epoch in range(epochs)
        for id in by_id
        if (id, epoch) not in settled
    )
    pace = pace or Pace(concurrency)
    if hasattr(adapter, "on_headers"):
        adapter.on_headers = pace.learn
    asking = Asking(adapter, store, requests, policy, progress, pace, budget := budget or Budget())
    progress.start(wanted, already, pace, budget)
    try:
        with on_signals(asking.interrupt):
            await asking.go()
    finally:
        progress.stop()
    return Asked(asking.answered, asking.failed, already, *asking.stopped())


def _turns(samples: Mapping[str, Sample], id: str) -> tuple[Turn, ...]:
    return samples.turns(id) if isinstance(samples, SamplesById) else samples[id].turns
