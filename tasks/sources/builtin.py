"""builtin: the English and Chinese articles written for this project, news-like and free for any use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scorers.errors import did_you_mean

from ..article import CC0, Article
from ..errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGIN = "builtin"
LICENCE = CC0
LANGUAGES = ("en", "zh")
"""Languages of the articles, the default first."""


@dataclass(frozen=True)
class Builtin:
    """The articles in this package."""

    language: str = LANGUAGES[0]

    def articles(self) -> Iterator[Article]:
        """Yield the articles in the order of the file."""
        path = Path(__file__).parent / "data" / f"articles.{self.language}.jsonl"
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield Article(**json.loads(line), origin=ORIGIN, licence=LICENCE)


def create(language: str = LANGUAGES[0]) -> Builtin:
    """Return the source of the articles in `language`, one of `LANGUAGES`; raises `SourceError` for another."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise SourceError(
            f"article source 'builtin': there are no articles in the language {language!r}"
            f"{did_you_mean(str(language), LANGUAGES)} (languages: {known})"
        )
    return Builtin(language)
