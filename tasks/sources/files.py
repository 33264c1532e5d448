"""files: the user's own articles, a folder of text files or one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scorers.errors import did_you_mean

from ..article import Article
from ..errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXTS = (".txt", ".md")
TABLES = (".jsonl", ".csv", ".parquet")
FIELDS = ("id", "title", "text", "published", "origin", "licence", "url")
"""What of an article a column of a table can give."""
_LONGEST_TITLE = 150
"""Characters; a longer first line is a paragraph."""


@dataclass(frozen=True)
class Files:
    """Articles of a folder (.txt, .md, also in folders below) or of one table (.jsonl, .csv, .parquet).

    In a folder an article's id is its path without the suffix; its title is a first line that is a heading, or a
    short one that is no sentence and stands before a blank line.
    """

    path: Path
    fields: Mapping[str, str] = field(default_factory=dict)
    """For a table: which column holds what of an article; a name left out is looked for under its own name."""

    def articles(self) -> Iterator[Article]:
        """Yield every article, in the order of paths or rows; raises `SourceError` for one that cannot be read."""
        first: dict[str, str] = {}
        for article, place in self._placed():
            if article.id in first:
                raise SourceError(
                    f"{self.path}: {first[article.id]} and {place} both have the id {article.id!r}; "
                    "ids must differ, because results refer to articles by them"
                )
            first[article.id] = place
            yield article
        if not first:
            raise SourceError(f"{self.path} holds no article ({self._wanted()})")

    def _placed(self) -> Iterator[tuple[Article, str]]:
        if self.path.is_dir():
            return self._texts()
        from .tables import rows

        return rows(self.path, self.fields)

    def _wanted(self) -> str:
        return f"no {' or '.join(TEXTS)} file is in it" if self.path.is_dir() else "it has no rows"

    def _texts(self) -> Iterator[tuple[Article, str]]:
        found = [path.relative_to(self.path) for path in self.path.rglob("*") if path.suffix.lower() in TEXTS]
        for name in sorted(found, key=lambda name: name.as_posix()):
            if (self.path / name).is_file() and not any(part.startswith(".") for part in name.parts):
                yield self._text(name), name.as_posix()

    def _text(self, name: Path) -> Article:
        path = self.path / name
        try:
            raw = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise SourceError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}") from None
        title, text = _parted(raw.strip("\n"))
        if not text.strip():
            behind = " behind its heading" if title else ""
            raise SourceError(f"{path} holds no text{behind}; fill it, or take it out of the folder")
        origin = f"{self.path.resolve().name}/{name.as_posix()}"
        return Article(name.with_suffix("").as_posix(), title, text, origin=origin)


def _parted(raw: str) -> tuple[str, str]:
    """Cut a file into title and text."""
    line, _, rest = raw.partition("\n")
    line = line.strip()
    if line.startswith("#") and line.lstrip("#")[:1] in ("", " ", "\t"):
        return line.strip("# \t"), rest.strip("\n")
    blank_below = not rest.partition("\n")[0].strip() and bool(rest.strip())
    # In many files every paragraph is one line; taking the lead paragraph for a title would lose it.
    if line and blank_below and len(line) <= _LONGEST_TITLE and not line.endswith("."):
        return line, rest.strip("\n")
    return "", raw


def create(path: str, fields: Mapping[str, str] | None = None) -> Files:
    """Return the source for the folder or table at `path`; raises `SourceError` for options that cannot be."""
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
    """Return which column gives what of an article; raises `SourceError` for what an article does not have."""
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
