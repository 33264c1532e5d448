"""Names of columns and headings: how they are compared, and which can be asked for."""

from __future__ import annotations

import re

from ...text.markdown import bare

LONGEST = 60
"""Characters of a name."""
MOST = 10
"""Names in one instruction."""
_ODD = re.compile(r"[|\\#\r\n]")
_LETTER = re.compile(r"[^\W_]")
_TYPOGRAPHY = str.maketrans("’‘ʼ“”‐‑", "'''\"\"--")


def plain(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names without emphasis around them, white space folded."""
    return tuple(bare(name) for name in names)


def folded(names: tuple[str, ...]) -> list[str]:
    """Return the names in the form in which they are compared."""
    return [folded_name(name) for name in names]


def folded_name(name: str) -> str:
    """Return a name in any case, without emphasis around it and typographic forms of quotes and hyphens."""
    return bare(name).translate(_TYPOGRAPHY).lower()


def unusable(what: str, names: tuple[str, ...]) -> str:
    """Say why `names` cannot be asked for, or ""; `what` is their parameter."""
    if len(set(folded(names))) < len(names):
        return f"{what} holds a name twice"
    if not all(map(_LETTER.search, names)):
        return f"{what} holds a name without a letter or digit"
    if len(names) > MOST or max(map(len, names)) > LONGEST:
        return f"{what} holds more than {MOST} names, or one of more than {LONGEST} characters"
    return f"{what} holds a name with a pipe, a backslash, a # or a line end" if _ODD.search("".join(names)) else ""
