"""Draws a text as pictures of its pages, the same on every machine."""

from __future__ import annotations

import hashlib
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from .fonts import FONTS
from .layout import STYLE, PageLayout, PageLine
from .picture import Picture
from .png import WHITE, encode_png

if TYPE_CHECKING:
    from collections.abc import Sequence

RECIPE = "page-1"
"""Name of everything that decides how a text is drawn; another way of drawing is another name."""
_ASCENT = 0.92
"""Where the baseline of a line is, in font sizes below its top: so that fonts stand on one line."""


def draw_pages(text: str) -> tuple[tuple[str, Picture], ...]:
    """Return the pages of a text, each with the part of the text that it shows; joined, they are the text.

    The files are drawn again when they are read, so that a large set takes little memory. Raises `BadPicture` for
    characters that no font has, a blank text, and missing or other fonts.
    """
    return tuple(
        (page.shown, Picture(page.sha256, page.width, page.height, partial(_page_content, text, number)))
        for number, page in enumerate(_draw_files(text))
    )


class _Page(NamedTuple):
    shown: str
    sha256: str
    width: int
    height: int
    content: bytes


def _page_content(text: str, number: int) -> bytes:
    return _draw_files(text)[number].content


@lru_cache(maxsize=256)
def _draw_files(text: str) -> tuple[_Page, ...]:
    layout = PageLayout(text)
    return tuple(_draw(layout, page) for page in layout.pages())


def describe_recipe() -> dict[str, Any]:
    """Return how pictures are drawn, as it is recorded."""
    return {"recipe": RECIPE, **vars(STYLE), "fonts": {font.file.rpartition("/")[2]: font.sha256 for font in FONTS}}


def _draw(layout: PageLayout, lines: Sequence[PageLine]) -> _Page:
    import numpy as np

    style = layout.style
    height = sum(map(layout.height, lines)) + 2 * style.margin
    dark = np.zeros((height, style.width), np.uint8)
    top = style.margin
    for line in lines:
        left, base = float(style.margin), top + round(_ASCENT * style.font_size)
        # One character at a time: what kerning does to a pair differs by font and by version.
        for character in line.shown:
            if glyph := layout.fonts.find(character):
                rows, columns = glyph.ink.shape
                y, x = base + glyph.top, round(left) + glyph.left
                place = dark[y : y + rows, x : x + columns]
                np.maximum(place, glyph.ink[: place.shape[0], : place.shape[1]], out=place)
                left += glyph.advance
        top += layout.height(line)
    light = (255 - dark.astype(np.uint16)) * WHITE
    content = encode_png(((light + 127) // 255).astype(np.uint8))
    shown = "".join(line.text for line in lines)
    return _Page(shown, hashlib.sha256(content).hexdigest(), style.width, height, content)
