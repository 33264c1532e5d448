"""Rule books: by whose rules an instruction is judged.

`audited` is ours: a verdict is what the instruction says. `ifeval`, `ifbench` and `livebench` reproduce the
published verifiers, defects included. Books chain: what LiveBench did not change is IFBench's, and what IFBench
did not change is IFEval's, so each difference is written once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import BadInstruction, NotInBook, near

if TYPE_CHECKING:
    from collections.abc import Callable

    from .checker import Checker, Quirk
    from .demands import Demands
    from .text.text import Text
    from .verdict import Verdict

CHAINS: dict[str, tuple[str, ...]] = {
    "audited": ("audited",),
    "ifeval": ("ifeval",),
    "ifbench": ("ifbench", "ifeval"),
    "livebench": ("livebench", "ifbench", "ifeval"),
}
"""Each book with the books it falls back on, nearest first."""

BOOKS = tuple(CHAINS)


def chain(book: str) -> tuple[str, ...]:
    """Return the books behind `book`; raises `BadInstruction` for an unknown one."""
    if book not in CHAINS:
        raise BadInstruction(f"unknown rule book {book!r}{near(book, CHAINS)} (books: {', '.join(CHAINS)})")
    return CHAINS[book]


def defined_in(checker: type[Checker]) -> tuple[str, ...]:
    """Return every book that defines the id, chains followed."""
    return tuple(book for book, behind in CHAINS.items() if checker.books.intersection(behind))


@cache
def quirk(checker: type[Checker], book: str) -> Quirk | None:
    """Return how `book` differs from the audited check, or None; raises `NotInBook` for an id outside it."""
    behind = chain(book)
    if not checker.books.intersection(behind):
        raise NotInBook(
            f"{checker.id} is not in the rule book {book!r} (it is in {', '.join(defined_in(checker))}); "
            f"score it with --rules {defined_in(checker)[0]}, or leave the instruction out"
        )
    return next((checker.published[b] for b in behind if b in checker.published), None)


def judge(checker: Checker, book: str) -> Callable[[Text], Verdict]:
    """Return the function that judges a text by `book`.

    Raises `NotInBook`, and `BadInstruction` for parameters the book cannot take: the audited book insists on
    ranges, a published one takes every value its verifier took.
    """
    differs = quirk(type(checker), book)
    if book == "audited":
        why = checker.out_of_range()
    else:
        why = differs.refuses(checker) if differs and differs.refuses else ""
    if why:
        raise BadInstruction(f"{checker.id}: {why} (rule book {book!r})")
    if differs is None:
        return checker.check
    published: Any = differs.check
    return lambda text: published(checker, text)


def demands(checker: Checker, book: str) -> Demands:
    """Return what `book` forces on a text that follows the instruction."""
    differs = quirk(type(checker), book)
    return differs.demands(checker) if differs and differs.demands else checker.demands()
