"""Rows of a data set: of a folder, or streamed from the hub by a process of its own within limits."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from sys import getsizeof
from tempfile import TemporaryFile
from threading import Event, Timer
from typing import IO, TYPE_CHECKING, Any

from ...errors import InputLimitError, SourceError
from ...limits.folders import check_folder
from ...limits.hub import (
    TOTAL_SECONDS,
    HubName,
    describe_error,
    find_files,
    hub_command,
    hub_environment,
    parse_hub_name,
)
from ...limits.memory import MemoryBudget
from .tables import quiet_datasets

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = ""
"""Sent after the last row; any other string is why there are no more rows."""
_TIMES = 12
"""Memory of the process, in caps of what the rows may take: columnar files are decoded in large pieces."""
_LAST = 4000
"""Bytes of the process's last words that are looked at."""


def iter_split(wanted: HubName, split: str, start: int, seconds: float = TOTAL_SECONDS) -> Iterator[dict[str, Any]]:
    """Yield the rows of a split from number `start` (0 is the first), of a folder or of a set on the hub.

    Raises `SourceError`, with the reason alone, for a set that cannot be read or is too large. The hub has to deliver
    what is wanted within `seconds`.
    """
    folder = Path(wanted.name)
    try:
        if not folder.is_dir():
            yield from _iter_from_process(wanted, split, start, seconds)
            return
        check_folder(folder)
        with quiet_datasets():
            yield from _iter_rows(wanted, split, start)
    except (InputLimitError, OSError, ValueError, RuntimeError) as error:
        raise SourceError(_reason(error)) from None


def _iter_from_process(wanted: HubName, split: str, start: int, seconds: float) -> Iterator[dict[str, Any]]:
    with TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  # a module of ours, which gets the name as an argument
            hub_command(__name__, wanted, split, start),
            env=hub_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        late = Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            assert process.stdout is not None
            while isinstance(found := _receive(process.stdout), dict):
                yield found
        finally:
            timer.cancel()
            process.kill()
            process.communicate()
        if found is None and late.is_set():
            raise SourceError(f"what is wanted was not there after {seconds:g} seconds")
        if found is None:
            raise SourceError(_last_words(errors))
        if found != _END:
            raise SourceError(str(found))


def _receive(pipe: IO[bytes]) -> object:
    """Return a row, or the string after the last one; None if the process ended before."""
    try:
        return pickle.load(pipe)  # noqa: S301  # written by the process started here
    except (EOFError, OSError, pickle.UnpicklingError, AttributeError, ImportError):
        return None


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - _LAST))
    last = errors.read().decode(errors="replace").strip().rpartition("\n")[2][:300]
    return last or "the process that reads it ended, for example because it took too much memory"


def _iter_rows(wanted: HubName, split: str, start: int) -> Iterator[dict[str, Any]]:
    from datasets import load_dataset
    from datasets.exceptions import DatasetGenerationError

    budget = MemoryBudget(f"huggingface: {wanted.name}")
    try:
        table = load_dataset(
            wanted.name, wanted.config or None, split=split, revision=wanted.revision or None, streaming=True
        )
        for row in table.skip(start) if start else table:
            budget.add(sum(map(getsizeof, row.values())))
            yield row
    except DatasetGenerationError as error:
        raise ValueError(describe_error(error.__cause__ or error)) from None


def _reason(error: BaseException) -> str:
    return str(error) if isinstance(error, InputLimitError) else describe_error(error.__cause__ or error)


def _limit_memory(most: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def main(wanted: str, most: int, split: str, start: int) -> None:
    """Write each row as a pickle on standard output, then "" or the reason why no other row follows."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # libraries may print
    _limit_memory(_TIMES * most)
    end = _END
    name = parse_hub_name(wanted)
    try:
        find_files(name)  # so that a missing set, or a missing network, is noticed at once
        for row in _iter_rows(name, split, start):
            pickle.dump(row, out)
            out.flush()
    except (InputLimitError, OSError, ValueError, RuntimeError, MemoryError) as error:
        end = _reason(error)
    pickle.dump(end, out)
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
