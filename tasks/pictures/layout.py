"""Where each line and each page of a text ends, when it is drawn."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..errors import BadPicture
from .fonts import TextFonts

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class PageStyle:
    """What decides how a text is drawn, beside the fonts; sizes are in pixels."""

    font_size: int = 24
    width: int = 768
    margin: int = 40
    line: int = 36
    """From one line to the next."""
    blank: int = 18
    """Height of a blank line."""
    height: int = 1536
    """The highest page; a text that needs more takes several pages."""


STYLE = PageStyle()
"""The style of all pictures. No side is longer than providers take without making the picture smaller."""

_BREAK = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
_WIDE = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
"""Characters of scripts that are written without spaces: a line may end behind each of them."""
_NOT_FIRST = "、。，．：；！？）》」』】〕〉〗’”…—％·"
_NOT_LAST = "（《「『【〔〈〖‘“"
_PIECE = re.compile(
    rf"[{_NOT_LAST}]*(?:[{_WIDE}]|[^\s{_WIDE}]+?(?=[\s{_WIDE}{_NOT_LAST}{_NOT_FIRST}]|$)|.)[{_NOT_FIRST}]*\s*"
)
"""What stays together in a line: a word or one wide character, with the marks around it and the spaces behind."""
_WIDE_LETTER = re.compile(f"[{_WIDE}]")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Characters without a shape."""


class PageLine(NamedTuple):
    """One line of a page."""

    text: str
    """The text from the first character of the line to that of the next one, its break included."""
    shown: str
    """What is drawn of it."""


class PageLayout:
    """Lines and pages of one text."""

    def __init__(self, text: str, style: PageStyle = STYLE) -> None:
        """Choose the fonts; raises `BadPicture` for characters that no font has, and for a blank text."""
        if not text.strip():
            raise BadPicture("a blank text cannot be drawn")
        self.style = style
        self.fonts = TextFonts(style.font_size, chinese=_is_chinese(text))
        self._text = text
        self._check_characters()

    def pages(self) -> list[list[PageLine]]:
        """Return the lines of each page; joined, their texts are the whole text."""
        pages: list[list[PageLine]] = [[]]
        room = self.style.height - 2 * self.style.margin
        used = 0
        for line in self._lines():
            if used + self.height(line) > room and pages[-1]:
                pages.append([])
                used = 0
            pages[-1].append(line)
            used += self.height(line)
        if len(pages) > 1 and not any(line.shown for line in pages[-1]):
            blank = pages.pop()
            pages[-1] += blank
        return pages

    def height(self, line: PageLine) -> int:
        """Return the height of a line in pixels."""
        return self.style.line if line.shown else self.style.blank

    def _check_characters(self) -> None:
        lacking = [one for one in sorted(set(_to_shapes(_BREAK.sub("", self._text)))) if self.fonts.find(one) is None]
        if lacking:
            named = ", ".join(f"{one!r} (U+{ord(one):04X})" for one in lacking[:5])
            more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
            raise BadPicture(f"no font of the pictures has {named}{more}")

    def _lines(self) -> Iterator[PageLine]:
        at = 0
        for found in _BREAK.finditer(self._text):
            yield from self._wrap(self._text[at : found.start()], found[0])
            at = found.end()
        if at < len(self._text):
            yield from self._wrap(self._text[at:], "")

    def _wrap(self, text: str, ending: str) -> Iterator[PageLine]:
        """Yield the lines of a text without line breaks; `ending` is the break behind it."""
        line = ""
        for piece in self._pieces(text):
            if line and not self._fits(line + piece):
                yield PageLine(line, _to_shapes(line).rstrip())
                line = ""
            line += piece
        yield PageLine(line + ending, _to_shapes(line).rstrip())

    def _pieces(self, text: str) -> Iterator[str]:
        """Yield what stays together in a line; what is wider than a line is cut where the line is full."""
        for piece in _PIECE.findall(text):
            rest = piece
            while not self._fits(rest):
                most = next(n for n in range(len(rest), 0, -1) if n == 1 or self._fits(rest[:n]))
                yield rest[:most]
                rest = rest[most:]
            if rest:
                yield rest

    def _fits(self, text: str) -> bool:
        return self.fonts.measure(_to_shapes(text).rstrip()) <= self.style.width - 2 * self.style.margin


def _to_shapes(text: str) -> str:
    """Return what is drawn of a text: composed, each kind of space as a space, without invisible characters."""
    if text.isascii() and "\t" not in text:
        return text
    composed = unicodedata.normalize("NFC", text.replace("\t", "    "))
    plain = (" " if unicodedata.category(one) == "Zs" else one for one in composed if one not in _INVISIBLE)
    return "".join(plain)


def _is_chinese(text: str) -> bool:
    """Return whether a quarter of the letters or more are of scripts without spaces."""
    letters = [one for one in text if one.isalpha()]
    return 4 * len(_WIDE_LETTER.findall(text)) >= max(1, len(letters))
