"""The time limit of verify_many and LimitedVerifier: a check without end costs its own response only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

import scorers
from scorers import LimitedVerifier, Verdict, verify, verify_both, verify_many

NO_COMMA = {"id": "punctuation:no_comma"}
PATTERN = r"(\w+\s?)+$"
ENDLESS = {"id": "keywords:existence", "keywords": ["tea", PATTERN]}
"""The published rule books read a keyword as a regular expression; this one backtracks without end."""
TEXT = "tea and a long line of words without any end " * 3 + "!"
LIMIT = 1.0


@pytest.mark.parametrize("processes", [1, 2])
def test_an_endless_pattern_leaves_its_own_response_unscored(processes):
    items = [(f"a, {n}", [NO_COMMA]) for n in range(80)]
    items[3] = items[40] = (TEXT, [NO_COMMA, ENDLESS])
    found = list(verify_many(items, rules="ifeval", mode="both", processes=processes, seconds=LIMIT))
    assert len(found) == 80
    for number, result in enumerate(found):
        if number in (3, 40):
            assert (result.strict, result.loose) == ([], [])
            assert result.error == (
                f"keywords:existence(keywords=['tea', {PATTERN!r}]) on a response of {len(TEXT)} characters: no "
                "verdict after 1 s, so its check was stopped, and the response is unscored"
            )
        else:
            both = verify_both(items[number][0], [NO_COMMA], rules="ifeval")
            assert (result.error, result.strict, result.loose) == ("", *both)


def test_one_at_a_time_in_one_process_until_it_is_killed():
    with LimitedVerifier(LIMIT, rules="ifeval") as limited:
        first = limited.verify(("a, b", [PID]))
        assert limited.verify(("a, b", [NO_COMMA])).strict == verify("a, b", [NO_COMMA], rules="ifeval")
        assert limited.verify(("a, b", [PID])) == first
        assert "no verdict after 1 s" in limited.verify((TEXT, [ENDLESS])).error
        other = limited.verify(("a, b", [PID]))
        assert (other.error, other.strict[0].reason.isdigit()) == ("", True)
        assert other != first
        assert "no checker has the id 'a:b'" in limited.verify(("x", [{"id": "a:b"}])).error
        assert "its check ended the verifying process" in limited.verify(("x", [Dies()])).error
        assert limited.verify(("a, b", [NO_COMMA])).error == ""
    pid = int(other.strict[0].reason)
    assert not Path(f"/proc/{pid}").exists()


def test_a_slow_check_is_named_before_it_is_given_up(monkeypatch):
    monkeypatch.setattr("scorers.batch.worker.SLOW", 0.2)
    told = []
    items = [(TEXT, [NO_COMMA, ENDLESS]), ("a, b", [NO_COMMA])]
    list(verify_many(items, rules="ifeval", processes=1, seconds=LIMIT, on_slow=told.append))
    [line] = told
    assert line.startswith("keywords:existence(keywords=['tea', ")
    assert line.endswith("(limit 1 s)")


def test_python_code_without_end_is_given_up_too():
    [result] = verify_many([("x", [Loops()])], seconds=0.5, processes=1)
    assert result.error.startswith("test:loops() on a response of 1 characters: no verdict after 0.5 s")


def test_without_the_parent_an_endless_check_ends():
    program = (
        "import os, scorers\n"
        f"limited = scorers.LimitedVerifier(1.0, rules='ifeval')\n"
        "limited.verify(('a', [{'id': 'punctuation:no_comma'}]))\n"
        "print(limited._worker._process.pid, flush=True)\n"
        f"limited.verify(({TEXT!r}, [{ENDLESS!r}]))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        time.sleep(0.3)
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _works(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _works(pid)


def _works(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_limit_that_cannot_be_held_is_refused():
    for seconds in (0, -1):
        with pytest.raises(ValueError, match=f"seconds is {seconds}, but must be above 0"):
            verify_many([], seconds=seconds)
    program = (
        "import multiprocessing, scorers\n"
        "def work():\n"
        "    try:\n"
        "        list(scorers.verify_many([('a', [{'id': 'punctuation:no_comma'}])], seconds=1))\n"
        "    except scorers.ScorersError as error:\n"
        "        print(error)\n"
        "if __name__ == '__main__':\n"
        "    child = multiprocessing.Process(target=work, daemon=True)\n"
        "    child.start()\n"
        "    child.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "not possible in a daemonic process" in done.stdout


class _Odd(scorers.Checker):
    """A checker of this file, for what the catalogue's never do."""

    def describe(self):
        return "Be odd."


@dataclass(frozen=True)
class Loops(_Odd):
    """Never ends."""

    id = "test:loops"

    def check(self, text):
        while text:
            pass


@dataclass(frozen=True)
class Dies(_Odd):
    """Takes its process with it."""

    id = "test:dies"
    rule_books = frozenset({"audited", "ifeval"})

    def check(self, text):
        os._exit(len(text.raw))


@dataclass(frozen=True)
class TellsProcess(_Odd):
    """Gives the id of its process."""

    id = "test:tells"
    rule_books = frozenset({"audited", "ifeval"})

    def check(self, text):
        return Verdict(text.raw != "", str(os.getpid()))


PID = TellsProcess()
