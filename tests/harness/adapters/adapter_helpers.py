"""What the adapter tests share: a sample, a request for it, and a way to ask."""

from __future__ import annotations

import asyncio

import pytest
from loopback import Loopback

import scorers
from harness.adapters.base import Request, Settings
from harness.errors import AdapterError
from tasks.sample import Sample, Turn

INSTRUCTIONS = [
    {"id": "keywords:existence", "keywords": ["harbour", "storm"]},
    {"id": "length_constraints:number_words", "relation": "at least", "num_words": 30},
    {"id": "punctuation:no_comma"},
]


def sample(*instructions, prompt="Rewrite the article.", rules="audited", **meta):
    checkers = [scorers.read(record) for record in instructions or INSTRUCTIONS]
    return Sample.build("paraphrase", [Turn.of("user", prompt)], checkers, rules=rules, meta=meta)


SAMPLE = sample(opening="The harbour woke late.")


def request(of=SAMPLE, model="m", epoch=3, **settings):
    return Request(of.id, epoch, model, of.turns, Settings(**settings))


def ask(adapter, *requests):
    """Ask one thing after the other; one request has one answer, several have a list."""

    async def asking():
        async with adapter:
            return [await adapter.complete(one) for one in requests or [request()]]

    answers = asyncio.run(asking())
    return answers if len(requests) > 1 else answers[0]


class Bench:
    """One server and one open adapter for many replies; opening a client takes longer than asking."""

    def __init__(self, runner):
        self.runner = runner
        self.server = Loopback()

    def answer(self, reply, asked=None):
        self.server.replies = [reply]
        return self.runner.run(self.adapter.complete(asked or request()))

    def error(self, reply):
        with pytest.raises(AdapterError) as caught:
            self.answer(reply)
        return caught.value
