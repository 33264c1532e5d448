"""A few hostile inputs of each kind through the command line; `python -m tests.bench.hostile` tries all of them."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.bench import hostile


@pytest.mark.parametrize("kind", hostile.KINDS)
def test_hostile_inputs_break_nothing(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # A child of this large process counts that size as its own peak; the command of its own measures memory.
    monkeypatch.setattr(hostile, "MOST_MEMORY", 10**12)
    monkeypatch.setattr("tasks.sources.support.web.FIRST_WAIT", 0.01)
    with hostile._Server() as server:
        for case in islice(hostile._cases(tmp_path, server.url, (kind,), 97), 3):
            outcome = hostile.run_case(case, tmp_path)
            assert not outcome.broken, (case, outcome.broken)
