"""guardian: news of the Guardian, through its Open Platform; a key is needed, and bodies may not be republished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..article import GUARDIAN, Article
from ..errors import SourceError
from .support.options import check_address, check_day, check_limit, key_from
from .support.web import CACHE, Page, Unusable, Web

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "GUARDIAN_API_KEY"
ADDRESS = "https://content.guardianapis.com"
_PAGE = 200
"""Maximum results of one request."""
_BARREN = 5
"""Pages in a row without a new article before the search counts as finished, whatever the server says."""
_FIELDS = "headline,bodyText,wordcount,byline"
_ORDERS = ("newest", "oldest", "relevance")


@dataclass(frozen=True)
class Guardian:
    """Articles that a search finds, in its order; advertisers' pages are skipped."""

    web: Web
    search: dict[str, str | int]
    limit: int
    address: str = ADDRESS

    def articles(self) -> Iterator[Article]:
        """Yield up to `limit` articles; raises `SourceError`."""
        seen: set[str] = set()
        page, pages, barren = 1, 1, 0
        while page <= pages and barren < _BARREN:
            params = {**self.search, "page-size": min(_PAGE, self.limit), "page": page}
            pages, found = self.web.read(f"{self.address}/search", params, _results)
            barren = barren + 1 if all(article.id in seen for article in found) else 0
            for article in found:
                if article.id not in seen:  # results move to later pages when news is published between two requests
                    seen.add(article.id)
                    yield article
                if len(seen) == self.limit:
                    return
            page += 1

    def article(self, id: str) -> Article:
        """Return the article of this id as it is now; raises `SourceError`."""
        return self.web.read(f"{self.address}/{id}", {"show-fields": _FIELDS}, _single)


def _results(page: Page) -> tuple[int, list[Article]]:
    response = _response(page)
    results, pages = response.get("results"), response.get("pages", 0)
    if not isinstance(results, list) or not isinstance(pages, int):
        raise Unusable("the response lists no results")
    articles = (_article(record, page.retrieved) for record in results if not record.get("isHosted"))
    return pages, [article for article in articles if article]


def _single(page: Page) -> Article:
    found = _article(_response(page).get("content"), page.retrieved)
    if not found:
        raise Unusable("the response holds no article")
    return found


def _response(page: Page) -> dict[str, Any]:
    content = page.json()
    response = content.get("response") if isinstance(content, dict) else None
    if not isinstance(response, dict) or response.get("status") != "ok":
        raise Unusable("the response is none of the Open Platform")
    return response


def _article(record: Any, retrieved: str) -> Article | None:
    """Return a result as an article, or None if it has no text (a gallery, a video)."""
    fields = record.get("fields") if isinstance(record, dict) else None
    text = fields.get("bodyText") if isinstance(fields, dict) else None
    if not isinstance(text, str) or not text.strip():
        return None
    return Article(
        id=str(record["id"]),
        title=str(record.get("webTitle", "")),
        text=text.strip(),
        published=str(record.get("webPublicationDate", "")),
        origin="guardian",
        licence=GUARDIAN,
        url=str(record.get("webUrl", "")),
        retrieved=retrieved,
    )


def create(
    from_date: Any = None,
    to_date: Any = None,
    section: str = "",
    tag: str = "",
    query: str = "",
    order: str = "newest",
    limit: int = 200,
    cache: str = CACHE,
    base_url: str = ADDRESS,
) -> Guardian:
    """Return the source; the key comes from GUARDIAN_API_KEY. Raises `SourceError` for invalid options."""
    if order not in _ORDERS:
        raise SourceError(f"article source 'guardian': order is {order!r}, but takes {', '.join(_ORDERS)}")
    given = {
        "type": "article",
        "order-by": order,
        "from-date": check_day("guardian", "from_date", from_date),
        "to-date": check_day("guardian", "to_date", to_date),
        "section": section,
        "tag": tag,
        "q": query,
        "show-fields": _FIELDS,
    }
    for name, value in given.items():
        if not isinstance(value, str):
            raise SourceError(f"article source 'guardian': {name} takes a string, got {value!r}")
    # A developer's key has had at least two requests a second and 500 a day.
    address = check_address("guardian", "base_url", base_url)
    secret = {"api-key": key_from(KEY, "guardian")}
    web = Web("guardian", cache, per_second=2, secret=secret, named=(address,))
    search: dict[str, str | int] = {name: value for name, value in given.items() if value}
    return Guardian(web, search, check_limit("guardian", limit), address)
