"""Text drawn as pictures: the same bytes everywhere, nothing lost, nothing drawn that is not there."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tasks.errors import BadPicture
from tasks.pictures import fonts
from tasks.pictures.draw import draw_pages
from tasks.pictures.layout import STYLE, PageLayout
from tasks.pictures.png import WHITE, decode_png, encode_png, shrink
from tasks.sources.builtin import Builtin

ENGLISH = "Two rivers met here in 1998.\n\n“Naïve?” she asked – and paid €3.50 (twice)."
CHINESE = "船长夏永福把船开得比平时慢。他说：“那时候江面有三公里宽，看不到岸。”1998年"
KNOWN = {
    ENGLISH: "784064958ed3d10b304a3dc3b7864aba53d277a20bc2eb40c30f634541f4e6a6",
    CHINESE: "a4bffbc6984fdde4be54abad93a1bc9af9ae73a736c6621074c4a5e8b76a2fe1",
}
"""The sha256 of the one page of each text: another one is another recipe."""


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_a_page_has_the_same_bytes_in_another_process_and_as_recorded(text):
    code = f"from tasks.pictures.draw import draw_pages; print(draw_pages({text!r})[0][1].sha256)"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    [(shown, picture)] = draw_pages(text)
    assert (shown, picture.sha256, other) == (text, KNOWN[text], KNOWN[text])
    assert hashlib.sha256(picture.read()).hexdigest() == picture.sha256


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (40, 701), (300, 256)])
@pytest.mark.parametrize("white", [0.0, 0.9, 1.0])
def test_pillow_reads_what_the_encoder_writes(size, white):
    random = np.random.default_rng(size[1])
    pixels = random.integers(0, WHITE + 1, size).astype(np.uint8)
    pixels[random.random(size) < white] = WHITE
    content = encode_png(pixels)
    with Image.open(io.BytesIO(content)) as image:
        assert (np.asarray(image.convert("L")) == pixels * 17).all()
    assert (decode_png(content) == pixels).all()
    with Image.open(io.BytesIO(shrink(content, 2))) as half:
        assert half.size == ((size[1] + 1) // 2, (size[0] + 1) // 2)


def test_pages_hold_the_whole_text_and_break_where_it_may():
    for language in ("en", "zh"):
        text = "\n\n".join(article.text for article, _ in zip(Builtin(language).articles(), range(6), strict=False))
        pages = draw_pages(text)
        assert "".join(shown for shown, _ in pages) == text
        assert len(pages) > 1
        assert all((page.width, page.height <= STYLE.height) == (STYLE.width, True) for _, page in pages)
        layout = PageLayout(text)
        for line in (line for page in layout.pages() for line in page):
            assert layout.fonts.measure(line.shown) <= STYLE.width - 2 * STYLE.margin
            assert not line.shown.startswith(tuple("，。、”）"))
            assert not line.shown.endswith(tuple("（“《"))


def test_a_word_longer_than_a_line_is_cut_and_kept():
    [(shown, picture)] = draw_pages("https://" + "example/" * 30)
    assert (shown, picture.height) == ("https://" + "example/" * 30, 2 * STYLE.margin + 5 * STYLE.line)


@pytest.mark.parametrize(
    ("text", "named"),
    [("Good \U0001f600", "'😀' (U+1F600)"), ("مرحبا", "(U+0628)"), ("a\x00b", "(U+0000)"), (" \n ", "a blank text")],
)
def test_what_no_font_has_is_named_and_never_drawn_as_a_box(text, named):
    with pytest.raises(BadPicture) as told:
        draw_pages(text)
    assert named in str(told.value)


def test_what_has_no_shape_changes_no_pixel():
    plain, odd = "The cafe\u0301 is open", "The caf\u00e9\u200b is\u00a0op\u00aden\ufeff"
    assert draw_pages(plain)[0][1] == draw_pages(odd)[0][1] == draw_pages("The café is open")[0][1]


def test_a_font_that_is_missing_or_another_version_is_named(monkeypatch):
    known = vars(fonts.FONTS[0])
    for changed, why in (({"package": "no_such_package"}, "not installed"), ({"sha256": "0" * 64}, "another version")):
        first = fonts.FontFile(**{**known, **changed})
        monkeypatch.setattr(fonts, "FONTS", (first,))
        fonts.load_fonts.cache_clear()
        with pytest.raises(BadPicture, match=why):
            fonts.load_fonts(STYLE.font_size)
    monkeypatch.undo()
    fonts.load_fonts.cache_clear()
