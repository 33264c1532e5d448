"""Does this parse? Python, JSON, YAML and TOML by the parsers that are in use; nothing is ever run or loaded.

Sizes and depths are capped, so that no text can cost more than a moment or more than the stack holds: what is beyond
the caps is not read, and the reason says so.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from scorers import Unscorable

from ..detectable_format._json import fault as json_fault

if TYPE_CHECKING:
    from collections.abc import Callable

ALIASES = {"py": "python", "python3": "python", "yml": "yaml"}
"""Other names for languages behind an opening fence."""
LONGEST = 40_000
"""Characters that are read of all blocks together."""
DEEPEST = 50
"""Levels of nesting that are read."""
_DOTTED = re.compile(
    r"""(?:(?:[\w-]++|"[^"\r\n]*+"|'[^'\r\n]*+')[ \t]*+\.[ \t]*+){%d}""".replace("%d", str(DEEPEST)), re.ASCII
)


def fault(language: str, source: str) -> str:
    """Say why `source` does not parse as `language`, or ""; raises `Unscorable` if a parser is not installed."""
    return _PARSERS[language](source)


def line_in(message: object) -> str:
    """Return an error's text in one line that can be shown."""
    words = " ".join(str(message).split())
    shown = "".join(c if c.isprintable() else "�" for c in words)
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


def _python(source: str) -> str:
    import ast

    # How deep the parser can go depends on the interpreter: it gives up with an error of its own, never a crash.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a string is no fault
        try:
            ast.parse(source)
        except SyntaxError as error:
            return f"{line_in(error.msg)} (line {error.lineno})" if error.lineno else line_in(error.msg)
        except ValueError as error:  # null bytes, lone surrogates
            return line_in(error)
        except (RecursionError, MemoryError):
            return "nested too deeply to be read"
    return ""


def _json(source: str) -> str:
    found = json_fault(source)
    return f"{found.why} (line {source.count(chr(10), 0, found.at) + 1})" if found else ""


def _yaml(source: str) -> str:
    try:
        import yaml
    except ImportError:
        raise Unscorable("a YAML parser is not installed; install one with: pip install 'pyyaml>=6'") from None
    depth, anchors = 0, set()
    try:
        # Events come one by one, before anything is built: aliases are never followed.
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            anchor = getattr(event, "anchor", None)
            if isinstance(event, yaml.AliasEvent) and anchor not in anchors:
                return f"{line_in(f'nothing is called {anchor!r}')} (line {event.start_mark.line + 1})"
            anchors.add(anchor)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                return f"more than {DEEPEST} levels of nesting, which is not read"
            if isinstance(event, yaml.DocumentStartEvent):
                anchors = set()
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        return f"{line_in(error.problem or error.context)}{line}"
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # characters and escapes that it cannot read
        return line_in(error)
    return ""


def _toml(source: str) -> str:
    import tomllib

    if _DOTTED.search(source):
        return f"a name of more than {DEEPEST} parts, which is not read"
    try:
        tomllib.loads(source)
    except ValueError as error:  # TOMLDecodeError is one; numbers of too many digits raise another
        return line_in(error)
    except RecursionError:
        return "nested too deeply to be read"
    return ""


_PARSERS: dict[str, Callable[[str], str]] = {"python": _python, "json": _json, "yaml": _yaml, "toml": _toml}
LANGUAGES = tuple(_PARSERS)
