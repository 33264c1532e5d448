"""Rule books: the rules by which an instruction is verified.

In `audited` a response follows if it does what the instruction's sentence says. `ifeval`, `ifbench`, `livebench` and
`multiif` reproduce the published verifiers, defects included. Books chain: LiveBench falls back on IFBench, IFBench on
IFEval and Multi-IF on IFEval, so each difference is written once.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .errors import BadInstruction, NotInBook, did_you_mean
from .text.plain import fold_literal
from .text.plain.markup import has_markup
from .verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from .checker import Checker, PublishedVariant
    from .demands import Demands
    from .text.text import Text

RuleBook = Literal["audited", "ifeval", "ifbench", "livebench", "multiif"]
"""The name of a rule book."""
BookName: TypeAlias = RuleBook | str
"""What functions take: an editor completes the literals, and a name from a file or an option needs no cast."""

CHAINS: dict[RuleBook, tuple[RuleBook, ...]] = {
    "audited": ("audited",),
    "ifeval": ("ifeval",),
    "ifbench": ("ifbench", "ifeval"),
    "livebench": ("livebench", "ifbench", "ifeval"),
    "multiif": ("multiif", "ifeval"),
}
"""Each book with the books it falls back on, nearest first."""

BOOKS = tuple(CHAINS)

BLANK = "the response is blank"
"""The reason for a response without anything that a reader can see."""
CHECKS_WHITE_SPACE: frozenset[str] = frozenset({"multiif"})
"""Books that verify a response of white space strictly like any other; in the other books it follows nothing."""


def chain(book: BookName) -> tuple[RuleBook, ...]:
    """Return the books behind `book`; raises `BadInstruction` for an unknown one."""
    if book not in CHAINS:
        raise BadInstruction(f"unknown rule book {book!r}{did_you_mean(book, CHAINS)} (books: {', '.join(CHAINS)})")
    return CHAINS[book]


def books_of(checker: type[Checker]) -> tuple[RuleBook, ...]:
    """Return every book that defines the id, chains followed."""
    return tuple(book for book, behind in CHAINS.items() if checker.rule_books.intersection(behind))


@cache
def published_variant(checker: type[Checker], book: str) -> PublishedVariant | None:
    """Return how `book` differs from the audited check, or None.

    Raises `NotInBook` for an id that the book does not define.
    """
    behind = chain(book)
    if not checker.rule_books.intersection(behind):
        raise NotInBook(
            f"{checker.id} is not in the rule book {book!r} (it is in {', '.join(books_of(checker))}); "
            f"score it with --rules {books_of(checker)[0]}, or leave the instruction out"
        )
    return next((checker.published[b] for b in behind if b in checker.published), None)


def check_for(checker: Checker, book: str) -> Callable[[Text], Verdict]:
    """Return the function that verifies a text by `book`.

    Raises `NotInBook`, and `BadInstruction` for parameters that the book cannot take: the audited book checks
    ranges, a published one takes every value that its verifier took.
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
    return partial(differs.check, checker)


def _audited(checker: Checker) -> Callable[[Text], Verdict]:
    """Return the check on the plain text (`Text.plain`), with the literals of the instruction normalised alike.

    Spans lead back into the raw text. An instruction whose own literals have HTML in them is checked with the HTML of
    the text left in.
    """
    values = {name: getattr(checker, name) for name in type(checker).params()}
    unusual = {name: value for name, value in values.items() if not _is_usual(value)}
    markup = checker.reads_html or any(map(_names_html, unusual.values()))
    if unusual:
        checker = type(checker)(**values | {name: _folded(value) for name, value in unusual.items()})

    return partial(check_plain, checker, markup)


def check_plain(checker: Checker, markup: bool, text: Text) -> Verdict:
    """Return the verdict of `checker` on the plain text; `markup` says that HTML is left in."""
    plain = text.folded if markup else text.plain
    if plain is None:
        return checker.check(text)
    if plain.text.blank:
        return Verdict(False, BLANK)
    read = plain.text.with_prompt(text.prompt) if text.prompt else plain.text
    verdict = checker.check(read)
    return verdict.moved(plain.place) if isinstance(verdict, Verdict) else verdict


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
    """Return the demands of the instruction under `book`."""
    differs = published_variant(type(checker), book)
    return differs.demands(checker) if differs and differs.demands else checker.demands()
