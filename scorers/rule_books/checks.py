"""The function that verifies a text by a rule book; the audited one reads the text as a person sees it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import BadInstruction
from ..text.plain import fold_literal
from ..text.plain.markup import has_markup
from ..verdict import Verdict
from . import published_variant

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..checker import Checker
    from ..text.text import Text

BLANK = "the response is blank"
"""The reason for a response without anything that a reader can see."""


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
        return _make_audited_check(checker)
    if differs is None:
        return checker.check
    return partial(differs.check, checker)


def _make_audited_check(checker: Checker) -> Callable[[Text], Verdict]:
    """Return the check on the plain text (`Text.plain`), with the literals of the instruction normalised alike.

    Spans lead back into the raw text. An instruction whose own literals have HTML in them is checked with the HTML of
    the text left in.
    """
    values = {name: getattr(checker, name) for name in type(checker).params()}
    unusual = {name: value for name, value in values.items() if not _is_usual(value)}
    markup = checker.reads_html or any(map(_names_html, unusual.values()))
    if unusual:
        checker = type(checker)(**values | {name: _fold_value(value) for name, value in unusual.items()})

    return partial(check_plain, checker, markup)


def check_plain(checker: Checker, markup: bool, text: Text) -> Verdict:
    """Return the verdict of `checker` on the plain text; `markup` says that HTML is left in."""
    plain = text.folded_text if markup else text.plain
    if plain is None:
        return checker.check(text)
    if plain.text.blank:
        return Verdict(False, BLANK)
    read = plain.text.with_prompt(text.prompt) if text.prompt else plain.text
    verdict = checker.check(read)
    return verdict.move_spans(plain.place) if isinstance(verdict, Verdict) else verdict


def _is_usual(value: object) -> bool:
    """True unless `value` is a text, or a list of texts, that may change when it is normalised."""
    if type(value) is tuple:
        return all(map(_is_usual, value))
    return type(value) is not str or (value.isascii() and "<" not in value and "&" not in value)


def _names_html(value: object) -> bool:
    if type(value) is tuple:
        return any(map(_names_html, value))
    return type(value) is str and has_markup(value)


def _fold_value(value: Any) -> Any:
    if type(value) is tuple:
        return tuple(map(_fold_value, value))
    return fold_literal(value) if type(value) is str else value
