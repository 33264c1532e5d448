"""A run file to edit: a shipped one, with every key that it does not set as a commented line."""

from __future__ import annotations

import ast
import inspect
import json
import re
from dataclasses import MISSING, fields
from itertools import pairwise
from typing import Any

from . import sections
from .run_file import GENERATION, SECTIONS, load_preset, parse_toml, read_text

_HEADER = re.compile(r"^\[([a-z]+)\][ \t]*$", re.MULTILINE)
_TABLE = re.compile(r"^\[", re.MULTILINE)
_EXAMPLES = {
    "articles.options": '{ path = "texts" }',
    "articles.published_after": "2026-01-31",
    "questions.wording": '"wording.toml"',
    "instructions.pool": '"livebench-2024"',
    "instructions.tightness": "0.5",
    "instructions.weights": '{ "punctuation:no_comma" = 0.5 }',
    "instructions.limits": '{ "length_constraints:number_words" = { num_words = [40, 120] } }',
    "model.adapter": '"openai"',
    "model.name": '"gpt-4o-mini"',
    "model.file": '"models.toml"',
    "model.base_url": '"http://localhost:8000/v1"',
    "model.key_env": '"MY_API_KEY"',
    "model.max_tokens": "4096",
    "model.temperature": "0",
    "model.top_p": "0.9",
    "model.seed": "1",
    "model.stop": '["END"]',
    "model.extra": '{ reasoning_effort = "low" }',
    "model.options": '{ omit = ["temperature"] }',
    "model.images": "true",
    "model.image_tokens": "1100",
    "model.prompt_prefix": '"/no_think"',
    "ask.requests_per_minute": "500",
    "ask.tokens_per_minute": "200000",
    "ask.max_cost": "2.5",
    "ask.max_tokens_total": "1000000",
    "ask.batch_size": "10000",
    "ask.batch_timeout": "86400",
    "ask.cache": '"cache"',
    "score.rules": '"livebench"',
}
"""Values of keys whose default is none or empty."""


def render_run_file(name: str, file: str) -> str:
    """Return the text of the shipped run file `name` with commented lines, to be saved as `file`.

    Raises `ConfigError` for an unknown name.
    """
    path = load_preset(name).path
    text = read_text(path).strip()
    content = parse_toml(text, path)
    # A published set is named or samples are generated: the sections of the other kind cannot apply.
    other = GENERATION if "samples" in content else ("samples",)
    for section in (name for name in SECTIONS if name not in other):
        lines = _commented_keys(section, content.get(section, {}))
        text = _insert(text, section, lines) if lines else text
    return (
        f"# A run file of ifharness, made from the shipped {name!r}. To run it: ifh run {file}\n"
        "# A line without a space after its # is a key with its default, or with an example: remove the # to set it.\n"
        f"\n{text}\n"
    )


def _insert(text: str, section: str, lines: list[str]) -> str:
    """Return `text` with `lines` at the end of a section, before its tables; a missing section is added."""
    found = next((match for match in _HEADER.finditer(text) if match[1] == section), None)
    block = "\n".join(lines)
    if found is None:
        return f"{text}\n\n[{section}]\n{block}"
    after = _TABLE.search(text, found.end())
    # A comment before the next header belongs to that.
    end = max(text.rfind("\n\n", 0, after.start()), found.end()) if after else len(text)
    return f"{text[:end].rstrip()}\n{block}{text[end:]}"


def _commented_keys(section: str, given: dict[str, Any]) -> list[str]:
    described = _descriptions(SECTIONS[section].__name__)
    lines = []
    for field in fields(SECTIONS[section]):
        if field.name in given:
            continue
        if field.name in described:
            lines.append(f"# {described[field.name]}")
        lines.append(f"#{field.name} = {_EXAMPLES.get(f'{section}.{field.name}') or _default(field)}")
    return lines


def _default(field: Any) -> str:
    value = field.default if field.default is not MISSING else field.default_factory()
    return json.dumps(value, ensure_ascii=False)


def _descriptions(kind: str) -> dict[str, str]:
    """Return the docstring below each field of a section's class."""
    tree = ast.parse(inspect.getsource(sections))
    [body] = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind]
    return {
        one.target.id: " ".join(other.value.value.split())
        for one, other in pairwise(body)
        if isinstance(one, ast.AnnAssign)
        and isinstance(one.target, ast.Name)
        and isinstance(other, ast.Expr)
        and isinstance(other.value, ast.Constant)
        and isinstance(other.value.value, str)
    }
