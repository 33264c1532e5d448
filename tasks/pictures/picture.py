"""Picture: a PNG file known by its hash, in memory or in the folder beside a file of samples."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeAlias

from ..errors import BadPicture, InputLimitError
from ..limits.files import read_capped
from .png import check_size, read_size

MOST_BYTES = 5_000_000
"""Bytes of a file: no provider takes more."""
MEDIA_TYPE = "image/png"
PictureSource: TypeAlias = Path | Mapping[str, bytes] | None
"""Where pictures are: the folder of their files, or their content by sha256."""
_FOLDER = ".images"
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Picture:
    """One PNG file."""

    sha256: str
    """Of the file, in 64 hex digits."""
    width: int
    """Pixels."""
    height: int
    origin: bytes | Path | Callable[[], bytes] | None = field(default=None, compare=False, repr=False)
    """The file's content, what returns it, or the folder that it is in; None is nowhere."""

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.sha256}.png"

    @property
    def path(self) -> Path | None:
        """Where its file is; None if it is in no folder."""
        return self.origin / self.name if isinstance(self.origin, Path) else None

    def to_json(self) -> dict[str, Any]:
        """Return the record form, without the content."""
        return {"sha256": self.sha256, "width": self.width, "height": self.height}

    @classmethod
    def from_json(cls, record: dict[str, Any], source: PictureSource = None) -> Self:
        """Read back what `to_json` wrote; the file is in `source`. Raises `BadPicture`, `KeyError`."""
        sha256, width, height = record["sha256"], record["width"], record["height"]
        if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
            raise BadPicture(f"sha256 of a picture must be 64 hex digits, got {sha256!r:.80}")
        if type(width) is not int or type(height) is not int:
            raise BadPicture(f"width and height of a picture must be whole numbers, got {width!r:.20}, {height!r:.20}")
        try:
            check_size(width, height)
        except BadPicture as error:
            raise BadPicture(f"picture {sha256[:12]} {error}") from None
        origin = source if isinstance(source, Path) or source is None else source.get(sha256)
        found = cls(sha256, width, height, origin)
        if isinstance(origin, bytes):
            found.check(origin, f"picture {sha256[:12]}")
        return found

    def read(self) -> bytes:
        """Return the file's content; raises `BadPicture` for one that is missing, damaged, too large or another."""
        if isinstance(self.origin, bytes):
            return self.origin
        if callable(self.origin):
            return self.origin()
        if (path := self.path) is None:
            raise BadPicture(
                f"picture {self.name} is not with its samples; copy its folder too, or generate the set again"
            )
        try:
            content = read_capped(path, MOST_BYTES)
        except OSError as error:
            raise BadPicture(
                f"{path}: cannot be read: {error.strerror or error}; pictures belong in this folder beside the file "
                "of samples, so copy it too, or generate the set again"
            ) from None
        except InputLimitError as error:
            raise BadPicture(str(error)) from None
        self.check(content, str(path))
        return content

    def check(self, content: bytes, where: str) -> None:
        """Raise `BadPicture` if `content` is not this picture, is no PNG file or too large; `where` names it."""
        try:
            size = read_size(content)
        except BadPicture as error:
            raise BadPicture(f"{where}: {error}") from None
        if hashlib.sha256(content).hexdigest() != self.sha256 or size != (self.width, self.height):
            raise BadPicture(f"{where}: is another picture than the samples name; generate the set again")


def pictures_folder(samples: Path) -> Path:
    """Return the folder of the pictures of a file of samples: its name, with `.images` for its ending."""
    plain = samples.with_suffix("") if samples.suffix == ".gz" else samples
    return plain.with_suffix(_FOLDER)
