"""A check that does not end is named, then given up as a bug of that check: the sample is unscored."""

from __future__ import annotations

import logging
import time

import pytest

import scorers
from harness.adapters.base import Response
from harness.scoring import time_limit
from harness.scoring.results import ScoredResponse, UnscoredSample
from harness.scoring.score import score_response
from tasks.sample import Sample, Turn

CATASTROPHE = {"id": "keywords:existence", "keywords": ["(a+)+$"]}
"""IFEval's verifier takes keywords for regular expressions."""


def sample(*records):
    turns = [Turn.of("user", "Write something.")]
    return Sample.build("paraphrase", turns, [scorers.read(record) for record in records], rules="ifeval")


def response(of, text):
    return Response(of.id, 0, text, "m")


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(time_limit, "SLOW", 0.05)
    monkeypatch.setattr(time_limit, "LIMIT", 0.3)


@pytest.mark.usefixtures("short")
def test_a_catastrophic_pattern_is_named_and_given_up(caplog):
    one = sample(CATASTROPHE)
    began = time.monotonic()
    with caplog.at_level(logging.WARNING, logger="harness"):
        found = score_response(one, response(one, "a" * 60 + "!"), None, ())
    assert time.monotonic() - began < 5
    assert isinstance(found, UnscoredSample)
    assert found.cause == "bug"
    assert "keywords:existence" in found.message
    assert "(a+)+$" in found.message
    assert "given up after 0.3 s" in found.message
    [record] = caplog.records
    assert one.id in record.getMessage()
    assert "still being verified" in record.getMessage()


@pytest.mark.usefixtures("short")
def test_the_next_response_is_scored_and_no_alarm_is_left():
    one = sample(CATASTROPHE)
    score_response(one, response(one, "a" * 60 + "!"), None, ())
    found = score_response(one, response(one, "caa"), None, ())
    assert isinstance(found, ScoredResponse)
    time.sleep(0.4)  # an alarm that was left would end the test
