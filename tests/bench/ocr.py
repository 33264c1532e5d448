"""How many characters of drawn articles Tesseract reads: `python -m tests.bench.ocr`.

Needs Debian's tesseract-ocr, tesseract-ocr-chi-sim and tesseract-ocr-chi-tra. Articles are those that come with
ifharness, drawn whole and as they are sent. An error is a character inserted, left out or replaced (Levenshtein
distance, spaces and line breaks left out, for the page breaks lines where the article does not).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import unicodedata

import click

from scorers.text.language.chinese import SIMPLIFIED, TRADITIONAL, foreign_spans
from tasks.pictures.draw import draw_pages
from tasks.sources.builtin import Builtin

ARTICLES = 20
MODELS = {"en": ("eng",), "zh": ("chi_sim", "chi_tra")}
"""Tesseract's models by language of the articles; Chinese has one for each script."""
GOAL = 0.99
_ALIKE = str.maketrans("“”‘’—–，：；！？（）", "\"\"''--,:;!?()")
"""Marks that differ by their width or slant only: full-width and half-width are one shape to the reader."""


def main() -> int:
    """Print the share of characters read in each language; 1 if one is below the goal."""
    if why := missing_engine():
        click.echo(f"skipped: {why}")
        return 0
    shares = {language: measure(language) for language in MODELS}
    for language, (right, total) in shares.items():
        click.echo(
            f"{language}: {right:,} of {total:,} characters of {ARTICLES} articles read, {100 * right / total:.2f} %"
        )
    return int(any(right < GOAL * total for right, total in shares.values()))


def missing_engine() -> str:
    """Return why nothing can be read on this machine, "" if it can."""
    if not shutil.which("tesseract"):
        return "tesseract is not installed (Debian: tesseract-ocr, tesseract-ocr-chi-sim, tesseract-ocr-chi-tra)"
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
    lacking = [model for models in MODELS.values() for model in models if model not in listed]
    return f"tesseract lacks {', '.join(lacking)} (Debian: tesseract-ocr-chi-sim, -chi-tra)" if lacking else ""


def measure(language: str) -> tuple[int, int]:
    """Return the characters that were read right, and all of them."""
    right = total = 0
    for _, article in zip(range(ARTICLES), Builtin(language).articles(), strict=False):
        pages = draw_pages(article.text)
        wanted = "".join(_plain(text) for text, _ in pages)
        model = _model_of(language, article.text)
        found = "".join(_plain(_read(picture.read(), model)) for _, picture in pages)
        total += len(wanted)
        right += max(0, len(wanted) - _distance(wanted, found))
    return right, total


def _model_of(language: str, text: str) -> str:
    simplified, *traditional = MODELS[language]
    other = traditional and len(foreign_spans(text, SIMPLIFIED)) > len(foreign_spans(text, TRADITIONAL))
    return traditional[0] if other else simplified


def _read(picture: bytes, model: str) -> str:
    command = ["tesseract", "-", "-", "-l", model, "--psm", "6"]
    return subprocess.run(command, input=picture, capture_output=True, check=True).stdout.decode()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).translate(_ALIKE).split())


def _distance(wanted: str, found: str) -> int:
    """Return the Levenshtein distance."""
    before = list(range(len(found) + 1))
    for row, one in enumerate(wanted, 1):
        now = [row]
        for column, other in enumerate(found, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != other)))
        before = now
    return before[-1]


if __name__ == "__main__":
    sys.exit(main())
