"""Twins: whether a model follows the same instructions when they are put differently.

A group is a base with its twins: the same article, task and instructions, with one change each. Twins of the kind
`load` have fewer or more of the same instructions, so they are compared on those that both have, and are left out of
reliable@k. All metrics are strict; intervals are clustered by article.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tasks.fast_json import dump_canonical
from tasks.generate.twins.kinds import ASKS_MORE, KINDS, LOADS, kind_of
from tasks.sample import BASE, GROUP, TWIN

from ..intervals import ClusteredScores, Interval, interval
from ..results import ScoredResponse
from .twin_groups import Reliability, TwinGroup, TwinMember, mean_share, measure_reliability

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..results import UnscoredSample


@dataclass(frozen=True)
class TwinDifference:
    """Twins against their bases, on the instructions that both have; scores on 0..100."""

    n: int
    """Pairs of a twin and its base, in one epoch, with verdicts on both."""
    articles: int
    base: float
    """IF score of the bases."""
    twin: float
    """IF score of the twins."""
    difference: float
    """Twin minus base."""
    low: float | None
    """Bounds of the paired 95 % interval of the difference; None where it takes more articles."""
    high: float | None
    shown: bool
    """Whether the difference is not 0 even with the level corrected for the number of kinds (Bonferroni)."""
    changed: float
    """Share of the instructions whose verdict is not the same in both."""


@dataclass(frozen=True)
class LoadPoint:
    """The samples with one number of instructions, each a part of the next larger one; shares on 0..100."""

    instructions: int
    n: int
    prompt: float
    """Share of the responses that follow all instructions."""
    instruction: float
    """Share of the instructions that are followed."""
    interval: Interval | None
    """Of `instruction`."""


@dataclass(frozen=True)
class TwinMetrics(Reliability):
    """The metrics of a run with twins."""

    by_kind: dict[str, TwinDifference]
    """Of `load`, the twins with more instructions than their base."""
    by_twin: dict[str, TwinDifference]
    later: TwinDifference | None
    """The same instruction where it is later in the list (`twin`) against earlier (`base`), from the kind `order`."""
    load: tuple[LoadPoint, ...] = ()
    """The curve over the number of instructions."""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `scores.json`."""
        record = asdict(self)
        return record | {"reliable_at": {str(k): share for k, share in self.reliable_at.items()}}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        known = dict(record)
        known["interval"] = _read_interval(known["interval"])
        known["reliable_at"] = {int(k): share for k, share in known["reliable_at"].items()}
        for name in ("by_kind", "by_twin"):
            known[name] = {key: TwinDifference(**found) for key, found in known[name].items()}
        known["later"] = TwinDifference(**known["later"]) if known["later"] else None
        known["load"] = tuple(
            LoadPoint(**{**point, "interval": _read_interval(point["interval"])}) for point in known["load"]
        )
        return cls(**known)


def _read_interval(record: dict[str, Any] | None) -> Interval | None:
    return Interval.from_json(record) if record else None


class _Pair(NamedTuple):
    cluster: str
    base: tuple[bool, ...]
    twin: tuple[bool, ...]
    adds: bool = False
    """Whether the twin has more instructions than these."""


class TwinCount:
    """Adds up the twins of a run, one result at a time and in any order; samples without twins are passed over."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, int], TwinGroup] = {}

    def add(self, result: ScoredResponse | UnscoredSample) -> None:
        """Add a scored response, or a sample without one."""
        sample = result.sample
        if not isinstance(twin := sample.meta.get(TWIN), str):
            return
        name = str(sample.meta.get(GROUP))
        group = self._groups.setdefault((name, result.epoch), TwinGroup(sample.article_id or f"group {name}"))
        member = None
        if isinstance(result, ScoredResponse):
            keys = tuple(dump_canonical(one.to_json(defaults=False)) for one in sample.instructions)
            member = TwinMember(keys, tuple(verdict.followed for verdict in result.strict))
        group.members[twin] = member

    def metrics(self, level: float = 0.95) -> TwinMetrics | None:
        """Return the metrics; None where no sample has a twin."""
        return twin_metrics(list(self._groups.values()), level)


def twin_metrics(groups: Sequence[TwinGroup], level: float = 0.95) -> TwinMetrics | None:
    """Return the metrics of groups, each in one epoch; None where none has a twin."""
    if not any(len(group.members) > 1 for group in groups):
        return None
    pairs = {twin: found for twin in _order(groups) if (found := list(_pairs(groups, twin)))}
    kinds: dict[str, list[_Pair]] = {}
    for twin, found in pairs.items():
        kinds.setdefault(kind_of(twin), []).extend(one for one in found if one.adds or kind_of(twin) != ASKS_MORE)
    kinds = {kind: found for kind, found in kinds.items() if found}
    corrected = 1 - (1 - level) / max(1, len(kinds))
    later = list(_later(groups))
    return TwinMetrics(
        **vars(measure_reliability(groups, level)),
        by_kind={kind: compare_pairs(found, level, corrected) for kind, found in kinds.items()},
        by_twin={twin: compare_pairs(found, level, corrected) for twin, found in pairs.items()},
        later=compare_pairs(later, level, level) if later else None,
        load=tuple(_load_curve(groups, level)),
    )


def _order(groups: Iterable[TwinGroup]) -> list[str]:
    every = [f"{kind}:{variant}" for kind, variants in KINDS.items() for variant in variants]
    found = {name for group in groups for name in group.members} - {BASE}
    return sorted(found, key=lambda name: (every.index(name) if name in every else len(every), name))


def _pairs(groups: Iterable[TwinGroup], twin: str) -> Iterator[_Pair]:
    """Yield the verdicts of bases and twins on the instructions that both have."""
    for group in groups:
        base, other = group.members.get(BASE), group.members.get(twin)
        if base is None or other is None:
            continue
        known = dict(zip(other.keys, other.followed, strict=True))
        both = [(followed, known[key]) for key, followed in zip(base.keys, base.followed, strict=True) if key in known]
        if both:
            adds = len(other.keys) > len(base.keys)
            yield _Pair(group.cluster, tuple(one for one, _ in both), tuple(one for _, one in both), adds)


def _later(groups: Iterable[TwinGroup]) -> Iterator[_Pair]:
    """Yield each instruction's verdict where it is earlier in the list, and where it is later."""
    for group in groups:
        base, other = group.members.get(BASE), group.members.get("order:reversed")
        if base is None or other is None:
            continue
        last = len(base.followed) - 1
        for place, (here, there) in enumerate(zip(base.followed, other.followed[::-1], strict=True)):
            if place != last - place:
                earlier, later = (here, there) if place < last - place else (there, here)
                yield _Pair(group.cluster, (earlier,), (later,))


def compare_pairs(pairs: Sequence[_Pair], level: float, corrected: float) -> TwinDifference:
    """Return the paired difference; `corrected` is the level at which it has to exclude 0 to be shown."""
    import numpy as np

    from ..paired_estimate import PairedValues, estimate_difference

    numbers = {name: n for n, name in enumerate(dict.fromkeys(pair.cluster for pair in pairs))}
    base = np.array([_if_score(pair.base) for pair in pairs])
    twin = np.array([_if_score(pair.twin) for pair in pairs])
    cluster = np.array([numbers[pair.cluster] for pair in pairs], dtype=np.intp)
    found = estimate_difference(PairedValues(base, twin, cluster, np.zeros(len(pairs), dtype=np.intp)))
    enough = len(numbers) > 1
    low, high = found.bounds((1 - level) / 2) if enough else (None, None)
    below, above = found.bounds((1 - corrected) / 2) if enough else (-1.0, 1.0)
    verdicts = [one != other for pair in pairs for one, other in zip(pair.base, pair.twin, strict=True)]
    return TwinDifference(
        n=len(pairs),
        articles=len(numbers),
        base=_points(found.a),
        twin=_points(found.b),
        difference=_points(found.difference),
        low=None if low is None else _points(low),
        high=None if high is None else _points(high),
        shown=below > 0 or above < 0,
        changed=_points(sum(verdicts) / len(verdicts)),
    )


def _if_score(followed: Sequence[bool]) -> float:
    return (all(followed) + sum(followed) / len(followed)) / 2


def _points(share: float) -> float:
    return round(100 * share, 4) + 0.0  # no -0.0


def _load_curve(groups: Sequence[TwinGroup], level: float) -> Iterator[LoadPoint]:
    """Yield a point for each number of instructions of the kind `load`; a base of that size belongs to it."""
    loaded = [group for group in groups if any(kind_of(name) == ASKS_MORE for name in group.members)]
    numbers: dict[str, int] = {}
    for number in LOADS:
        shares = ClusteredScores()
        whole = []
        for group in loaded:
            for name, member in group.members.items():
                if member and len(member.keys) == number and (name == BASE or kind_of(name) == ASKS_MORE):
                    share = sum(member.followed) / number
                    shares.append(numbers.setdefault(group.cluster, len(numbers)), share)
                    whole.append(float(share == 1))
        if whole:
            mean = mean_share([share for _, share in shares]) or 0.0
            yield LoadPoint(number, len(whole), mean_share(whole) or 0.0, mean, interval({"all": shares}, level))
