"""Restoring texts: questions without their articles' text, and the text put back from its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.article import find_article
from tasks.errors import BadSample, SourceError
from tasks.formats.records import iter_records
from tasks.formats.without_text import restore_text
from tasks.sample import WITHHELD, Sample
from tasks.sources import load_source

from ..sanitize import escape_control
from .generate import source_options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tasks.article import Article, ArticleSource

    from ..config.run_file import Config
    from .set_facts import SetFacts


class ArticleLookup:
    """Finds articles by source and id; each source is made once, and read once where it cannot look up."""

    def __init__(self, config: Config | None) -> None:
        self._config = config
        self._sources: dict[str, ArticleSource] = {}
        self._known: dict[str, dict[str, Article]] = {}

    def __call__(self, name: str, id: str) -> Article:
        """Return an article; raises `SourceError`."""
        if name not in self._sources:
            mine = self._config if self._config and self._config.articles.source == name else None
            self._sources[name] = load_source(name, source_options(mine) if mine else {})
        source = self._sources[name]
        if callable(getattr(source, "article", None)):
            return find_article(source, id)
        if name not in self._known:
            self._known[name] = {article.id: article for article in source.articles()}
        if id not in self._known[name]:
            raise SourceError(f"the source {name!r} has no article {id!r} (any more)")
        return self._known[name][id]


def restore_texts(path: Path, config: Config | None) -> Iterator[Sample]:
    """Yield the samples of a file with their articles' text; one that never lost it comes as it is.

    Sources are made with the options of `config` where it names the same source, else with none. Raises `BadSample`
    naming line or row, and `SourceError`.
    """
    find = ArticleLookup(config)
    for place, record in iter_records(str(path)):
        try:
            lacks = isinstance(record, dict) and WITHHELD in record.get("meta", {})
            yield restore_text(record, find) if lacks else Sample.from_json(record)
        except (BadSample, SourceError) as error:
            raise type(error)(f"{path}, {place}: {error}") from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadSample(f"{path}, {place}: a sample record is malformed: {error!r}") from None


def describe_licences(facts: SetFacts) -> str:
    """Say which samples hold text that must not be passed on, "" if none does; own texts have no licence."""
    closed = {licence: count for licence, count in facts.closed.items() if licence}
    if not closed:
        return ""
    named = "; ".join(f"{escape_control(licence)} ({count})" for licence, count in closed.items())
    return (
        f"{sum(closed.values())} samples hold article text that may not be passed on: {named}. Keep the file to "
        "yourself; --without-text writes one that can be passed on"
    )
