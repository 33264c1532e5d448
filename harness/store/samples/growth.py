"""Growth: a results folder takes more samples, and the responses to those that it has stay."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tasks.errors import BadSample
from tasks.formats.sample_file import SampleFile

from ...errors import StoreError
from ..files import check_plain, write_problem
from ..run_spec import ids_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tasks.sample import Sample


BASIS = "judged"
"""Name of the file of what verdicts were made from, without its ending."""


def index_samples(path: Path, on_record: Callable[[int, dict[str, Any]], None] | None = None) -> SampleFile:
    """Return the samples of a folder's file; `on_record` is that of `SampleFile`. Raises `StoreError`."""
    check_plain(path)
    try:
        return SampleFile(path, repeats=True, on_record=on_record)
    except BadSample as error:
        raise StoreError(str(error)) from None


def check_samples(folder: Path, samples: Iterable[Sample], there: SampleFile, *, grows: bool) -> None:
    """Raise `StoreError` if `samples` have other words than those of a folder, or lack some where it `grows`."""
    known = ids_of(samples)
    lost = sum(id not in known for id in there.ids)
    if grows and lost:
        raise StoreError(
            f"{folder}: was created with different settings: samples ({len(there)} there, of which {lost} are not "
            f"among the {len(known)} of this command). A folder takes the same samples or more: raise --limit, or give "
            "another folder with --out"
        )
    if isinstance(samples, SampleFile) and (id := samples.find_changed(there)):
        raise StoreError(
            f"{samples.path}: sample {id} has other words or instructions here than in {there.path}, although its id "
            "is the same; give edited samples another id, or another folder with --out"
        )


def forget_scores(folder: Path) -> None:
    """Have the scores of a folder count as outdated: it is to hold other samples."""
    for path in folder.glob(f"{BASIS}*.json"):
        with suppress(FileNotFoundError):
            try:
                path.unlink()
            except PermissionError as error:
                raise write_problem(path, error) from None
