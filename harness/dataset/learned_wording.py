"""A wording that was learnt, as a file, and what is said of it."""

from __future__ import annotations

import re
import textwrap
import tomllib
from typing import TYPE_CHECKING

from ..errors import ConfigError
from ..sanitize import escape_control
from ..store.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.prompts.learning import LearnedWording

SHOWN = 20
"""Questions that are named one by one; `--json` names them all."""
_WIDTH = 100


def refuse_existing(path: Path) -> None:
    """Raise `ConfigError` if `path` is there: a wording file may have been edited by hand."""
    if path.exists():
        raise ConfigError(
            f"{path} is there already, and may have been edited; give -o another name, or remove it first"
        )


def write_wording(path: Path, learnt: LearnedWording) -> None:
    """Write the wording file, with a comment that says what it comes from; raises `StoreError`."""
    write_whole(path, [f"{_comment(learnt)}\n\n{as_toml(learnt.record)}".encode()])


def as_toml(record: dict[str, object]) -> str:
    """Return `record` as TOML that reads back to the same: long texts over several lines where that can be."""
    import tomli_w

    written = tomli_w.dumps(record, multiline_strings=True)
    # An editor may take away spaces at the end of a line, so they are written as what they are.
    text = re.sub(r" +$", lambda found: r"\u0020" * len(found[0]), written, flags=re.MULTILINE)
    return text if tomllib.loads(text) == record else tomli_w.dumps(record)


def _comment(learnt: LearnedWording) -> str:
    """Return the head of the file: where it comes from, and the pool that keeps to it."""
    pool = ", ".join(f'"{id}"' for id in learnt.ids)
    said = (
        f"Learnt from {learnt.source}: {learnt.rendered} of {learnt.questions} questions come out byte for byte. "
        "Questions in this wording alone are drawn with:"
    )
    lines = [
        *textwrap.wrap(said, _WIDTH, break_long_words=False),
        *textwrap.wrap(f"pool = [{pool}]", _WIDTH, break_on_hyphens=False),
    ]
    return "\n".join(f"# {escape_control(line)}" for line in lines)
