"""The speed of a checker: how its time grows with the text, measured in a process that can be killed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from ..checker import Case, Checker
from ..text.text import Text
from .tools import CONTEXT, Check, checks_of, draws, instances

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LONG = 20_000
"""Characters of the longer text."""
TIMES = 4
"""How much longer than the shorter text it is: a square costs 16 times as much, what grows linearly 4 times."""
MOST = 6
"""How many times as much it may cost."""
QUICK = 0.005
"""Seconds of processor time under which the longer text is fast, whatever the ratio."""
DEADLINE = 30.0
"""Seconds after which the measurement of one text is killed."""
UNITS = ("\n", "*", "[", '"', "1", " ", "a. ", "<<", "\n-", "字", ">", "-", "\n\n", "«’", "<<1", "* ")
"""Each is repeated up to a long text."""
HEADS = ("", "<<", "* ", "http://", "(")
"""What the long texts begin with, in turn."""
PROSE = (
    "The harbour town opened its library again, after storms had closed the street for seven weeks. ",
    "the farmers carried old furniture through narrow doors while children counted every broken window ",
    "Der Rat eröffnete im März 2024 die Brücke über den Fluss; 12,5 Millionen Euro hatte sie gekostet. ",
    "市议会在三月开放了跨河大桥，居民们说：“等了七年。”",
    '**Costs**\n\n* steel: $4.5m\n* work: [name], see http://example.org/a?b=1\n\n1. "Why?" she asked...\n\n',
)
"""Sentences as they are really written; each is repeated up to a long text."""


class LongText(NamedTuple):
    """One measurement: a check, and the long text that it gets."""

    label: str
    check: Check
    head: str
    unit: str
    tail: str = ""

    def of_length(self, length: int) -> str:
        """Return the text: the head, the unit repeated, the tail."""
        room = length - len(self.tail)
        return (self.head + self.unit * (room // len(self.unit) + 1))[:room] + self.tail

    def __str__(self) -> str:
        tail = f" and then {self.tail!r}" if self.tail else ""
        return f"{self.label} on {self.head!r} and then many {self.unit!r:.120}{tail}"


def mark_texts(checker: type[Checker]) -> Iterator[LongText]:
    """Yield the measurements on long runs of marks, in every book."""
    for place, unit in enumerate(UNITS):
        for draw in draws(checker, 1, salt=unit):
            for book, check in checks_of(draw):
                yield LongText(f"{draw} ({book})", check, HEADS[place % len(HEADS)], unit)


def prose_texts(checker: type[Checker]) -> Iterator[LongText]:
    """Yield the measurements on the checker's own cases and on real sentences, repeated, in every book."""
    cases = [*checker.good, *checker.bad]
    for variant in checker.published.values():
        cases += [*variant.good, *variant.bad]
    units = dict.fromkeys(
        (case.text, tuple(case.params.items())) for case in cases if case.text.strip() and _is_flat(case)
    )
    for place, (text, params) in enumerate(units):
        for book, check in checks_of(instance := checker.from_params(dict(params))):
            yield LongText(
                f"{instance} ({book})", check, "", text + ("\n\n", " ")[place % 2], ("", "!")[place // 2 % 2]
            )
    for unit in PROSE:
        for instance in dict.fromkeys((instances(checker)[0], instances(checker)[-1])):
            for book, check in checks_of(instance):
                yield LongText(f"{instance} ({book})", check, "", unit, "!")


def _is_flat(case: Case) -> bool:
    return all(not isinstance(value, list | dict) for value in case.params.values())


def find_slow(texts: list[LongText]) -> str:
    """Return which of `texts` is slow, and how, or "".

    Measures in a forked process, which is killed if it does not finish one text before the deadline: an expression
    that backtracks without end holds a process and cannot be interrupted from within on every system.
    """
    if sys.platform == "win32":
        return next((f"{text}: {slow}" for text in texts if (slow := superlinear(text))), "")
    import warnings
    from multiprocessing import get_context

    context = get_context("fork")  # the checks are closures of a class that no other process may be able to import
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_measure, args=(theirs, texts), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child computes, and takes no lock of another thread
        worker.start()
    theirs.close()
    try:
        for text in texts:
            if not ours.poll(DEADLINE):
                return f"{text}: not finished after {DEADLINE:g} s, and killed"
            slow = ours.recv()
            if slow:
                return f"{text}: {slow}"
    except EOFError:
        return f"{text}: the check raised an error or ended its process"
    finally:
        worker.kill()
        worker.join()
        ours.close()
    return ""


def _measure(results: Connection, texts: list[LongText]) -> None:
    for text in texts:
        results.send(superlinear(text))


def superlinear(text: LongText) -> str:
    """Return how the time grows with the text if, three times measured, it grows more than `MOST` times; else ""."""
    for _ in range(3):
        long = _seconds(text, LONG)
        if long <= QUICK:
            return ""
        short = _seconds(text, LONG // TIMES)
        if long <= MOST * max(short, QUICK / MOST):
            return ""
    return f"{short:.3f} s for {LONG // TIMES} characters, {long:.3f} s for {LONG}"


def _seconds(text: LongText, length: int) -> float:
    cut = Text(text.of_length(length), CONTEXT.request)
    # The collector's work grows with all that the process holds, which the check does not cause.
    collecting = gc.isenabled()
    gc.disable()
    try:
        began = process_time()
        text.check(cut)
        return process_time() - began
    finally:
        if collecting:
            gc.enable()
