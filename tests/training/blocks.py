"""The files that docs/training.md shows."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "training.md"


def block_of(name):
    """Return the block of the page that is the file `name`."""
    [block] = re.findall(rf"<!-- file: {name}.*?-->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return block
