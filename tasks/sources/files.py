"""files: the user's own articles, a folder of text files or one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scorers.errors import did_you_mean

from ..article import Article
from ..errors import InputLimitError, SourceError
from ..limits.files import read_capped
from ..limits.memory import MEGABYTE, MemoryBudget

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXTS = (".txt", ".md")
TABLES = (".jsonl", ".csv", ".parquet")
LONGEST_TEXT = 4 * MEGABYTE
"""Bytes of one article."""
FIELDS = ("id", "title", "text", "published", "origin", "licence", "url")
"""Fields of an article that a column of a table can give."""
_LONGEST_TITLE = 150
"""Characters; a longer first line is a paragraph."""


@dataclass(frozen=True)
class Files:
    """Articles of a folder (.txt, .md, subfolders included) or of one table (.jsonl, .csv, .parquet).

    In a folder an article's id is its path without the suffix. Its title is the first line if that is a heading, or
    if it is short, no sentence, and followed by a blank line.
    """

    path: Path
    fields: Mapping[str, str] = field(default_factory=dict)
    """For a table: the column of each field of an article; by default the column of the same name."""

    def articles(self) -> Iterator[Article]:
        """Yield every article, in the order of paths or rows; raises `SourceError` for one that cannot be read."""
        first: dict[str, str] = {}
        for article, place in self._iter_placed():
            if article.id in first:
                raise SourceError(
                    f"{self.path}: {first[article.id]} and {place} both have the id {article.id!r}; "
                    "ids must differ, because results refer to articles by them"
                )
            first[article.id] = place
            yield article
        if not first:
            raise SourceError(f"{self.path} holds no article ({self._describe_expected()})")

    def _iter_placed(self) -> Iterator[tuple[Article, str]]:
        if self.path.is_dir():
            return self._iter_texts()
        from .support.tables import iter_rows

        return iter_rows(self.path, self.fields)

    def _describe_expected(self) -> str:
        return f"no {' or '.join(TEXTS)} file is in it" if self.path.is_dir() else "it has no rows"

    def _iter_texts(self) -> Iterator[tuple[Article, str]]:
        found = [path.relative_to(self.path) for path in self.path.rglob("*") if path.suffix.lower() in TEXTS]
        budget = MemoryBudget(self.path)
        for name in sorted(found, key=lambda name: name.as_posix()):
            # Anything but a folder: a pipe or device with such a name is refused, not passed over.
            if not (self.path / name).is_dir() and not any(part.startswith(".") for part in name.parts):
                article = self._load_text(name)
                try:
                    budget.add_text(article.text)
                except InputLimitError as error:
                    raise SourceError(str(error)) from None
                yield article, name.as_posix()

    def _load_text(self, name: Path) -> Article:
        path = self.path / name
        try:
            raw = read_capped(path, LONGEST_TEXT).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except InputLimitError as error:
            raise SourceError(str(error)) from None
        except UnicodeDecodeError as error:
            raise SourceError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}") from None
        title, text = _split_title(raw.strip("\n"))
        if not text.strip():
            behind = " behind its heading" if title else ""
            raise SourceError(f"{path} holds no text{behind}; add a text, or remove it from the folder")
        origin = f"{self.path.resolve().name}/{name.as_posix()}"
        return Article(name.with_suffix("").as_posix(), title, text, origin=origin)


def _split_title(raw: str) -> tuple[str, str]:
    """Split a file into title and text."""
    line, _, rest = raw.partition("\n")
    line = line.strip()
    if line.startswith("#") and line.lstrip("#")[:1] in ("", " ", "\t"):
        return line.strip("# \t"), rest.strip("\n")
    blank_next = not rest.partition("\n")[0].strip() and bool(rest.strip())
    # In many files every paragraph is one line; taking the lead paragraph for a title would lose it.
    if line and blank_next and len(line) <= _LONGEST_TITLE and not line.endswith("."):
        return line, rest.strip("\n")
    return "", raw


def create(path: str, fields: Mapping[str, str] | None = None) -> Files:
    """Return the source for the folder or table at `path`; raises `SourceError` for invalid options."""
    if not isinstance(path, str) or not path:
        raise SourceError(f"article source 'files': path must be a file or folder name, got {path!r}")
    place = Path(path).expanduser()
    if not place.exists():
        raise SourceError(f"{place} does not exist{_neighbours(place)}; path names a folder or a table of articles")
    if place.is_dir() and fields:
        raise SourceError(f"fields maps the columns of a table, but {place} is a folder; leave fields out")
    if not place.is_dir() and place.suffix.lower() not in TABLES:
        raise SourceError(f"{place} is no {', '.join(TABLES)} file and no folder of {' or '.join(TEXTS)} files")
    return Files(place, check_fields(fields or {}))


def check_fields(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return the column of each field of an article; raises `SourceError` for an unknown field."""
    for name, column in fields.items():
        if name not in FIELDS:
            raise SourceError(
                f"fields: an article has no {name!r}{did_you_mean(name, FIELDS)} (it has {', '.join(FIELDS)})"
            )
        if not isinstance(column, str) or not column:
            raise SourceError(f"fields: {name} must be the name of a column, got {column!r}")
    return dict(fields)


def _neighbours(place: Path) -> str:
    parent = place.parent
    return did_you_mean(place.name, [entry.name for entry in parent.iterdir()]) if parent.is_dir() else ""
