"""What the conformance tests are made of: draws, generated texts, claims about demands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any

from .. import rule_books
from ..checker import Checker, PublishedVariant
from ..context import Context
from ..demands import Demands
from ..rule_books.checks import check_for
from ..text.language.chinese import han_spans
from ..text.language.chinese_parts import running_text
from ..text.parts import counted_sentences
from ..text.text import Text
from ..text.word_search import find_words
from ..verdict import Verdict

Check = Callable[[Text], Verdict]

EXAMPLES = 80
"""Generated texts for each property of a checker."""
CONTEXT = Context(
    request="The harbour town opened its library again after storms had closed the street for seven winter weeks. "
    "Farmers and teachers carried furniture through narrow doors while children counted every broken window.\n"
    "Please summarize the opening."
)
"""What the conformance tests draw from."""
_FRAGMENTS = (
    *"\n\r\t *-_<>[](){}\"'“”‘’.,;:!?#1aZé字。\u0301\u200d\ufeff\ud800",
    "\r\n",
    "\n\n",
    "***",
    "---",
    "<<",
    ">>",
    "One. ",
    "* a\n",
    "\n- b",
    "«",
    "http://a.b",
)
_NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
""".split()
_SYNONYMS = {"less than": ("fewer than",)}
"""Other words that state a value: "fewer than 3 times" is the English for the published relation "less than"."""


class OnlyRandom(Random):
    """A generator whose draws all come from `random()`, the one method that no Python version has changed."""

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("__") and name not in ("random", "seed") and hasattr(Random, name):
            raise AssertionError(f"draws with Random.{name}; use random() alone (scorers.text.word_lists helps)")
        return super().__getattribute__(name)


def draws(checker: type[Checker], count: int, salt: str = "") -> Iterator[Checker]:
    """Yield `count` drawn instructions, or those of the good cases in turn if the checker cannot be drawn.

    The same `salt` gives the same instructions.
    """
    if checker.draw_error():
        cases = checker.good
        yield from (checker.from_params(cases[seed % len(cases)].params) for seed in range(count))
        return
    for seed in range(count):
        yield checker.draw(OnlyRandom(f"house/{salt}{seed}"), CONTEXT)


def instances(checker: type[Checker]) -> list[Checker]:
    """Return drawn instructions and those of the good cases."""
    return [*draws(checker, 4), *(checker.from_params(case.params) for case in checker.good)]


def variants(checker: type[Checker]) -> Iterator[tuple[str, PublishedVariant]]:
    """Yield every published book that differs, with its variant or the one it inherits."""
    for book in rule_books.books_of(checker):
        variant = rule_books.published_variant(checker, book)
        if variant is not None:
            yield book, variant


def checks_of(draw: Checker) -> list[tuple[str, Check]]:
    """Return each different check of `draw`, with the name of one book that uses it; not of books that refuse it."""
    entries: dict[int, tuple[str, Check]] = {}
    for book in rule_books.books_of(type(draw)):
        variant = rule_books.published_variant(type(draw), book)
        refused = variant.refuses(draw) if variant and variant.refuses else ""
        if not (draw.range_error() if book == "audited" else refused):
            entries.setdefault(id(variant), (book, check_for(draw, book)))
    return list(entries.values())


def pinning(checker: type[Checker], name: str, value: Any) -> list[Any]:
    """Return the narrowest limit of a parameter that still lets `value` (or as long a list) be drawn."""
    param = checker.params()[name]
    size = len(value) if isinstance(value, tuple) else 0
    fitting = [limit for limit in ([value, value], [value], [size, size]) if not param.describe_bad_limit(limit)]
    assert fitting, f"no limit pins {name} to {value!r}: {param.describe_bad_limit([value, value])}"
    assert param.describe_bad_limit("?"), f"{name} takes '?' as a limit"
    return fitting[0]


def contains_value(sentence: str, value: Any) -> bool:
    """Return whether `sentence` contains `value`: a number as digits or as a word, every item of a list."""
    if isinstance(value, tuple):
        return all(contains_value(sentence, item) for item in value)
    if isinstance(value, int | float):
        spelled = [_NUMBERS[int(value)]] if value in range(len(_NUMBERS)) else []
        return any(
            re.search(rf"(?<![\w.]){re.escape(form)}(?!\w)", sentence, re.IGNORECASE)
            for form in (f"{value:g}", *spelled)
        )
    return any(form in sentence for form in (str(value).strip(), *_SYNONYMS.get(value, ())))


def for_texts(checker: type[Checker], claim: Callable[[str, int], None]) -> None:
    """Call `claim` with many texts, made of odd fragments and of pieces of the checker's cases, and with a number."""
    cases = (*checker.good, *checker.bad)
    always = ("", " \n", "\ud800", "\x00", "".join(_FRAGMENTS), *(case.text for case in cases))
    for number, raw in enumerate(always * 4):
        claim(raw, number)
    pieces = sorted({piece for case in cases for piece in re.findall(r"\s+|\w+|[^\w\s]+", case.text)}) or [""]
    rng = Random(checker.id)
    for number, fragments in enumerate(_fragment_lists(EXAMPLES)):
        claim("".join(pieces[int(rng.random() * len(pieces))] if one is None else one for one in fragments), number)


@cache
def _fragment_lists(count: int) -> list[list[str | None]]:
    """Return about `count` lists of odd fragments and characters, None for a piece of the checker's own cases.

    The same for every checker: to draw a text costs Hypothesis ten times what it costs to verify it.
    """
    from hypothesis import given, settings
    from hypothesis import strategies as st

    named = st.sampled_from([*_FRAGMENTS, *(None for _ in _FRAGMENTS)])
    fragment = st.one_of(named, st.text(st.characters(), max_size=4))
    found: list[list[str | None]] = []

    @settings(max_examples=count, deadline=None, database=None, derandomize=True)
    @given(st.lists(fragment, max_size=20))
    def collect(fragments: list[str | None]) -> None:
        found.append(fragments)

    collect()
    return found


def unmet(demands: Demands, raw: str) -> str:
    """Return which of `demands` a text does not meet, as far as `Text` can show it, or ""."""
    text = Text(raw)
    if demands.prose == "zh":  # Chinese titles and numbers of parts are no sentences
        text = running_text(text)
    cuts = (
        ("words", text.words),
        ("characters", han_spans(raw)),
        ("bullets", text.bullets),
    )
    fewest, most = len(counted_sentences(text)), len(text.sentences)  # without labels and the like, and with them
    if most < demands.sentences.low or fewest not in demands.sentences._replace(low=0):
        return f"{demands.sentences} sentences, it has {fewest} to {most}"
    for name, cut in cuts:
        if len(cut) not in getattr(demands, name):
            return f"{getattr(demands, name)} {name}, it has {len(cut)}"
    for word, between in demands.counts:
        if len(find_words(raw, (word,))) not in between:
            return f"{word!r} {between} times, it occurs {len(find_words(raw, (word,)))} times"
    for letter, between in demands.letters:
        if raw.lower().count(letter.lower()) not in between:
            return f"{letter!r} {between} times, it occurs {raw.lower().count(letter.lower())} times"
    missing = [word for word in demands.contains if not find_words(raw, (word,))]
    missing += [part for part in demands.parts if part.lower() not in raw.lower()]
    present = [word for word in demands.excludes if find_words(raw, (word,))]
    present += [character for character in demands.lacks if character in raw]
    return f"{missing[0]!r} in it" if missing else f"no {present[0]!r} in it" if present else ""
