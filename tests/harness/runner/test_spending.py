"""Asking with a price and a budget, which is never exceeded whatever answers take."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requesting import ask

from harness.adapters.base import Response, Settings
from harness.config.prices import Prices
from harness.errors import ConfigError, RateLimited, Rejected, Unavailable
from harness.runner.limits.budget import Budget, BudgetLimits
from harness.runner.limits.retry import RetryPolicy
from harness.runner.progress.display import Progress
from harness.store.charges import add_up
from harness.store.run_folder import RunFolder
from harness.store.run_spec import RunSpec
from scorers import read
from tasks.sample import Sample, Turn

PRICES = Prices(2.0, 10.0, "2026-01-01", cached_input=0.5)
SAMPLES = [
    Sample.build("summarize", [Turn.of("user", f"Question {n}")], [read({"id": "punctuation:no_comma"})])
    for n in range(30)
]
QUICK = RetryPolicy(attempts=3, first=0.001, longest=0.002)


class Scripted:
    """Answers with what `usages` says next; an exception is raised instead.

    A list is for one question, in the order in which questions are first asked: what is tried again may have to wait
    while others are asked.
    """

    def __init__(self, *usages, seconds=0.0):
        self.usages, self.seconds = list(usages), seconds
        self.asked = self.flying = self.most = 0
        self.scripts = {}

    async def complete(self, request):
        script = self.scripts.setdefault(request.sample_id, self.usages[min(len(self.scripts), len(self.usages) - 1)])
        usage = script.pop(0) if isinstance(script, list) else script
        if not isinstance(script, list):
            usage = self.usages[min(self.asked, len(self.usages) - 1)]
        self.asked += 1
        self.flying += 1
        self.most = max(self.most, self.flying)
        await asyncio.sleep(self.seconds)
        self.flying -= 1
        if isinstance(usage, Exception):
            raise usage
        return Response(request.sample_id, request.epoch, "text", request.model, usage=usage)


def run(folder, adapter, limits, *, samples=SAMPLES, concurrency=4, policy=QUICK):
    plan = RunSpec.of(samples=samples, model="m", adapter="test")
    budget = Budget(limits)
    with RunFolder.open(folder, plan, samples=samples, header={}) as store:
        budget.count(store.usage_records(), samples)
        asked = asyncio.run(
            ask(
                samples,
                adapter,
                store,
                model="m",
                settings=Settings(),
                concurrency=concurrency,
                policy=policy,
                progress=Progress(quiet=True),
                budget=budget,
            )
        )
        return asked, budget, add_up(store.usage_records())


USAGE = {"input": 10, "output": 100}
COST = 0.00102


def test_the_cost_stands_in_each_record_and_attempts_before_it_count(tmp_path):
    wasted = {"input": 10, "output": 40}
    adapter = Scripted(
        [Unavailable("no text", cause="malformed", usage=wasted), RateLimited("slower"), USAGE],
        [Rejected("too long", cause="exhausted", usage=USAGE)],
        [Unavailable("no", usage=wasted) for _ in range(3)],
        [None],
    )
    _, _, spent = run(tmp_path, adapter, BudgetLimits(PRICES), samples=SAMPLES[:4], concurrency=1)
    with RunFolder.load(tmp_path) as store:
        first, last = sorted(store.responses(), key=lambda response: response.usage is None)
        exhausted, down = sorted(store.failures(), key=lambda failure: failure.error != "exhausted")
    assert (first.usage, first.wasted, first.cost) == (USAGE, wasted, round(COST + 0.00042, 10))
    assert (last.usage, last.cost) == (None, None)
    assert (exhausted.usage, exhausted.cost) == (USAGE, COST)
    assert (down.usage, down.cost) == ({"input": 30, "output": 120}, 0.00126)
    assert (spent.input_tokens, spent.output_tokens) == (60, 360)
    assert (spent.cost, spent.cost_unknown) == (round(first.cost + COST + 0.00126, 10), 1)


def test_without_prices_the_cost_is_unknown(tmp_path):
    _, _, spent = run(tmp_path, Scripted(USAGE), BudgetLimits())
    assert (spent.cost, spent.cost_unknown, spent.output_tokens) == (None, 30, 3000)


def test_a_cost_that_the_provider_tells_is_kept(tmp_path):
    class Told(Scripted):
        async def complete(self, request):
            return Response(request.sample_id, request.epoch, "x", "m", usage=USAGE, cost=7.0)

    assert run(tmp_path, Told(USAGE), BudgetLimits(PRICES), samples=SAMPLES[:2])[2].cost == 14.0


def test_a_run_stops_before_its_limit_and_goes_on_with_a_higher_one(tmp_path):
    limits = BudgetLimits(PRICES, max_cost=0.0105, max_output=100)
    adapter = Scripted(USAGE)
    asked, budget, spent = run(tmp_path, adapter, limits)
    # A request costs 0.00102, and up to 0.00115 with 64 tokens of a template and its bytes: ten fit, one more may not.
    assert asked.stop_reason == "budget"
    assert asked.responses == adapter.asked == 10
    assert spent.cost == pytest.approx(10 * COST) == pytest.approx(budget.cost)
    assert asked.message.startswith(
        "stopped: spent $0.0102 of max_cost $0.0105 (the next request can cost up to $0.00115"
    )
    assert asked.message.endswith("rerun the same command with a higher --max-cost")
    again, _, spent = run(tmp_path, adapter, BudgetLimits(PRICES, max_cost=0.0105, max_output=100))
    assert (again.responses, again.stop_reason) == (0, "budget"), "the limit is that of the whole run"
    done, _, spent = run(tmp_path, adapter, BudgetLimits(PRICES, max_cost=1.0, max_output=100))
    assert (done.responses, done.resumed, done.stop_reason, done.message) == (20, 10, None, "")
    assert spent.cost == pytest.approx(30 * COST)


def test_what_is_in_flight_is_counted_at_its_worst_and_freed_when_it_takes_less(tmp_path):
    adapter = Scripted({"input": 10, "output": 1}, seconds=0.01)
    limits = BudgetLimits(PRICES, max_tokens=500, max_output=150)
    asked, _, spent = run(tmp_path, adapter, limits, concurrency=8)
    assert adapter.most == 2, "two at their worst fit beside each other, three do not"
    assert (asked.stop_reason, spent.tokens) == ("budget", 11 * asked.responses)
    assert asked.responses == 26, "26 answers of 11 tokens, and the 27th could take 224"


def test_attempts_of_unknown_cost_are_counted_at_their_worst(tmp_path):
    limits = BudgetLimits(PRICES, max_tokens=1000, max_output=100)
    worst = limits.worst(SAMPLES[0].turns).tokens
    assert worst == 100 + 64 + len("Question 0")
    slow = Unavailable("slow", cause="timeout")
    adapter = Scripted([slow], [slow], [slow], [RateLimited("slower")], [Unavailable("500")], [None], [None])
    asked, budget, spent = run(tmp_path, adapter, limits, concurrency=1, policy=RetryPolicy(attempts=1))
    assert (asked.responses, asked.failures, asked.stop_reason) == (2, 5, "budget")
    # Three time-outs and two answers without tokens; what was refused at once or broke down is not charged.
    assert (budget.guessed, budget.tokens, spent.tokens) == (5, 5 * worst, 0)
    assert "5 attempts of unknown cost are counted at the worst" in asked.message
    again, budget, _ = run(tmp_path, adapter, limits, concurrency=1)
    assert (again.responses, again.stop_reason) == (0, "budget"), "on resuming they count as they did"
    assert budget.tokens == 5 * worst


def test_waiting_for_the_budget_ends_with_the_run(tmp_path):
    adapter = Scripted(Rejected("no", usage=USAGE), seconds=0.01)
    asked, _, spent = run(tmp_path, adapter, BudgetLimits(PRICES, max_cost=0.005, max_output=100), concurrency=16)
    assert asked.stop_reason == "budget"
    assert spent.cost <= 0.005
    assert asked.failures == adapter.asked == 4


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"max_cost": 1.0, "max_output": 5}, "max_cost needs the prices of 'm', which are unknown"),
        ({"max_cost": 1.0, "prices": PRICES}, "max_cost needs an upper bound"),
        ({"max_tokens": 5}, "max_tokens_total needs an upper bound.*set max_tokens"),
    ],
)
def test_a_limit_that_nobody_could_keep_is_refused(limits, why):
    with pytest.raises(ConfigError, match=why):
        BudgetLimits(model="m", **limits)


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.builds(lambda i, o: {"input": i, "output": o}, st.integers(0, 74), st.integers(0, 50)),
            st.sampled_from([RateLimited("x"), Unavailable("x", cause="timeout"), Rejected("x", usage={"input": 9})]),
        ),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 9),
    st.integers(1, 3000),
    st.booleans(),
)
def test_no_limit_is_ever_exceeded(usages, concurrency, most, adjustable):
    """Answers may take anything up to their worst, in any order and beside each other."""
    limits = BudgetLimits(PRICES, max_cost=most * 1e-6, max_tokens=most, max_output=50, adjustable=adjustable)
    turns = SAMPLES[0].turns
    budget = Budget(limits)
    admitted = taken = 0

    async def work(number):
        nonlocal admitted, taken
        for usage in usages[number::concurrency]:
            attempt = await budget.reserve(turns)
            if attempt is None:
                return
            admitted += 1
            try:
                with budget.track(attempt):
                    await asyncio.sleep(0)
                    if isinstance(usage, Exception):
                        raise usage
                    if usage and attempt.max_output is not None:  # which the server keeps to
                        usage = usage | {"output": min(usage["output"], attempt.max_output)}  # noqa: PLW2901
                    attempt.usage = usage
                    taken += sum(usage.values()) if usage else 0
            except (RateLimited, Unavailable, Rejected):
                pass
            assert budget.tokens <= most
            assert budget.cost <= most * 1e-6 + 1e-12

    async def together():
        await asyncio.wait_for(asyncio.gather(*map(work, range(concurrency))), 5)

    asyncio.run(together())
    assert taken <= budget.tokens
    assert budget.rejected or admitted == len(usages)


class Limited:
    """Answers in as many tokens as `wanted` says of the nth request, cut at the limit that the request carries."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.asked = 0

    async def complete(self, request):
        self.asked += 1
        made = min(self.wanted(self.asked), request.settings.max_tokens)
        stop = "length" if made < self.wanted(self.asked) else "end"
        usage = {"input": 10, "output": made}
        return Response(request.sample_id, request.epoch, "text", request.model, stop=stop, usage=usage)


MANY = [
    Sample.build("summarize", [Turn.of("user", f"Question {n}")], [read({"id": "punctuation:no_comma"})])
    for n in range(150)
]


def spend(folder, adapter, most):
    limits = BudgetLimits(PRICES, max_cost=most, max_output=4096, adjustable=True)
    spec, budget = RunSpec.of(samples=MANY, model="m", adapter="test"), Budget(limits)
    with RunFolder.open(folder, spec, samples=MANY, header={}) as store:
        budget.count(store.usage_records(), MANY)
        asked = asyncio.run(
            ask(
                MANY, adapter, store, model="m", settings=Settings(max_tokens=4096), concurrency=4, policy=QUICK,
                progress=Progress(quiet=True), budget=budget,
            )
        )  # fmt: skip
        return asked, budget, add_up(store.usage_records()).cost


def test_a_budget_is_spent_although_the_worst_case_does_not_fit_any_more(tmp_path):
    asked, budget, spent = spend(tmp_path, Limited(lambda _: 100), 0.10)
    assert asked.stop_reason == "budget"
    assert 0.097 < spent <= 0.10, "the worst case of one request is 0.042"
    assert budget.cost == pytest.approx(spent)
    with RunFolder.load(tmp_path) as store:
        assert {response.stop for response in store.responses()} == {"end"}
    assert spend(tmp_path, Limited(lambda _: 100), 1.0)[0].stop_reason is None


def test_a_response_that_a_lowered_limit_cuts_is_none_and_is_requested_again(tmp_path):
    asked, budget, spent = spend(tmp_path, Limited(lambda n: 100 if n <= 85 else 3000), 0.10)
    assert spent <= 0.10
    assert budget.cost <= 0.10
    assert asked.failures > 0
    with RunFolder.load(tmp_path) as store:
        assert {response.stop for response in store.responses()} == {"end"}
        assert {failure.error for failure in store.failures()} == {"exhausted"}
        assert all("the budget had room for" in failure.message for failure in store.failures())
    again, *_ = spend(tmp_path, Limited(lambda _: 100), 1.0)
    assert (again.resumed + again.responses, again.failures) == (150, 0)
