"""Requests the responses of samples with the parts of a run that a test gives."""

from __future__ import annotations

from collections.abc import Mapping

from harness.runner.limits.budget import Budget
from harness.runner.limits.concurrency import ConcurrencyLimiter
from harness.runner.request import RequestContext
from harness.runner.scheduler import request_responses
from harness.runner.stopping.state import StopState


async def ask(samples, adapter, store, *, policy, progress, concurrency=8, limiter=None, budget=None, **options):
    """Request what `store` has no response to; `adapter` has been entered."""
    by_id = samples if isinstance(samples, Mapping) else {sample.id: sample for sample in samples}
    budget, limiter = budget or Budget(), limiter or ConcurrencyLimiter(concurrency)
    context = RequestContext(adapter, store, policy, limiter, budget, progress, StopState(budget))
    return await request_responses(context, by_id, **options)
