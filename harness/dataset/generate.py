"""The samples that a run file asks for, generated from the articles that pass the quality filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING, Any

from tasks.errors import BadPicture, BadQuality, BadWording, CannotDraw, SourceError
from tasks.formats.sample_file import SampleFile
from tasks.generate.generator import GeneratedSet
from tasks.generate.plan import GenerationPlan
from tasks.prompts.wording import Wording, find_wording
from tasks.quality.article_filter import filter_articles
from tasks.sources import read_articles

from ..errors import ConfigError
from ..store.files import write_whole
from ..store.journal import encode
from .generation_job import GenerationJob

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tasks.generate.generator import Draw
    from tasks.quality.article_filter import FilterResult
    from tasks.sample import Sample

    from ..config.run_file import Config
    from .set_facts import SetFacts

DrawAll = Callable[[GenerationJob], "AbstractContextManager[Iterator[Draw] | None]"]
"""Gives the draws of all places of a plan in order, or None."""
_IN_MEMORY = 5000
"""Samples of a set that is held in memory."""


def generate_from_config(
    config: Config,
    limit: int | None = None,
    *,
    folder: Path | None = None,
    on_progress: Callable[[int, int], object] = lambda _done, _total: None,
    draw: DrawAll = lambda _job: nullcontext(),
) -> GeneratedSet:
    """Draw the samples that `config` asks for; `limit` keeps the first, taken in turn from each task.

    Twins come on top: `limit` counts the samples that they are made from. With a `folder` for temporary files, the
    samples of a large set are in a file there, and read when they are looked at. `on_progress` gets the number drawn,
    without twins, and that of all. `draw` draws the samples elsewhere or earlier; what it gives is None where they are
    to be drawn here and now. Raises `ConfigError` for a run file with a
    published set, `TasksError` that names the run file.
    """
    if config.samples.hub:
        raise ConfigError(
            f"{config.name} runs a published set ({config.title}) and generates no samples; run it with: "
            f"ifh run {config.name} --model MODEL"
        )
    with _name_file(config):
        return _generate(config, limit, folder, on_progress, draw)


@contextmanager
def _name_file(config: Config) -> Iterator[None]:
    """Put the path of the run file before an error about what it says."""
    try:
        yield
    except (BadPicture, CannotDraw, SourceError, BadWording) as error:
        if str(config.path) in str(error):
            raise
        raise type(error)(f"{config.path}: {error}") from None


def _generate(
    config: Config, limit: int | None, folder: Path | None, on_progress: Callable[[int, int], object], draw: DrawAll
) -> GeneratedSet:
    articles, plan = accepted_articles(config), plan_from_config(config)
    total = plan.size if limit is None else min(limit, plan.size)
    job = GenerationJob(plan, articles.accepted, wording_from_config(config), total)

    def iter_samples(draws: Iterable[Draw]) -> Iterator[Sample]:
        for number, one in enumerate(islice(draws, limit), 1):
            on_progress(number, total)
            yield from one.samples

    with draw(job) as drawn:
        samples = _hold(iter_samples(job.generator.draws(drawn)), folder)
    return job.generator.result(samples, articles.rejected)


def _hold(samples: Iterable[Sample], folder: Path | None) -> Sequence[Sample]:
    """Return samples as a list, or from `_IN_MEMORY` on in a file in `folder`."""
    left = iter(samples)
    first = list(islice(left, _IN_MEMORY)) if folder else list(left)
    if folder is None or len(first) < _IN_MEMORY or any(one.pictures for one in first):
        return [*first, *left]
    path = folder / "samples.jsonl"
    write_whole(path, (encode(sample.to_json()) for sample in chain(first, left)))
    return SampleFile(path)


def plan_from_config(config: Config) -> GenerationPlan:
    """Return the plan of the samples that `config` asks for."""
    return GenerationPlan(
        tasks=config.questions.tasks,
        per_task=config.questions.per_task,
        sentences=config.articles.sentences,
        pool=None if config.instructions.pool == () else config.instructions.pool,
        count=config.instructions.count,
        weights=config.instructions.weights,
        limits=config.instructions.limits,
        balance=config.instructions.balance,
        tightness=config.instructions.tightness,
        placement=config.questions.placement,
        modality=config.questions.modality,
        image=config.questions.image,
        twins=config.questions.twins,
        seed=config.questions.seed,
    )


def wording_from_config(config: Config) -> Wording:
    """Return the wording that `config` names, or the usual one; raises `BadWording`."""
    named = config.questions.wording
    return Wording.load(find_wording(named, config.path.parent)) if named else Wording()


def accepted_articles(config: Config) -> FilterResult:
    """Return the articles of `config` that pass the quality gate, and those that do not; raises `BadQuality` if none.

    A source that cannot be read or is empty raises `SourceError`.
    """
    articles = config.articles
    sifted = filter_articles(
        read_articles(articles.source, source_options(config)), articles.gate, articles.published_after
    )
    if sifted.rejected and not sifted.accepted:
        rules = ", ".join(f"{rule} {count}" for rule, count in sifted.by_rule.most_common())
        first = sifted.rejected[0]
        raise BadQuality(
            f"{config.path}: none of {len(sifted.rejected)} articles passes the quality gate ({rules}); the first, "
            f"{first.id!r}: {first.reason}. A rule can be changed or turned off in [articles.quality]"
        )
    return sifted


def instruction_rates(drawn: GeneratedSet) -> dict[str, dict[str, Any]]:
    """Return how often each instruction was drawn and accepted, by id; in a balanced set, also its expected number."""
    return {
        id: {
            "drawn": times,
            "kept": drawn.accepted[id],
            "rate": round(drawn.accepted[id] / times, 4),
            **({"expected": round(drawn.expected[id], 2)} if drawn.expected else {}),
        }
        for id, times in sorted(drawn.drawn.items())
    }


def unmet_pairs(drawn: GeneratedSet, facts: SetFacts) -> list[tuple[str, str]]:
    """Return the pairs of ids of the pool that stand together in no sample, sorted."""
    return [pair for pair in combinations(sorted(drawn.ids), 2) if pair not in facts.pairs]


def generation_record(drawn: GeneratedSet, facts: SetFacts) -> dict[str, Any]:
    """Return how a drawing went, as `ifh generate --json` prints it; `facts` are those of its samples."""
    unmet, ids = unmet_pairs(drawn, facts), len(drawn.ids)
    possible = ids * (ids - 1) // 2
    return {
        "samples": len(drawn.samples),
        "sets": drawn.sets,
        "counts": {str(number): times for number, times in sorted(facts.sizes.items())},
        "instructions": instruction_rates(drawn),
        "pairs": {"possible": possible, "met": possible - len(unmet), "not_met": len(unmet), "unmet": unmet},
        "articles": {"skipped": drawn.skipped, "rejected": count_rejections(drawn)},
        **_twin_record(drawn),
        **({"pictures": len(facts.pictures)} if facts.pictures else {}),
    }


def _twin_record(drawn: GeneratedSet) -> dict[str, Any]:
    twins = drawn.twins
    if not (twins.made or twins.missing):
        return {}
    return {"twins": {"made": dict(twins.made), "missing": dict(twins.missing), "reasons": dict(twins.reasons)}}


def source_options(config: Config) -> dict[str, object]:
    """Return the options of the article source, its path taken from the run file's folder."""
    options = dict(config.articles.options)
    if isinstance(options.get("path"), str):
        options["path"] = str(config.resolve_path(options["path"]))
    return options


def count_rejections(drawn: GeneratedSet) -> dict[str, int]:
    """Return how many articles each rule of the quality gate rejected, most first."""
    return dict(Counter(item.rule for item in drawn.rejected).most_common())
