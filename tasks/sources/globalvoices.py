"""globalvoices: news of Global Voices, in English or Chinese, free to use with credit (CC BY 3.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ..article import Article
from ..errors import SourceError
from .support.html import article_text, plain_title
from .support.options import check_address, check_day, check_limit
from .support.web import CACHE, Missing, Page, Unusable, Web

if TYPE_CHECKING:
    from collections.abc import Iterator

LICENCE = "CC-BY-3.0"
ADDRESSES = {"en": "https://globalvoices.org", "zh": "https://zhs.globalvoices.org"}
_PAGE = 100
_FIELDS = "id,date,date_gmt,modified,link,title,content,author"


@dataclass(frozen=True)
class GlobalVoices:
    """Posts of one edition, newest first."""

    web: Web
    language: str
    search: dict[str, str | int]
    limit: int
    address: str

    def articles(self) -> Iterator[Article]:
        """Yield up to `limit` articles; raises `SourceError`."""
        seen: set[str] = set()
        page, size = 1, min(_PAGE, self.limit)
        while True:
            params = {**self.search, "per_page": size, "page": page, "_fields": _FIELDS}
            try:
                found = self.web.read(self._posts, params, self._parse_list)
            except Missing:
                if page == 1:
                    raise
                return  # the page after the last one
            fresh = len(seen)
            for article in found:
                if article.id not in seen:
                    seen.add(article.id)
                    yield article
                if len(seen) == self.limit:
                    return
            if len(found) < size or len(seen) == fresh:
                return
            page += 1

    def article(self, id: str) -> Article:
        """Return the article of this id as it is now; raises `SourceError`."""
        number = id.removeprefix(f"{self.language}:")
        return self.web.read(f"{self._posts}/{number}", {"_fields": _FIELDS}, self._parse_post)

    @property
    def _posts(self) -> str:
        return f"{self.address}/wp-json/wp/v2/posts"

    def _parse_list(self, page: Page) -> list[Article]:
        posts = page.json()
        if not isinstance(posts, list):
            raise Unusable("the response is no list of posts")
        return [self._article(post, page.retrieved) for post in posts]

    def _parse_post(self, page: Page) -> Article:
        return self._article(page.json(), page.retrieved)

    def _article(self, post: Any, retrieved: str) -> Article:
        id, title, body = post["id"], post["title"]["rendered"], post["content"]["rendered"]
        published = f"{post['date_gmt']}Z" if post.get("date_gmt") else str(post.get("date", ""))
        return Article(
            id=f"{self.language}:{id}",
            title=plain_title(title),
            text=article_text("globalvoices", body),
            published=published,
            origin="globalvoices",
            licence=LICENCE,
            url=str(post.get("link", "")),
            retrieved=retrieved,
        )


def create(
    language: str = "en",
    after: Any = None,
    before: Any = None,
    limit: int = 100,
    cache: str = CACHE,
    base_url: str = "",
) -> GlobalVoices:
    """Return the source; raises `SourceError` for invalid options."""
    if language not in ADDRESSES:
        raise SourceError(
            f"article source 'globalvoices': no language {language!r}{did_you_mean(str(language), ADDRESSES)} "
            f"(languages: {', '.join(ADDRESSES)})"
        )
    days = {name: check_day("globalvoices", name, day) for name, day in (("after", after), ("before", before))}
    search: dict[str, str | int] = {"orderby": "date", "order": "desc"}
    search |= {name: f"{day}T00:00:00" for name, day in days.items() if day}
    address = check_address("globalvoices", "base_url", base_url or ADDRESSES[language])
    return GlobalVoices(
        Web("globalvoices", cache, per_second=1, named=(address,)),
        language,
        search,
        check_limit("globalvoices", limit),
        address,
    )
