"""The facts of a sample set that its card states, counted in one pass, so that no sample is held."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from tasks.article import may_republish
from tasks.dialogue import has_gap
from tasks.formats.canary import CANARY
from tasks.formats.livebench import SINCE
from tasks.sample import BASE, TWIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.sample import Sample

_DAY = len("2026-05-01")


@dataclass
class ArticleGroup:
    """The articles of one source and licence."""

    articles: set[str] = field(default_factory=set)
    samples: int = 0
    published: set[str] = field(default_factory=set)
    """Days."""
    retrieved: set[str] = field(default_factory=set)


@dataclass
class SetFacts:
    """What a set holds."""

    samples: int = 0
    dialogues: int = 0
    twins: int = 0
    """Twins, without the samples that they are made from."""
    generated: int = 0
    """Samples that ifharness generated."""
    undated: int = 0
    """Samples without a release of LiveBench."""
    pictured: int = 0
    """Samples with pictures."""
    pictures: set[str] = field(default_factory=set)
    """The sha256 of each picture."""
    recipes: set[str] = field(default_factory=set)
    """How pictures were drawn, as JSON."""
    groups: dict[tuple[str, str], ArticleGroup] = field(default_factory=dict)
    """By source and licence."""
    tasks: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    holding: Counter[str] = field(default_factory=Counter)
    """Samples that hold an instruction, by its id."""
    sizes: Counter[int] = field(default_factory=Counter)
    """Samples by number of instructions."""
    pairs: set[tuple[str, str]] = field(default_factory=set)
    """Ids that stand together in a sample, sorted."""
    canaries: set[str] = field(default_factory=set)
    """What the samples carry, "" among them where one carries none."""
    rules: set[str] = field(default_factory=set)
    seeds: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> Self:
        """Count the samples of a set."""
        facts = cls()
        for sample in samples:
            facts.add(sample)
        return facts

    @property
    def licences(self) -> set[str]:
        """The licences of the articles, "" among them where one is unknown."""
        return {licence for _, licence in self.groups}

    @property
    def closed(self) -> Counter[str]:
        """Samples whose article may not be republished, as far as is known, by licence."""
        found: Counter[str] = Counter()
        for (_, licence), group in self.groups.items():
            if not may_republish(licence):
                found[licence] += group.samples
        return found

    def add(self, sample: Sample) -> None:
        """Count a sample."""
        meta, ids = sample.meta, [item.id for item in sample.instructions]
        self.samples += 1
        self.dialogues += has_gap(sample.turns)
        self.twins += meta.get(TWIN, BASE) != BASE
        self.generated += "index" in meta
        self.undated += SINCE not in meta
        self.tasks[sample.task] += 1
        self.ids.update(ids)
        self.holding.update(set(ids))
        self.sizes[len(ids)] += 1
        self.pairs.update(combinations(sorted(ids), 2))
        self.canaries.add(str(meta.get(CANARY) or ""))
        self.rules.add(sample.rules)
        if sample.pictures:
            self.pictured += 1
            self.pictures.update(picture.sha256 for picture in sample.pictures)
            if recipe := meta.get("pictures"):
                self.recipes.add(json.dumps(recipe, sort_keys=True))
        if "seed" in meta:
            self.seeds.add(str(meta["seed"]))
        group = self.groups.setdefault((_origin(sample), _of(sample, "licence")), ArticleGroup())
        group.articles.add(sample.article_id)
        group.samples += 1
        group.published.add(_of(sample, "published")[:_DAY])
        group.retrieved.add(_of(sample, "retrieved")[:_DAY])


def _of(sample: Sample, name: str) -> str:
    return str(sample.meta.get(name) or "")


def _origin(sample: Sample) -> str:
    """Return where an article came from, without what names it alone: a host, a folder."""
    origin = _of(sample, "origin")
    if "://" in origin:
        return urlsplit(origin).hostname or "unknown"
    folder, slash, _ = origin.partition("/")
    return f"{folder}/" if slash else origin or "unknown"
