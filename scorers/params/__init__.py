"""How a checker declares a parameter: its type, its bounds, how it is drawn, read and documented.

The fields of a checker are made with `integer`, `choice`, `string`, `words` and `phrases`. JSON records, the command
line, drawing and the catalogue page all read this one declaration.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import BadInstruction, did_you_mean
from ..text.word_lists import pick, pick_some, word_list

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from ..context import Context

RELATIONS = ("less than", "at least")
"""IFEval's two comparisons: strictly below, and not below."""


@dataclass(frozen=True)
class Param:
    """A declared parameter; subclasses define how its values are read, bounded and drawn."""

    doc: str
    kind = "value"
    drawable: bool = field(default=True, kw_only=True)
    """Whether the declaration says which values are drawn."""

    def read(self, value: Any) -> Any:
        """Return `value` in its Python type; raises `ValueError` that names what was found instead."""
        return value

    def outside(self, value: Any) -> str:
        """Return why `value` is out of range, or "" if it is not."""
        return ""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> Any:
        """Draw a value; `limit` narrows it (a pair of bounds, or a list of values)."""
        raise AssertionError(f"{type(self).__name__} cannot be drawn")

    def describe_bad_limit(self, limit: Any) -> str:
        """Return why `limit` cannot narrow this parameter, or "" if it can."""
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
            raise ValueError(f"takes a whole number, got {value!r:.200}")
        return value

    def outside(self, value: int) -> str:
        if value < self.low or (self.high is not None and value > self.high):
            return f"is {value}, but {self._bounds()}"
        return ""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> int:
        low, high = limit or self.drawn
        return int(low) + int(rng.random() * (int(high) - int(low) + 1))

    def describe_bad_limit(self, limit: Any) -> str:
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
        drawn = f"; drawn from {self.drawn[0]} to {self.drawn[1]}" if self.drawable else ""
        return self._bounds() + drawn


@dataclass(frozen=True)
class ChoiceParam(Param):
    """One of a closed list of strings."""

    options: tuple[str, ...] = ()
    kind = "choice"

    def read(self, value: Any) -> str:
        if value not in self.options:
            raise ValueError(f"takes one of {', '.join(map(repr, self.options))}, got {value!r:.200}")
        return str(value)

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return pick(rng, tuple(map(str, limit or self.options)))

    def describe_bad_limit(self, limit: Any) -> str:
        if not isinstance(limit, list | tuple) or not limit:
            return "takes a list of values"
        strange = [value for value in limit if value not in self.options]
        return f"knows no {strange[0]!r}, only {', '.join(map(repr, self.options))}" if strange else ""

    @property
    def range(self) -> str:
        return "one of " + _format_quoted(self.options)


@dataclass(frozen=True)
class StringParam(Param):
    """Any string that is not blank, drawn from a fixed list."""

    drawn: tuple[str, ...] = ()
    kind = "string"

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"takes a string, got {value!r:.200}")
        return value

    def outside(self, value: str) -> str:
        return "" if value.strip() else "is blank"

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return pick(rng, tuple(map(str, limit or self.drawn)))

    def describe_bad_limit(self, limit: Any) -> str:
        good = isinstance(limit, list | tuple) and limit and all(isinstance(v, str) and v.strip() for v in limit)
        return "" if good else "takes a list of strings"

    @property
    def range(self) -> str:
        return "any text that is not blank" + (f"; drawn from {_format_quoted(self.drawn)}" if self.drawable else "")


@dataclass(frozen=True)
class WordsParam(Param):
    """A list of words, drawn from the word list, or from the article opening if `from_request` is set."""

    drawn: tuple[int, int] = (2, 4)
    from_request: bool = False
    kind = "list of words"

    def read(self, value: Any) -> tuple[str, ...]:
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise ValueError(f"takes a list of strings, got {value!r:.200}")
        strange = [item for item in value if not isinstance(item, str)]
        if strange:
            raise ValueError(f"takes a list of strings, got one with {strange[0]!r:.200}")
        return tuple(value)

    def outside(self, value: tuple[str, ...]) -> str:
        if not value:
            return "is an empty list"
        return "has a blank word" if any(not item.strip() for item in value) else ""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> tuple[str, ...]:
        low, high = limit or self.drawn
        count = low + int(rng.random() * (high - low + 1))
        own = context.content_words if self.from_request else ()
        taken = pick_some(rng, own, count)
        known = word_list(context.language)
        return tuple(sorted(taken + pick_some(rng, [w for w in known if w not in taken], count - len(taken))))

    def describe_bad_limit(self, limit: Any) -> str:
        good = isinstance(limit, list | tuple) and len(limit) == 2 and all(type(v) is int for v in limit)
        return (
            "" if good and 1 <= limit[0] <= limit[1] <= 20 else "takes a pair [fewest, most] of word counts in 1 to 20"
        )

    def parse(self, text: str) -> Any:
        return [item.strip() for item in text.split(",") if item.strip()]

    @property
    def range(self) -> str:
        where = "from the opening of the article" if self.from_request else "from the word list"
        drawn = f"; {self.drawn[0]} to {self.drawn[1]} are drawn {where}" if self.drawable else ""
        return "at least one word" + drawn


def _format_quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)


@dataclass(frozen=True)
class PhrasesParam(WordsParam):
    """A list of words or phrases in a given order, drawn from a fixed list."""

    options: tuple[str, ...] = ()

    def draw(self, rng: Random, context: Context, limit: Any = None) -> tuple[str, ...]:
        low, high = limit or self.drawn
        return tuple(pick_some(rng, self.options, low + int(rng.random() * (high - low + 1))))

    def describe_bad_limit(self, limit: Any) -> str:
        most = len(self.options)
        good = isinstance(limit, list | tuple) and len(limit) == 2 and all(type(v) is int for v in limit)
        return "" if good and 1 <= limit[0] <= limit[1] <= most else f"takes a pair [fewest, most] in 1 to {most}"

    @property
    def range(self) -> str:
        few, most = self.drawn
        return "at least one" + (
            f"; {few} to {most} are drawn from {_format_quoted(self.options)}" if self.drawable else ""
        )


def integer(doc: str, *, low: int, high: int | None = None, drawn: tuple[int, int] | None = None) -> Any:
    """Declare a whole number in `low`..`high` (None: no upper bound), drawn uniformly from the pair `drawn`.

    All bounds are inclusive. Here and below: without `drawn` the checker verifies, but is not drawn into samples.
    """
    return _declare(IntegerParam(doc, low, high, drawn or (low, low), drawable=drawn is not None))


def choice(doc: str, options: tuple[str, ...]) -> Any:
    """Declare one string of `options`."""
    return _declare(ChoiceParam(doc, options))


def string(doc: str, *, drawn: tuple[str, ...] = ()) -> Any:
    """Declare a free string, drawn from `drawn`."""
    return _declare(StringParam(doc, drawn, drawable=bool(drawn)))


def words(doc: str, *, drawn: tuple[int, int] | None = None, from_request: bool = False) -> Any:
    """Declare a list of words, of which `drawn` (fewest, most) are drawn."""
    return _declare(WordsParam(doc, drawn or (1, 1), from_request, drawable=drawn is not None))


def phrases(doc: str, options: tuple[str, ...], *, drawn: tuple[int, int] | None = None) -> Any:
    """Declare a list of phrases whose order counts; `drawn` (fewest, most) of `options` are drawn."""
    return _declare(PhrasesParam(doc, drawn or (1, 1), options=options, drawable=drawn is not None))


def _declare(param: Param) -> Any:
    return field(metadata={"param": param})


Declared = tuple[Param, Field[Any]]
"""A parameter and the dataclass field that declares it."""


def own_params(cls: type) -> dict[str, Declared]:
    """Return the parameters that the body of `cls` declares, by name; for a class that is no dataclass yet."""
    found = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
    return {name: (value.metadata["param"], value) for name, value in found.items() if "param" in value.metadata}


def read_params(id: str, given: dict[str, Any], known: Mapping[str, Declared]) -> dict[str, Any]:
    """Return the parameters of a record in their Python types; null counts as absent.

    Raises `BadInstruction` for a parameter that is missing, unknown or of the wrong type.
    """
    values: dict[str, Any] = {}
    for name, raw in given.items():
        if raw is None:
            continue
        if name not in known:
            has = f"it takes {', '.join(known)}" if known else "it takes none"
            raise BadInstruction(f"{id} has no parameter {name!r:.200}{did_you_mean(name, known)} ({has})")
        try:
            values[name] = known[name][0].read(raw)
        except ValueError as error:
            raise BadInstruction(f"{id}: {name} {error}") from None
    if len(values) < len(known):
        missing = [n for n, (_, f) in known.items() if n not in values and f.default is MISSING]
        if missing:
            raise BadInstruction(f"{id} needs {' and '.join(missing)}")
    return values
