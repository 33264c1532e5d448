"""huggingface: rows of a data set on the Hugging Face hub, or of a folder in its format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..article import Article
from ..errors import InputLimitError, SourceError
from ..limits.files import read_capped
from ..limits.hub import HubName
from ..limits.syntax import parse_json
from .files import check_fields
from .support.hub_rows import iter_split
from .support.options import check_limit
from .support.tables import column_names, row_article
from .support.web import CACHE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_BATCH = 20
"""Rows between two writes to the cache."""


@dataclass(frozen=True)
class HuggingFace:
    """The first rows of a split, streamed; rows are cached on disk and not fetched again."""

    name: str
    split: str
    config: str | None
    revision: str | None
    fields: Mapping[str, str]
    licence: str
    limit: int
    cache: str

    def articles(self) -> Iterator[Article]:
        """Yield up to `limit` articles; raises `SourceError`."""
        place = self._cache_file()
        cached, complete = _load_cached(place)
        yield from cached[: self.limit]
        if complete or len(cached) >= self.limit:
            return
        fresh: list[Article] = []
        try:
            for count, article in enumerate(self._iter_stream(len(cached)), len(cached) + 1):
                fresh.append(article)
                if len(fresh) == _BATCH:
                    _append(place, fresh)
                    fresh.clear()
                yield article
                if count == self.limit:
                    return
        finally:  # after an error too, so that these rows are not fetched again
            _append(place, fresh)
        _append(place, [], end=True)

    def _iter_stream(self, start: int) -> Iterator[Article]:
        retrieved = datetime.now(UTC).isoformat(timespec="seconds")
        where = f"{self.name}, split {self.split}"
        columns: dict[str, str] | None = None
        for number, row in enumerate(self._iter_rows(start), start + 1):
            columns = columns or column_names(where, row, self.fields)
            blank = {"id": f"{self.name}:{self.split}:{number}", "title": "", "origin": f"huggingface:{self.name}"}
            article = row_article(where, f"row {number}", row, columns, blank)
            yield replace(article, licence=article.licence or self.licence, retrieved=retrieved)

    def _iter_rows(self, start: int) -> Iterator[dict[str, Any]]:
        wanted = HubName(self.name, self.revision or "", self.config or "")
        try:
            yield from iter_split(wanted, self.split, start)
        except SourceError as error:
            raise SourceError(
                f"huggingface: {self.name}, split {self.split} cannot be read: {error!s:.300}. The rows before "
                f"are cached in {self.cache}; the same command resumes there"
            ) from None

    def _cache_file(self) -> Path:
        what = [self.name, self.split, self.config, self.revision, dict(self.fields), self.licence]
        digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:32]
        return Path(self.cache).expanduser() / "huggingface" / f"{digest}.jsonl"


def _load_cached(place: Path) -> tuple[list[Article], bool]:
    """Return the cached articles, and whether the split has no others; a torn last line is cut off."""
    found: list[Article] = []
    try:
        # Bytes, not text: articles may hold other line ends, and a torn line may end inside a character.
        lines = read_capped(place).split(b"\n")
    except FileNotFoundError:
        return [], False
    except (InputLimitError, OSError) as error:
        raise SourceError(f"the cache file {place} cannot be read ({error}); delete it, or lower limit") from None
    good = 0
    for line in lines[:-1]:  # the last line is empty or torn
        try:
            record = parse_json(line.decode())
            if record is None:
                return found, True
            found.append(Article.from_json(record))
        except (ValueError, TypeError):
            break
        good += len(line) + 1
    if good < place.stat().st_size:
        with place.open("r+b") as file:
            file.truncate(good)
    return found, False


def _append(place: Path, articles: Iterable[Article], *, end: bool = False) -> None:
    records = [*(article.to_json() for article in articles), *([None] if end else [])]
    text = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SourceError(
            f"{place.parent} cannot be written: {error.strerror}; name another folder with cache in the options"
        ) from None


def create(
    name: str,
    split: str = "train",
    config: str | None = None,
    revision: str | None = None,
    fields: Mapping[str, str] | None = None,
    licence: str = "",
    limit: int = 200,
    cache: str = CACHE,
) -> HuggingFace:
    """Return the source for `owner/set` on the hub or a folder; raises `SourceError` for invalid options."""
    for option, value in (("name", name), ("split", split), ("licence", licence)):
        if not isinstance(value, str) or (not value and option != "licence"):
            raise SourceError(f"article source 'huggingface': {option} takes a string, got {value!r}")
    limit = check_limit("huggingface", limit)
    return HuggingFace(name, split, config, revision, check_fields(fields or {}), licence, limit, cache)
