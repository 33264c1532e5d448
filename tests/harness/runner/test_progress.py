"""What is told while a run asks: lines for a log, figures under a bar for a screen."""

from __future__ import annotations

import io
import os
import pty
import re
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest

from harness.adapters.base import Response
from harness.config.prices import Prices
from harness.runner.limits.budget import Budget, BudgetLimits
from harness.runner.progress.display import Progress

CODES = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")
PRICES = Prices(input=1.0, output=2.0, date="2026-01-31")
SCORE = SimpleNamespace(
    add=lambda _: None, tick=lambda: None, close=lambda: None, describe=lambda: "IF so far 71.3 ± 3.9 (212 scored)"
)
SLOW = SimpleNamespace(in_flight=1100, longest=3.0, why="of 2000, reduced after rate limits")


def answer(text="Fine.", cost=None, tokens=30):
    usage = {"input": tokens // 3, "output": tokens - tokens // 3} if tokens else None
    return Response("s", 0, text, "m", usage=usage, cost=cost)


def shown(play, monkeypatch, *, width=80, term="xterm-256color", **environment):
    """Return what a terminal gets while `play` tells a progress that writes to it."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": term, "COLUMNS": str(width), **environment}.items():
        monkeypatch.setenv(name, value)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream, os.fdopen(ours, "rb", buffering=0) as screen:
        progress = Progress(stream=stream, live=SCORE)
        play(progress)
        progress.stop()
        os.write(theirs, b"THE END")
        told = b""
        while not told.endswith(b"THE END"):
            told += screen.read(100_000)
    return told.decode()


def full(progress, budget=None):
    progress.start(12_345, 1_000, SLOW, budget)
    for n in range(40):
        progress.add_response(answer(text="" if n % 20 == 0 else "Fine.", cost=0.0001))
    progress.add_failure("timeout", 0.5)
    progress.add_failure("rate_limited")
    for _ in range(30):
        progress.trouble("rate_limited")
    progress.trouble("unavailable")
    time.sleep(0.01)
    progress.note("note [red]")
    progress.tick()


@pytest.mark.parametrize("no_colour", [False, True])
def test_a_screen_gets_a_bar_and_figures_within_its_width(monkeypatch, no_colour):
    budget = Budget(BudgetLimits(PRICES, max_cost=2.5, max_tokens=9_000_000, max_output=100), cost=0.41, tokens=123_456)
    told = shown(lambda progress: full(progress, budget), monkeypatch, **({"NO_COLOR": "1"} if no_colour else {}))
    assert bool(re.search(r"\x1b\[[\d;]*m", told)) is not no_colour
    lines = CODES.sub("", told).replace("THE END", "").splitlines()
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for part in (
        "1040 of 12345 done, ",
        " left",
        "1100 in flight (of 2000, reduced after rate limits), ",
        " tokens/s",
        "$0.4100 of $2.5000, 123,456 of 9,000,000 tokens, IF so far 71.3 ± 3.9 (212",
        "2 failed (timeout 1, rate_limited 1), 31 retried (rate_limited 30,",
        "2 blank",
        "note [red]",
    ):
        assert part in text, part


def test_a_terminal_that_vanishes_ends_no_run(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    before = sys.stderr
    ours, theirs = pty.openpty()
    with suppress(OSError), os.fdopen(theirs, "w") as stream:  # closing writes what could not be written
        progress = Progress(stream=stream)
        progress.start(5, 0)
        os.close(ours)  # every later write is an input/output error
        with pytest.raises(OSError):  # noqa: PT011 - its number depends on the platform
            stream.write("x" * 100_000)
        progress.add_response(answer())
        progress.tick()
        progress.note("still here")
        progress.stop()
        progress = None
    assert progress is None
    assert sys.stderr is before


def test_a_narrow_screen_is_no_error(monkeypatch):
    lines = CODES.sub("", shown(full, monkeypatch, width=34)).splitlines()
    assert max(len(line.replace("THE END", "")) for line in lines) <= 34


def test_a_dumb_terminal_gets_lines(monkeypatch):
    told = shown(full, monkeypatch, term="dumb")
    assert "\x1b" not in told
    assert "12345 responses to request, 1000 of them completed before" in told


def lines_of(play, monkeypatch, every=0.0):
    monkeypatch.setattr("harness.runner.progress.display.EVERY", every)
    told = io.StringIO()
    progress = Progress(stream=told)
    play(progress)
    progress.stop()
    progress.stop()
    return told.getvalue().splitlines()


def test_lines_hold_no_control_codes(monkeypatch):
    def play(progress):
        progress.start(100, 20)
        progress.add_response()
        progress.note("see \x1b]0;title\x07 [red]")

    lines = lines_of(play, monkeypatch)
    assert len(lines) == 4
    assert lines[1].startswith("21 of 100 done, ")
    assert lines[2] == r"see \x1b]0;title\x07 [red]"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([answer()], "cost unknown"),
        ([answer(cost=0.25)], "$0.2500"),
        ([answer(cost=0.25), answer()], "$0.2500 and 1 responses of unknown cost"),
    ],
)
def test_a_price_that_is_not_known_is_unknown_and_not_nothing(monkeypatch, answers, told):
    def play(progress):
        progress.start(5, 0)
        for one in answers:
            progress.add_response(one)

    last = lines_of(play, monkeypatch)[-1]
    assert told in last
    assert "$0.0000" not in last


def test_where_all_that_is_left_waits_no_time_left_is_told(monkeypatch):
    idle = SimpleNamespace(in_flight=0, longest=0.0, why="of 8, reduced after rate limits")

    def play(progress):
        progress.start(1, 0, idle)
        time.sleep(0.01)
        monkeypatch.setattr("harness.runner.progress.counters.EVERY", 0.001)
        progress.tick()

    begun, told, *_ = lines_of(play, monkeypatch)
    assert begun == "1 response to request"
    assert "0 in flight (of 8, reduced after rate limits), what is left has to wait" in told
    assert " left," not in told.replace("what is left has", "")


def test_who_makes_no_tokens_costs_nothing_to_tell(monkeypatch):
    def play(progress):
        progress.start(5, 0)
        progress.add_response(answer(tokens=0))

    assert "cost" not in lines_of(play, monkeypatch)[-1]


def test_the_cost_of_failures_counts(monkeypatch):
    def play(progress):
        progress.start(5, 0)
        progress.add_response(answer(cost=0.25))
        progress.add_failure("exhausted", 0.5)

    assert "$0.7500" in lines_of(play, monkeypatch)[-1]


def test_drawing_takes_little(monkeypatch):
    """Twice a second: 2 % of a processor are ten milliseconds each time."""

    def play(progress):
        progress.start(12_345, 1_000, SLOW)
        full_before = time.process_time()
        for _ in range(50):
            progress.add_response(answer(cost=0.0001))
            progress.tick()
        spent.append((time.process_time() - full_before) / 50)

    spent = []
    shown(play, monkeypatch)
    assert spent[0] < 0.010
