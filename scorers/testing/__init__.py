"""The conformance tests: what every checker must satisfy, built-in or of a plug-in; needs pytest and hypothesis.

The test file of a plug-in:

    from scorers.testing import conformance_tests

    test_shout = conformance_tests("acme:shout")
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps

from ..catalog import describe_malformed, load, read, source_of
from ..checker import Case, Checker
from ..context import Context
from ..rule_books.checks import check_for
from ..text.text import Text
from ..verifier import verify
from ..witnesses.search import search
from .speed import find_slow, mark_texts, prose_texts
from .tools import (
    CONTEXT,
    OnlyRandom,
    checks_of,
    contains_value,
    draws,
    for_texts,
    instances,
    pinning,
    unmet,
    variants,
)

ConformanceTest = Callable[[type[Checker]], None]


class _Blame:
    """Names the checker's file in whatever goes wrong inside."""

    def __init__(self, checker: type[Checker], test: str) -> None:
        self._where = f"{source_of(checker)}: {checker.id}: {test}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if not isinstance(error, Exception):
            return
        what = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
        raise AssertionError(f"{self._where}: {what}") from error


def _conformance(test: ConformanceTest) -> ConformanceTest:
    @wraps(test)
    def run_test(checker: type[Checker]) -> None:
        if skip_reason(test, checker):
            return
        with _Blame(checker, test.__name__):
            test(checker)

    CONFORMANCE_TESTS.append(run_test)
    return run_test


CONFORMANCE_TESTS: list[ConformanceTest] = []
"""Every conformance test; the first failure of a checker is the most informative one."""
_OF_DRAWING = ("draws_are_repeatable", "draws_keep_limits", "has_witnesses")


def skip_reason(test: ConformanceTest, checker: type[Checker]) -> str:
    """Return why `test` does not apply to `checker`, or "" if it does: drawing and `repair` are optional."""
    if test.__name__ in _OF_DRAWING:
        return checker.draw_error() and f"not drawn: it {checker.draw_error()}"
    if test.__name__ == "repairs_any_text" and checker.repair is Checker.repair:
        return "it has no repair()"
    return ""


def conformance_tests(*ids: str) -> Callable[..., None]:
    """Return one test function that pytest runs for each of `ids` and each conformance test."""
    import pytest

    @pytest.mark.parametrize("conformance_test", CONFORMANCE_TESTS, ids=lambda test: test.__name__)
    @pytest.mark.parametrize("id", ids)
    def test(id: str, conformance_test: ConformanceTest) -> None:
        checker = load(id)
        reason = skip_reason(conformance_test, checker)
        if reason:
            pytest.skip(reason)
        conformance_test(checker)

    return test


@_conformance
def well_formed(checker: type[Checker]) -> None:
    """Id and file agree; what people read is written as sentences."""
    assert load(checker.id) is checker, "the catalogue knows another class of this id"
    family, _, name = checker.id.partition(":")
    why = describe_malformed(checker, family, name.replace("-", "_"))
    assert not why, f"{checker.__name__} {why}"
    assert re.fullmatch(r"(?:[A-Z][a-z0-9]*)+", checker.__name__), f"class name {checker.__name__!r} is no CapWords"
    assert _is_prose(checker.__doc__ or ""), f"its docstring is not a sentence: {checker.__doc__!r}"
    assert type(checker.version) is int, f"version is {checker.version!r}, not a whole number"
    assert checker.version >= 1, f"version is {checker.version}, not 1 or more"
    for param_name, param in checker.params().items():
        assert re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]*", param_name), f"parameter name {param_name!r}"
        assert param.doc.strip(), f"parameter {param_name} has no description"
    for book, variant in checker.published.items():
        assert _is_prose(variant.why), f"the published variant of {book} has no sentence in `why`: {variant.why!r}"
        assert variant.source.strip(), f"the published variant of {book} names no source"
    for sentence in sorted({draw.describe() for draw in draws(checker, 10)}):
        assert sentence == sentence.strip(), f"describe() has white space around it: {sentence!r}"
        assert not sentence[:1].islower(), f"describe() starts without a capital: {sentence!r}"


@_conformance
def cases_hold(checker: type[Checker]) -> None:
    """Good cases follow and bad ones do not, in the audited book and in each published one."""
    cases = [("audited", case, True) for case in checker.good] + [("audited", case, False) for case in checker.bad]
    for book, variant in variants(checker):
        cases += [(book, case, True) for case in variant.good] + [(book, case, False) for case in variant.bad]
    for book, case, follows in cases:
        record = {"id": checker.id, **case.params}
        [verdict] = verify(case.text, [record], prompt=case.prompt, rules=book)
        wanted = "follows" if follows else "does not follow"
        assert verdict.followed is follows, f"{case!r} {wanted} in {book}, but the verdict says: {verdict.reason}"


@_conformance
def good_cases_meet_demands(checker: type[Checker]) -> None:
    """No good case breaks the demands of its instruction."""
    for case in checker.good:
        lie = unmet(checker.from_params(case.params).demands(), case.text)
        assert not lie, f"{case!r} follows, yet the instruction demands {lie}"


@_conformance
def variants_differ(checker: type[Checker]) -> None:
    """Each published difference has a case with another audited verdict, or one that the audited book refuses."""
    for book, variant in variants(checker):
        cases = [(case, True) for case in variant.good] + [(case, False) for case in variant.bad]
        differing = [case for case, followed in cases if _follows_audited(checker, case) is not followed]
        assert differing or variant.refuses, (
            f"no case of the published variant of {book} differs from the audited verdict"
        )


@_conformance
def draws_are_repeatable(checker: type[Checker]) -> None:
    """The same seed gives the same instruction, from `random()` alone, inside its own ranges."""
    drawn = list(draws(checker, 40))
    assert drawn == list(draws(checker, 40)), "the same seed draws another instruction"
    for draw in drawn:
        assert type(draw) is checker, f"draw() returns a {type(draw).__name__}"
        assert not draw.range_error(), f"draw() draws out of range: {draw.range_error()}"
    varying = set(checker.params()).difference(checker.shown_in_request)
    assert not varying or len(set(drawn)) > 1, "draw() draws the same parameters every time"


@_conformance
def draws_keep_limits(checker: type[Checker]) -> None:
    """`Context.limits` narrows every parameter to the values it names."""
    for seed, wanted in enumerate(draws(checker, 8)):
        values = {name: getattr(wanted, name) for name in checker.params() if name not in checker.shown_in_request}
        limits = {name: pinning(checker, name, value) for name, value in values.items()}
        drawn = checker.draw(OnlyRandom(f"other {seed}"), Context(CONTEXT.request, limits=limits))
        for name, value in values.items():
            got = getattr(drawn, name)
            same = len(got) == len(value) if isinstance(value, tuple) else got == value
            assert same, f"limits of {limits} for {name} draw {got!r}"


@_conformance
def survives_json(checker: type[Checker]) -> None:
    """An instruction comes back from its JSON record, with and without defaults."""
    for draw in instances(checker):
        for defaults in (True, False):
            record = json.loads(json.dumps(draw.to_json(defaults=defaults)))
            assert read(record) == draw, f"{record} reads as {read(record)}, not as {draw}"


@_conformance
def describes_its_parameters(checker: type[Checker]) -> None:
    """The sentence in the prompt, or the request above it, contains every value that is checked."""
    for draw in instances(checker):
        for name in checker.params():
            value = getattr(draw, name)
            shown = name in checker.shown_in_request or contains_value(draw.describe(), value)
            assert shown, f"{name}={value!r} is not in describe(): {draw.describe()!r}"


@_conformance
def checks_any_text(checker: type[Checker]) -> None:
    """Every book verifies any Unicode text, the same each time, with spans inside the text and a printable reason."""
    ways = [(draw, book, check) for draw in instances(checker) for book, check in checks_of(draw)]

    def check_text(raw: str, number: int) -> None:
        draw, book, check = ways[number % len(ways)]
        text = Text(raw, CONTEXT.request)
        first, second, fresh = check(text), check(text), check(Text(raw, CONTEXT.request))
        other = check_for(read(draw.to_json()), book)(Text(raw, CONTEXT.request))
        assert first == second == fresh == other, f"{draw} gives {raw!r} different verdicts from call to call ({book})"
        assert type(first.followed) is bool, f"`followed` is {first.followed!r}"
        assert first.reason.strip(), f"{draw} gives no reason for {raw!r} ({book})"
        assert first.reason.isprintable(), f"{draw} gives a reason that cannot be shown: {first.reason!r}"
        assert len(first.spans) <= first.span_count, f"{draw} counts {first.span_count} of {len(first.spans)} spans"
        for start, end in first.spans:
            assert 0 <= start < end <= len(raw), f"{draw} marks [{start}, {end}) of {raw!r} ({book})"

    for_texts(checker, check_text)


@_conformance
def grows_linearly(checker: type[Checker]) -> None:
    """Four times the text costs at most six times the time, in every book: long runs of marks."""
    slow = find_slow(list(mark_texts(checker)))
    assert not slow, f"slow: {slow}"


@_conformance
def grows_linearly_on_prose(checker: type[Checker]) -> None:
    """The same on the checker's own cases and on real sentences, repeated."""
    slow = find_slow(list(prose_texts(checker)))
    assert not slow, f"slow: {slow}"


@_conformance
def repairs_any_text(checker: type[Checker]) -> None:
    """`repair` makes any text follow, and leaves alone one that does; what follows meets the demands."""
    ways = [draw for draw in instances(checker) if not draw.range_error()]

    def repair_text(raw: str, number: int) -> None:
        draw = ways[number % len(ways)]
        done = draw.repair(raw)
        verdict = draw.check(Text(done, CONTEXT.request))
        assert verdict.followed, f"{draw} repairs {raw!r} to {done!r}, which fails: {verdict.reason}"
        same = done == raw or not draw.check(Text(raw, CONTEXT.request)).followed
        assert same, f"{draw} repairs {raw!r}, which follows, to {done!r}"
        lie = unmet(draw.demands(), done)
        assert not lie, f"{draw} follows with {done!r}, yet demands {lie}"

    for_texts(checker, repair_text)


@_conformance
def has_witnesses(checker: type[Checker]) -> None:
    """Every drawn instruction has a text that follows it, in every book."""
    for draw in draws(checker, 12):
        for book, _ in checks_of(draw):
            found = search([draw], prompt=CONTEXT.request, rules=book)
            assert found.text is not None, f"{draw} has no witness in {book}: {found.impossible or 'none was found'}"
            [verdict] = verify(found.text, [draw], prompt=CONTEXT.request, rules=book)
            assert verdict.followed, f"the witness {found.text!r} of {draw} fails in {book}: {verdict.reason}"


def _is_prose(text: str) -> bool:
    first = text.strip().partition("\n\n")[0].rstrip()
    return bool(first) and first[0].isupper() and first[-1] in ".:"


def _follows_audited(checker: type[Checker], case: Case) -> bool | None:
    instruction = checker.from_params(case.params)
    if instruction.range_error():
        return None
    return verify(case.text, [instruction], prompt=case.prompt)[0].followed
