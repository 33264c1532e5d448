"""Names of columns and headings: how they are compared, and which can be asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...params import PhrasesParam
from ...text.markdown import bare
from ...text.word_lists import pick

if TYPE_CHECKING:
    from random import Random

    from scorers import Context

LONGEST = 60
"""Characters of a name."""
MOST = 10
"""Names in one instruction."""
_ODD = re.compile(r"[|\\#\r\n]")
_LETTER = re.compile(r"[^\W_]")
_TYPOGRAPHY = str.maketrans("’‘ʼ“”‐‑", "'''\"\"--")


@dataclass(frozen=True)
class _NamesParam(PhrasesParam):
    """Names that go together: one of the prepared rows, or else some of the options in their order."""

    rows: tuple[tuple[str, ...], ...] = ()

    def draw(self, rng: Random, context: Context, limit: Any = None) -> tuple[str, ...]:
        low, high = limit or self.drawn
        fitting = [row for row in self.rows if low <= len(row) <= high]
        if fitting:
            return pick(rng, fitting)
        return tuple(sorted(super().draw(rng, context, limit), key=self.options.index))

    @property
    def range(self) -> str:
        if not self.rows:
            return f"{super().range}, in this order"
        return "at least one; drawn from " + ", ".join(" | ".join(row) for row in self.rows)


def names(doc: str, options: tuple[str, ...], *, drawn: tuple[int, int], rows: tuple[tuple[str, ...], ...] = ()) -> Any:
    """Declare names whose order counts, drawn from `rows` where one has as many as asked, else from `options`."""
    return field(metadata={"param": _NamesParam(doc, drawn, options=options, rows=rows)})


def plain(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names without emphasis around them, white space folded."""
    return tuple(bare(name) for name in names)


def fold_names(names: tuple[str, ...]) -> list[str]:
    """Return the names in the form in which they are compared."""
    return [folded_name(name) for name in names]


def folded_name(name: str) -> str:
    """Return a name in any case, without emphasis around it and typographic forms of quotes and hyphens."""
    return bare(name).translate(_TYPOGRAPHY).lower()


def unusable(what: str, names: tuple[str, ...]) -> str:
    """Say why `names` cannot be asked for, or ""; `what` is their parameter."""
    if len(set(fold_names(names))) < len(names):
        return f"{what} holds a name twice"
    if not all(map(_LETTER.search, names)):
        return f"{what} holds a name without a letter or digit"
    if len(names) > MOST or max(map(len, names)) > LONGEST:
        return f"{what} holds more than {MOST} names, or one of more than {LONGEST} characters"
    return f"{what} holds a name with a pipe, a backslash, a # or a line end" if _ODD.search("".join(names)) else ""
