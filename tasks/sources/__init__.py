"""Article sources: one module for each, with `create(**options) -> ArticleSource`.

The built-in sources are the modules of this folder. Another distribution adds one with an entry point of the group
`ifharness.sources`: its name is the name of the source, its value a module with `create`.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from scorers.errors import BadPlugin, did_you_mean
from scorers.plugins import SOURCES, find_name_clashes, find_plugins, load_plugin

from ..article import Article, UnreadArticle
from ..errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..article import ArticleSource


def source_names() -> list[str]:
    """Return the names of all sources, built-in ones and plug-ins."""
    return sorted({*_built_in(), *find_plugins(SOURCES)})


def load_source(name: str, options: Mapping[str, Any] | None = None) -> ArticleSource:
    """Return the source called `name`, created with `options`.

    Raises `SourceError` for an unknown name, a plug-in that cannot be loaded, an unknown or missing option, or an
    invalid value.
    """
    create = _find_create(name)
    given = dict(options or {})
    _check_options(name, create, given)
    source: ArticleSource = create(**given)
    if not callable(getattr(source, "articles", None)):
        raise SourceError(f"article source {name!r}: create returned {source!r:.60}, which has no method articles()")
    return source


def read_articles(name: str, options: Mapping[str, Any] | None = None) -> Iterator[Article]:
    """Yield the articles of the source called `name`, an `UnreadArticle` for each page that could not be read.

    Raises `SourceError` as `load_source` does, and for a source that yields nothing, something that is no article, or
    two articles of one id.
    """
    seen: set[str] = set()
    first_unread = ""
    for article in load_source(name, options).articles():
        if not isinstance(article, Article):
            raise SourceError(f"article source {name!r} yields {article!r:.60}, which is no Article")
        if isinstance(article, UnreadArticle):
            first_unread = first_unread or article.reason
            yield article
            continue
        if article.id in seen:
            raise SourceError(
                f"article source {name!r} yields two articles of the id {article.id!r}; ids must differ, because "
                "results refer to articles by them"
            )
        seen.add(article.id)
        yield article
    if not seen:
        why = f"; none of its pages could be read: {first_unread}" if first_unread else ""
        raise SourceError(f"article source {name!r} found no articles{why}; check its options, such as dates and names")


def _find_create(name: str) -> Callable[..., Any]:
    if name in _built_in():
        module = import_module(f"{__name__}.{name}")
    elif name in find_plugins(SOURCES):
        try:
            module = load_plugin(SOURCES, name)
        except BadPlugin as error:
            raise SourceError(f"article source {name!r}: {error}") from error
    else:
        known = source_names()
        raise SourceError(f"unknown article source {name!r}{did_you_mean(name, known)} (sources: {', '.join(known)})")
    clash = find_name_clashes(SOURCES, _built_in()).get(name)
    if clash:
        raise SourceError(f"article source {name!r}: {clash}")
    create = getattr(module, "create", None)
    if not callable(create):
        raise SourceError(f"article source {name!r}: {module.__file__} has no function create(**options)")
    return create  # type: ignore[no-any-return]  # what a module holds has no static type


def _check_options(name: str, create: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Raise `SourceError` if `given` does not match the parameters of `create`."""
    params = signature(create).parameters.values()
    known = [p.name for p in params if p.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)]
    if not any(p.kind is Parameter.VAR_KEYWORD for p in params):
        for option in given:
            if option not in known:
                takes = f"it takes {', '.join(known)}" if known else "it takes none"
                raise SourceError(
                    f"article source {name!r} has no option {option!r}{did_you_mean(option, known)} ({takes})"
                )
    missing = [p.name for p in params if p.name in known and p.default is Parameter.empty and p.name not in given]
    if missing:
        raise SourceError(f"article source {name!r} needs the option {' and '.join(map(repr, missing))}")


@cache
def _built_in() -> tuple[str, ...]:
    found = pkgutil.iter_modules(__path__)
    return tuple(info.name for info in found if not info.ispkg and not info.name.startswith("_"))
