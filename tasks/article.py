"""Article, and the protocol of whatever yields articles."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from scorers import Text
from scorers.text.scripts import language_by_script

from .errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Article:
    """A news article as its source gave it."""

    id: str
    """Unique within its source and the same at every reading."""
    title: str
    text: str
    """Plain text; a blank line parts paragraphs."""
    published: str = ""
    """ISO date or time of publication, "" if unknown."""
    origin: str = ""
    """Where it came from: a source name, a file, an address."""
    licence: str = ""
    """SPDX id or the terms in words, "" if unknown."""
    url: str = ""
    """Where a person reads it, "" if nowhere."""
    retrieved: str = ""
    """UTC time at which it was fetched, ISO 8601; "" if it was not fetched."""

    @property
    def may_republish(self) -> bool:
        """Whether its licence is known to let the text be passed on in public."""
        return may_republish(self.licence)

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Article:
        """Read back what `to_json` wrote."""
        return cls(**record)


@dataclass(frozen=True)
class UnreadArticle(Article):
    """An article whose page could not be read; the quality filter rejects it with this reason."""

    reason: str = "its page could not be read"


class ArticleSource(Protocol):
    """Yields articles in a stable order, with the same ids each time."""

    def articles(self) -> Iterator[Article]:
        """Yield every article; raises `SourceError` for one that cannot be read."""
        ...


def find_article(source: ArticleSource, id: str) -> Article:
    """Return the article of this id: asked for where the source can look up, else searched among all.

    Raises `SourceError` where the source has none.
    """
    look_up = getattr(source, "article", None)
    if callable(look_up):
        found: Article = look_up(id)
        return found
    for article in source.articles():
        if article.id == id:
            return article
    raise SourceError(f"the source has no article {id!r}; it may have been taken out since")


CC0 = "CC0-1.0"


GUARDIAN = "The Guardian Open Platform terms: personal use, no republication"
"""No SPDX id exists for terms of use; the words say what matters."""


_OPEN = re.compile(
    r"cc0\b.*|cc-by(-sa)?(-\d.*)?|ogl-.*|pddl-.*|odc-by-.*|public-domain|no-known-copyright|us-government-work",
)


def may_republish(licence: str) -> bool:
    """Say whether a licence is known to let the text be passed on in public, credit given.

    An unknown licence ("") does not, nor do non-commercial (NC) and no-derivatives (ND) ones: a question set is cut
    from its articles, and anyone may use it.
    """
    return bool(_OPEN.fullmatch("-".join(licence.casefold().split())))


_PARAGRAPH_BREAK = re.compile(r"[^\S\n]*\n[^\S\n]*\n\s*")
_LEADING = (":", "?", "…", "...")
"""Ends of a sentence that promises what comes next."""
UNSPACED = ("zh", "ja")
"""Languages whose sentences end in marks that no space follows."""


def opening(text: str, sentences: int) -> str:
    """Return `text` up to the end of its sentence number `sentences` (1 or more), with its paragraph breaks.

    Sentences are Punkt's, by its published English model; in a text of Chinese or Japanese characters they end with
    。！？ and the quotation marks behind. A text with fewer is returned whole, a blank one as "". An opening does not
    stop on a teaser: the lone first sentence of a longer paragraph, or one that leads to what follows.
    """
    if language_by_script(text) in UNSPACED:
        spans = Text(text).sentences[:sentences]
        start = len(text) - len(text.lstrip())
        return text[start : _before_teaser(text, spans)].rstrip() if spans else text.strip()
    from punkt import tokenizer_for

    spans = list(tokenizer_for("english").span_tokenize(text))[:sentences]
    return text[spans[0][0] : _before_teaser(text, spans)] if spans else ""


def _before_teaser(text: str, spans: list[tuple[int, int]]) -> int:
    """Return where an opening of these sentences ends so that it does not stop on the first words of something else.

    A last sentence that stands alone in its paragraph is left out if it leads to what follows ("This is why:", "What
    now?") or if more of its paragraph follows.
    """
    last = len(spans) - 1
    while last > 0 and _PARAGRAPH_BREAK.search(text, spans[last - 1][1], spans[last][0]):
        start, end = spans[last]
        cut_short = end < len(text.rstrip()) and not _PARAGRAPH_BREAK.match(text, end)
        leads = end < len(text.rstrip()) and text[start:end].rstrip("\"'”’)").endswith(_LEADING)
        if not (cut_short or leads):
            break
        last -= 1
    return spans[last][1]


def rest_of(text: str, start: str) -> str:
    """Return what follows the opening `start` in `text`: what a model that is asked about the opening is not shown."""
    return text.partition(start)[2].strip() if start else text.strip()
