"""Templates: what the sentences of one kind of instruction share once their parameters are taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scorers import load
from scorers.params import ChoiceParam, IntegerParam, WordsParam

from ..phrasing import TASK
from ..template import Template, TemplateField, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LOOKED_AT = 10
"""Sentences from which templates are proposed: those in which the fewest places could be a parameter."""
PROPOSED = 512
"""Templates proposed from one sentence, at most."""
TEMPLATES = 6
"""Templates of one kind, at most."""
VALUES = 6
"""Values that a `when` names, at most."""
ENOUGH = 2
"""Sentences that a second template has to explain: one alone would be a question, not a wording."""
_QUOTES = "\"'`“”‘’*"


@dataclass(frozen=True)
class RenderedSentence:
    """A sentence of a question, with the parameters that it expresses."""

    values: Mapping[str, Any]
    """Parameters, and the question's `task`."""
    text: str


@dataclass(frozen=True)
class LearnedTemplate:
    """The templates of one kind, the one for all other cases first, each with its `when` (None: none was found)."""

    templates: tuple[str, ...]
    whens: tuple[dict[str, list[Any]] | None, ...]
    seen: int = 1
    """Different sentences that it was learnt from."""

    def entry(self) -> str | list[dict[str, Any]]:
        """Return what the wording file says: a text, or the variants with the one for all other cases last."""
        variants = [
            {"when": {name: values[0] if len(values) == 1 else values for name, values in when.items()}, "text": text}
            for text, when in zip(self.templates[1:], self.whens[1:], strict=True)
            if when
        ]
        return [*variants, {"text": self.templates[0]}] if variants else self.templates[0]

    def texts(self, id: str, values: Mapping[str, Any]) -> list[str]:
        """Return the sentence in each of the templates."""
        return [fill(id, text, values) for text in self.templates]


def learn_template(id: str, instances: Sequence[RenderedSentence]) -> LearnedTemplate:
    """Return the fewest templates that were found to give back `instances` (at least one)."""
    templates: list[str] = []
    left = list(instances)
    while left and len(templates) < TEMPLATES:
        best = _best(id, left)
        missed = [item for item in left if fill(id, best, item.values) != item.text]
        if templates and len(left) - len(missed) < ENOUGH:
            break
        templates.append(best)
        left = missed
    templates.sort(
        key=lambda text: bool(values_shown_by(id) - set(_parse(id, text).names))
    )  # one for all values comes first
    whens = [None, *(_when(id, text, instances) for text in templates[1:])]
    return LearnedTemplate(tuple(templates), tuple(whens), len({item.text for item in instances}))


def values_shown_by(id: str) -> set[str]:
    """Return the parameters that a sentence has to express."""
    checker = load(id)
    return set(checker.params()) - set(checker.shown_in_request)


def fill(id: str, text: str, values: Mapping[str, Any]) -> str:
    """Return a template of `id` filled with `values`."""
    return _parse(id, text).fill(values)


@cache
def _parse(id: str, text: str) -> Template:
    params = load(id).params()
    options = {name: param.options for name, param in params.items() if isinstance(param, ChoiceParam)}
    return parse(text, {name: param.kind for name, param in params.items()}, options)


def _best(id: str, instances: Sequence[RenderedSentence]) -> str:
    """Return the template that gives back most; of equals one with every parameter, in the fewest fields."""
    required = values_shown_by(id)
    looked = sorted(instances, key=lambda item: (len(_places(id, item)), item.text))[:LOOKED_AT]
    proposed = dict.fromkeys(text for item in looked for text in _propose(_places(id, item), item.text))

    def worth(text: str) -> tuple[int, int, int, int]:
        template = _parse(id, text)
        right = sum(fill(id, text, item.values) == item.text for item in instances)
        filters = sum(bool(piece.filter) for piece in template.pieces if isinstance(piece, TemplateField))
        return right, -len(required - set(template.names)), -len(template.names), -filters

    return max(proposed, key=worth)


def _places(id: str, instance: RenderedSentence) -> list[tuple[int, int, str]]:
    """Return where a parameter may be in a sentence: start, end, and the field that would replace it."""
    found = []
    for name, param in load(id).params().items():
        value = instance.values[name]
        fields = [TemplateField(name)]
        if isinstance(param, IntegerParam):
            fields += [TemplateField(name, "ordinal"), TemplateField(name, "words")]
        if isinstance(param, WordsParam):
            fields += [TemplateField(name, "list"), *_alike(name, value, instance.text)]
        for field in fields:
            shown = field.show(value)
            found += [(at, at + len(shown), _format_field(field)) for at in _iter_positions(shown, instance.text)]
    return sorted(dict.fromkeys(found))


def _iter_positions(shown: str, text: str) -> Iterator[int]:
    """Yield where `shown` is in `text`, not inside a word."""
    if shown.strip():
        left = r"(?<!\w)" if shown[0].isalnum() else ""
        right = r"(?!\w)" if shown[-1].isalnum() else ""
        for match in re.finditer(f"{left}{re.escape(shown)}{right}", text):
            yield match.start()


def _alike(name: str, items: tuple[str, ...], text: str) -> Iterator[TemplateField]:
    """Yield the field that puts a list as `text` does: its items in their order with the same joints between."""
    if len(items) < 2 or not all(items):
        return
    match = re.search(r"([^\w]{1,4}|[^\w]{0,3}\w{1,4}[^\w]{1,4})".join(map(re.escape, items)), text)
    if match is None or len(set(match.groups()[:-1])) > 1 or re.search(r"[\d{}]", "".join(match.groups())):
        return
    joint, last = match.groups()[0], match.groups()[-1]
    quote = joint[-1] if joint[-1] in _QUOTES and text[match.start() - 1 : match.start()] == joint[-1] else ""
    close = joint[0] if quote and text[match.end() : match.end() + 1] == joint[0] else ""
    example = f"{quote if close else ''}1{joint}2{last}3{close}"
    if example == example.strip():
        yield TemplateField(name, "like", example)


def _format_field(field: TemplateField) -> str:
    how = f"|{field.filter}" if field.filter else ""
    return f"{{{field.name}{how}{':' if field.argument else ''}{field.argument}}}"


def _propose(places: Sequence[tuple[int, int, str]], text: str) -> list[str]:
    """Return the templates of `text` in which each place is a field or is left as it is."""
    done: list[str] = []
    stack = [("", 0, 0)]  # what is written, up to where in the text, the next place
    while stack and len(done) < PROPOSED:
        written, at, number = stack.pop()
        if number == len(places):
            done.append(written + escape(text[at:]))
            continue
        start, end, field = places[number]
        stack.append((written, at, number + 1))
        if start >= at:
            stack.append((written + escape(text[at:start]) + field, end, number + 1))
    return done


def escape(text: str) -> str:
    """Return `text` as a template without fields."""
    return text.replace("{", "{{").replace("}", "}}")


def _when(id: str, text: str, instances: Sequence[RenderedSentence]) -> dict[str, list[Any]] | None:
    """Return values that distinguish the sentences of a template from all others, or None."""
    params = load(id).params()
    scalar = [name for name, param in params.items() if not isinstance(param, WordsParam)]
    ranked = sorted(scalar, key=lambda name: not isinstance(params[name], ChoiceParam))
    for name in (*ranked, TASK):
        own = {item.values[name] for item in instances if fill(id, text, item.values) == item.text}
        others = {item.values[name] for item in instances if fill(id, text, item.values) != item.text}
        if own.isdisjoint(others) and len(own) <= VALUES:
            return {name: sorted(own)}
    return None
