"""Article, and the protocol of whatever yields articles."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

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

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Article:
        """Read back what `to_json` wrote."""
        return cls(**record)


class ArticleSource(Protocol):
    """Yields articles in a stable order, with the same ids each time."""

    def articles(self) -> Iterator[Article]:
        """Yield every article; raises `SourceError` for one that cannot be read."""
        ...
