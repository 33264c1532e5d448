"""The metrics of twins in words and as rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.generate.twins.kinds import ASKS_MORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .twin_groups import Reliability
    from .twins import TwinDifference, TwinMetrics

COLUMNS = ("twins", "n", "base", "twin", "difference", "interval", "changed")
"""Titles of the table of twins."""


def name_reliable(found: Reliability) -> str:
    """Return "reliable@5", or "reliable@3-5" where groups differ in size."""
    sizes = f"{found.fewest}-{found.most}" if found.fewest < found.most else f"{found.most}"
    return f"reliable@{sizes}"


def describe_twins(found: TwinMetrics) -> list[str]:
    """Return the metrics in sentences: the reliability, what costs most, what place in the list costs."""
    return [*_reliability(found), describe_cost(found), *_changes(found), *_places(found)]


def _reliability(found: TwinMetrics) -> Iterator[str]:
    left_out = f" {found.incomplete} groups lack a verdict and are left out." if found.incomplete else ""
    if found.reliable is None:
        yield f"No reliable@k: no group of twins has verdicts on all its members.{left_out}"
        return
    bounds = f" [{found.interval.low:.1f}, {found.interval.high:.1f}]" if found.interval else ""
    alone = f"; the base alone in {found.base:.1f}%" if found.base is not None else ""
    yield (
        f"{name_reliable(found)}: the base and every twin are followed whole in {found.reliable:.1f}%{bounds} of "
        f"{found.groups} groups{alone}.{left_out}"
    )


def describe_cost(found: TwinMetrics) -> str:
    """Return in one sentence which kind of twin costs the model most, or that none is shown to cost anything."""
    lower = {kind: one for kind, one in found.by_kind.items() if one.difference < 0}
    shown = {kind: one for kind, one in lower.items() if one.shown}
    if not shown:
        count = len(found.by_kind)
        about = "the kind of twin is not" if count == 1 else f"none of {count} kinds is"
        most = min(lower, key=lambda kind: lower[kind].difference) if lower else ""
        largest = f" Largest: {most}, {_points(lower[most])}." if lower else ""
        return f"Twins: {about} shown to cost the model points.{largest}"
    kind = min(shown, key=lambda name: shown[name].difference)
    return f"Twins: {kind} costs the model most, {_points(shown[kind])} of the IF score."


def _points(one: TwinDifference) -> str:
    bounds = "" if one.low is None or one.high is None else f" [{-one.high:.1f}, {-one.low:.1f}]"
    return f"{-one.difference:.1f} points{bounds}"


def _changes(found: TwinMetrics) -> Iterator[str]:
    changed = {kind: one.changed for kind, one in found.by_kind.items() if kind != ASKS_MORE and one.changed}
    if changed:
        kind = max(changed, key=lambda name: changed[name])
        yield f"Verdicts change most with {kind}: on {changed[kind]:.1f}% of the instructions."


def _places(found: TwinMetrics) -> Iterator[str]:
    later = found.later
    if not later or not later.difference:
        return
    sure = "" if later.shown else ", which is not shown to differ from 0"
    bounds = "" if later.low is None else f" [{later.low:+.1f}, {later.high:+.1f}]"
    yield (
        f"Order: the same instruction scores {later.difference:+.1f} points{bounds} where it is later in the list "
        f"than where it is earlier{sure}."
    )


def named_differences(found: TwinMetrics) -> Iterator[tuple[str, bool, TwinDifference]]:
    """Yield each kind and behind it its variants: the name, whether it is a variant, the difference."""
    for kind, whole in found.by_kind.items():
        variants = {twin: one for twin, one in found.by_twin.items() if twin.partition(":")[0] == kind}
        yield "more load" if kind == ASKS_MORE else kind, False, whole
        if len(variants) > 1 or kind == ASKS_MORE:
            for twin, one in variants.items():
                yield twin.partition(":")[2], True, one
    if found.later:
        yield "later in list", False, found.later


def twin_rows(found: TwinMetrics) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table of twins."""
    for name, inner, one in named_differences(found):
        yield _row(f"  {name}" if inner else name, one)


def _row(name: str, one: TwinDifference) -> tuple[str, ...]:
    bounds = "" if one.low is None or one.high is None else f"[{one.low:+.1f}, {one.high:+.1f}]"
    return (
        name,
        str(one.n),
        f"{one.base:.1f}",
        f"{one.twin:.1f}",
        f"{one.difference:+.1f}",
        bounds,
        f"{one.changed:.1f}%",
    )


def load_rows(found: TwinMetrics) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the curve: instructions, n, followed whole, share followed with its interval."""
    for point in found.load:
        bounds = f" [{point.interval.low:.1f}, {point.interval.high:.1f}]" if point.interval else ""
        yield str(point.instructions), str(point.n), f"{point.prompt:.1f}", f"{point.instruction:.1f}{bounds}"
