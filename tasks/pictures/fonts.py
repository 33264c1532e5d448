"""The fonts that text is drawn in: files of two packages, known by their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import BadPicture

if TYPE_CHECKING:
    import numpy as np
    from PIL.ImageFont import FreeTypeFont

    Ink = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

_INSTALL = "install the extra `images` (pip install 'ifharness[images]')"
_MISSING = "\uffff"
"""No character: what a font draws for it is what it draws for every character that it lacks."""


@dataclass(frozen=True)
class FontFile:
    """One font file of a package."""

    package: str
    file: str
    sha256: str
    """Of the file: another version of the font would draw other pictures."""


FONTS = (
    FontFile(
        "font_source_serif_pro",
        "files/SourceSerifPro-Regular.otf",
        "199c8adc83479480d9aa5d942afe8f52085af4e6c2093819b190807702fbcfe2",
    ),
    FontFile(
        "pylopdf_fonts_zh_cn",
        "NotoSerifSC-Regular.otf",
        "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3",
    ),
)
"""In order: a character is drawn in the first font that has it. FreeType 2.13 and 2.14 draw both alike."""


@cache
def load_fonts(size: int) -> tuple[FreeTypeFont, ...]:
    """Return `FONTS` at a size in pixels; raises `BadPicture` for what is not installed or is another version."""
    if find_spec("PIL") is None:
        raise BadPicture(f"pictures are drawn with Pillow, which is not installed; {_INSTALL}")
    from PIL import ImageFont

    # The basic layout is part of Pillow; the other one is a library of the machine.
    return tuple(ImageFont.truetype(_find_font(font), size, layout_engine=ImageFont.Layout.BASIC) for font in FONTS)


def _find_font(font: FontFile) -> Path:
    found = find_spec(font.package)
    if found is None or not found.origin:
        name = font.package.replace("_", "-")
        raise BadPicture(f"pictures are drawn in a font of the package {name}, which is not installed; {_INSTALL}")
    path = Path(found.origin).parent / font.file
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadPicture(f"the font {path} cannot be read: {error.strerror}; {_INSTALL} again") from None
    if digest != font.sha256:
        raise BadPicture(
            f"the font {path} has the sha256 {digest}, but pictures are drawn in {font.sha256}: another version would "
            f"draw other pictures; {_INSTALL} again"
        )
    return path


class Glyph(NamedTuple):
    """How one character is drawn."""

    ink: Ink
    """Rows of darkness, 0 to 255; empty for a space."""
    left: int
    """Pixels from where the character begins to the first column."""
    top: int
    """Pixels from the baseline down to the first row, mostly below 0."""
    advance: float
    """Pixels from where the character begins to where the next one does."""


class TextFonts:
    """The fonts of one text: a character is drawn in the first that has it."""

    def __init__(self, size: int, *, chinese: bool) -> None:
        """Load the fonts at a size in pixels, for Chinese the Chinese one first; raises `BadPicture`."""
        loaded = load_fonts(size)
        self._order = loaded[::-1] if chinese else loaded

    def find(self, character: str) -> Glyph | None:
        """Return how a character is drawn; None if no font has it."""
        return _find_glyph(self._order, character)

    def measure(self, text: str) -> float:
        """Return how many pixels a line takes; characters that no font has take none."""
        return sum(found.advance for one in text if (found := self.find(one)))


@cache
def _find_glyph(fonts: tuple[FreeTypeFont, ...], character: str) -> Glyph | None:
    import numpy as np

    font = next((font for font in fonts if not _lacks(font, character)), None)
    if font is None:
        return None
    mask, (left, top) = font.getmask2(character, mode="L", anchor="ls")
    ink = np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[::-1])
    return Glyph(ink, left, top, font.getlength(character))


def _lacks(font: FreeTypeFont, character: str) -> bool:
    return character != " " and bytes(font.getmask(character)) == _missing_glyph(font)


@cache
def _missing_glyph(font: FreeTypeFont) -> bytes:
    return bytes(font.getmask(_MISSING))
