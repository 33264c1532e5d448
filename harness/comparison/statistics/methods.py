"""The methods behind a comparison, each with a sentence on what it protects against."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..paired import Comparison


def describe_methods(found: Comparison) -> list[str]:
    """Return the methods that were used, a paragraph each; methods that were not used are not mentioned."""
    return list(_iter_methods(found))


def _iter_methods(found: Comparison) -> Iterator[str]:
    unit, estimate = found.unit, found.estimate
    yield f"Interval and p of the IF difference: {found.overall.method}; other rows over their own {unit}."
    if estimate.error is None:
        yield (
            f"Clopper-Pearson protects against a claim of certainty where no spread is seen: {unit} unlike these may "
            "exist."
        )
    elif estimate.error < inf:
        yield (
            f"CR2 counts {unit}, not responses: it protects against intervals that are too narrow because responses to "
            "one article are alike."
        )
        yield "Bell-McCaffrey degrees of freedom protect against too narrow intervals with few or unequal clusters."
        if estimate.widened:
            yield (
                f"Two added {unit} (Bonett-Price) protect against too narrow intervals where most {unit} show no "
                "difference."
            )
    yield (
        f"Swapped: {found.permutation.method}. It protects against a false alarm where the assumptions of the interval "
        "do not hold."
    )
    yield (
        f"McNemar: {found.prompt.method}; with {unit} swapped it also holds where responses to one article are alike."
    )
    yield "Holm protects against false alarms among many families and instructions. It does not change their intervals."
    if found.equivalence:
        yield "TOST protects against taking an inconclusive result for equality: it must show both sides of the margin."
    if any(row.method.startswith("bootstrap") for row in found.metrics):
        row = next(row for row in found.metrics if row.method.startswith("bootstrap"))
        yield f"Latency: {row.method}; a median or p95 has no simple standard error."
