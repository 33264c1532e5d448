"""Checker: one kind of verifiable instruction, and the extension point for new ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from .demands import Demands
from .params import Declared, Param, own_params, read_params

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from .context import Context
    from .text.text import Text
    from .verdict import Verdict

READ_AS_SEEN = (
    "Invisible characters, decomposed letters, full-width letters and HTML are read as a reader sees them: texts that "
    "look alike get one verdict."
)
"""What version 2 of all audited checkers changed."""


class Case:
    """An example response with the parameters that it is verified with: documentation and test at once.

    `prompt` is the prompt it answers, and `why` says what the case shows; no parameter may have one of these names.
    """

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
    """Where a published verifier differs from `check`: what it does, and in which cases that shows."""

    why: str
    """The difference, in words."""
    source: str
    """The published code that behaves so."""
    check: Callable[[Any, Text], Verdict]
    """The published check, a function of the checker instance and the text."""
    good: tuple[Case, ...] = ()
    """Minimal responses that the published verifier passes."""
    bad: tuple[Case, ...] = ()
    """Minimal responses that it fails."""
    refuses: Callable[[Any], str] | None = None
    """Returns why the published verifier cannot take these parameters (it raised or drew at random), or ""."""
    demands: Callable[[Any], Demands] | None = None
    """Demands under this book, where they differ from the audited ones."""


class Checker(ABC):
    """One verifiable instruction: a subclass is a kind, an instance has its parameters.

    A subclass needs `id`, `good`, `bad`, `describe` and `check`; all else is optional. Its fields are made with the
    functions of `scorers.params`, and it is a frozen dataclass, with or without the decorator. Construction checks
    nothing: `from_params` checks names and types, and the audited rule book and drawing check ranges.
    """

    id: ClassVar[str]
    """"<family>:<name>", as published."""
    good: ClassVar[Sequence[Case]] = ()
    """Responses that follow, close to the border."""
    bad: ClassVar[Sequence[Case]] = ()
    """Responses that do not follow, close to the border."""
    rule_books: ClassVar[frozenset[str]] = frozenset({"audited"})
    """The rule books that define the id; a later book of a chain includes the earlier ones."""
    published: ClassVar[dict[str, PublishedVariant]] = {}
    """How published rule books differ, by book."""
    shown_in_request: ClassVar[tuple[str, ...]] = ()
    """Parameters whose value is the request itself: the prompt has it above the instruction, not in `describe`."""
    worded_in: ClassVar[str] = "en"
    """ISO 639-1 code of the language of `describe`; the pool `all` has the English ones, `zh` the Chinese ones."""
    english: ClassVar[str] = ""
    """Why the published verifier fits English responses only; "" if it fits other languages too."""
    drawn: ClassVar[bool] = True
    """False: verified, but left out of the pool `all`: a task of its own, or one that needs data to be fetched."""
    reads_html: ClassVar[bool] = False
    """True: HTML tags in the response are what the instruction is about, so the audited check sees them."""
    version: ClassVar[int] = 1
    """Raised by any change that can move a verdict."""
    changes: ClassVar[Sequence[str]] = ()
    """What each version changed, and why, from version 2 on; the page of the catalogue shows it."""
    _declared: ClassVar[Mapping[str, Declared]] = {}
    _params: ClassVar[dict[str, Param]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._declared = {**cls._declared, **own_params(cls)}
        cls._params = {name: param for name, (param, _) in cls._declared.items()}
        # Copies: what a file changes in its own class changes no other one.
        cls.good, cls.bad = tuple(cls.good), tuple(cls.bad)
        cls.published = dict(cls.published)

    def __init__(self, *values: Any, **params: Any) -> None:
        """Make the class a dataclass, and this instance by its constructor: once, for a class without decorator."""
        make_dataclass(type(self)).__init__(self, *values, **params)

    @classmethod
    def params(cls) -> dict[str, Param]:
        """Return the declared parameters, by name."""
        return cls._params

    @classmethod
    def from_params(cls, given: dict[str, Any]) -> Self:
        """Build from the parameters of a record; raises `BadInstruction` for a name or a type that does not fit."""
        return cls(**read_params(cls.id, given, cls._declared))

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw every parameter, in the order of declaration, within `context.limits` where given."""
        limits = context.limits or {}
        return cls(**{name: p.draw(rng, context, limits.get(name)) for name, p in cls._params.items()})

    @classmethod
    def missing_data(cls) -> str:
        """Return which data the check needs that is not installed, and how to get it, or "" if nothing is missing."""
        return ""

    @classmethod
    def draw_error(cls) -> str:
        """Return why instructions of this kind are not drawn into samples, or "" if they are."""
        if cls.repair is Checker.repair:
            return "has no repair(), by which ifharness constructs a response that follows it"
        fixed = [name for name, param in cls._params.items() if not param.drawable]
        if fixed and cls.draw.__func__ is Checker.draw.__func__:  # type: ignore[attr-defined]  # a classmethod has it
            return f"does not declare which values of {fixed[0]} are drawn (drawn=...)"
        return ""

    @classmethod
    def applies_to(cls, context: Context) -> bool:  # noqa: ARG003  # a checker that overrides it reads the context
        """Return whether this fits the article of `context`: one about its names needs an article that has some.

        `draw` has to work without such an article too, on an example of its own, for the page of the catalogue.
        """
        return True

    def range_error(self) -> str:
        """Return which parameter is outside its range, and why, or "" if none is."""
        for name, param in self._params.items():
            why = param.outside(getattr(self, name))
            if why:
                return f"{name} {why}"
        return ""

    def to_json(self, *, defaults: bool = True) -> dict[str, Any]:
        """Return the record form: the id, then the parameters (`defaults=False` leaves out default values)."""
        record: dict[str, Any] = {"id": self.id}
        for name, (_, spec) in self._declared.items():
            value = getattr(self, name)
            if defaults or value != spec.default:
                record[name] = list(value) if isinstance(value, tuple) else value
        return record

    @abstractmethod
    def describe(self) -> str:
        """Return the sentence in the prompt; it contains every parameter value."""

    @abstractmethod
    def check(self, text: Text) -> Verdict:
        """Return whether `text` does what the sentence of `describe` says.

        Total (any Unicode text), deterministic, and linear in the length of the text. The audited rule book passes the
        text as a reader sees it (`Text.plain`), on a checker whose own texts are normalised alike, and moves the spans
        back into the raw response.
        """

    def demands(self) -> Demands:
        """Return the bounds and literals that every following text meets."""
        return Demands()

    def repair(self, draft: str) -> str:
        """Change any text so that `check` follows, touching as little as possible and leaving slack for others.

        A checker without it verifies, and is not drawn into samples (`draw_error`).
        """
        return draft


Instruction: TypeAlias = dict[str, Any] | Checker
"""What functions take as an instruction: a record with `id` and parameters, or a checker."""


def make_dataclass(checker: type[Checker]) -> type[Checker]:
    """Make a checker class without `@dataclass(frozen=True)` a frozen dataclass; return the class itself."""
    if "__dataclass_params__" not in vars(checker):
        dataclass(frozen=True)(checker)
    return checker
