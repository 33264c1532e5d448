"""How a checker declares a parameter: its type, its bounds, how it is drawn, read and documented.

A checker's fields are made with `integer`, `choice`, `string` and `words`; everything that needs to know a
parameter (reading JSON, the command line, drawing, the catalogue page) reads the one declaration.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from .errors import BadInstruction, did_you_mean
from .word_lists import pick, pick_some, word_list

if TYPE_CHECKING:
    from random import Random

    from .context import Context

RELATIONS = ("less than", "at least")
"""IFEval's two comparisons: strictly below, and not below."""


@dataclass(frozen=True)
class Param:
    """A declared parameter; subclasses say how its values are read, bounded and drawn."""

    doc: str
    kind = "value"

    def read(self, value: Any) -> Any:
        """Return `value` in its Python type; raise `ValueError` with what was found otherwise."""
        return value

    def outside(self, value: Any) -> str:
        """Say why `value` is out of range, or "" if it is not."""
        return ""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> Any:
        """Draw a value; `limit` narrows it (a pair of bounds, or a list of values)."""
        raise AssertionError(f"{type(self).__name__} cannot be drawn")

    def limited(self, limit: Any) -> str:
        """Say why `limit` cannot narrow this parameter, or "" if it can."""
        return ""

    def parse(self, text: str) -> Any:
        """Turn a command-line argument into a value for `read`."""
        return text

    @property
    def range(self) -> str:
        """The allowed and the drawn values, in words."""
        return "any"


@dataclass(frozen=True)
class IntegerParam(Param):
    """A whole number with bounds, and the narrower bounds between which it is drawn."""

    low: int = 0
    high: int | None = None
    drawn: tuple[int, int] = (1, 5)
    kind = "integer"

    def read(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"takes a whole number, got {value!r}")
        return value

    def outside(self, value: int) -> str:
        if value < self.low or (self.high is not None and value > self.high):
            return f"is {value}, but {self._bounds()}"
        return ""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> int:
        low, high = limit or self.drawn
        return int(low) + int(rng.random() * (int(high) - int(low) + 1))

    def limited(self, limit: Any) -> str:
        if not (isinstance(limit, list | tuple) and len(limit) == 2):
            return "takes a pair [low, high]"
        try:
            low, high = (self.read(v) for v in limit)
        except ValueError as error:
            return str(error)
        if low > high:
            return f"has low {low} above high {high}"
        return self.outside(low) or self.outside(high)

    def parse(self, text: str) -> Any:
        try:
            return int(text)
        except ValueError:
            return text

    def _bounds(self) -> str:
        return f"must be at least {self.low}" if self.high is None else f"must lie in {self.low} to {self.high}"

    @property
    def range(self) -> str:
        return f"{self._bounds()}; drawn from {self.drawn[0]} to {self.drawn[1]}"


@dataclass(frozen=True)
class ChoiceParam(Param):
    """One of a closed list of strings."""

    options: tuple[str, ...] = ()
    kind = "choice"

    def read(self, value: Any) -> str:
        if value not in self.options:
            raise ValueError(f"takes one of {', '.join(map(repr, self.options))}, got {value!r}")
        return str(value)

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return pick(rng, tuple(map(str, limit or self.options)))

    def limited(self, limit: Any) -> str:
        if not isinstance(limit, list | tuple) or not limit:
            return "takes a list of values"
        strange = [value for value in limit if value not in self.options]
        return f"knows no {strange[0]!r}, only {', '.join(map(repr, self.options))}" if strange else ""

    @property
    def range(self) -> str:
        return "one of " + _quoted(self.options)


@dataclass(frozen=True)
class StringParam(Param):
    """Any non-blank string; drawn from a list of our own."""

    drawn: tuple[str, ...] = ()
    kind = "string"

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"takes a string, got {value!r}")
        return value

    def outside(self, value: str) -> str:
        return "" if value.strip() else "is blank"

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return pick(rng, tuple(map(str, limit or self.drawn)))

    def limited(self, limit: Any) -> str:
        good = isinstance(limit, list | tuple) and limit and all(isinstance(v, str) and v.strip() for v in limit)
        return "" if good else "takes a list of strings"

    @property
    def range(self) -> str:
        return "any text that is not blank; drawn from " + _quoted(self.drawn)


@dataclass(frozen=True)
class WordsParam(Param):
    """A list of words: drawn from our word list, or from the article opening where `from_request` is set."""

    drawn: tuple[int, int] = (2, 4)
    from_request: bool = False
    kind = "list of words"

    def read(self, value: Any) -> tuple[str, ...]:
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise ValueError(f"takes a list of strings, got {value!r}")
        strange = [item for item in value if not isinstance(item, str)]
        if strange:
            raise ValueError(f"takes a list of strings, got {strange[0]!r} in it")
        return tuple(value)

    def outside(self, value: tuple[str, ...]) -> str:
        if not value:
            return "is an empty list"
        return "holds a blank word" if any(not item.strip() for item in value) else ""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> tuple[str, ...]:
        low, high = limit or self.drawn
        count = low + int(rng.random() * (high - low + 1))
        own = context.content_words if self.from_request else ()
        taken = pick_some(rng, own, count)
        known = word_list(context.language)
        return tuple(sorted(taken + pick_some(rng, [w for w in known if w not in taken], count - len(taken))))

    def limited(self, limit: Any) -> str:
        good = isinstance(limit, list | tuple) and len(limit) == 2 and all(type(v) is int for v in limit)
        return (
            "" if good and 1 <= limit[0] <= limit[1] <= 20 else "takes a pair [fewest, most] of word counts in 1 to 20"
        )

    def parse(self, text: str) -> Any:
        return [item.strip() for item in text.split(",") if item.strip()]

    @property
    def range(self) -> str:
        where = "from the opening of the article" if self.from_request else "from the word list"
        return f"at least one word; {self.drawn[0]} to {self.drawn[1]} are drawn {where}"


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)


@dataclass(frozen=True)
class PhrasesParam(WordsParam):
    """A list of words or phrases in a given order, drawn from a list of our own."""

    options: tuple[str, ...] = ()

    def draw(self, rng: Random, context: Context, limit: Any = None) -> tuple[str, ...]:
        low, high = limit or self.drawn
        return tuple(pick_some(rng, self.options, low + int(rng.random() * (high - low + 1))))

    def limited(self, limit: Any) -> str:
        most = len(self.options)
        good = isinstance(limit, list | tuple) and len(limit) == 2 and all(type(v) is int for v in limit)
        return "" if good and 1 <= limit[0] <= limit[1] <= most else f"takes a pair [fewest, most] in 1 to {most}"

    @property
    def range(self) -> str:
        few, most = self.drawn
        return f"at least one; {few} to {most} are drawn from {_quoted(self.options)}"


def integer(doc: str, *, low: int, high: int | None = None, drawn: tuple[int, int]) -> Any:
    """Declare a whole number in `low`..`high` (None: open), drawn uniformly from `drawn` (both inclusive)."""
    return field(metadata={"param": IntegerParam(doc, low, high, drawn)})


def choice(doc: str, options: tuple[str, ...]) -> Any:
    """Declare one string of `options`."""
    return field(metadata={"param": ChoiceParam(doc, options)})


def string(doc: str, *, drawn: tuple[str, ...]) -> Any:
    """Declare a free string, drawn from `drawn`."""
    return field(metadata={"param": StringParam(doc, drawn)})


def words(doc: str, *, drawn: tuple[int, int], from_request: bool = False) -> Any:
    """Declare a list of words; `drawn` bounds how many are drawn."""
    return field(metadata={"param": WordsParam(doc, drawn, from_request)})


def phrases(doc: str, options: tuple[str, ...], *, drawn: tuple[int, int]) -> Any:
    """Declare a list of phrases whose order counts; `drawn` bounds how many of `options` are drawn."""
    return field(metadata={"param": PhrasesParam(doc, drawn, options=options)})


def declared_params(cls: type) -> dict[str, tuple[Param, Field[Any]]]:
    """Return the declared parameters of a checker class, by name, in the order of declaration."""
    return {f.name: (f.metadata["param"], f) for f in fields(cls) if "param" in f.metadata}


def read_params(id: str, given: dict[str, Any], known: dict[str, tuple[Param, Field[Any]]]) -> dict[str, Any]:
    """Read a record's parameters into their types.

    Nulls count as absent. Raises `BadInstruction` for a missing, unknown or mistyped one.
    """
    values: dict[str, Any] = {}
    for name, raw in given.items():
        if raw is None:
            continue
        if name not in known:
            has = f"it takes {', '.join(known)}" if known else "it takes none"
            raise BadInstruction(f"{id} has no parameter {name!r}{did_you_mean(name, known)} ({has})")
        try:
            values[name] = known[name][0].read(raw)
        except ValueError as error:
            raise BadInstruction(f"{id}: {name} {error}") from None
    if len(values) < len(known):
        missing = [n for n, (_, f) in known.items() if n not in values and f.default is MISSING]
        if missing:
            raise BadInstruction(f"{id} needs {' and '.join(missing)}")
    return values
