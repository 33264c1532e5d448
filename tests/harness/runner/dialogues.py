"""Dialogues for tests: samples with gaps, a model that answers by what was said before, runs over them."""

import asyncio
import json
from collections import Counter

from requesting import ask

from harness.adapters.base import Response, Settings
from harness.runner.cache import CachingAdapter, ResponseCache
from harness.runner.limits.retry import RetryPolicy
from harness.runner.progress.display import Progress
from harness.store.run_folder import RunFolder
from harness.store.run_spec import RunSpec
from scorers import read
from tasks.dialogue import response_number
from tasks.sample import GAP, Sample, Turn

COMMA = [read({"id": "punctuation:no_comma"})]


COUNT = 6


def dialogue(n, gaps=1):
    turns = [Turn.of("user", f"Question {n}")]
    for number in range(gaps):
        turns += [GAP, Turn.of("user", f"Again {number}.")]
    return Sample.build("paraphrase", turns, COMMA)


SAMPLES = [dialogue(n) for n in range(COUNT)]


QUICK = RetryPolicy(attempts=2, first=0.01, longest=0.02)


USAGE = {"input": 3, "output": 2}


class Model:
    """Answers by what was said before; `special` does something else for an answer of that number."""

    def __init__(self, special=None):
        self.special = special or {}
        self.heard = []

    async def complete(self, request):
        self.heard.append(request)
        number = response_number(request.turns)
        await asyncio.sleep(0)
        done = self.special[number](request) if number in self.special else None
        return done or says(request, f"{number}: {request.turns[0].text}, {self.times(request)}")

    def times(self, request):
        return sum(one.turns == request.turns for one in self.heard)

    def asked(self, number):
        return Counter(one.turns[0].text for one in self.heard if response_number(one.turns) == number)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        pass


def says(request, text, **more):
    return Response(request.sample_id, request.epoch, text, request.model, usage=USAGE, cost=0.25, **more)


def raising(error):
    def act(_request):
        raise error

    return act


def run(folder, adapter, *, samples=SAMPLES, epochs=1, budget=None, pace=None, retry=(), cache=None):
    plan = RunSpec.of(samples=samples, model="m", adapter="test", epochs=epochs)
    with RunFolder.open(folder, plan, samples=samples, header={}) as store:
        if budget:
            budget.count(store.usage_records(), samples)
        if cache:
            adapter = CachingAdapter(adapter, ResponseCache(cache), plan.values, skip=store.dialogue_turns.holds)
        return asyncio.run(
            ask(
                samples,
                adapter,
                store,
                retry=retry,
                model="m",
                settings=Settings(),
                epochs=epochs,
                concurrency=3,
                limiter=pace,
                policy=QUICK,
                progress=Progress(quiet=True),
                budget=budget,
            )
        )


def lines(folder, name="turns.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def counts(asked):
    return asked.responses, asked.failures, asked.resumed, asked.stop_reason
