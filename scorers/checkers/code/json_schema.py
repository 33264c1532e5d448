"""code:json_schema.

Audited: the whole response is a JSON value (a code fence around it is fine), or a fenced block marked `json` in it
holds one, that is valid against the given JSON Schema by draft 2020-12. All such values together have at most 40,000
characters, with at most 50 levels of nesting. A schema has at most 4,000 characters and refers to its own `$defs` only,
not in a circle. `pattern`, `uniqueItems` and other keywords without a bound on their cost are describe_refusal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from scorers import (
    SLOT,
    Case,
    Checker,
    Context,
    Demands,
    Filler,
    Text,
    Verdict,
    cached_text,
    format_lines,
    insert_block,
)

from ...checker import READ_AS_SEEN
from ...params import StringParam
from ...text.json_text import find_json_fault
from ...text.markdown import content, fences
from ...text.paragraphs import trim
from ...text.word_lists import pick, pick_some
from ._example import example
from ._schema import LONGEST_VALUE, describe_refusal, unfit

_TEXT = {"type": "string", "minLength": 1}
_PROPERTIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("headline", _TEXT),
    ("place", _TEXT),
    ("year", {"type": "integer"}),
    ("certain", {"type": "boolean"}),
    ("tone", {"enum": ["calm", "glad", "grave"]}),
    ("score", {"type": "integer", "minimum": 1, "maximum": 5}),
    ("people", {"type": "array", "items": _TEXT, "minItems": 1}),
    ("points", {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 4}),
)


class _SchemaParam(StringParam):
    """The text of a JSON Schema, sampled as an object with a few properties."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:  # noqa: ARG002  # a schema is our own
        if limit:
            return pick(rng, tuple(map(str, limit)))
        chosen = dict(pick_some(rng, _PROPERTIES, 2 + int(rng.random() * 3)))
        schema = {"type": "object", "properties": chosen, "required": list(chosen), "additionalProperties": False}
        return json.dumps(schema)

    def outside(self, value: str) -> str:
        return super().outside(value) or describe_refusal(value)

    @property
    def range(self) -> str:
        return "a JSON Schema (draft 2020-12) without pattern, uniqueItems and remote references; drawn as an object"


def _schema(doc: str) -> Any:
    return field(metadata={"param": _SchemaParam(doc)})


@dataclass(frozen=True)
class JsonSchema(Checker):
    """Requires JSON that is valid against a given JSON Schema."""

    id = "code:json_schema"
    version = 2
    changes = (READ_AS_SEEN,)

    schema: str = _schema("the JSON Schema, as JSON text")

    good = [
        Case('{"year": 1843}', schema='{"type": "object", "required": ["year"]}'),
        Case("Here:\n```json\n[1, 2]\n```\nDone.", schema='{"type": "array", "items": {"type": "integer"}}'),
        Case("```\n3.0\n```", schema='{"type": "integer", "maximum": 3}', why="3.0 is a whole number"),
        Case("```json\n{}\n```\n```json\n1\n```", schema='{"type": "object"}', why="one value is enough"),
        Case('"ab"', schema='{"$ref": "#/$defs/word", "$defs": {"word": {"minLength": 2}}}'),
    ]
    bad = [
        Case('{"year": "1843"}', schema='{"properties": {"year": {"type": "integer"}}}'),
        Case("4", schema='{"type": "integer", "maximum": 3}'),
        Case("true", schema='{"type": "integer"}', why="true is no number"),
        Case("Here: [1]", schema='{"type": "array"}', why="words before it, and no fence"),
        Case("```json\n[1,]\n```", schema='{"type": "array"}', why="no JSON"),
        Case("```python\n[1]\n```\nDone.", schema='{"type": "array"}', why="marked otherwise"),
        Case("[]", schema='{"minItems": 1}'),
    ]

    def describe(self) -> str:
        return (
            "Give a JSON value that is valid against the following JSON Schema, either as your whole response or in a "
            f"code block that opens with ```json. {self.schema.strip()}"
        )

    def check(self, text: Text) -> Verdict:
        values = _values(text)
        if not values:
            return Verdict(False, "no JSON as the whole response or in a block marked json")
        left, first = LONGEST_VALUE, ""
        for start, end, value in values:
            left -= len(value)
            why = self._why(value) if left >= 0 else f"it is beyond the first {LONGEST_VALUE} characters of JSON"
            place = format_lines(text, [(start, end)]).removeprefix(", ")
            if not why:
                return Verdict.of(True, f"the JSON {place} is valid against the schema", [(start, end)])
            first = first or f"the JSON {place} is not valid: {why}"
            if left < 0:
                break
        more = f" (the first of {len(values)} values)" if len(values) > 1 else ""
        return Verdict.of(False, f"{first}{more}", [(start, end) for start, end, _ in values])

    def demands(self) -> Demands:
        return Demands(phase="skeleton", parts=(",",) if self._has_members() else (), lines=self._blocks())

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = Filler(turn=14)
        for block in self._blocks():
            parts = block.split(SLOT)
            filled = parts[0] + "".join(filler.word() + part for part in parts[1:])
            return insert_block(draft, filled, lambda repaired: self.check(cached_text(repaired)).followed)
        return draft

    def _why(self, value: str) -> str:
        wrong = find_json_fault(value)
        return wrong.why if wrong else unfit(value, self.schema)

    def _has_members(self) -> bool:
        """Return whether every value is an object of two or more members, which takes a comma."""
        schema = json.loads(self.schema)
        return isinstance(schema, dict) and schema.get("type") == "object" and len(set(schema.get("required", []))) > 1

    def _blocks(self) -> tuple[str, ...]:
        """Return a block that is valid against the schema, if one is found."""
        schema = json.loads(self.schema)
        value = json.dumps(example(schema), ensure_ascii=False)
        return () if unfit(value.replace(SLOT, "word"), self.schema) else (f"```json\n{value}\n```",)


def _values(text: Text) -> list[tuple[int, int, str]]:
    """Return what may be the JSON value, with places: the blocks marked json, or else the whole response."""
    blocks = fences(text)
    marked = [(*block.body, content(text.raw, block)) for block in blocks if block.language == "json"]
    if marked:
        return [value for value in marked if value[0] < value[1]]
    start, end = trim(text.raw, 0, len(text.raw))
    if blocks and not blocks[0].language and start >= blocks[0].start and end <= blocks[0].end:
        start, end = trim(text.raw, *blocks[0].body)
    whole = text.raw[start:end]
    return [(start, end, whole)] if whole and (whole[0] in "[{" or find_json_fault(whole) is None) else []
