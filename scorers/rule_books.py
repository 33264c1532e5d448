"""Rule books: by whose rules an instruction is judged.

`audited` is ours: a verdict is what the instruction says. `ifeval`, `ifbench` and `livebench` reproduce the
published verifiers, defects included. Books chain: what LiveBench did not change is IFBench's, and what IFBench
did not change is IFEval's, so each difference is written once.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import BadInstruction, NotInBook, did_you_mean
from .text.markup import has_markup
from .text.plain import fold_literal
from .verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from .checker import Checker, PublishedVariant
    from .demands import Demands
    from .text.text import Text

CHAINS: dict[str, tuple[str, ...]] = {
    "audited": ("audited",),
    "ifeval": ("ifeval",),
    "ifbench": ("ifbench", "ifeval"),
    "livebench": ("livebench", "ifbench", "ifeval"),
}
"""Each book with the books it falls back on, nearest first."""

BOOKS = tuple(CHAINS)

BLANK = "the response is blank"
"""The reason for a response without anything that a reader can see."""


def chain(book: str) -> tuple[str, ...]:
    """Return the books behind `book`; raises `BadInstruction` for an unknown one."""
    if book not in CHAINS:
        raise BadInstruction(f"unknown rule book {book!r}{did_you_mean(book, CHAINS)} (books: {', '.join(CHAINS)})")
    return CHAINS[book]


def books_of(checker: type[Checker]) -> tuple[str, ...]:
    """Return every book that defines the id, chains followed."""
    return tuple(book for book, behind in CHAINS.items() if checker.rule_books.intersection(behind))


@cache
def published_variant(checker: type[Checker], book: str) -> PublishedVariant | None:
    """Return how `book` differs from the audited check, or None; raises `NotInBook` for an id outside it."""
    behind = chain(book)
    if not checker.rule_books.intersection(behind):
        raise NotInBook(
            f"{checker.id} is not in the rule book {book!r} (it is in {', '.join(books_of(checker))}); "
            f"score it with --rules {books_of(checker)[0]}, or leave the instruction out"
        )
    return next((checker.published[b] for b in behind if b in checker.published), None)


def check_for(checker: Checker, book: str) -> Callable[[Text], Verdict]:
    """Return the function that judges a text by `book`.

    Raises `NotInBook`, and `BadInstruction` for parameters the book cannot take: the audited book insists on
    ranges, a published one takes every value its verifier took.
    """
    differs = published_variant(type(checker), book)
    if book == "audited":
        why = checker.range_error()
    else:
        why = differs.refuses(checker) if differs and differs.refuses else ""
    if why:
        raise BadInstruction(f"{checker.id}: {why} (rule book {book!r})")
    if book == "audited":
        return _audited(checker)
    if differs is None:
        return checker.check
    published: Any = differs.check
    return lambda text: published(checker, text)


def _audited(checker: Checker) -> Callable[[Text], Verdict]:
    """Return the check on the plain text (`Text.plain`), with the literals of the instruction normalised alike.

    Spans lead back into the raw text. An instruction whose own literals have HTML in them is checked with the HTML of
    the text left in.
    """
    unusual = {name: value for name in _names(type(checker)) if not _is_usual(value := getattr(checker, name))}
    markup = any(map(_names_html, unusual.values()))
    if unusual:
        checker = replace(checker, **{name: _folded(value) for name, value in unusual.items()})

    def judge(text: Text) -> Verdict:
        plain = text.folded if markup else text.plain
        if plain is None:
            return checker.check(text)
        if plain.text.blank:
            return Verdict(False, BLANK)
        read = plain.text.with_prompt(text.prompt) if text.prompt else plain.text
        return checker.check(read).moved(plain.place)

    return judge


@cache
def _names(checker: type[Checker]) -> tuple[str, ...]:
    return tuple(spec.name for spec in fields(checker))


def _is_usual(value: object) -> bool:
    """True unless `value` is a text, or a list of texts, that may change when it is normalised."""
    if type(value) is tuple:
        return all(map(_is_usual, value))
    return type(value) is not str or (value.isascii() and "<" not in value and "&" not in value)


def _names_html(value: object) -> bool:
    if type(value) is tuple:
        return any(map(_names_html, value))
    return type(value) is str and has_markup(value)


def _folded(value: Any) -> Any:
    if type(value) is tuple:
        return tuple(map(_folded, value))
    return fold_literal(value) if type(value) is str else value


def demands(checker: Checker, book: str) -> Demands:
    """Return what `book` forces on a text that follows the instruction."""
    differs = published_variant(type(checker), book)
    return differs.demands(checker) if differs and differs.demands else checker.demands()
