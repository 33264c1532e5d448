"""verify_many: order, bounded memory, errors in their places, the same verdicts in threads and processes."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

import scorers
from scorers import (
    BadInstruction,
    BatchItem,
    BatchResult,
    ScorersError,
    Verdict,
    rule_books,
    verify,
    verify_both,
    verify_many,
)
from scorers.batch import CHUNK, WINDOW

NO_COMMA = {"id": "punctuation:no_comma"}
WORDS = {"id": "length_constraints:number_words", "num_words": 3, "relation": "less than"}
BULLETS = {"id": "detectable_format:number_bullet_lists", "num_bullets": 2}
SENTENCES = {"id": "length_constraints:number_sentences", "num_sentences": 2, "relation": "at least"}
TITLE = {"id": "detectable_format:title"}
ALL = [NO_COMMA, WORDS, BULLETS, SENTENCES, TITLE]
PARTS = ["* a, b\n", "- c.\n", "<<T>>\n", "One. Two? ", "字。", "**x**", "\n\n"]


def responses(count):
    """`count` different short responses."""
    return ["".join(PARTS[(n // 7**k) % 7] for k in range(4)) + str(n) for n in range(count)]


def test_results_stand_in_the_order_of_the_items():
    given = responses(150)
    for processes in (1, 2):
        judged = list(verify_many(((text, ALL) for text in given), processes=processes))
        assert judged == [BatchResult(verify(text, ALL)) for text in given], f"{processes} processes"


def test_both_readings_in_any_book():
    given = responses(CHUNK + 8)
    for rules in scorers.BOOKS:
        judged = list(verify_many([(text, ALL, "p") for text in given], rules=rules, mode="both", processes=2))
        for text, found in zip(given, judged, strict=True):
            assert (found.strict, found.loose, found.error) == (*verify_both(text, ALL, rules=rules), "")


def test_an_item_is_a_tuple_or_an_item_with_or_without_a_prompt():
    forms = [("a, b", [NO_COMMA]), ("a, b", [NO_COMMA], "p"), ["a, b", [NO_COMMA]], BatchItem("a, b", [NO_COMMA], "p")]
    assert [found.strict for found in verify_many(forms)] == [verify("a, b", [NO_COMMA])] * 4
    asked = {"id": "test:echoes"}
    assert next(verify_many([("Hello", [Echoes()], "Hello")])).strict[0].followed
    assert not next(verify_many([BatchItem("Hello", [Echoes()], "Bye")])).strict[0].followed
    assert "no checker has the id 'test:echoes'" in next(verify_many([("Hello", [asked])])).error


@pytest.mark.parametrize("processes", [1, 2])
def test_an_item_that_cannot_be_judged_keeps_its_place_and_costs_no_other(processes):
    bad = {
        3: ("x", [{"id": "punctuation:no_coma"}], "did you mean 'punctuation:no_comma'"),
        4: ("x", [BULLETS | {"num_bullets": 0}], "must be at least 1"),
        5: (None, [NO_COMMA], "an item is (response, instructions)"),
        40: ("x", [Explodes()], "ZeroDivisionError in "),
        41: ("x", [Refuses()], "no dictionary for 'x'"),
    }
    items = [bad[n][:2] if n in bad else (text, ALL) for n, text in enumerate(responses(CHUNK * 2))]
    items[50] = "no item"
    judged = list(verify_many(items, processes=processes))
    assert len(judged) == len(items)
    for number, (found, item) in enumerate(zip(judged, items, strict=True)):
        if number in bad:
            assert found.strict == []
            assert bad[number][2] in found.error
        elif number == 50:
            assert "got 'no item'" in found.error
        else:
            assert (found.error, found.strict) == ("", verify(item[0], ALL))


def test_a_bug_is_told_with_file_and_line():
    [found] = verify_many([("x", [Explodes()])], processes=1)
    line = Explodes.check.__code__.co_firstlineno + 1
    assert found.error == f"ZeroDivisionError in tests/scorers/test_batch.py:{line}: division by zero"


def test_items_are_read_ahead_by_a_window_only():
    read = itertools.count()
    items = ((text, [NO_COMMA]) for text in itertools.repeat("a, b") if next(read) >= 0)
    for processes, most in ((1, 1), (2, (WINDOW * 2 + 1) * CHUNK)):
        before = next(read)
        judged = verify_many(items, processes=processes)
        for _ in range(200):
            assert not next(judged).strict[0].followed
        ahead = next(read) - before - 1 - 200
        assert ahead <= most, f"{ahead} items read ahead with {processes} processes"
        judged.close()


def test_nothing_is_read_before_the_first_result_is_asked_for():
    def items():
        raise AssertionError("read too early")
        yield

    for processes in (1, 2):
        verify_many(items(), processes=processes)
    assert list(verify_many([], processes=2)) == []


def test_few_items_start_no_process(monkeypatch):
    monkeypatch.setattr("multiprocessing.context.ForkProcess.start", None)
    monkeypatch.setattr("multiprocessing.get_context", lambda: get_context("fork"))
    assert len(list(verify_many([("x", ALL)] * CHUNK, processes=2))) == CHUNK
    with pytest.raises(TypeError):
        list(verify_many([("x", ALL)] * (CHUNK + 1), processes=2))


def test_an_error_of_the_iterable_passes_through():
    def items(good):
        yield from [("x", [NO_COMMA])] * good
        raise LookupError("line 41 is broken")

    for processes, good in ((1, 3), (2, 3), (2, CHUNK * 4)):
        with pytest.raises(LookupError, match="line 41"):
            list(verify_many(items(good), processes=processes))


def test_what_cannot_travel_is_judged_in_this_process():
    @dataclass(frozen=True)
    class Local(type(scorers.read(NO_COMMA))):
        """Made inside a function: another process cannot import it."""

    items = [("a, b", [Local()]), *[("a, b", [NO_COMMA])] * (CHUNK * 2)]
    assert [found.strict[0].reason for found in verify_many(items, processes=2)] == [
        "1 comma, at line 1; none is allowed"
    ] * len(items)


def test_refusals_come_at_once():
    with pytest.raises(BadInstruction, match="unknown rule book 'ifevals'; did you mean 'ifeval'"):
        verify_many([], rules="ifevals")
    with pytest.raises(BadInstruction, match=r"unknown mode 'loose' .verify_many takes strict or both."):
        verify_many([], mode="loose")
    with pytest.raises(ValueError, match="processes is 0, but must be at least 1"):
        verify_many([], processes=0)


def test_a_process_that_dies_is_told():
    items = [("x", [Dies()]), *[("x", [NO_COMMA])] * (CHUNK * 2)]
    with pytest.raises(ScorersError, match="a verifying process died after item 0"):
        list(verify_many(items, processes=2))


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_every_start_method_works(method, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing, scorers\n"
        "if __name__ == '__main__':\n"
        f"    multiprocessing.set_start_method({method!r})\n"
        "    items = [(f'a, {n}', [{'id': 'punctuation:no_comma'}]) for n in range(100)]\n"
        "    found = [j.strict[0].reason for j in scorers.verify_many(items, processes=2)]\n"
        "    assert found == ['1 comma, at line 1; none is allowed'] * 100, found\n"
    )
    subprocess.run([sys.executable, str(program)], check=True, timeout=60)


def test_without_the_parent_the_workers_leave():
    program = (
        "import itertools, os, scorers\n"
        "items = (('a, b', [{'id': 'punctuation:no_comma'}]) for _ in itertools.count())\n"
        "judged = scorers.verify_many(items, processes=2)\n"
        "next(judged)\n"
        "import multiprocessing\n"
        "print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in pids if _alive(pid)]


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_threads_and_processes_give_the_verdicts_of_one_thread():
    """Every id of the catalogue, every book that judges it."""
    asked = [{"id": id, **case.params} for id in scorers.ids() for case in scorers.load(id).good[:1]]
    texts = [scorers.load(record["id"]).good[0].text for record in asked][::9] + responses(6)
    jobs = [
        (text, record, rules)
        for record in asked
        for rules in rule_books.books_of(scorers.load(record["id"]))
        for text in texts
    ]
    alone = [_judged(*job) for job in jobs]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda job: _judged(*job), jobs, chunksize=1)) == alone
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert list(processes.map(_judged, *zip(*jobs, strict=True), chunksize=200)) == alone
    items = [(text, [record]) for text, record, rules in jobs if rules == "audited"]
    same = [found for found, job in zip(alone, jobs, strict=True) if job[2] == "audited"]
    many = [(found.strict, found.loose) for found in verify_many(items, mode="both", processes=2)]
    assert many == [tuple(both) for both in same]


def _judged(text, record, rules):
    try:
        return verify_both(text, [record], rules=rules)
    except BadInstruction as error:
        return str(error)


class _Odd(scorers.Checker):
    """A checker of this file, for what the catalogue's never do."""

    def describe(self):
        return "Be odd."

    def repair(self, draft):
        return draft


@dataclass(frozen=True)
class Echoes(_Odd):
    """Follows if the response is the prompt."""

    id = "test:echoes"

    def check(self, text):
        return Verdict(text.raw == text.prompt, "compared")


@dataclass(frozen=True)
class Explodes(_Odd):
    """Has a bug."""

    id = "test:explodes"

    def check(self, text):
        return Verdict(len(text.raw) / 0 > 1, "counted")


@dataclass(frozen=True)
class Refuses(_Odd):
    """Lacks a resource."""

    id = "test:refuses"

    def check(self, text):
        raise scorers.Unscorable(f"no dictionary for {text.raw!r}")


@dataclass(frozen=True)
class Dies(_Odd):
    """Takes its process with it."""

    id = "test:dies"

    def check(self, text):
        os._exit(len(text.raw))
