"""Checker: one kind of verifiable instruction, and the extension point for new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .demands import Demands
from .params import Param, declared_params, read_params

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field
    from random import Random

    from .text.text import Text
    from .verdict import Verdict


class Case:
    """An example response with the parameters it is judged under; documentation and test at once."""

    __slots__ = ("params", "prompt", "text", "why")

    def __init__(self, text: str, /, *, why: str = "", prompt: str = "", **params: Any) -> None:
        self.text = text
        self.why = why
        self.prompt = prompt
        self.params = params

    def __repr__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.params.items())
        return f"Case({self.text!r}{given})"


@dataclass(frozen=True)
class PublishedVariant:
    """Where a published verifier judges otherwise than `check`: how it judges, and why that differs."""

    why: str
    """The difference, in words."""
    source: str
    """Which published code judges so."""
    check: Callable[[Any, Text], Verdict]
    """The published judgement, taking the checker instance and the text."""
    good: tuple[Case, ...] = ()
    """Minimal responses that the published verifier passes."""
    bad: tuple[Case, ...] = ()
    """Minimal responses that it fails."""
    refuses: Callable[[Any], str] | None = None
    """Says why the published verifier cannot judge these parameters (it raised or drew at random), or ""."""
    demands: Callable[[Any], Demands] | None = None
    """Demands under this book, where they differ from the audited ones."""


@dataclass(frozen=True)
class Checker(ABC):
    """One verifiable instruction: a subclass is a kind, an instance has its parameters.

    Subclasses are frozen dataclasses whose fields are made with `scorers.params`. Construction checks nothing;
    `from_params` checks names and types, and ranges are checked where a rule book asks for them.
    """

    id: ClassVar[str]
    """"<family>:<name>", as published."""
    good: ClassVar[list[Case]] = []
    """Responses that follow, close to the border."""
    bad: ClassVar[list[Case]] = []
    """Responses that do not, close to the border."""
    rule_books: ClassVar[frozenset[str]] = frozenset({"audited"})
    """The rule books that define the id; a later book of a chain takes in the earlier ones."""
    published: ClassVar[dict[str, PublishedVariant]] = {}
    """How published rule books differ, by book."""
    shown_in_request: ClassVar[tuple[str, ...]] = ()
    """Parameters whose value is the request itself: the model reads it above the instruction, not in `describe`."""
    worded_in: ClassVar[str] = "en"
    """ISO 639-1 code of the language of `describe`; a pool that names no ids holds what is worded in English."""
    drawn: ClassVar[bool] = True
    """False: verified, but left out of the pool `all`: a task of its own, or one that needs data to be fetched."""
    version: ClassVar[int] = 1
    """Raised by any change that can move a verdict."""

    @classmethod
    @cache
    def params(cls) -> dict[str, Param]:
        """Return the declared parameters, by name."""
        return {name: param for name, (param, _) in cls._declared().items()}

    @classmethod
    @cache
    def _declared(cls) -> dict[str, tuple[Param, Field[Any]]]:
        return declared_params(cls)

    @classmethod
    @cache
    def _defaults(cls) -> tuple[tuple[str, Any], ...]:
        return tuple((spec.name, spec.default) for spec in fields(cls))

    @classmethod
    def from_params(cls, given: dict[str, Any]) -> Self:
        """Build from a record's parameters; raises `BadInstruction` for a name or a type that does not fit."""
        return cls(**read_params(cls.id, given, cls._declared()))

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw every parameter, in the order of declaration, within `context.limits` where given."""
        limits = context.limits or {}
        return cls(**{name: p.draw(rng, context, limits.get(name)) for name, p in cls.params().items()})

    @classmethod
    def applies_to(cls, context: Context) -> bool:  # noqa: ARG003  # a checker that overrides it looks at the context
        """Return whether this can be asked about `context`; one that names parts of the article says no without them.

        `sample` has to work all the same, on an example of its own: a page of the catalogue has no article.
        """
        return True

    def range_error(self) -> str:
        """Say which parameter is outside its range, or ""; the audited book and drawing insist on ranges."""
        for name, param in self.params().items():
            why = param.outside(getattr(self, name))
            if why:
                return f"{name} {why}"
        return ""

    def to_json(self, *, defaults: bool = True) -> dict[str, Any]:
        """Return the record form: the id, then the parameters (`defaults=False` leaves out default values)."""
        record: dict[str, Any] = {"id": self.id}
        for name, default in self._defaults():
            value = getattr(self, name)
            if defaults or value != default:
                record[name] = list(value) if isinstance(value, tuple) else value
        return record

    @abstractmethod
    def describe(self) -> str:
        """Return the sentence that tells the model what to do; every parameter value stands in it."""

    @abstractmethod
    def check(self, text: Text) -> Verdict:
        """Judge a response as the sentence of `describe` asks (audited): total, deterministic, linear in length."""

    def demands(self) -> Demands:
        """Return the bounds and literals that every following text meets."""
        return Demands()

    @abstractmethod
    def repair(self, draft: str) -> str:
        """Change any text so that `check` follows, touching as little as possible and leaving slack for others."""
