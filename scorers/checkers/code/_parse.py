"""Whether Python, JSON, YAML and TOML are valid, by the usual parsers; nothing is run or loaded.

Sizes and depths have caps, so that no text costs more than a moment or more stack than there is. The reason names the
cap that a text exceeds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scorers import Unscorable

from ...text.json_text import find_json_fault as json_fault
from ._python import compile_python

if TYPE_CHECKING:
    from collections.abc import Callable

ALIASES = {"py": "python", "python3": "python", "yml": "yaml"}
"""Other names of the languages after an opening fence."""
LONGEST = 40_000
"""The most characters of all blocks together."""
DEEPEST = 50
"""The most levels of nesting."""
_DOTTED = re.compile(
    r"""(?:(?:[\w-]++|"[^"\r\n]*+"|'[^'\r\n]*+')[ \t]*+\.[ \t]*+){%d}""".replace("%d", str(DEEPEST)), re.ASCII
)


def fault(language: str, source: str) -> str:
    """Return why `source` is not valid `language`, or ""; raises `Unscorable` if a parser is not installed."""
    return _PARSERS[language](source)


def line_in(message: object) -> str:
    """Return the text of an error as one printable line."""
    words = " ".join(str(message).split())
    shown = "".join(c if c.isprintable() else "�" for c in words)
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


def _python(source: str) -> str:
    # How deep the compiler can go depends on the interpreter, which raises an error of its own and never crashes.
    try:
        compile_python(source)
    except SyntaxError as error:
        return f"{line_in(error.msg)} (line {error.lineno} of the block)" if error.lineno else line_in(error.msg)
    except ValueError as error:  # null bytes, lone surrogates
        return line_in(error)
    except (RecursionError, MemoryError):
        return "nested too deeply to be read"
    return ""


def _json(source: str) -> str:
    found = json_fault(source)
    return f"{found.why} (line {source.count(chr(10), 0, found.at) + 1} of the block)" if found else ""


def _yaml(source: str) -> str:
    try:
        import yaml
    except ImportError:
        raise Unscorable("a YAML parser is not installed; install one with: pip install 'pyyaml>=6'") from None
    reader = _YamlReader()
    try:
        # The parser yields events before it builds anything: no alias is ever followed.
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            why = reader.fault(event)
            if why:
                return f"{line_in(why)} (line {event.start_mark.line + 1} of the block)"
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1} of the block)" if error.problem_mark else ""
        return f"{line_in(error.problem or error.context)}{line}"
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # characters and escapes that it cannot read
        return line_in(error)
    return ""


class _YamlReader:
    """Follows the events of a YAML parser and finds what the parser does not: missing anchors and repeated keys."""

    def __init__(self) -> None:
        self._anchors: set[str | None] = set()
        self._open: list[_Collection] = []

    def fault(self, event: Any) -> str:
        """Return what is wrong at the next event, or ""."""
        import yaml

        if isinstance(event, yaml.DocumentStartEvent):
            self._anchors = set()
        if isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        if not isinstance(event, yaml.NodeEvent):
            return ""
        if isinstance(event, yaml.AliasEvent) and event.anchor not in self._anchors:
            return f"no anchor is named {event.anchor!r}"
        self._anchors.add(event.anchor)
        if self._open and self._open[-1].repeats(event):
            return f"the key {event.value!r} occurs twice"
        if isinstance(event, yaml.CollectionStartEvent):
            self._open.append(_Collection(is_mapping=isinstance(event, yaml.MappingStartEvent)))
        return f"more than {DEEPEST} levels of nesting" if len(self._open) > DEEPEST else ""


class _Collection:
    """A YAML sequence or mapping, with the keys of a mapping so far."""

    def __init__(self, *, is_mapping: bool) -> None:
        self._is_mapping = is_mapping
        self._keys: set[tuple[str | None, tuple[bool, bool], str]] = set()
        self._nodes = 0

    def repeats(self, node: Any) -> bool:
        """Return whether the next node of this collection is a key that the mapping has already."""
        self._nodes += 1
        if not self._is_mapping or self._nodes % 2 == 0 or not hasattr(node, "value"):
            return False
        key = (node.tag, node.implicit, node.value)
        repeated = key in self._keys
        self._keys.add(key)
        return repeated


def _toml(source: str) -> str:
    import tomllib

    if _DOTTED.search(source):
        return f"a name of more than {DEEPEST} parts"
    try:
        tomllib.loads(source)
    except ValueError as error:  # a TOMLDecodeError, or another one for numbers of too many digits
        return line_in(error)
    except RecursionError:
        return "nested too deeply to be read"
    return ""


_PARSERS: dict[str, Callable[[str], str]] = {"python": _python, "json": _json, "yaml": _yaml, "toml": _toml}
LANGUAGES = tuple(_PARSERS)
