"""The facts about a response that a report shows below its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..adapters.base import Response


def describe_facts(response: Response, extracted: Sequence[str]) -> list[str]:
    """Return what is on record about a response besides its text."""
    raw = f" ({response.raw_stop})" if response.raw_stop and response.raw_stop != response.stop else ""
    facts = [f"model {response.model}", f"stop {response.stop}{raw}"]
    if response.usage:
        facts.append("tokens " + ", ".join(f"{name} {count}" for name, count in response.usage.items()))
    if response.cost is not None:
        facts.append(f"${response.cost:.6f}")
    if response.is_timed:
        facts.append(f"{response.seconds:.2f} s, {response.attempts} attempt{'s' if response.attempts != 1 else ''}")
    if response.request_id:
        facts.append(f"request {response.request_id}")
    if extracted:
        facts.append(f"removed before verification: {', '.join(extracted)}")
    return facts
