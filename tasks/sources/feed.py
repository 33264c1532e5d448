"""feed: the entries of RSS and Atom feeds, optionally with the text of the pages that they link to."""

from __future__ import annotations

import time
from calendar import timegm
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..article import Article, UnreadArticle
from ..errors import InputLimitError, SourceError
from ..limits.memory import MEGABYTE
from .support.html import article_text, needs_extra, plain_title
from .support.options import check_address, check_limit
from .support.web import CACHE, Missing, Page, Unusable, Web

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


_PAGE_ATTEMPTS = 2
"""Attempts for one linked page, which is skipped afterwards."""
_DEAD_IN_A_ROW = 10
"""Pages that fail one after the other before the source gives up."""
_MOST_ENTRIES = 5000
_LARGEST_FEED = 2 * MEGABYTE
"""Bytes of a feed, whose parser is slow."""
_LARGEST_PAGE = 4 * MEGABYTE
"""Bytes of a linked page, scripts included."""


@dataclass(frozen=True)
class Feed:
    """Entries in the order of their feeds; an entry of two feeds is yielded once."""

    web: Web
    urls: tuple[str, ...]
    follow: bool
    """Fetch the page of each entry instead of using the text in the feed."""
    licence: str
    limit: int

    def articles(self) -> Iterator[Article]:
        """Yield up to `limit` articles, an `UnreadArticle` for each dead link; raises `SourceError`.

        A dead feed beside others is an `UnreadArticle` too. If every feed is dead, or the first pages of one are, the
        error is raised.
        """
        seen: set[str] = set()
        dead = 0
        for url in self.urls:
            try:
                entries = self.web.read(url, {}, lambda page: _parse_entries(page, self.licence))
            except SourceError as error:
                dead += 1
                if dead == len(self.urls):
                    raise
                yield UnreadArticle(id=url, title="", text="", origin="feed", url=url, reason=str(error))
                continue
            fresh: dict[str, Article] = {}
            for entry in entries:
                if entry.id not in seen:
                    fresh.setdefault(entry.id, entry)
            for article in self._read_pages(fresh.values()) if self.follow else fresh.values():
                seen.add(article.id)
                yield article
                if len(seen) == self.limit:
                    return

    def _read_pages(self, entries: Iterable[Article]) -> Iterator[Article]:
        dead = 0
        for entry in entries:
            try:
                found = self._read_page(entry)
                dead = 0
            except SourceError as error:
                dead += 1
                if dead == _DEAD_IN_A_ROW:
                    raise
                found = UnreadArticle(**{**entry.to_json(), "text": ""}, reason=str(error))
            yield found

    def _read_page(self, entry: Article) -> Article:
        if not entry.url.startswith(("http://", "https://")):
            return entry
        try:
            text, retrieved = self.web.read(
                entry.url,
                {},
                lambda page: (article_text("feed", _decode(page)), page.retrieved),
                attempts=_PAGE_ATTEMPTS,
            )
        except Missing:
            return entry  # The page was removed, so the text of the feed is used.
        return Article(**{**entry.to_json(), "text": text or entry.text, "retrieved": retrieved})


def _decode(page: Page) -> str:
    from charset_normalizer import from_bytes

    if len(page.body) > _LARGEST_PAGE:
        raise InputLimitError("the page is too large for an article")
    try:
        return page.body.decode()
    except UnicodeDecodeError:
        best = from_bytes(page.body).best()
        if best is None:
            raise Unusable("the page is no text") from None
        return str(best)


def _parse_entries(page: Page, licence: str) -> list[Article]:
    try:
        import feedparser
    except ImportError as error:
        raise needs_extra("feed", error) from None
    if len(page.body) > _LARGEST_FEED:
        raise InputLimitError(f"the feed is larger than {_LARGEST_FEED // MEGABYTE} MB")
    # A string would be an address or a file to open, so this is a stream.
    parsed = feedparser.parse(BytesIO(page.body))
    if not parsed.version:
        raise Unusable(f"the response is no feed but {page.body[:60]!r}")
    origin = plain_title(str(parsed.feed.get("title", ""))) or "feed"
    entries = parsed.entries[:_MOST_ENTRIES]
    found = (_article(entry, licence or _licence(parsed.feed), origin, page.retrieved) for entry in entries)
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
    """Return the licence that a feed names, "" for none; a copyright notice is no licence."""
    links = [str(link.get("href", "")) for link in feed.get("links", ()) if link.get("rel") == "license"]
    return links[0] if links else ""


def create(
    url: str | Sequence[str], follow: bool = False, licence: str = "", limit: int = 100, cache: str = CACHE
) -> Feed:
    """Return the source for a feed's address, or several; raises `SourceError` for invalid options."""
    urls = tuple(url) if isinstance(url, list | tuple) else (url,)
    if not urls:
        raise SourceError("article source 'feed': url names no feed")
    if type(follow) is not bool or not isinstance(licence, str):
        raise SourceError("article source 'feed': follow takes true or false, licence a string")
    for address in urls:
        check_address("feed", "url", address)
    return Feed(Web("feed", cache, per_second=1, named=urls), urls, follow, licence, check_limit("feed", limit))
