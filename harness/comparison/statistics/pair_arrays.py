"""What a comparison needs to know of pairs of results: a few numbers each."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from tasks.generate.twins.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ...scoring.per_response.sample_result import SampleResult


class NumberedNames:
    """Names of which many are equal, as numbers in the order of first appearance."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._codes = array("q")

    @property
    def names(self) -> list[str]:
        """The different names."""
        return list(self._known)

    @property
    def numbers(self) -> NDArray[np.intp]:
        """The number of each."""
        return np.array(self._codes, dtype=np.intp)

    def append(self, name: str) -> None:
        """Add a name."""
        self._codes.append(self._known.setdefault(name, len(self._known)))

    def is_name(self, name: str) -> NDArray[np.bool_]:
        """Return where the name is this one."""
        return np.asarray(self.numbers == self._known[name])

    def map_names(self, change: Callable[[str], str]) -> NumberedNames:
        """Return other names for them, such as those of their groups."""
        found = NumberedNames()
        changed = list(map(change, self._known))
        for code in self._codes:
            found.append(changed[code])
        return found


class PairArrays:
    """What is known of pairs of results, a few numbers each."""

    def __init__(self) -> None:
        names = (NumberedNames() for _ in range(5))
        self.clusters, self.tasks, self.languages, self.kinds, self.ids = names
        self.counts = array("q")
        self.score, self.loose, self.whole = ((array("d"), array("d")) for _ in range(3))

    def append(self, first: SampleResult, second: SampleResult) -> None:
        """Add a pair."""
        self.clusters.append(first.article_id or f"sample {first.sample_id}")
        self.tasks.append(first.task)
        self.languages.append(first.language)
        self.kinds.append(kind_of(first.twin))
        self.counts.append(len(first.ids))
        for id in first.ids:
            self.ids.append(id)
        for side, one in enumerate((first, second)):
            self.score[side].append(one.if_score)
            self.loose[side].append(one.if_loose)
            self.whole[side].append(float(all(one.strict)))
