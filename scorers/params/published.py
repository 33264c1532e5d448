"""Parameters in the shapes of published records: numbers that may be floats, keywords from the word list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..text.word_lists import pick, word_list
from . import IntegerParam, StringParam

if TYPE_CHECKING:
    from random import Random

    from ..context import Context


@dataclass(frozen=True)
class NumberParam(IntegerParam):
    """A number that a published record may give as a float; the audited book wants whole ones."""

    keeps_floats: bool = False
    fractions: bool = False
    kind = "number"

    def read(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"takes a number, got {value!r:.200}")
        whole = isinstance(value, float) and value.is_integer() and not self.keeps_floats
        return int(value) if whole else value

    def outside(self, value: float) -> str:
        if not self.fractions and not float(value).is_integer():
            return f"is {value}, which is not a whole number"
        return super().outside(value)  # type: ignore[arg-type]  # it compares, and floats compare alike

    def parse(self, text: str) -> Any:
        try:
            return int(text)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            return text


@dataclass(frozen=True)
class KeywordParam(StringParam):
    """Any non-blank word or phrase; drawn from our word list."""

    kind = "keyword"

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return pick(rng, tuple(map(str, limit or word_list(context.language))))

    @property
    def range(self) -> str:
        return "any text that is not blank; drawn from the word list"


def number(
    doc: str,
    *,
    low: int,
    high: int | None = None,
    drawn: tuple[int, int],
    keeps_floats: bool = False,
    fractions: bool = False,
) -> Any:
    """Declare a number in `low`..`high` (None: open), drawn as a whole number from `drawn`.

    `keeps_floats` keeps 2.0 a float, for verifiers that raise on one. `fractions` allows 2.5 in the audited book.
    """
    return field(metadata={"param": NumberParam(doc, low, high, drawn, keeps_floats, fractions)})


def keyword(doc: str) -> Any:
    """Declare a word that is drawn from the word list."""
    return field(metadata={"param": KeywordParam(doc)})


def format_number(value: float) -> str:
    """Return `value` as a person writes it: 2.0 is 2."""
    return str(int(value)) if float(value).is_integer() else str(value)


def describe_negative(name: str, value: int) -> str:
    """Say that the published verifier replaces a negative number, which is named, or ""."""
    return f"{name} is {value}, and the published verifier draws a number at random instead" if value < 0 else ""


def drawn_at_random(name: str, value: float) -> str:
    """Say that the published verifier replaces a negative number, or ""."""
    return f"{name} is negative, and the published verifier replaces it by a random number" if value < 0 else ""
