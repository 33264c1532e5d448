"""The places of a plan as work in parts, which can be drawn anywhere and saved."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scorers import load
from tasks.generate.generator import Draw, SampleGenerator
from tasks.generate.modality import TEXT
from tasks.generate.twins.make import TwinCounts
from tasks.sample import Sample

from .. import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.article import Article
    from tasks.generate.plan import GenerationPlan
    from tasks.prompts.wording import Wording

_PART = 20
"""Places of a part."""


class GenerationJob:
    """The samples of a plan in parts: ranges of the places of the first `total` ones.

    Raises what `SampleGenerator` raises.
    """

    resume = "Give the same command again, with --engine single to use less memory"
    """What a user does after a process died."""

    def __init__(self, plan: GenerationPlan, articles: Sequence[Article], wording: Wording, total: int) -> None:
        self.total = total
        self._given = (plan, articles, wording)
        self.generator = SampleGenerator(*self._given)
        """That of this process."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Have another process make a generator of its own."""
        return GenerationJob, (*self._given, self.total)

    @property
    def is_divisible(self) -> bool:
        """Whether a sample can be drawn without the others: in a balanced set, none can."""
        return not self._given[0].balance

    @property
    def can_be_saved(self) -> bool:
        """Whether a record of a sample is all of it: pictures are files of their own."""
        plan = self._given[0]
        return plan.medium == TEXT and not any(name.startswith("modality") for name in plan.twins)

    @cached_property
    def basis(self) -> dict[str, Any]:
        """What the samples are drawn from, as a record."""
        plan, articles, wording = self._given
        digest = hashlib.sha256(repr((plan, wording)).encode("utf-8", "surrogatepass"))
        for article in articles:
            digest.update(repr(article).encode("utf-8", "surrogatepass"))
        versions = {id: load(id).version for id in plan.ids}
        return {"ifharness": __version__, "drawn_from": digest.hexdigest(), "versions": versions}

    def parts(self, first: int = 0) -> Iterator[range]:
        """Yield the parts from a place on."""
        for start in range(first, self.total, _PART):
            yield range(start, min(start + _PART, self.total))

    def prepare(self) -> None:
        """Read nothing more."""

    def run_part(self, part: range) -> list[Draw]:
        """Return what is drawn for the places of a part."""
        # What this process has accepted so far; in a worker nothing, so that samples drawn there may repeat others.
        return [self.generator.draw(place, self.generator.seen) for place in part]


def to_draw_record(draw: Draw) -> dict[str, Any]:
    """Return the record form of a draw."""
    return {
        "id": draw.id,
        "samples": [sample.to_json() for sample in draw.samples],
        "tried": draw.tried,
        "twins": {"made": draw.twins.made, "missing": draw.twins.missing, "reasons": draw.twins.reasons},
    }


def from_draw_record(record: dict[str, Any]) -> Draw:
    """Read back what `to_draw_record` returned."""
    samples = tuple(Sample.from_json(sample) for sample in record["samples"])
    return Draw(record["id"], samples, tuple(map(tuple, record["tried"])), TwinCounts.of(**record["twins"]))
