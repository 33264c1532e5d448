"""A data set folder, checked before `datasets` reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputLimitError
from .files import check_regular, iter_lines, open_input, open_unpacked
from .memory import MemoryBudget
from .parquet import iter_parquet
from .syntax import is_too_deep

if TYPE_CHECKING:
    from pathlib import Path

_ARCHIVES = (".zip", ".tar", ".tgz", ".bz2", ".xz", ".zst", ".lz4", ".7z", ".rar")
_TABLES = (".json", ".jsonl", ".csv", ".tsv", ".txt")
_MOST_FILES = 1000


def check_folder(folder: Path) -> None:
    """Raise `InputLimitError` for a data set folder that would take too much memory, and `OSError`."""
    budget = MemoryBudget(folder)
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if number >= _MOST_FILES:
            raise InputLimitError(f"{folder} holds more than {_MOST_FILES} files; name a folder with the data set only")
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        check_regular(path)
        suffix = path.suffix.lower()
        if suffix in _ARCHIVES:
            raise InputLimitError(f"{path} is an archive; unpack it first")
        if suffix == ".parquet":
            for row in iter_parquet(path):
                budget.add_value(row)  # of all files, which are loaded together
        elif suffix == ".gz" or suffix in _TABLES:
            _check_lines(path, budget)


def _check_lines(path: Path, budget: MemoryBudget) -> None:
    with open_input(path) as file, open_unpacked(file) as content:
        for number, line in enumerate(iter_lines(content, path), 1):
            text = line.decode(errors="replace")
            budget.add_text(text)
            if is_too_deep(text):
                raise InputLimitError(f"{path}, line {number}: nested too deeply")
