"""Values of training rows as plain Python: what JSON, Python's notation, pandas and Arrow make of a record."""

from __future__ import annotations

import ast
import json
from math import isnan
from typing import Any

from ..errors import BadInstruction

MAX_LENGTH = 1_000_000
"""Characters of a text that is read at all."""
MAX_LITERAL = 100_000
"""Characters of a text in Python's notation, which takes a hundred times as long to read as JSON."""
MAX_NUMBER = 10**15
"""The largest whole number of a record; Python cannot even print those of more than 4,300 digits."""
_MAX_DEPTH = 20


def parse_text(text: str, what: str) -> Any:
    """Return the value of a text in JSON or Python's notation; `what` names it in errors.

    Raises `BadInstruction` for a text that is neither or is too long.
    """
    if len(text) > MAX_LENGTH:
        raise BadInstruction(f"{what} of {len(text):,} characters is too long; at most {MAX_LENGTH:,} are read")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if len(text) > MAX_LITERAL:
        raise BadInstruction(
            f"{what} of {len(text):,} characters is no JSON, and in Python's notation at most {MAX_LITERAL:,} are read"
        )
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        raise BadInstruction(f"{what} must be JSON or a Python literal, got {text!r:.120}") from None


def read_plain(value: Any, what: str, depth: int = _MAX_DEPTH) -> Any:
    """Return `value` with arrays as lists, bytes as text and NaN as None; `what` names it in errors.

    pandas reads a list from Parquet as an array, and a missing number as NaN. Raises `BadInstruction` for bytes that
    are not UTF-8, a name that is no text, a whole number beyond `MAX_NUMBER`, and deep nesting.
    """
    if depth == 0:
        raise BadInstruction(f"{what}: nested too deeply; at most {_MAX_DEPTH} levels are read")
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        wrong = next((name for name in value if not isinstance(name, str)), None)
        if wrong is not None:
            raise BadInstruction(f"{what}: found a name that is no text: {wrong!r:.80}")
        return {name: read_plain(one, what, depth - 1) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [read_plain(one, what, depth - 1) for one in value]
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise BadInstruction(f"{what}: found bytes that are no UTF-8: {value!r:.80}") from None
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        raise BadInstruction(f"{what}: found a whole number beyond {MAX_NUMBER:,}")
    if isinstance(value, float) and isnan(value):
        return None
    return value
