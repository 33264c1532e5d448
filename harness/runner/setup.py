"""What a run is set up from: run spec, request settings, limits, and the preflight check of the samples."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.formats.question_set import round_robin
from tasks.formats.sample_file import SampleFile, SamplesById
from tasks.sample import Part, Sample, Turn, dialogue_of

from ..adapters.base import AdapterSetup, Settings
from ..adapters.credentials import base_url_from_env
from ..adapters.registry import image_support
from ..errors import ConfigError
from ..store.files import check_folder_place
from ..store.run_spec import RESULTS, RunSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tasks.formats.question_set import QuestionSet
    from tasks.generate.generator import GeneratedSet

    from ..config.model import ResolvedModel
    from ..config.run_file import Config
    from ..config.sections import ModelSection
    from .limits.budget import BudgetLimits
    from .limits.concurrency import ConcurrencyLimiter


def check_scorable(samples: Iterable[Sample], rules: str | None) -> None:
    """Read all samples; raise `BadSample` or `ConfigError` for the first that cannot be requested or scored."""
    from scorers.errors import BadInstruction, NotInBook
    from scorers.rule_books.checks import check_for

    dialogues = _Prefixes()
    for sample in samples:
        dialogues.check(sample)
        for instruction in sample.instructions:
            try:
                check_for(instruction, rules or sample.rules)
            except (BadInstruction, NotInBook) as error:
                raise ConfigError(f"sample {sample.id}: {error}") from None


class _Prefixes:
    """The turns of dialogues whose samples are read one after the other."""

    def __init__(self) -> None:
        self._turns: dict[str, dict[int, tuple[str, tuple[Turn, ...]]]] = {}

    def check(self, sample: Sample) -> None:
        """Raise `ConfigError` unless a turn begins with the earlier turns of its dialogue."""
        if not (group := dialogue_of(sample.meta)):
            return
        known = self._turns.setdefault(str(group), {})
        for id, turns in known.values():
            short, long = sorted((turns, sample.turns), key=len)
            if long[: len(short)] != short or not (len(long) == len(short) or long[len(short)].is_gap):
                raise ConfigError(
                    f"samples {id} and {sample.id} are turns of the dialogue {group!r:.60}, but neither begins with "
                    "the other: a later turn has all earlier ones, with a gap (role assistant, no parts) after each"
                )
        known[len(sample.turns)] = sample.id, sample.turns


def _check_images(chosen: ResolvedModel, samples: Sequence[Sample]) -> None:
    """Raise `ConfigError` if samples have pictures, and the adapter or the model takes none or may take none."""
    if isinstance(samples, SampleFile) and not samples.has_pictures:
        return
    first = next((sample for sample in samples if sample.pictures), None)
    if first is None:
        return
    config = chosen.config
    adapter, model, takes = config.model.adapter, config.model.name, chosen.takes_images
    support = image_support(adapter)
    if support == "never":
        raise ConfigError(
            f"sample {first.id} has pictures, but the adapter {adapter!r} sends text only; run samples of text "
            '([questions] modality = "text"), or a vision model through openai, compatible, anthropic or gemini'
        )
    if support == "model" and takes is not True:
        where = f" ({chosen.entry.origin})" if chosen.entry and config.model.images is None else ""
        known = f"takes no pictures{where}" if takes is False else f"is not known to take pictures{where}"
        raise ConfigError(
            f"sample {first.id} has pictures, but the model {model!r} {known}. If it does take them: --set "
            "model.images=true, or images = true in [model] or in a model file (docs/images.md)"
        )
    limits = budget_limits(chosen)
    if support == "model" and limits.set and limits.picture_tokens is None:
        raise ConfigError(
            f"{limits.names} needs the tokens of a picture, which are unknown for {model!r}: set image_tokens in "
            "[model], such as --set model.image_tokens=1100, or leave the budget out"
        )


_LIMIT_FIELD = re.compile(r"max_?(?:output_?|completion_?|new_?)?tokens|budget", re.IGNORECASE)


class _Prefixed(SamplesById):
    """Samples by id, each given its prefix when it is looked up."""

    def __init__(self, samples: Mapping[str, Sample], prefix: str) -> None:
        self._samples = samples
        self._prefix = prefix

    def __getitem__(self, id: str) -> Sample:
        sample = self._samples[id]
        return replace(sample, turns=_add_prefix(sample.turns, self._prefix))

    def turns(self, id: str) -> tuple[Turn, ...]:
        known = self._samples
        return _add_prefix(known.turns(id) if isinstance(known, SamplesById) else known[id].turns, self._prefix)

    def __iter__(self) -> Iterator[str]:
        return iter(self._samples)

    def __len__(self) -> int:
        return len(self._samples)


def _add_prefix(turns: tuple[Turn, ...], prefix: str) -> tuple[Turn, ...]:
    """Return the turns with `prefix` and a newline before the first user turn."""
    for number, turn in enumerate(turns):
        if turn.role == "user":
            return (*turns[:number], Turn(turn.role, (Part(f"{prefix}\n"), *turn.parts)), *turns[number + 1 :])
    return turns


def prefixed_samples(chosen: ResolvedModel, samples: Mapping[str, Sample]) -> Mapping[str, Sample]:
    """Return the samples as they are requested: with the model's prompt prefix, under their own ids."""
    prefix = chosen.config.model.prompt_prefix
    return _Prefixed(samples, prefix) if prefix else samples


def budget_limits(chosen: ResolvedModel) -> BudgetLimits:
    """Return what the run must not exceed; raises `ConfigError` where that cannot be known."""
    from .limits.budget import BudgetLimits

    ask = chosen.config.ask
    model = chosen.config.model
    # A limit in `extra` has the last word, and a thinking budget has to be below the limit.
    adjustable = model.max_tokens is not None and "max_tokens" not in model.options.get("omit", ())
    adjustable &= not _LIMIT_FIELD.search(repr(model.extra))
    return BudgetLimits(
        chosen.prices,
        ask.max_cost,
        ask.max_tokens_total,
        chosen.max_output,
        model.name,
        picture_tokens=chosen.picture_tokens,
        adjustable=adjustable,
    )


def adapter_setup(config: Config, samples: Sequence[Sample]) -> AdapterSetup:
    """Return what an adapter is made from."""
    return AdapterSetup(
        model=config.model.name,
        base_url=config.model.base_url,
        key_env=config.model.key_env,
        timeout=config.ask.timeout,
        concurrency=config.ask.concurrency,
        options=config.model.options,
        samples=samples.by_id() if isinstance(samples, SampleFile) else {sample.id: sample for sample in samples},
    )


def concurrency_limiter(config: Config) -> ConcurrencyLimiter:
    """Return the limiter of requests in flight and per minute that `[ask]` describes."""
    from .limits.concurrency import ConcurrencyLimiter

    return ConcurrencyLimiter(
        config.ask.concurrency,
        adaptive=config.ask.adaptive,
        requests_per_minute=config.ask.requests_per_minute,
        tokens_per_minute=config.ask.tokens_per_minute,
    )


def run_spec_of(config: Config, samples: Sequence[Sample]) -> RunSpec:
    """Return what decides the questions and the answers of a run; `config` is completed by the model files."""
    prefix = config.model.prompt_prefix
    return RunSpec.of(
        samples=samples,
        adapter=config.model.adapter,
        model=config.model.name,
        base_url=config.model.base_url or base_url_from_env(config.model.adapter),
        settings=request_settings(config.model).to_json() | ({"prompt_prefix": prefix} if prefix else {}),
        options=config.model.options,
        epochs=config.ask.epochs,
    )


def run_name(config: Config, questions: QuestionSet | None) -> str:
    """Return the name of what a run requests: that of its samples, or of the run file that they are generated by."""
    return questions.name if questions else config.name


def run_folder_path(name: str, plan: RunSpec, out: str | None) -> Path:
    """Return the results folder: `out`, or the one that `name` and the plan name.

    Raises `ConfigError` if a file is in its place.
    """
    folder = Path(out) if out else RESULTS / plan.folder_name(name)
    check_folder_place(folder)
    return folder


def request_settings(model: ModelSection) -> Settings:
    """Return the request settings of a `[model]` section."""
    return Settings(model.max_tokens, model.temperature, model.top_p, model.seed, model.stop, model.extra)


def samples_for(
    chosen: ResolvedModel, questions: QuestionSet | None, limit: int | None
) -> tuple[Sequence[Sample], GeneratedSet | None]:
    """Return the samples of a run: those of `questions`, or drawn; raises `ConfigError` if the model takes none."""
    if limit is not None and limit < 1:
        raise ConfigError(f"--limit is {limit}, but must be at least 1")
    if questions:
        found = round_robin(questions.samples, limit)
        _check_images(chosen, found)
        return found, None
    from ..dataset.generate import generate_from_config
    from .engines.engine import AUTO, RAY
    from .engines.generate import EngineDrawing

    engine = chosen.config.ask.engine
    # A cluster is there to send requests: the samples of a run are drawn before it could have started.
    drawn = generate_from_config(chosen.config, limit, draw=EngineDrawing(AUTO if engine == RAY else engine))
    _check_images(chosen, drawn.samples)
    return drawn.samples, drawn
