"""A simple value that is valid against a JSON Schema of common keywords, for drafts."""

from __future__ import annotations

from math import isfinite
from typing import Any

from scorers import SLOT

_SHORTEST, _LONGEST = 3, 15
"""The lengths of the words that may replace a slot."""
_MOST_VALUES = 500
_MOST_CHARACTERS = 500
"""The most characters of one string."""


def example(schema: Any) -> Any:
    """Return a value that should be valid against `schema`; combined keywords and large bounds can defeat it."""
    return _Maker(schema).value(schema)


class _Maker:
    """Makes one value of bounded size."""

    def __init__(self, whole: Any) -> None:
        self._whole = whole
        self._left = _MOST_VALUES

    def value(self, schema: Any) -> Any:
        self._left -= 1
        if not isinstance(schema, dict) or self._left < 0:
            return SLOT
        if "$ref" in schema:
            _, where, name = schema["$ref"].split("/")
            return self.value(self._whole[where][name])
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        for key in ("anyOf", "oneOf", "allOf"):
            if schema.get(key):
                merged = {name: value for name, value in schema.items() if name != key}
                for part in schema[key] if key == "allOf" else schema[key][:1]:
                    merged |= part if isinstance(part, dict) else {}
                return self.value(merged)
        return self._of_type(_type(schema), schema)

    def _of_type(self, kind: str, schema: dict[str, Any]) -> Any:
        if kind == "object":
            properties = schema.get("properties", {})
            names = [*schema.get("required", []), *list(properties)[: int(schema.get("minProperties", 0))]]
            other = schema.get("additionalProperties", True)
            return {name: self.value(properties.get(name, other)) for name in dict.fromkeys(names)}
        if kind == "array":
            first = [self.value(part) for part in schema.get("prefixItems", [])]
            missing = min(int(schema.get("minItems", 0)) - len(first), self._left)
            return first + [self.value(schema.get("items", True)) for _ in range(missing)]
        if kind in ("integer", "number"):
            return _number(schema)
        if kind == "string":
            return _string(int(schema.get("minLength", 0)), schema.get("maxLength"))
        return {"boolean": True}.get(kind)


def _type(schema: dict[str, Any]) -> str:
    given = schema.get("type")
    if given:
        return str(given if isinstance(given, str) else given[0])
    if any(key in schema for key in ("properties", "required", "minProperties")):
        return "object"
    return "array" if any(key in schema for key in ("items", "prefixItems", "minItems")) else "string"


def _number(schema: dict[str, Any]) -> Any:
    if "minimum" in schema or "exclusiveMinimum" in schema:
        low = max(schema.get("minimum", float("-inf")), schema.get("exclusiveMinimum", float("-inf")) + 1)
    else:
        low = min(schema.get("maximum", 1), schema.get("exclusiveMaximum", 2) - 1)
        return low if isinstance(low, int) else int(low // 1) if isfinite(low) else 0
    return low if isinstance(low, int) else int(low) + (int(low) < low) if isfinite(low) else 0


def _string(low: int, high: float | None) -> str:
    if low <= _SHORTEST and (high is None or high >= _LONGEST):
        return SLOT
    return "x" * max(min(low, _MOST_CHARACTERS), high != 0)
