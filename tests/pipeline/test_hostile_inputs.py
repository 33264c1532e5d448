"""A few hostile inputs of each kind through the command line; `python -m tests.bench.hostile` tries all of them."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.bench import hostile_process
from tests.bench.hostile import Server
from tests.bench.hostile_commands import KINDS, iter_cases


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_inputs_break_nothing(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # A child of this large process counts that size as its own peak; the command of its own measures memory.
    monkeypatch.setattr(hostile_process, "MOST_MEMORY", 10**12)
    monkeypatch.setattr("tasks.sources.support.web.FIRST_WAIT", 0.01)
    with Server() as server:
        for case in islice(iter_cases(tmp_path, server.url, (kind,), 97), 3):
            outcome = hostile_process.run_case(case, tmp_path)
            assert not outcome.broken, (case, outcome.broken)
