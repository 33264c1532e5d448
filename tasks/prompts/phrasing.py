"""Phrasing: the sentence for one kind of instruction; one template, or several that depend on its parameters.

    "length_constraints:number_words" = [
        { when = { relation = "at least" }, text = "Write {num_words} words or more." },
        { text = "Stay below {num_words} words." },
    ]

The first whose `when` holds is used; the last has none. `when` takes parameters of one value, and `task`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scorers import load
from scorers.errors import ScorersError, did_you_mean
from scorers.params import ChoiceParam, WordsParam

from ..errors import BadWording
from ..task import TASKS
from .template import Template, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scorers.params import Param

TASK = "task"
"""The key of `when` that names the task of the question."""
_ENTRY = ("when", "text")


@dataclass(frozen=True)
class SentenceVariant:
    """A template, and the values under which it is used."""

    text: Template
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    """Parameters that can have one value only where it is used."""

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Say whether it is to be used for these parameters (and `task`)."""
        return all(values.get(name) in allowed for name, allowed in self.when.items())

    @property
    def expressed(self) -> set[str]:
        """The parameters whose value the template shows, or that have one value only where it is used."""
        return {*self.text.names, *self.fixed}


@dataclass(frozen=True)
class Phrasing:
    """All that a wording file holds for one instruction id."""

    variants: tuple[SentenceVariant, ...]

    def find_variant(self, values: Mapping[str, Any]) -> SentenceVariant:
        """Return the variant for these parameters (and `task`)."""
        return next(variant for variant in self.variants if variant.holds(values))

    @classmethod
    def read(cls, id: str, given: Any, source: str) -> Phrasing:
        """Read the entry of a wording file for `id`; `source` names the file. Raises `BadWording`."""
        where = f'{source}: instructions."{id}"'
        try:
            params = load(id).params()
        except ScorersError as error:
            raise BadWording(f"{where}: {error}") from None
        if isinstance(given, str):
            return cls((SentenceVariant(_template(given, params, where)),))
        if not isinstance(given, list) or not given:
            raise BadWording(f"{where} must be text, or a list of {{ when = ..., text = ... }}, got {given!r:.80}")
        variants = tuple(_variant(item, params, f"{where}, number {n}") for n, item in enumerate(given, 1))
        if variants[-1].when or not all(variant.when for variant in variants[:-1]):
            raise BadWording(
                f"{where}: each but the last needs a when, and the last has none, so that one always holds"
            )
        return cls((*variants[:-1], replace(variants[-1], fixed=_left_over(variants, params))))


def _left_over(variants: Sequence[SentenceVariant], params: Mapping[str, Param]) -> frozenset[str]:
    """Return the choices of which the variants before the last leave one value."""
    taken: dict[str, set[Any]] = {}
    for variant in variants:
        if len(variant.when) == 1:
            [(name, allowed)] = variant.when.items()
            taken.setdefault(name, set()).update(allowed)
    return frozenset(
        name
        for name, param in params.items()
        if isinstance(param, ChoiceParam) and len(set(param.options) - taken.get(name, set())) == 1
    )


def _variant(item: Any, params: Mapping[str, Param], where: str) -> SentenceVariant:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not item["text"].strip():
        raise BadWording(f'{where} must hold a text, as in {{ when = {{ relation = "at least" }}, text = "..." }}')
    strange = [key for key in item if key not in _ENTRY]
    if strange:
        raise BadWording(f"{where}: unknown key {strange[0]!r}{did_you_mean(strange[0], _ENTRY)} ({', '.join(_ENTRY)})")
    when = item.get("when", {})
    if not isinstance(when, dict):
        raise BadWording(f'{where}: when must be a table, as in {{ relation = "at least" }}, got {when!r:.80}')
    read = {name: _allowed_values(name, value, params, f"{where}: when.{name}") for name, value in when.items()}
    fixed = frozenset(name for name, allowed in read.items() if len(allowed) == 1)
    return SentenceVariant(_template(item["text"], params, where), read, fixed)


def _allowed_values(name: str, value: Any, params: Mapping[str, Param], where: str) -> tuple[Any, ...]:
    values = tuple(value) if isinstance(value, list) else (value,)
    known = [*(param for param, spec in params.items() if not isinstance(spec, WordsParam)), TASK]
    if name not in known:
        raise BadWording(f"{where}: nothing can depend on {name!r}{did_you_mean(name, known)} ({', '.join(known)})")
    try:
        if name != TASK:
            return tuple(params[name].read(item) for item in values)
    except ValueError as error:
        raise BadWording(f"{where} {error}") from None
    strange = [item for item in values if item not in TASKS]
    if strange:
        raise BadWording(
            f"{where}: unknown task {strange[0]!r}{did_you_mean(str(strange[0]), TASKS)} ({', '.join(TASKS)})"
        )
    return values


def _template(text: str, params: Mapping[str, Param], where: str) -> Template:
    if not text.strip():
        raise BadWording(f"{where} is blank; leave it out to keep our wording")
    options: dict[str, Sequence[str]] = {
        name: param.options for name, param in params.items() if isinstance(param, ChoiceParam)
    }
    try:
        return parse(text, {name: param.kind for name, param in params.items()}, options)
    except BadWording as error:
        raise BadWording(f"{where}: {error}") from None
