"""reliable@k of scored runs: groups of twins of which the base and every twin are followed whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...scoring.breakdowns.twin_groups import TwinGroup, TwinMember, measure_reliability
from ..differences import number_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ...scoring.breakdowns.twin_groups import Reliability
    from ...scoring.per_response.sample_result import SampleResult
    from ..pairs import MatchedRows

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]


def group_twins(results: Iterable[SampleResult]) -> dict[tuple[str, int], TwinGroup]:
    """Return the groups of twins among results, by group and epoch."""
    groups: dict[tuple[str, int], TwinGroup] = {}
    for one in results:
        if one.twin:
            group = groups.setdefault((one.group, one.epoch), TwinGroup(one.article_id or f"group {one.group}"))
            group.members[one.twin] = None if one.unscored else TwinMember((), one.strict)
    return groups


def reliability_of(results: Iterable[SampleResult], level: float = 0.95) -> Reliability | None:
    """Return reliable@k of a run, None where it has no group of twins with all its verdicts."""
    found = measure_reliability(group_twins(results).values(), level)
    return found if found.groups else None


def reliable_pairs(rows: MatchedRows) -> tuple[Floats, Floats, Whole] | None:
    """Return for each group that is complete in both runs 1 or 0 in each, and its cluster; None without such groups."""
    pairs = rows.only(np.flatnonzero(rows.field("twin").where(bool)).tolist())
    first, second = (group_twins(pair[side] for pair in pairs) for side in (0, 1))
    both = [(one, second[key]) for key, one in first.items() if one.is_complete and second[key].is_complete]
    if not both:
        return None
    a, b = (np.array([float(pair[side].is_reliable) for pair in both]) for side in (0, 1))
    return a, b, number_names(one.cluster for one, _ in both)
