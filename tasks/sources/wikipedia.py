"""wikipedia: articles of a Wikipedia, the newest ones or those that are named (CC BY-SA 4.0)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ..article import Article
from ..errors import SourceError
from .support.extracts import clean_extract
from .support.options import check_address, check_limit
from .support.web import AGENT, CACHE, Missing, Page, Unusable, Web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

T = TypeVar("T")

LICENCE = "CC-BY-SA-4.0"
_BATCH = 50
_MOST_BATCHES = 20
"""Lists of new pages beyond `limit`: most of their pages may be deleted again, but not all for ever."""
_CODE = re.compile(r"[a-z]{2,3}(-[a-z]+)*")
_HEADING = re.compile(r"^=+ (.+?) =+$")
_APPENDIX = (
    *("references", "external links", "see also", "notes", "further reading", "sources", "bibliography"),
    *("参考文献", "外部链接", "参见", "注释", "参考资料", "外部連結", "參考文獻", "參考資料", "參見"),
)
_QUERY: dict[str, str | int] = {"action": "query", "format": "json"}
_NEW: dict[str, str | int] = {
    "list": "recentchanges",
    "rctype": "new",
    "rcnamespace": 0,
    "rcshow": "!redirect",
    "rclimit": _BATCH,
}
_TEXT: dict[str, str | int] = {"prop": "extracts|info", "explaintext": 1, "inprop": "url"}

Found = tuple[str, str]
"""Number of a page and time of its creation ("" if unknown)."""


@dataclass(frozen=True)
class Wikipedia:
    """Pages in the main name space; text as the wiki's own extract gives it, without headings and appendices."""

    web: Web
    language: str
    titles: tuple[str, ...]
    limit: int
    address: str

    def articles(self) -> Iterator[Article]:
        """Yield up to `limit` articles; deleted pages are skipped. Raises `SourceError`."""
        count = 0
        for number, made in self._iter_titles() if self.titles else self._iter_newest():
            try:
                yield self._page(number, made)
            except Missing:
                continue
            count += 1
            if count == self.limit:
                return

    def article(self, id: str) -> Article:
        """Return the article of this id as it is now; raises `SourceError`."""
        return self._page(id.removeprefix(f"{self.language}:"), "")

    def _iter_newest(self) -> Iterator[Found]:
        more: dict[str, str] = {}
        for _ in range(_MOST_BATCHES + self.limit):
            found, more = self._query({**_NEW, "rcprop": "title|timestamp|ids", **more}, _parse_changes)
            yield from found
            if not more:
                return

    def _iter_titles(self) -> Iterator[Found]:
        for start in range(0, len(self.titles), _BATCH):
            titles = "|".join(self.titles[start : start + _BATCH])
            yield from self._query({"redirects": 1, "titles": titles}, lambda page: _parse_numbers(page, self.language))

    def _page(self, number: str, made: str) -> Article:
        return self._query({**_TEXT, "pageids": number}, lambda page: self._read(page, number, made))

    def _query(self, params: Mapping[str, str | int], mode: Callable[[Page], T]) -> T:
        return self.web.read(f"{self.address}/w/api.php", {**_QUERY, **params}, mode)

    def _read(self, page: Page, number: str, made: str) -> Article:
        record = _query_of(page).get("pages", {}).get(number)
        if not isinstance(record, dict):
            raise Unusable("the response lacks the page")
        if "missing" in record or "extract" not in record:
            raise Missing(f"wikipedia: page {number} has been deleted, or holds no text")
        revision = record.get("lastrevid")
        return Article(
            id=f"{self.language}:{number}",
            title=str(record.get("title", "")),
            text=_paragraphs(str(record["extract"])),
            published=made,
            origin="wikipedia",
            licence=LICENCE,
            url=f"{self.address}/w/index.php?oldid={revision}" if revision else str(record.get("fullurl", "")),
            retrieved=page.retrieved,
        )


def _query_of(page: Page) -> dict[str, Any]:
    content = page.json()
    query = content.get("query") if isinstance(content, dict) else None
    if not isinstance(query, dict):
        why = content.get("error", {}) if isinstance(content, dict) else {}
        raise Unusable(f"the wiki reports: {why.get('info', why)!s:.80}" if why else "the response holds no query")
    return query


def _parse_changes(page: Page) -> tuple[list[Found], dict[str, str]]:
    found = _query_of(page).get("recentchanges")
    if not isinstance(found, list):
        raise Unusable("the response lists no changes")
    return [(str(change["pageid"]), str(change.get("timestamp", ""))) for change in found], page.json().get(
        "continue", {}
    )


def _parse_numbers(page: Page, language: str) -> list[Found]:
    """Return the pages of the titles; one that does not exist is an error of the run file."""
    pages = _query_of(page).get("pages", {})
    for record in pages.values():
        if "missing" in record or "invalid" in record:
            raise SourceError(f"wikipedia: {language} has no page {record.get('title')!r}; check titles")
    return [(str(record["pageid"]), "") for record in pages.values()]


def _paragraphs(extract: str) -> str:
    """Return the paragraphs before the first appendix, without headings."""
    found = []
    for line in extract.splitlines():
        heading = _HEADING.match(line.strip())
        if heading and heading.group(1).casefold() in _APPENDIX:
            break
        if line.strip() and not heading:
            found.append(line.strip())
    return clean_extract("\n\n".join(found))


def create(
    contact: str,
    language: str = "en",
    titles: Sequence[str] = (),
    limit: int = 100,
    cache: str = CACHE,
    base_url: str = "",
) -> Wikipedia:
    """Return the source; `contact` is the user's mail or web address, as Wikipedia demands. Raises `SourceError`."""
    if not isinstance(contact, str) or not ("@" in contact or "://" in contact) or not contact.isprintable():
        raise SourceError("article source 'wikipedia': contact must be a mail or web address where you can be reached")
    if not isinstance(language, str) or not _CODE.fullmatch(language):
        raise SourceError(f"article source 'wikipedia': language must be a code such as en or zh, got {language!r}")
    if isinstance(titles, str) or any(not isinstance(title, str) or "|" in title for title in titles):
        raise SourceError("article source 'wikipedia': titles must be a list of page titles")
    address = check_address("wikipedia", "base_url", base_url or f"https://{language}.wikipedia.org")
    web = Web("wikipedia", cache, per_second=2, agent=f"{AGENT} ({contact})", named=(address,))
    return Wikipedia(web, language, tuple(titles), check_limit("wikipedia", limit), address)
