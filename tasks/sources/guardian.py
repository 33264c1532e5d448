"""guardian: news of the Guardian, through its Open Platform; a key is needed, and bodies may not be republished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ..article import GUARDIAN, Article
from ..errors import SourceError
from .web import CACHE, Page, Unusable, Web, check_address, check_limit, key_from

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "GUARDIAN_API_KEY"
ADDRESS = "https://content.guardianapis.com"
_PAGE = 200
"""Results of one request at most."""
_FIELDS = "headline,bodyText,wordcount,byline"
_ORDERS = ("newest", "oldest", "relevance")


@dataclass(frozen=True)
class Guardian:
    """Articles that a search finds, in its order; advertisers' pages are left out."""

    web: Web
    search: dict[str, str | int]
    limit: int
    address: str = ADDRESS

    def articles(self) -> Iterator[Article]:
        """Yield up to `limit` articles; raises `SourceError`."""
        seen: set[str] = set()
        page, pages = 1, 1
        while page <= pages:
            params = {**self.search, "page-size": min(_PAGE, self.limit), "page": page}
            pages, found = self.web.read(f"{self.address}/search", params, _results)
            for article in found:
                if article.id not in seen:  # a page shifts when news comes in between two requests
                    seen.add(article.id)
                    yield article
                if len(seen) == self.limit:
                    return
            page += 1

    def article(self, id: str) -> Article:
        """Return the article of this id as it stands now; raises `SourceError`."""
        return self.web.read(f"{self.address}/{id}", {"show-fields": _FIELDS}, _single)


def _results(page: Page) -> tuple[int, list[Article]]:
    response = _response(page)
    results, pages = response.get("results"), response.get("pages", 0)
    if not isinstance(results, list) or not isinstance(pages, int):
        raise Unusable("the answer lists no results")
    articles = (_article(record, page.retrieved) for record in results if not record.get("isHosted"))
    return pages, [article for article in articles if article]


def _single(page: Page) -> Article:
    found = _article(_response(page).get("content"), page.retrieved)
    if not found:
        raise Unusable("the answer holds no article")
    return found


def _response(page: Page) -> dict[str, Any]:
    content = page.json()
    response = content.get("response") if isinstance(content, dict) else None
    if not isinstance(response, dict) or response.get("status") != "ok":
        raise Unusable("the answer is none of the Open Platform")
    return response


def _article(record: Any, retrieved: str) -> Article | None:
    """Return a result as an article; None for one without a text (a gallery, a video)."""
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
    """Return the source; the key comes from GUARDIAN_API_KEY. Raises `SourceError` for options that cannot be."""
    if order not in _ORDERS:
        raise SourceError(f"article source 'guardian': order is {order!r}, but takes {', '.join(_ORDERS)}")
    wanted = {
        "type": "article",
        "order-by": order,
        "from-date": check_day("guardian", "from_date", from_date),
        "to-date": check_day("guardian", "to_date", to_date),
        "section": section,
        "tag": tag,
        "q": query,
        "show-fields": _FIELDS,
    }
    for name, value in wanted.items():
        if not isinstance(value, str):
            raise SourceError(f"article source 'guardian': {name} takes a string, got {value!r}")
    # Two requests a second and 500 a day are what a developer's key has had at the least.
    web = Web("guardian", cache, per_second=2, secret={"api-key": key_from(KEY, "guardian")})
    address = check_address("guardian", "base_url", base_url)
    search: dict[str, str | int] = {name: value for name, value in wanted.items() if value}
    return Guardian(web, search, check_limit("guardian", limit), address)


def check_day(source: str, option: str, value: Any) -> str:
    """Return a day in ISO form, "" for None; raises `SourceError`."""
    if value is None:
        return ""
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()[:10]
    except (TypeError, ValueError):
        raise SourceError(
            f"article source {source!r}: {option} takes a day, such as 2026-01-31, got {value!r}"
        ) from None
