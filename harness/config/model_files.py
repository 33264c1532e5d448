"""Model files: limits, prices and request settings of known models, found by name or alias."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ..adapters.credentials import refuse_keys
from ..errors import ConfigError
from .image_tokens import ImageTokens, read_image_tokens
from .prices import Prices
from .run_file import parse_toml, read_text, shipped_folder
from .toml import typed_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .run_file import Config

FOLDER = "models"
"""Folder of the shipped files, and of a user's files next to a run file."""
THINKING = ("never", "optional", "always")
Places = tuple[tuple[Path, ...], ...]
"""The files of each place, in order of precedence."""
_HEAD = ("family", "adapter", "base_url", "key_env", "models")
_TABLE = "[[models]]"
_FILLED = ("family", "origin")
"""Fields that an entry cannot set."""


@dataclass(frozen=True)
class ModelEntry:
    """One model; None and empty mean unknown or not needed."""

    name: str = ""
    """Its name, sent to the provider unless `api_name` is set."""
    aliases: tuple[str, ...] = ()
    """Other names, such as those on leaderboards."""
    api_name: str | None = None
    """The name sent to the provider."""
    adapter: str = "openai"
    base_url: str | None = None
    """None is the adapter's default."""
    key_env: str | None = None
    """Name of the environment variable that holds the key; None is the adapter's default."""
    context: int | None = None
    """Tokens, input and output together."""
    max_output: int | None = None
    """Maximum tokens of one response, reasoning included."""
    cutoff: str | None = None
    """End of its training data, such as 2023-10."""
    thinking: str | None = None
    """Whether it reasons before its response: `never`, `optional`, `always`."""
    images: bool | None = None
    """Whether it takes pictures."""
    image_tokens: ImageTokens | None = None
    """How many tokens a picture is."""
    prompt_prefix: str | None = None
    """A line before the first user turn."""
    options: dict[str, Any] = field(default_factory=dict)
    """Adapter options that this model needs."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Request fields that this model needs."""
    prices: Prices | None = None
    note: str = ""
    family: str = ""
    origin: str = ""
    """The name of its file, with "shipped/" in front for those included in ifharness."""

    @property
    def sent(self) -> str:
        """The name that the provider knows."""
        return self.api_name or self.name

    def is_called(self, name: str) -> bool:
        """Return whether `name` is a name or alias of this model, ignoring case."""
        return name.casefold() in {known.casefold() for known in (self.name, *self.aliases)}

    def to_json(self) -> dict[str, Any]:
        """Return the known fields."""
        record = {key: value for key, value in asdict(self).items() if value not in (None, "", (), {}, False)}
        record |= {"aliases": list(self.aliases)} if self.aliases else {}
        record |= {"images": self.images} if self.images is not None else {}
        record |= {"image_tokens": self.image_tokens.to_json()} if self.image_tokens else {}
        return record | ({"prices": self.prices.to_json()} if self.prices else {})


def places_of(config: Config) -> Places:
    """Return the places of a run: its model file, the folder `models/` next to the run file, the shipped files."""
    own = _own_file(config.resolve_path(config.model.file)) if config.model.file else ()
    beside = config.path.parent / FOLDER
    if not beside.is_dir() or beside.resolve() == _models_folder().resolve():
        return (*own, _shipped_files())
    # A folder of this name may hold other things than model files.
    files = tuple(path for path in sorted(beside.glob("*.toml")) if _TABLE in read_text(path))
    return (*own, files, _shipped_files())


def places_with(file: str | None) -> Places:
    """Return the places without a run: `file` and the shipped files."""
    return (*(_own_file(Path(file)) if file else ()), _shipped_files())


def find_model(name: str, places: Places) -> ModelEntry | None:
    """Return the entry with a name or alias, or None.

    The first place with an entry decides. Raises `ConfigError` if two entries of one place have the name.
    """
    for place in places:
        found = [entry for path in place for entry in _read(path, mention=name) if entry.is_called(name)]
        if len(found) > 1:
            which = ", ".join(f"{entry.name!r} in {entry.origin}" for entry in found)
            raise ConfigError(f"{len(found)} models have the name {name!r}: {which}; rename all but one")
        if found:
            return found[0]
    return None


def get_model(name: str, places: Places) -> ModelEntry:
    """Return the entry with a name or alias; raises `ConfigError` with near misses."""
    found = find_model(name, places)
    if found is None:
        raise ConfigError(
            f"no model file has {name!r}{near_model(name, places)} To list the known models, run: ifh models list. "
            "To run any other model, use: ifh run CONFIG --model ADAPTER/NAME"
        )
    return found


def near_model(name: str, places: Places) -> str:
    """Return "; did you mean ...?" with known names and aliases close to `name`, or ""."""
    return did_you_mean(
        name.casefold(), [known for entry in all_models(places) for known in (entry.name, *entry.aliases)]
    )


def all_models(places: Places) -> list[ModelEntry]:
    """Return every model that its name finds, in the order of the places."""
    entries: list[ModelEntry] = []
    taken: set[str] = set()
    for place in places:
        here = [entry for path in place for entry in _read(path) if entry.name.casefold() not in taken]
        taken |= {name.casefold() for entry in here for name in (entry.name, *entry.aliases)}
        entries += here
    return entries


def _own_file(path: Path) -> tuple[tuple[Path, ...]]:
    if not path.is_file():
        raise ConfigError(f"no model file {str(path)!r}; check the path")
    return ((path,),)


def _models_folder() -> Path:
    return shipped_folder() / FOLDER


def _shipped_files() -> tuple[Path, ...]:
    return tuple(sorted(_models_folder().glob("*.toml")))


def _read(path: Path, *, mention: str = "") -> Iterator[ModelEntry]:
    """Yield the models of a file; a shipped file that does not contain `mention` is not parsed."""
    shipped = path.parent == _models_folder()
    text = read_text(path)
    if shipped and mention and f'"{mention.casefold()}"' not in text.casefold():
        return
    content = parse_toml(text, path)
    for key in content:
        if key not in _HEAD:
            raise ConfigError(f"{path}: unknown key {key!r}{did_you_mean(key, _HEAD)} (keys: {', '.join(_HEAD)})")
    head = {name: value for name, value in content.items() if name != "models"}
    tables = content.get("models")
    if not isinstance(tables, list) or not tables:
        raise ConfigError(f"{path} is not a model file: it has no {_TABLE}")
    origin = f"shipped/{path.name}" if shipped else path.name
    for number, table in enumerate(tables, 1):
        if shipped and mention and mention.casefold() not in str(table).casefold():
            continue
        yield replace(_entry(head, table, path, number), origin=origin)


def _entry(head: dict[str, Any], table: Any, path: Path, number: int) -> ModelEntry:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: models takes tables, each headed {_TABLE}, got {table!r:.60}")
    section = f"models {number}" if not isinstance(table.get("name"), str) else f"models {table['name']}"
    names = [f.name for f in fields(ModelEntry) if f.name not in _FILLED]
    for key in table:
        if key not in names:
            raise ConfigError(
                f"{path}: [{section}] has no key {key!r}{did_you_mean(key, names)} (keys: {', '.join(names)})"
            )
    plain = {name: value for name, value in table.items() if name not in ("prices", "image_tokens")}
    entry = typed_section(ModelEntry, head | plain, str(path), section)
    if not entry.name:
        raise ConfigError(f"{path}: [{section}] needs a name")
    if entry.thinking not in (None, *THINKING):
        raise ConfigError(f"{path}: [{section}] thinking is {entry.thinking!r}, but takes {', '.join(THINKING)}")
    for name in ("context", "max_output"):
        value = getattr(entry, name)
        if value is not None and value < 1:
            raise ConfigError(f"{path}: [{section}] {name} is {value}, but must be at least 1")
    refuse_keys({"extra": entry.extra, "options": entry.options}, f"{path}: [{section}]")
    tokens = read_image_tokens(table.get("image_tokens"), str(path), f"{section}.image_tokens")
    return replace(entry, prices=_prices(table.get("prices"), str(path), f"{section}.prices"), image_tokens=tokens)


def _prices(table: Any, path: str, section: str) -> Prices | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [{section}] must be a table, got {table!r:.60}")
    missing = [name for name in ("input", "output", "date") if name not in table]
    if missing:
        raise ConfigError(
            f"{path}: [{section}] lacks {' and '.join(missing)}: prices are US dollars per million tokens "
            "with the day on which they were valid; omit the table if they are unknown"
        )
    days = {name: value.isoformat() if isinstance(value, date) else value for name, value in table.items()}
    prices = typed_section(Prices, days, path, section)
    try:
        date.fromisoformat(prices.date)
    except ValueError:
        raise ConfigError(f"{path}: [{section}] date is {prices.date!r}, but takes a day, such as 2024-11-25") from None
    for name in ("input", "output", "cached_input", "up_to"):
        value = getattr(prices, name)
        if value is not None and not 0 <= value < float("inf"):
            raise ConfigError(f"{path}: [{section}] {name} is {value:g}, but must be 0 or more")
    return prices
