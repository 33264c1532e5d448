"""A Chinese title: a book title mark around the whole first line, 《修桥》."""

from __future__ import annotations

import re

_TITLE = re.compile(r"\s*+[*_]*+《[^《》\r\n]{1,60}》[*_]*+[^\S\r\n]*+(?:\r\n|\r|\n)(?=[^\S\r\n]*+[\r\n])")


def behind_title(raw: str) -> int:
    r"""Return where the text begins behind a title in 《》 that a blank line sets off, 0 if it opens with none.

    >>> behind_title("《修桥》\n\n桥修好了。"), behind_title("《修桥》是一本书。")
    (5, 0)
    """
    found = _TITLE.match(raw)
    return found.end() if found else 0
