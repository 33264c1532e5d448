"""Differences between two runs over dialogues: the published metric of each turn, and of each turn in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...scoring.breakdowns.turns import ALL, row_scores
from ...scoring.paired_estimate import PairedValues, estimate_difference
from ..differences import number_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...scoring.breakdowns.turns import TurnRow
    from ...scoring.paired_estimate import PairedEstimate
    from ..pairs import MatchedRows

UNIT = "dialogues"


def turn_differences(rows: MatchedRows) -> dict[str, PairedEstimate]:
    """Return the difference of the mean of four accuracies for each turn (`turn_1`), and each turn in a language.

    The keys of the latter are `turn_1, Hindi`. Empty for samples that are no turns of dialogues.
    """
    groups: dict[tuple[int, str], list[tuple[TurnRow, TurnRow]]] = {}
    turns = np.flatnonzero(rows.field("turn").where(bool))
    for first, other in rows.only(turns.tolist()):
        for language in (ALL, first.language):
            groups.setdefault((first.turn, language), []).append((first.turn_row, other.turn_row))
    order = sorted(groups, key=lambda place: (place[1] != ALL, place[1], place[0]))
    return {
        f"turn_{turn}{'' if language == ALL else f', {language}'}": _estimate(groups[turn, language])
        for turn, language in order
    }


def _estimate(pairs: Sequence[tuple[TurnRow, TurnRow]]) -> PairedEstimate:
    a, b = (np.array(row_scores(side)) for side in zip(*pairs, strict=True))
    cluster = number_names(first.dialogue for first, _ in pairs)
    return estimate_difference(PairedValues(a, b, cluster, np.zeros(len(pairs), dtype=np.intp)), UNIT)
