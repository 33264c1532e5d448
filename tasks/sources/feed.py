"""feed: the entries of RSS and Atom feeds, with the pages that they link to where that is asked for."""

from __future__ import annotations

import time
from calendar import timegm
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..article import Article
from ..errors import SourceError
from .html import article_text, needs_extra, plain_title
from .web import CACHE, Missing, Page, Unusable, Web, check_address, check_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Feed:
    """Entries in the order of their feeds; an entry that stands in two is taken once."""

    web: Web
    urls: tuple[str, ...]
    follow: bool
    """Fetch the page of each entry, instead of taking what the feed says of it."""
    licence: str
    limit: int

    def articles(self) -> Iterator[Article]:
        """Yield up to `limit` articles; raises `SourceError`."""
        seen: set[str] = set()
        for url in self.urls:
            for entry in self.web.read(url, {}, lambda page: _entries(page, self.licence)):
                if entry.id in seen:
                    continue
                seen.add(entry.id)
                yield self._followed(entry) if self.follow else entry
                if len(seen) == self.limit:
                    return

    def _followed(self, entry: Article) -> Article:
        if not entry.url.startswith(("http://", "https://")):
            return entry
        try:
            text, retrieved = self.web.read(
                entry.url, {}, lambda page: (article_text("feed", _decoded(page)), page.retrieved)
            )
        except Missing:
            return entry  # taken off the net since; what the feed says of it is left
        return Article(**{**entry.to_json(), "text": text or entry.text, "retrieved": retrieved})


def _decoded(page: Page) -> str:
    from charset_normalizer import from_bytes

    try:
        return page.body.decode()
    except UnicodeDecodeError:
        best = from_bytes(page.body).best()
        if best is None:
            raise Unusable("the page is no text") from None
        return str(best)


def _entries(page: Page, licence: str) -> list[Article]:
    try:
        import feedparser
    except ImportError as error:
        raise needs_extra("feed", error) from None
    # As a stream: a string would be taken for an address or a file to open.
    parsed = feedparser.parse(BytesIO(page.body))
    if not parsed.version:
        raise Unusable(f"the answer is no feed but {page.body[:60]!r}")
    origin = plain_title(str(parsed.feed.get("title", ""))) or "feed"
    found = (_article(entry, licence or _licence(parsed.feed), origin, page.retrieved) for entry in parsed.entries)
    return [article for article in found if article]


def _article(entry: Any, licence: str, origin: str, retrieved: str) -> Article | None:
    """Return an entry as an article; None for one that has neither an id nor an address."""
    url = str(entry.get("link", ""))
    id = str(entry.get("id", "") or url)
    if not id:
        return None
    bodies = [str(part.get("value", "")) for part in entry.get("content", ())]
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    return Article(
        id=id,
        title=plain_title(str(entry.get("title", ""))),
        text=article_text("feed", max([*bodies, str(entry.get("summary", ""))], key=len)),
        published=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(timegm(when))) if when else "",
        origin=origin,
        licence=licence,
        url=url,
        retrieved=retrieved,
    )


def _licence(feed: Any) -> str:
    """Return the licence that a feed names, "" for none; a notice of copyright is none."""
    links = [str(link.get("href", "")) for link in feed.get("links", ()) if link.get("rel") == "license"]
    return links[0] if links else ""


def create(
    url: str | Sequence[str], follow: bool = False, licence: str = "", limit: int = 100, cache: str = CACHE
) -> Feed:
    """Return the source for a feed's address, or several; raises `SourceError` for options that cannot be."""
    urls = tuple(url) if isinstance(url, list | tuple) else (url,)
    if not urls:
        raise SourceError("article source 'feed': url names no feed")
    if type(follow) is not bool or not isinstance(licence, str):
        raise SourceError("article source 'feed': follow takes true or false, licence a string")
    for address in urls:
        check_address("feed", "url", address)
    return Feed(Web("feed", cache, per_second=1), urls, follow, licence, check_limit("feed", limit))
