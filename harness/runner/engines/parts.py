"""Parts: a run scored in parts on several machines, each its shards, and joined to what one machine writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import StoreError
from ...scoring.verdict_file import ScoringBasis
from ...store.run_spec import check_same_spec
from ...store.shard_files import Shard, find_suffixes, parse_part, select_part
from .engine import AUTO
from .shards import ShardedScoring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...store.run_folder import RunFolder
    from .shards import OnProgress

_SHOWN = 5


@dataclass(frozen=True)
class ScoredPart:
    """A part of a run that is scored and saved."""

    store: RunFolder
    number: int
    """Counted from 1."""
    count: int
    responses: int
    """How many are in this part."""
    total: int
    """How many the run has."""


def score_part(
    store: RunFolder,
    part: str,
    *,
    rules: str | None = None,
    engine: str = AUTO,
    on_progress: OnProgress | None = None,
) -> ScoredPart:
    """Score part "I/N" of a run into its shard files; what is in them already is not scored again.

    Raises `StoreError` for a part that is none, and `NotInBook`.
    """
    number, count = parse_part(part)
    job = _job(store, rules, on_progress)
    shards = select_part(job.shards, number, count)
    job.score(shards, engine)
    return ScoredPart(store, number, count, sum(map(len, shards)), job.total)


def collect_parts(store: RunFolder, others: Sequence[RunFolder]) -> list[str | None]:
    """Copy the shards of other folders of the same run into `store`; return the rule books that are complete.

    A book None is the run's own. Raises `StoreError` for folders of different runs or responses, for a shard that is
    in two folders, and for shards that are in none, all named.
    """
    for other in others:
        _check_same(store, other)
    suffixes = sorted({suffix for folder in (store, *others) for suffix in find_suffixes(folder.folder)})
    if not suffixes:
        raise StoreError(
            f"{store.folder}: holds no scored parts, so there is nothing to merge; score them with: "
            f"ifh score {store.folder.name} --shard I/N"
        )
    books = [suffix.removeprefix(".") or None for suffix in suffixes]
    for book in books:
        _collect(_job(store, book), [_job(other, book) for other in others])
    return books


def _job(store: RunFolder, rules: str | None, on_progress: OnProgress | None = None) -> ShardedScoring:
    return ShardedScoring(store, rules, store.manifest.extract, *([on_progress] if on_progress else []))


def _collect(job: ShardedScoring, others: Sequence[ShardedScoring]) -> None:
    places: dict[Shard, list[ShardedScoring]] = {
        shard: [one for one in (job, *others) if one.is_done(shard)] for shard in job.shards
    }
    if twice := [shard for shard, found in places.items() if len(found) > 1]:
        where = " and ".join(str(one.store.folder) for one in places[twice[0]])
        raise StoreError(f"in more than one folder: {_name(twice)} (the first in {where}); leave one of them out")
    if missing := [shard for shard, found in places.items() if not found]:
        raise StoreError(
            f"{job.store.folder}: not scored yet, or of other responses or another ifharness: {_name(missing)}, "
            f"{sum(map(len, missing)):,} of {job.total:,}; score these parts and merge again"
        )
    for shard, [found] in places.items():
        if found is not job:
            job.files.write(shard, found.files.read(shard))


def _name(shards: Sequence[Shard]) -> str:
    """Return the responses of shards in words, those side by side as one."""
    spans: list[Shard] = []
    for shard in shards:
        if spans and spans[-1].end == shard.first:
            spans[-1] = Shard(spans[-1].first, shard.end)
        else:
            spans.append(shard)
    more = f" and {len(spans) - _SHOWN} more" if len(spans) > _SHOWN else ""
    return ", ".join(map(str, spans[:_SHOWN])) + more


def _check_same(store: RunFolder, other: RunFolder) -> None:
    if store.folder.resolve() == other.folder.resolve():
        raise StoreError(f"{other.folder}: is named twice; name each folder once")
    check_same_spec(other.folder, other.plan.values, store.plan.values)
    if ScoringBasis.of(store.folder) != ScoringBasis.of(other.folder):
        raise StoreError(
            f"{other.folder}: its responses are not those of {store.folder} (the sizes of the files differ); "
            "score all parts from the same responses"
        )
