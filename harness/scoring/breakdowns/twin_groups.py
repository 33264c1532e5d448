"""Groups of twins, and reliable@k over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

from tasks.generate.twins.kinds import ASKS_MORE, kind_of
from tasks.sample import BASE

from ..intervals import ClusteredScores, Interval, interval
from .epochs import pass_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Reliability:
    """reliable@k over the groups of a run."""

    groups: int
    """Groups, in each epoch, with verdicts on the base and every twin: those that `reliable` is over."""
    incomplete: int
    """Groups without a verdict on one of them."""
    fewest: int
    """Members of the smallest of these groups, the base included and `load` left out."""
    most: int
    reliable: float | None
    """reliable@k: share of the groups of which the base and every twin are followed whole."""
    interval: Interval | None
    """Of `reliable`."""
    base: float | None
    """Share of the same groups of which the base is followed whole."""
    reliable_at: dict[int, float]
    """By k: chance that k members drawn from a group are all followed whole, over groups of `most` members."""


class TwinMember(NamedTuple):
    """The verdicts on one member of a group."""

    keys: tuple[bytes, ...]
    """Each instruction with its parameters, as JSON."""
    followed: tuple[bool, ...]


@dataclass
class TwinGroup:
    """The members of one group in one epoch; None for one without verdicts."""

    cluster: str
    members: dict[str, TwinMember | None] = field(default_factory=dict)

    @property
    def alike(self) -> list[TwinMember | None]:
        """The members that ask for the same."""
        return [member for name, member in self.members.items() if kind_of(name) != ASKS_MORE]

    @property
    def is_complete(self) -> bool:
        """Whether it has a base and a twin that asks for the same, and verdicts on all of these."""
        return len(self.alike) > 1 and None not in self.alike

    @property
    def right(self) -> int:
        """How many of these are followed whole."""
        return sum(all(member.followed) for member in self.alike if member)

    @property
    def is_reliable(self) -> bool:
        """Whether all of these are followed whole."""
        return self.right == len(self.alike)


def measure_reliability(groups: Iterable[TwinGroup], level: float) -> Reliability:
    """Return reliable@k over groups, each in one epoch."""
    several = [group for group in groups if len(group.alike) > 1]
    complete = [group for group in several if group.is_complete]
    scores = ClusteredScores()
    numbers: dict[str, int] = {}
    for group in complete:
        scores.append(numbers.setdefault(group.cluster, len(numbers)), float(group.is_reliable))
    sizes = [len(group.alike) for group in complete]
    most = max(sizes, default=0)
    full = [group.right for group in complete if len(group.alike) == most]
    bases = [base for group in complete if (base := group.members.get(BASE))]
    return Reliability(
        groups=len(complete),
        incomplete=len(several) - len(complete),
        fewest=min(sizes, default=0),
        most=most,
        reliable=mean_share([float(group.is_reliable) for group in complete]),
        interval=interval({"all": scores}, level) if complete else None,
        base=mean_share([float(all(base.followed)) for base in bases]),
        reliable_at={k: mean_share([pass_all(k, most, right) for right in full]) or 0.0 for k in range(1, most + 1)},
    )


def mean_share(values: Sequence[float]) -> float | None:
    """Return the mean of values in 0..1 on 0..100; None of nothing."""
    return round(100 * fsum(values) / len(values), 4) if values else None
