"""Run it, keep it, tell it: the harness around `tasks` and `scorers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .interop.dataframes import Frames

__version__ = "0.1.0"


def load(run: str | Path, *, rules: str | None = None) -> Frames:
    """Read a run (a results folder or its name) as data frames of pandas: `samples`, `responses`, `verdicts`.

    `rules` judges it by another rule book than its own. Raises `harness.errors.StoreError` for what is no run, and what
    `scorers` raises for a book that is none or does not define its instructions.
    """
    from .interop.dataframes import load as load_frames

    return load_frames(run, rules=rules)
