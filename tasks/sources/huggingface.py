"""huggingface: rows of a data set of the Hugging Face hub, or of a folder in its format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..article import Article
from ..errors import SourceError
from .files import check_fields
from .tables import article_of, column_names, quiet_datasets
from .web import CACHE, check_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_BATCH = 20
"""Rows between two writes to the folder of what was fetched."""


@dataclass(frozen=True)
class HuggingFace:
    """The first rows of a split, streamed; what was read is kept in a folder and not asked for again."""

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
        place = self._place()
        kept, whole = _kept(place)
        yield from kept[: self.limit]
        if whole or len(kept) >= self.limit:
            return
        fresh: list[Article] = []
        try:
            for count, article in enumerate(self._streamed(len(kept)), len(kept) + 1):
                fresh.append(article)
                if len(fresh) == _BATCH:
                    _keep(place, fresh)
                    fresh.clear()
                yield article
                if count == self.limit:
                    return
        finally:  # also where the reading breaks off: what came is not asked for again
            _keep(place, fresh)
        _keep(place, [], end=True)

    def _streamed(self, start: int) -> Iterator[Article]:
        retrieved = datetime.now(UTC).isoformat(timespec="seconds")
        where = f"{self.name}, split {self.split}"
        columns: dict[str, str] | None = None
        for number, row in enumerate(self._rows(start), start + 1):
            columns = columns or column_names(where, row, self.fields)
            blank = {"id": f"{self.name}:{self.split}:{number}", "title": "", "origin": f"huggingface:{self.name}"}
            article = article_of(where, f"row {number}", row, columns, blank)
            yield replace(article, licence=article.licence or self.licence, retrieved=retrieved)

    def _rows(self, start: int) -> Iterable[dict[str, Any]]:
        from datasets import load_dataset
        from datasets.exceptions import DatasetGenerationError

        with quiet_datasets():
            try:
                table = load_dataset(self.name, self.config, split=self.split, revision=self.revision, streaming=True)
                yield from table.skip(start) if start else table
            except (OSError, ValueError, DatasetGenerationError, RuntimeError) as error:
                why = " ".join(str(error.__cause__ or error).split())
                raise SourceError(
                    f"huggingface: {self.name}, split {self.split} cannot be read: {why:.300}. What came before is "
                    f"kept in {self.cache}; the same command goes on there"
                ) from None

    def _place(self) -> Path:
        what = [self.name, self.split, self.config, self.revision, dict(self.fields), self.licence]
        digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:32]
        return Path(self.cache).expanduser() / "huggingface" / f"{digest}.jsonl"


def _kept(place: Path) -> tuple[list[Article], bool]:
    """Return the articles that were read before, and whether they are all there are; a torn last line is left out."""
    found: list[Article] = []
    try:
        # Not the lines of its text: that may hold other line ends, which JSON leaves alone, and be torn in a letter.
        lines = place.read_bytes().split(b"\n")
    except OSError:
        return [], False
    good = 0
    for line in lines[:-1]:  # behind the last line end stands nothing, or a torn line
        try:
            record = json.loads(line)
        except ValueError:
            break
        if record is None:
            return found, True
        found.append(Article.from_json(record))
        good += len(line) + 1
    if good < place.stat().st_size:
        with place.open("r+b") as file:
            file.truncate(good)
    return found, False


def _keep(place: Path, articles: Iterable[Article], *, end: bool = False) -> None:
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
    """Return the source for `owner/set` on the hub or a folder; raises `SourceError` for options that cannot be."""
    for option, value in (("name", name), ("split", split), ("licence", licence)):
        if not isinstance(value, str) or (not value and option != "licence"):
            raise SourceError(f"article source 'huggingface': {option} takes a string, got {value!r}")
    limit = check_limit("huggingface", limit)
    return HuggingFace(name, split, config, revision, check_fields(fields or {}), licence, limit, cache)
