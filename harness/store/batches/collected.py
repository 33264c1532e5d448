"""What a killed process had saved of the results of a batch: the lines that its journals grew by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..files import open_plain, read_problem
from ..journal import LONGEST_LINE, decode
from ..run_folder import FAILURES, RESPONSES, TURNS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def journal_sizes(folder: Path) -> dict[str, int]:
    """Return the bytes that each journal of a run has now."""
    paths = {name: folder / name for name in (RESPONSES, FAILURES, TURNS)}
    return {name: path.stat().st_size if path.exists() else 0 for name, path in paths.items()}


def collected_keys(folder: Path, sizes: Mapping[str, int]) -> set[tuple[str, int, int]]:
    """Return sample, epoch and turn of the lines beyond these sizes; turn 0 is the last one of a sample."""
    found: set[tuple[str, int, int]] = set()
    for name in (RESPONSES, FAILURES, TURNS):
        path = folder / name
        if not path.exists():
            continue
        try:
            with open_plain(path) as file:
                file.seek(sizes.get(name, 0))
                while line := file.readline(LONGEST_LINE):
                    record = decode(line) or {}
                    found.add((str(record.get("sample_id")), record.get("epoch", 0), record.get("turn", 0)))
        except OSError as error:
            raise read_problem(path, error) from None
    return found
