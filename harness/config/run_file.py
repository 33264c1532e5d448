"""The run file: a TOML file that describes a run, read into typed values."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean
from scorers.rule_books import BOOKS
from tasks.errors import InputLimitError
from tasks.limits.files import SMALL_FILE, read_capped
from tasks.limits.syntax import parse_toml as limited_toml

from ..adapters.batches.base import FALLBACKS
from ..adapters.credentials import refuse_keys
from ..errors import ConfigError
from .published import METRICS
from .sections import (
    ENGINES,
    ArticlesSection,
    AskSection,
    InstructionsSection,
    ModelSection,
    QuestionsSection,
    SamplesSection,
    ScoreSection,
)
from .toml import typed_section

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Config:
    """A run file."""

    name: str
    path: Path
    description: str = ""
    samples: SamplesSection = field(default_factory=SamplesSection)
    articles: ArticlesSection = field(default_factory=ArticlesSection)
    questions: QuestionsSection = field(default_factory=QuestionsSection)
    instructions: InstructionsSection = field(default_factory=InstructionsSection)
    model: ModelSection = field(default_factory=ModelSection)
    ask: AskSection = field(default_factory=AskSection)
    score: ScoreSection = field(default_factory=ScoreSection)

    @property
    def title(self) -> str:
        """The name of the published set that it runs; of generated samples, its own."""
        return self.samples.title or self.name

    def resolve_path(self, path: str) -> Path:
        """Return `path`, relative to the run file's folder unless it is absolute."""
        return Path(path) if Path(path).is_absolute() else self.path.parent / path


_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
SECTIONS: dict[str, type] = {
    "samples": SamplesSection,
    "articles": ArticlesSection,
    "questions": QuestionsSection,
    "instructions": InstructionsSection,
    "model": ModelSection,
    "ask": AskSection,
    "score": ScoreSection,
}


_BATCH = ("batch_poll", "batch_timeout")
GENERATION = ("articles", "questions", "instructions")
"""Sections about generated samples."""


def shipped_folder() -> Path:
    """Return the folder of the shipped run files: inside the wheel, or next to the packages."""
    inside = Path(__file__).parents[1] / "_configs"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "configs"


def shipped_names() -> list[str]:
    """Return the names of the shipped run files."""
    return sorted(path.stem for path in shipped_folder().glob("*.toml"))


def published_sets() -> list[Config]:
    """Return the shipped run files that run a published set, by name."""
    found = (load_config(str(shipped_folder() / f"{name}.toml")) for name in shipped_names())
    return [config for config in found if config.samples.hub]


def load_config(name_or_path: str) -> Config:
    """Read a run file, given by path or by the name of a shipped one; raises `ConfigError`."""
    path = Path(name_or_path)
    if not path.is_file():
        path = shipped_folder() / f"{name_or_path}.toml"
    if not path.is_file() or (path.stem != Path(name_or_path).stem):
        names = shipped_names()
        raise ConfigError(
            f"no run file {name_or_path!r}{did_you_mean(name_or_path, names)} "
            f"(shipped with ifharness: {', '.join(names)}; or give the path of a .toml file)"
        )
    return _build(parse_toml(read_text(path), path), path)


def load_preset(name: str) -> Config:
    """Read the shipped run file `name`, ignoring files of the working folder; raises `ConfigError`."""
    names = shipped_names()
    if name not in names:
        raise ConfigError(f"no preset {name!r}{did_you_mean(name, names)} (presets: {', '.join(names)})")
    return load_config(str(shipped_folder() / f"{name}.toml"))


def read_text(path: Path) -> str:
    """Return the text of a file; raises `ConfigError`."""
    try:
        return read_capped(path, SMALL_FILE).decode("utf-8").replace("\r\n", "\n")
    except InputLimitError as error:
        raise ConfigError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {str(path)!r}: {error}") from None


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the content of the TOML file `path`; raises `ConfigError`."""
    try:
        return limited_toml(text)
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None


def _build(content: dict[str, Any], path: Path) -> Config:
    known = [*SECTIONS, "description"]
    for key in content:
        if key not in known:
            raise ConfigError(f"{path}: unknown key {key!r}{did_you_mean(key, known)} (keys: {', '.join(known)})")
    description = content.get("description", "")
    if not isinstance(description, str):
        raise ConfigError(f"{path}: description takes a string, got {description!r}")
    if "samples" in content and (others := [name for name in GENERATION if name in content]):
        raise ConfigError(
            f"{path}: [samples] names a set to run, so [{'], ['.join(others)}] cannot apply; remove one or the other"
        )
    parts: dict[str, Any] = {
        name: typed_section(cls, content.get(name, {}), str(path), name, SECTIONS) for name, cls in SECTIONS.items()
    }
    config = Config(path.stem, path, description, **parts)
    _check_values(config)
    return config


def _check_values(config: Config) -> None:
    """Raise `ConfigError` for values that no run can use."""
    lowest = {
        "articles.sentences": (config.articles.sentences, 1),
        "questions.per_task": (config.questions.per_task, 1),
        "ask.concurrency": (config.ask.concurrency, 1),
        "ask.attempts": (config.ask.attempts, 1),
        "ask.epochs": (config.ask.epochs, 1),
        "ask.batch_size": (1 if config.ask.batch_size is None else config.ask.batch_size, 1),
    }
    for key, (value, low) in lowest.items():
        if value < low:
            raise ConfigError(f"{config.path}: {key} is {value}, but must be at least {low}")
    _check_samples(config)
    _check_model(config)
    _check_day(config)
    _check_extractions(config)
    rules = config.score.rules
    if rules is not None and rules not in BOOKS:
        raise ConfigError(
            f"{config.path}: [score] rules: unknown {rules!r}{did_you_mean(rules, BOOKS)} (books: {', '.join(BOOKS)})"
        )
    for name, known in (("batch_fallback", FALLBACKS), ("engine", ENGINES)):
        if (value := getattr(config.ask, name)) not in known:
            hint = f"{did_you_mean(value, known)} (known: {', '.join(known)})"
            raise ConfigError(f"{config.path}: [ask] {name}: unknown {value!r}{hint}")
    if config.ask.engine == "ray" and config.ask.batch:
        raise ConfigError(
            f"{config.path}: batches are a handful of requests, which one process sends; "
            "leave out the engine ray, or the batches"
        )
    for name in (
        "timeout",
        "max_wait",
        "max_cost",
        "max_tokens_total",
        "requests_per_minute",
        "tokens_per_minute",
        *_BATCH,
    ):
        limit = getattr(config.ask, name)
        if limit is not None and not 0 < limit < float("inf"):
            raise ConfigError(f"{config.path}: ask.{name} is {limit:g}, but must be a number above 0")


def _check_samples(config: Config) -> None:
    """Raise `ConfigError` for a published set that cannot be loaded or reported."""
    samples = config.samples
    if samples == SamplesSection():
        return
    from tasks.formats.question_set import FORMATS

    where = f"{config.path}: [samples]"
    if not _HUB_NAME.fullmatch(samples.hub):
        raise ConfigError(f"{where} hub must be the name of a data set, owner/set, got {samples.hub!r:.80}")
    for name, value, known in (("format", samples.format, FORMATS), ("headline", samples.headline, METRICS)):
        if value and value not in known:
            hint = f"{did_you_mean(value, known)} (known: {', '.join(known)})"
            raise ConfigError(f"{where} {name}: unknown {value!r}{hint}")


def _check_extractions(config: Config) -> None:
    if config.score.extract == ScoreSection().extract:
        return  # known to be valid, and the module with the names takes long to import
    from scorers import EXTRACTIONS

    for name in config.score.extract:
        if name not in EXTRACTIONS:
            known = ", ".join(EXTRACTIONS)
            raise ConfigError(
                f"{config.path}: [score] extract: unknown {name!r}{did_you_mean(name, EXTRACTIONS)} (known: {known})"
            )


def _check_model(config: Config) -> None:
    """Raise `ConfigError` for settings that no model accepts."""
    model, inf = config.model, float("inf")
    refuse_keys({"extra": model.extra, "options": model.options}, f"{config.path}: model")
    refuse_keys({"options": config.articles.options}, f"{config.path}: articles")
    for name, value, low, high in (
        ("max_tokens", model.max_tokens, 1, inf),
        ("temperature", model.temperature, 0, inf),
        ("top_p", model.top_p, 0, 1),
    ):
        if value is not None and not (low <= value <= high and value < inf):
            allowed = f"from {low} to {high}" if high < inf else f"at least {low}"
            raise ConfigError(f"{config.path}: model.{name} is {value:g}, but must be {allowed}")


def _check_day(config: Config) -> None:
    day = config.articles.published_after
    with suppress(ValueError):
        if day is None or date.fromisoformat(day).isoformat() == day:
            return
    raise ConfigError(f"{config.path}: [articles] published_after is {day!r}, but takes a day, such as 2026-01-31")


def override(config: Config, changes: Mapping[str, Any]) -> Config:
    """Return `config` with `changes`, which map "section.key" to a value; None is no change."""
    for key, value in changes.items():
        if value is None:
            continue
        section, _, name = key.partition(".")
        config = replace(config, **{section: replace(getattr(config, section), **{name: value})})
    _check_values(config)
    return config
