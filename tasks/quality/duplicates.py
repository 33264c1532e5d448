"""Articles that repeat others: the same text, or one that shares most runs of five words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

RUN = 5
"""Words of a run; shorter ones are shared by texts that have nothing to do with each other."""
LOOKED_AT = 400
"""Words from the start that are compared."""
_EVERY = 4
"""One run of this many is compared, chosen by its check sum, so that every text chooses the same ones."""
_FEWEST = 8
"""Chosen runs below which a share is no evidence; all runs are compared then."""


class DuplicateFinder:
    """The articles seen so far; a few hundred bytes each."""

    def __init__(self) -> None:
        self._same: dict[int, str] = {}
        self._runs: dict[int, list[str]] = {}

    def same(self, tokens: Sequence[str]) -> str | None:
        """Return the id of an earlier article of the same words."""
        return self._same.get(_sum(tokens))

    def nearest(self, tokens: Sequence[str]) -> tuple[str, float]:
        """Return the id of the earlier article that shares most runs, and the share in 0..1; ("", 0) if none does."""
        runs = _runs(tokens)
        shared = Counter(id for run in runs for id in self._runs.get(run, ()))
        if not shared:
            return "", 0.0
        id, count = max(shared.items(), key=lambda item: item[1])
        return id, count / len(runs)

    def add(self, id: str, tokens: Sequence[str]) -> None:
        """Take an article in."""
        self._same.setdefault(_sum(tokens), id)
        for run in _runs(tokens):
            self._runs.setdefault(run, []).append(id)


def _sum(tokens: Sequence[str]) -> int:
    # Two check sums of different starts: one alone repeats among some ten thousand texts.
    text = " ".join(tokens).encode("utf-8", "surrogatepass")
    return crc32(text) << 32 | crc32(text, 1)


def _runs(tokens: Sequence[str]) -> set[int]:
    first = tokens[:LOOKED_AT]
    every = {crc32(" ".join(first[i : i + RUN]).encode("utf-8", "surrogatepass")) for i in range(len(first) - RUN + 1)}
    chosen = {run for run in every if run % _EVERY == 0}
    return chosen if len(chosen) >= _FEWEST else every
