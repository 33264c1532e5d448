"""The run file: a TOML file that describes a run, read into typed values."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean
from scorers.rule_books import BOOKS
from tasks.quality.settings import Quality
from tasks.task import TASKS

from ..adapters.credentials import refuse_keys
from ..errors import ConfigError
from .toml import typed_section

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ArticlesSection:
    """`[articles]`: the source of articles, and how much of each the prompt shows."""

    source: str = "builtin"
    sentences: int = 10
    """Sentences of the article's opening in the prompt."""
    options: dict[str, Any] = field(default_factory=dict)
    """Options of the source, such as `path` and `fields`."""
    published_after: str | None = None
    """An ISO day; only articles published later are used."""
    quality: Quality | bool = True
    """Rules of the quality filter; true is their defaults, false accepts every article."""

    @property
    def gate(self) -> Quality | None:
        """The rules that articles must pass; None if there are none."""
        return Quality() if self.quality is True else self.quality or None


@dataclass(frozen=True)
class QuestionsSection:
    """`[questions]`: number and tasks of the samples, and the seed."""

    tasks: tuple[str, ...] = tuple(TASKS)
    per_task: int = 50
    seed: int = 0
    placement: str = "user"
    """The turn of the instructions: `user`, `system` or `second` (a second user turn)."""
    wording: str | None = None
    """A wording file, relative to the run file's folder, or the name of a shipped one."""


@dataclass(frozen=True)
class InstructionsSection:
    """`[instructions]`: which instructions are used, how many per sample, within which bounds."""

    pool: tuple[str, ...] | str = ()
    """Instruction ids, or the name of a pool (`tasks.generate.pools`); empty is IFEval's 25."""
    count: Any = (2, 5)
    """A number, a pair [min, max], a table of number = weight, or exact = a table of number = samples."""
    balance: bool = False
    """Whether each id occurs in as many samples as its weight says, within one."""
    tightness: float | None = None
    """How close length bounds are to the natural length of a response, 0 to 1; None is random."""
    weights: dict[str, float] = field(default_factory=dict)
    limits: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Narrower bounds of parameters, by id and parameter."""


@dataclass(frozen=True)
class ModelSection:
    """`[model]`: the model and its request settings; unset settings are not sent."""

    adapter: str = ""
    """Empty is the model file's adapter for this model, or else `openai`."""
    name: str = ""
    file: str | None = None
    """A model file, relative to the run file's folder."""
    base_url: str | None = None
    key_env: str | None = None
    """Name of the environment variable with the API key."""
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    """Provider-specific request fields, sent unchanged."""
    options: dict[str, Any] = field(default_factory=dict)
    """Options of the adapter."""
    prompt_prefix: str | None = None
    """A line in front of the first user turn; None is the model file's, "" is none."""


@dataclass(frozen=True)
class AskSection:
    """`[ask]`: how requests are made."""

    concurrency: int = 8
    """Maximum requests in flight."""
    adaptive: bool = True
    """Whether concurrency drops after an overload and recovers with successful responses."""
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    """Input and output, as reported by the provider."""
    timeout: float = 120.0
    """Seconds per attempt."""
    attempts: int = 6
    max_wait: float = 3600.0
    """Seconds that the provider may ask the run to wait; a longer wait ends the run, which resumes later."""
    epochs: int = 1
    """Responses per sample."""
    max_cost: float | None = None
    """Budget in US dollars of the whole run, interruptions included."""
    max_tokens_total: int | None = None
    """Budget in tokens, input and output, of the whole run."""
    cache: str | None = None
    """A folder of responses that runs share, relative to the working folder."""


@dataclass(frozen=True)
class ScoreSection:
    """`[score]`: the part of a response to verify, and the rule book."""

    extract: tuple[str, ...] = ("thinking",)
    rules: str | None = None
    """The rule book for all samples; None is each sample's own."""


@dataclass(frozen=True)
class Config:
    """A run file."""

    name: str
    path: Path
    description: str = ""
    articles: ArticlesSection = ArticlesSection()
    questions: QuestionsSection = QuestionsSection()
    instructions: InstructionsSection = InstructionsSection()
    model: ModelSection = ModelSection()
    ask: AskSection = AskSection()
    score: ScoreSection = ScoreSection()

    def beside(self, path: str) -> Path:
        """Return `path`, relative to the run file's folder unless it is absolute."""
        return Path(path) if Path(path).is_absolute() else self.path.parent / path


SECTIONS: dict[str, type] = {
    "articles": ArticlesSection,
    "questions": QuestionsSection,
    "instructions": InstructionsSection,
    "model": ModelSection,
    "ask": AskSection,
    "score": ScoreSection,
}


def shipped_folder() -> Path:
    """Return the folder of the shipped run files: inside the wheel, or next to the packages."""
    inside = Path(__file__).parents[1] / "_configs"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "configs"


def shipped_names() -> list[str]:
    """Return the names of the shipped run files."""
    return sorted(path.stem for path in shipped_folder().glob("*.toml"))


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
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {str(path)!r}: {error}") from None


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the content of the TOML file `path`; raises `ConfigError`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None


def _build(content: dict[str, Any], path: Path) -> Config:
    known = [*SECTIONS, "description"]
    for key in content:
        if key not in known:
            raise ConfigError(f"{path}: unknown key {key!r}{did_you_mean(key, known)} (keys: {', '.join(known)})")
    description = content.get("description", "")
    if not isinstance(description, str):
        raise ConfigError(f"{path}: description takes a string, got {description!r}")
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
    }
    for key, (value, low) in lowest.items():
        if value < low:
            raise ConfigError(f"{config.path}: {key} is {value}, but must be at least {low}")
    _check_model(config)
    _check_day(config)
    _check_extractions(config)
    rules = config.score.rules
    if rules is not None and rules not in BOOKS:
        raise ConfigError(
            f"{config.path}: [score] rules: unknown {rules!r}{did_you_mean(rules, BOOKS)} (books: {', '.join(BOOKS)})"
        )
    for name in ("timeout", "max_wait", "max_cost", "max_tokens_total", "requests_per_minute", "tokens_per_minute"):
        limit = getattr(config.ask, name)
        if limit is not None and not 0 < limit < float("inf"):
            raise ConfigError(f"{config.path}: ask.{name} is {limit:g}, but must be a number above 0")


def _check_extractions(config: Config) -> None:
    if (
        config.score.extract == ScoreSection().extract
    ):  # known to be valid, and the module with the names takes long to import
        return
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
