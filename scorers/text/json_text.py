"""Is this JSON? One pass without recursion: the answer depends neither on the stack nor on the interpreter's limits."""

from __future__ import annotations

import re
from typing import NamedTuple

_SPACE = " \t\n\r"
_TOKEN = re.compile(
    rf"[{_SPACE}]*+(?:"
    r"(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<colon>:)"
    r'|(?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")'
    r"|(?P<real>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++(?:[eE][+-]?[0-9]++)?|[eE][+-]?[0-9]++))"
    r"|(?P<whole>-?(?:0|[1-9][0-9]*+))|(?P<word>true|false|null)|(?P<special>NaN|-?Infinity))"
)
_VALUES = frozenset(("string", "real", "whole", "word", "special"))


class PythonJson(NamedTuple):
    """Where Python's `json`, which also reads NaN and Infinity, gives up."""

    depth: int
    """Levels of nesting that it can read."""
    digits: int
    """Digits of a whole number that it can read."""


class JsonFault(NamedTuple):
    """Where and why a text is no JSON."""

    at: int
    why: str


def find_json_fault(text: str, like: PythonJson | None = None) -> JsonFault | None:
    """Return the first reason why `text` is no JSON value, or None; `like` Python, NaN and Infinity are values."""
    closers: list[str] = []
    wanted = "a value"
    at = 0
    while token := _TOKEN.match(text, at):
        kind = str(token.lastgroup)
        depth = len(closers)
        after = _after(kind, token[kind], wanted, closers)
        why = _out_of_reach(kind, token[kind], depth, like) if after else f"{wanted} expected"
        if why:
            return JsonFault(token.start(kind), why)
        wanted = after
        at = token.end()
    at += len(text) - at - len(text[at:].lstrip(_SPACE))
    if at < len(text):
        return JsonFault(at, f"{wanted} expected")
    return None if wanted == "the end" else JsonFault(at, f"it ends where {wanted} is expected")


def _after(kind: str, piece: str, wanted: str, closers: list[str]) -> str:
    """Return what is wanted behind `piece`, or "" if it is out of place; `closers` are the brackets still open."""
    value = wanted.startswith("a value")
    if kind == "open" and value:
        closers.append("]" if piece == "[" else "}")
        return "a value or ]" if piece == "[" else "a name in quotes or }"
    if kind == "comma" and wanted.startswith("a comma"):
        return "a value" if closers[-1] == "]" else "a name in quotes"
    if kind == "string" and wanted.startswith("a name"):
        return "a colon"
    if kind == "colon" and wanted == "a colon":
        return "a value"
    if kind == "close" and wanted.endswith(f" or {piece}"):
        closers.pop()
    elif not (value and kind in _VALUES):
        return ""
    return f"a comma or {closers[-1]}" if closers else "the end"


def _out_of_reach(kind: str, piece: str, depth: int, like: PythonJson | None) -> str:
    """Say why a piece that is in its place cannot be read by the reader that is asked for, or ""."""
    if like is None:
        return f"{piece} is no value" if kind == "special" else ""
    if kind == "open" and depth >= like.depth:
        return f"more than {like.depth} levels of nesting"
    if kind == "whole" and len(piece.lstrip("-")) > like.digits:
        return f"a number of more than {like.digits} digits"
    return ""
