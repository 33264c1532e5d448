"""JSON and TOML of unknown origin: nesting and numbers have limits, every failure is a `ValueError`.

The lines of a file of records are read by `peek_record` and `parse_record`, which name file and line.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from ..errors import BadSample, InputLimitError
from ..fast_json import load_json, peek_json
from .memory import MemoryBudget

if TYPE_CHECKING:
    from pathlib import Path

DEEPEST = 100
"""Levels of nested lists and objects."""
DEEPEST_KEY = 32
"""Parts of a dotted TOML key."""
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BRACKETS = re.compile(r"[\[{]++|[\]}]++")
_LONG_KEY = re.compile(rf"(?:[\w\"'-]{{1,80}}+[ \t]*+\.[ \t]*+){{{DEEPEST_KEY}}}")


class SyntaxLimitError(ValueError):
    """A text is well-formed or not, but exceeds what is read: nesting, or digits of a number."""


def parse_json(text: str) -> Any:
    """Return the value of a JSON text; raises `json.JSONDecodeError` and `SyntaxLimitError`, both `ValueError`s."""
    if is_too_deep(text):
        raise SyntaxLimitError(f"nested too deeply (more than {DEEPEST} levels)")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise SyntaxLimitError("nested too deeply") from None
    except ValueError:  # the interpreter's own limit on the digits of an integer
        raise SyntaxLimitError("an integer has too many digits") from None


def describe_json_error(error: ValueError) -> str:
    """Return what is wrong with a line of JSON, by the error of `parse_json` or of decoding the line."""
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON ({error.msg} at column {error.colno})"
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 (byte {error.start} of the line)"
    return f"JSON that is not read ({error})"


def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML text; raises `tomllib.TOMLDecodeError` and `SyntaxLimitError`, both `ValueError`s.

    Nested lists exhaust the parser's stack, and the time for dotted keys grows with the square of their length.
    """
    if _LONG_KEY.search(text):
        raise SyntaxLimitError(f"a key has more than {DEEPEST_KEY} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise SyntaxLimitError("nested too deeply") from None
    except ValueError:
        raise SyntaxLimitError("an integer has too many digits") from None


def is_too_deep(text: str) -> bool:
    """Return whether lists and objects of a JSON text are nested more deeply than is read."""
    return text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST


def _depth(text: str) -> int:
    """Return how deeply the brackets outside strings are nested."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(_STRING.sub("", text)):
        found = match.group()
        if found[0] in "[{":
            depth += len(found)
            deepest = max(deepest, depth)
        else:
            depth -= len(found)
    return deepest


def peek_record(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """Return the record of a line for its texts; large whole numbers in it may be rounded.

    Raises `BadSample` naming file and line for what is no record, and for one that is too large.
    """
    try:
        MemoryBudget(f"{path}, line {number}").check_line(line)
    except InputLimitError as error:
        raise BadSample(str(error)) from None
    return parse_record(path, number, line) if (found := peek_json(line)) is None else found


def parse_record(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """Return the record of a line exactly; raises `BadSample` naming file and line for what is no record."""
    deep = line.count(b"[") + line.count(b"{") > DEEPEST  # or only a long text
    if not deep and (quick := load_json(line)) is not None:
        return quick
    try:
        record = parse_json(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except ValueError as error:
        raise BadSample(f"{path}, line {number}: {describe_json_error(error)}") from None
    if not isinstance(record, dict):
        raise BadSample(f"{path}, line {number}: a JSON object is expected, got {record!r:.60}")
    return record
