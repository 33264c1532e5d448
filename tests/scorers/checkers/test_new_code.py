"""Code and data: what parses, what is refused before anything is parsed, and a library that is missing."""

import json
import sys
from time import process_time

import pytest

import scorers
from scorers.checkers.code._parse import DEEPEST, LONGEST
from scorers.checkers.code._schema import LEVELS, LONGEST_SCHEMA, LONGEST_VALUE, PARTS

BLOCK = "code:block"
SCHEMA = "code:json_schema"


def verdict(id, text, **given):
    [found] = scorers.verify(text, [{"id": id, **given}])
    return found


def block(language, source, lines=1):
    return verdict(BLOCK, f"See:\n```{language}\n{source}\n```", language=language, num_lines=lines)


def fits(value, schema):
    return verdict(SCHEMA, value if isinstance(value, str) else json.dumps(value), schema=json.dumps(schema))


def refusal(schema):
    with pytest.raises(scorers.BadInstruction) as refused:
        fits("1", schema)
    return str(refused.value)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "match x:\n    case 1:\n        pass"),
        ("python", "print('\\d')"),  # an odd escape is no fault
        ("json", '{"a": [1, -2.5e3, null]}'),
        ("yaml", "a: &b [1]\nc: *b"),
        ("yaml", "a: 1\n---\nb: 2"),
        ("yaml", "a: 1\n---\na: 2"),
        ("yaml", "- a: 1\n- a: 2\n- [a, a]\n- {1: a, '1': a}\n- ? [a, b]\n  : 1"),
        ("python", "async def f():\n    return await g()"),
        ("python", "def f():\n    for x in y:\n        yield x\n        break"),
        ("python", "lambda: (yield)"),
        ("yaml", "!unknown {a: 1}"),
        ("toml", "[a]\nb = [1, 2]\nc = 07:32:00"),
    ],
)
def test_what_parses(language, source):
    found = block(language, source)
    assert found.followed, found.reason
    assert found.spans == ((5, 5 + len(f"```{language}\n{source}\n```")),)


@pytest.mark.parametrize(
    ("language", "source", "reason"),
    [
        ("python", "x = 1\nif x", "expected ':' (line 2 of the block)"),
        ("python", "print 'a'", "Missing parentheses"),
        ("python", "x = 1\nreturn 5", "'return' outside function (line 2 of the block)"),
        ("python", "yield 1", "'yield' outside function"),
        ("python", "class A:\n    return 1", "'return' outside function"),
        ("python", "if x:\n    break", "'break' outside loop"),
        ("python", "def f():\n    continue", "'continue' not properly in loop"),
        ("python", "await f()", "'await' outside function"),
        ("python", "def f():\n    await g()", "'await' outside async function"),
        ("python", "def f(a, a):\n    pass", "duplicate argument 'a'"),
        ("python", "nonlocal x", "nonlocal declaration not allowed at module level"),
        ("python", "*a", "can't use starred expression here"),
        ("yaml", "a: 1\nb:\n  c: 1\n  c: 2", "the key 'c' occurs twice (line 4 of the block)"),
        ("yaml", "{a: 1, a: 2}", "the key 'a' occurs twice"),
        ("python", "x = '\0'", "null bytes"),
        ("python", "x = '\ud800'", "surrogates not allowed"),
        ("python", "(" * 300, "too many nested parentheses"),
        ("python", "-" * 20_000 + "1", "nested too deeply to be read"),
        ("python", "1" * 5000, "4300 digits"),
        ("json", "[1,]", "expected (line 1 of the block)"),
        ("json", "", "it ends where a value is expected (line 1 of the block)"),
        ("yaml", "a: [1", "expected ',' or ']'"),
        ("yaml", "a: *b", "no anchor is named 'b' (line 1 of the block)"),
        ("yaml", "a: &b 1\n---\nc: *b", "no anchor is named 'b' (line 3 of the block)"),
        ("yaml", "[" * 300, f"more than {DEEPEST} levels of nesting"),
        ("yaml", '"\\UFFFFFFFF"', "the YAML block at line 2 is not valid: "),
        ("yaml", "\x07", "special characters are not allowed"),
        ("toml", "a = 1\na = 2", "Cannot overwrite a value"),
        ("toml", "a = " + "[" * 5000, "nested too deeply to be read"),
        ("toml", "a." * DEEPEST + "a = 1", f"a name of more than {DEEPEST} parts"),
        ("toml", "a = " + "1" * 5000, "4300 digits"),
    ],
)
def test_what_does_not_parse(language, source, reason):
    found = block(language, source)
    assert not found.followed
    assert reason in found.reason
    assert found.reason.isprintable()


def nested_finally(levels):
    return "".join(f"{' ' * i}try:\n{' ' * i} pass\n{' ' * i}finally:\n" for i in range(levels)) + " " * levels + "x"


@pytest.mark.parametrize(
    "source",
    [
        nested_finally(90),
        "def f():\n for a in b:\n  try:\n" + "   if a: return 1\n" * 1000 + "  finally:\n" + "   x = 1\n" * 1500,
        "def f():\n with a, b, c, d, e, f, g, h, i, j, k, l:\n" + "  if a: return 1\n" * 2000,
        "while x:\n" + " if a: break\n" * 2500,
    ],
)
def test_the_compiler_takes_no_long_time(source):
    began = process_time()
    assert block("python", source).followed
    assert process_time() - began < 1


@pytest.mark.parametrize(
    ("source", "followed"),
    [
        ("try:\n    pass\nfinally:\n    return", False),
        ("try:\n    break\nfinally:\n    pass", False),
        ("for a in b:\n    try:\n        break\n    except E:\n        pass\n    finally:\n        continue", True),
        ("def f():\n    try:\n        return 1\n    finally:\n        yield 2", True),
        ("f = lambda: (1 if a else 2)", True),
        ("try:\n    pass\nexcept* E:\n    pass\nelse:\n    pass\nfinally:\n    pass", True),
        ("if a:\n    pass\nelse:\n    try:\n        return\n    finally:\n        pass", False),
    ],
)
def test_finally_blocks_are_compiled_with_the_rest(source, followed):
    assert block("python", source).followed is followed


def test_depth_and_length_at_their_bounds():
    assert block("yaml", "[" * DEEPEST + "]" * DEEPEST).followed
    assert not block("yaml", "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)).followed
    assert block("toml", "a." * (DEEPEST - 1) + "a = 1").followed
    assert block("json", '"' + "a" * (LONGEST - 2) + '"').followed
    assert "it is beyond the first 40000 characters" in block("json", '"' + "a" * (LONGEST - 1) + '"').reason


def test_aliases_are_never_followed():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40))
    assert block("yaml", bomb).followed


@pytest.mark.parametrize(("lines", "followed"), [(2, True), (3, False)])
def test_lines_that_are_not_blank_are_counted(lines, followed):
    found = block("python", "x = 1\n   \n\ny = 2", lines)
    assert found.followed is followed
    assert "2 lines" in found.reason


def test_the_reason_names_the_blocks_that_are_there():
    found = verdict(BLOCK, "```js\nx\n```\n```\ny\n```", language="python", num_lines=1)
    assert found.reason == "no block is marked python; 2 blocks are marked otherwise: js, no language"
    two = verdict(BLOCK, "```json\n[\n```\n```json\n{\n```", language="json", num_lines=1)
    assert two.reason.startswith("the JSON block at line 1 is not valid: ")
    assert two.reason.endswith(" (the first of 2 such blocks)")
    assert verdict(BLOCK, "none", language="json", num_lines=1).reason == (
        "no block is marked json; the response has no closed code block"
    )


@pytest.mark.parametrize(
    ("value", "schema", "followed"),
    [
        (3, {"maximum": 3}, True),
        (3, {"exclusiveMaximum": 3}, False),
        (2.0, {"type": "integer"}, True),
        ([1, 2], {"maxItems": 2}, True),
        ([1, 2, 3], {"maxItems": 2}, False),
        ({"a": 1, "b": 2}, {"properties": {"a": True}, "additionalProperties": False}, False),
        ('"ab"', {"anyOf": [{"type": "integer"}, {"minLength": 2}]}, True),
        ({"a": {"b": 1}}, {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"required": ["b"]}}}, True),
        ({"a": {}}, {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"required": ["b"]}}}, False),
    ],
)
def test_schemas(value, schema, followed):
    assert fits(value, schema).followed is followed


def test_the_reason_tells_where_the_value_is_wrong():
    found = fits('Look:\n```json\n{"a": ["x", 1, 2]}\n```', {"properties": {"a": {"items": {"type": "string"}}}})
    assert found.reason == ("the JSON at line 3 is not valid: at $.a[1]: 1 is not of type 'string', and 1 more")
    assert found.spans == ((14, 32),)
    assert fits("prose", {}).reason == "no JSON as the whole response or in a block marked json"
    assert "is not valid: a value expected" in fits("[1,]", {}).reason
    assert fits("```json\n1\n```\n```json\n[]\n```", {"type": "array"}).spans == ((22, 24),)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"$ref": "https://example.org/a.json"}, "references are '#/$defs/name'"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, "refers in a circle"),
        ({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, "refers in a circle"),
        ({"$ref": "#/$defs/b", "$defs": {"a": {}}}, "which is not in it"),
        ({"pattern": "(a+)+b"}, "uses 'pattern', which is not taken"),
        ({"patternProperties": {"(a+)+b": {}}}, "uses 'patternProperties'"),
        ({"items": {"uniqueItems": True}}, "uses 'uniqueItems'"),
        ({"type": "text"}, "is no JSON Schema: 'text' is not valid"),
        ({"minItems": -1}, "is no JSON Schema: "),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "names another $schema"),
        ({"anyOf": {"a": 1}}, "where a list of schemas is expected"),
        ({"properties": [1]}, "where schemas by name are expected"),
        ({"items": [1]}, "where a schema is expected"),
        ({"description": "x" * LONGEST_SCHEMA}, f"more than {LONGEST_SCHEMA}"),
    ],
)
def test_schemas_that_are_refused(schema, why):
    assert why in refusal(schema)


def test_a_schema_that_is_no_json_is_refused():
    with pytest.raises(scorers.BadInstruction, match="schema is no JSON: a name in quotes"):
        verdict(SCHEMA, "1", schema="{'a': 1}")


def nested(levels):
    schema = {"type": "integer"}
    for _ in range(levels):
        schema = {"items": schema}
    return schema


def test_schemas_at_their_bounds():
    assert "nested more than 20 levels" in refusal(nested(LEVELS + 1))
    assert fits("[]", nested(LEVELS)).followed
    doubling = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(9)}
    assert f"more than {PARTS} parts" in refusal({"$ref": "#/$defs/d0", "$defs": doubling | {"d9": {}}})


def test_values_beyond_the_caps_are_not_checked():
    deep = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)
    assert fits("[" * DEEPEST + "]" * DEEPEST, {}).followed
    assert f"has {DEEPEST + 1} levels of nesting" in fits(deep, {}).reason
    assert "a number of more digits than are read" in fits("1" * 5000, {}).reason
    assert "it is beyond the first 40000 characters" in fits('"' + "a" * LONGEST_VALUE + '"', {}).reason
    assert "too many to be checked" in fits(json.dumps([1] * 12_000), {"enum": list(range(50))}).reason
    assert fits('"\\"[[["', {"const": '"[[['}).followed, "brackets in a string are no levels"


@pytest.mark.parametrize(("library", "id"), [("yaml", BLOCK), ("jsonschema", SCHEMA)])
def test_a_missing_library_is_named_with_the_command_that_installs_it(library, id, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    given = {"language": "yaml", "num_lines": 1} if id == BLOCK else {"schema": '{"title": "missing"}'}
    with pytest.raises(scorers.Unscorable, match=f"pip install '(py)?{library}"):
        verdict(id, "```yaml\na: 1\n```", **given)


def test_a_schema_without_an_example_is_checked_all_the_same():
    odd = {"not": {}}
    assert not fits("1", odd).followed
    assert scorers.search([{"id": SCHEMA, "schema": json.dumps(odd)}]).outcome == "unknown"
    huge = {"type": "array", "minItems": 10**9, "items": {"minItems": 10**9}}
    assert scorers.search([{"id": SCHEMA, "schema": json.dumps(huge)}]).outcome == "unknown"


def test_contradictions_are_proven():
    two = {"id": SCHEMA, "schema": '{"type": "object", "required": ["a", "b"]}'}
    one = {"id": SCHEMA, "schema": '{"type": "object", "required": ["a"]}'}
    comma = {"id": "punctuation:no_comma"}
    assert "',' is forbidden" in scorers.search([two, comma]).impossible
    assert scorers.search([one, comma]).outcome == "proven"
    whole = {"id": "detectable_format:json_format"}
    assert scorers.search([two, whole]).outcome == "proven"
    toml = {"id": BLOCK, "language": "toml", "num_lines": 2}
    assert "a fenced block must stand in it, yet it must be JSON" in scorers.search([toml, whole]).impossible
