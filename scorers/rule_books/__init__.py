"""Rule books: the rules by which an instruction is verified.

In `audited` a response follows if it does what the instruction's sentence says. `ifeval`, `ifbench`, `livebench` and
`multiif` reproduce the published verifiers, defects included. Books chain: LiveBench falls back on IFBench, IFBench on
IFEval and Multi-IF on IFEval, so each difference is written once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..errors import BadInstruction, NotInBook, did_you_mean

if TYPE_CHECKING:
    from ..checker import Checker, PublishedVariant
    from ..demands import Demands

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


def demands(checker: Checker, book: str) -> Demands:
    """Return the demands of the instruction under `book`."""
    differs = published_variant(type(checker), book)
    return differs.demands(checker) if differs and differs.demands else checker.demands()
