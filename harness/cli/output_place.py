"""Where a command writes its files: a path, or the folder at a URL, which gets them when all are complete."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class OutputPlace:
    """A place for a file, and for others beside it, or for a folder."""

    path: Path
    """Where to write."""
    url: str = ""
    """Where it goes then, as it may be printed; "" is nowhere else."""

    def show(self, path: Path | str) -> str:
        """Return a path as a user finds what is written there."""
        if not self.url or not Path(path).is_relative_to(self.path.parent):
            return str(path)
        return f"{self.url.rpartition('/')[0]}/{Path(path).relative_to(self.path.parent).as_posix()}"


def _check_ending(option: str, path: Path, known: tuple[str, ...]) -> None:
    """Raise `ConfigError` for a file that is named as one of another format; a name without an ending says nothing."""
    from ..store.files import plain_path

    others = {".csv", ".tsv", ".parquet", ".xlsx"} - set(known)
    plain = plain_path(path)
    if plain.suffix.lower() in others or (plain != path and plain.suffix.lower() == ".parquet"):
        raise ConfigError(f"{option} {path.name}: {' or '.join(known)} is written here; name the file so")


@contextmanager
def open_place(
    option: str, target: str, *, overwrite: bool = True, endings: tuple[str, ...] = ()
) -> Iterator[OutputPlace]:
    """Give the place that an option names; what is at a URL is uploaded at the end of the block.

    With `overwrite` False, what is at a URL already is an error; `endings` are those of the formats that are written.
    Raises `ConfigError` before the block for a name of another format and for a URL that cannot be written to,
    `BadSample` after it if the upload fails.
    """
    from tasks.limits.remote import hide_credentials, is_url, name_path

    if endings:
        _check_ending(option, name_path(target), endings)
    if not is_url(target):
        yield OutputPlace(Path(target))
        return
    from tempfile import TemporaryDirectory

    from tasks.sources.support.download import find_upload_problem, upload

    url = target.rstrip("/")
    if why := find_upload_problem(url, overwrite=overwrite):
        raise ConfigError(f"{option} {hide_credentials(url)}: {why}")
    with TemporaryDirectory(prefix="ifharness-") as folder:
        yield OutputPlace(Path(folder) / url.rpartition("/")[2], hide_credentials(url))
        upload(Path(folder), url.rpartition("/")[0])
