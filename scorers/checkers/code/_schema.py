"""JSON Schemas (draft 2020-12) of keywords whose check costs at most schema times value, with caps on their size.

Refused are references to other files, references in a circle, and keywords without a bound on their cost (`pattern`,
which takes regular expressions, `uniqueItems`, `contains`, the `unevaluated` and `dynamic` keywords).
"""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import islice
from typing import Any

from scorers import Unscorable

from ...text.json_text import find_json_fault
from ._parse import DEEPEST, line_in

LONGEST_SCHEMA = 4000
"""The most characters of a schema."""
LONGEST_VALUE = 40_000
"""The most characters of all JSON values together."""
WORK = 100_000
"""The largest product of values and parts of the schema."""
PARTS = 2000
"""The most parts of a schema, with references expanded."""
LEVELS = 20
"""The most levels of nesting of a schema, with references expanded."""
_DEFINED = ("$defs", "definitions")
_LISTS = ("prefixItems", "allOf", "anyOf", "oneOf")
MOST_ERRORS = 20
"""The most errors of one value that a reason counts."""
_ONE = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else")
_PLAIN = """
    type required enum const minItems maxItems minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum
    minProperties maxProperties dependentRequired title description default examples $comment $schema $ref
""".split()
_KEYWORDS = frozenset(("properties", *_DEFINED, *_LISTS, *_ONE, *_PLAIN))
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MISSING = "a JSON Schema validator is not installed; install one with: pip install 'jsonschema>=4.20'"


class _Refused(Exception):
    """Why a schema is not accepted."""


@lru_cache(maxsize=256)
def describe_refusal(schema: str) -> str:
    """Return why the text `schema` is not accepted as a JSON Schema, or ""; raises `Unscorable`."""
    if len(schema) > LONGEST_SCHEMA:
        return f"has {len(schema)} characters, more than {LONGEST_SCHEMA}"
    wrong = find_json_fault(schema)
    if wrong:
        return f"is no JSON: {wrong.why} at character {wrong.at + 1}"
    try:
        parsed = read(schema)
        size(parsed)
    except (_Refused, ValueError) as error:
        return str(error)
    try:
        from jsonschema import Draft202012Validator, SchemaError
    except ImportError:
        raise Unscorable(_MISSING) from None
    try:
        Draft202012Validator.check_schema(parsed)
    except SchemaError as error:
        return f"is no JSON Schema: {line_in(error.message)}"
    except RecursionError:
        return "is nested too deeply to be read"
    return ""


def read(value: str) -> Any:
    """Return the value of a valid JSON text; raises `ValueError` for too many levels or digits."""
    depth = deepest = 0
    quoted = escaped = False
    for character in value:
        if quoted:
            escaped, quoted = character == "\\" and not escaped, escaped or character != '"'
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
        elif character == '"':
            quoted = True
    if deepest > DEEPEST:
        raise ValueError(f"has {deepest} levels of nesting, and more than {DEEPEST} are not read")
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("holds a number of more digits than are read") from None


def size(schema: Any) -> int:
    """Return the number of parts of a schema, with references expanded; raises `_Refused`."""
    total = _size(schema, schema, ())
    for key in _DEFINED:
        if isinstance(schema, dict):
            total += sum(
                _size(value, schema, (f"#/{key}/{name}",)) for name, value in _read_object(schema, key).items()
            )
    return total


def _size(part: Any, whole: Any, path: tuple[str, ...]) -> int:
    """Return the size of a part; `path` holds the keywords and references that lead to it."""
    if isinstance(part, bool):
        return 1
    if not isinstance(part, dict):
        raise _Refused(f"holds {json.dumps(part)[:40]} where a schema is expected")
    if len(path) > LEVELS:
        raise _Refused(f"is nested more than {LEVELS} levels deep, references written out")
    strange = sorted(part.keys() - _KEYWORDS)
    if strange:
        raise _Refused(f"uses {strange[0][:40]!r}, which is not taken (taken are {', '.join(sorted(_KEYWORDS))})")
    if str(part.get("$schema", _DRAFT)).rstrip("#") != _DRAFT:
        raise _Refused(f"names another $schema than {_DRAFT}")
    total = 1 + len(part) + sum(len(part[key]) for key in ("enum", "required") if isinstance(part.get(key), list))
    below = [(key, part[key]) for key in _ONE if key in part]
    below += [(key, value) for key in _LISTS for value in _read_list(part, key)]
    below += [("properties", value) for value in _read_object(part, "properties").values()]
    if "$ref" in part:
        below.append(_follow_reference(part["$ref"], whole, path))
    for key, value in below:
        total += _size(value, whole, (*path, key))
        if total > PARTS:
            raise _Refused(f"has more than {PARTS} parts, references written out")
    return total


def _follow_reference(reference: Any, whole: Any, path: tuple[str, ...]) -> tuple[str, Any]:
    """Return the reference and its target."""
    parts = reference.split("/") if isinstance(reference, str) else []
    if len(parts) != 3 or parts[0] != "#" or parts[1] not in _DEFINED or "~" in parts[2] or "%" in parts[2]:
        raise _Refused(f"refers to {str(reference)[:60]!r}; references are '#/$defs/name'")
    if reference in path:
        raise _Refused(f"refers in a circle, by {reference[:60]!r}")
    there = _read_object(whole, parts[1])
    if parts[2] not in there:
        raise _Refused(f"refers to {reference[:60]!r}, which is not in it")
    return reference, there[parts[2]]


def _read_list(part: dict[str, Any], key: str) -> list[Any]:
    value = part.get(key, [])
    if not isinstance(value, list):
        raise _Refused(f"holds {json.dumps(value)[:40]} in {key}, where a list of schemas is expected")
    return value


def _read_object(part: dict[str, Any], key: str) -> dict[str, Any]:
    value = part.get(key, {})
    if not isinstance(value, dict):
        raise _Refused(f"holds {json.dumps(value)[:40]} in {key}, where schemas by name are expected")
    return value


def unfit(value: str, schema: str) -> str:
    """Return why a JSON text is not valid against an accepted schema, or ""; raises `Unscorable`."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise Unscorable(_MISSING) from None
    try:
        parsed, wanted = read(value), json.loads(schema)
    except ValueError as error:
        return f"it {error}"
    if _values(parsed) * size(wanted) > WORK:
        return f"it holds {_values(parsed)} values, too many to be checked against this schema"
    try:
        errors = list(islice(Draft202012Validator(wanted).iter_errors(parsed), MOST_ERRORS))
    except RecursionError:
        return "it is nested too deeply to be checked"
    if not errors:
        return ""
    more = f"{len(errors) - 1}{' or' if len(errors) == MOST_ERRORS else ''} more"
    said = f"at {line_in(errors[0].json_path)}: {line_in(errors[0].message)}"
    return said if len(errors) == 1 else f"{said}, and {more}"


def _values(parsed: Any) -> int:
    count, left = 0, [parsed]
    while left:
        value = left.pop()
        count += 1
        if isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
    return count
