"""The pictures of samples, saved in the folder beside their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.errors import BadPicture
from tasks.formats.sample_file import SampleFile
from tasks.pictures.picture import pictures_folder

from ...errors import StoreError
from ..files import check_no_link, write_problem, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tasks.sample import Sample


def save_pictures(samples: Iterable[Sample], path: Path) -> int:
    """Write the pictures of `samples` to the folder beside their file `path`; return how many it has of them.

    A picture that is there already stays. Raises `StoreError` for one that cannot be read or written.
    """
    if isinstance(samples, SampleFile) and not samples.has_pictures:
        return 0
    folder = pictures_folder(path)
    saved: set[str] = set()
    for sample in samples:
        for picture in sample.pictures:
            if picture.sha256 in saved:
                continue
            if not saved:
                _make_folder(folder)
            if not (place := folder / picture.name).exists():
                try:
                    write_whole(place, [picture.read()])
                except BadPicture as error:
                    raise StoreError(f"sample {sample.id}: {error}") from None
            saved.add(picture.sha256)
    return len(saved)


def _make_folder(folder: Path) -> None:
    check_no_link(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_problem(folder, error) from None
