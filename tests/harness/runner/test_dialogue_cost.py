"""Dialogues: what they cost, when their requests go, and what of them is asked again on purpose or found in a cache."""

from collections import Counter

from dialogues import COUNT, SAMPLES, USAGE, Model, counts, lines, raising, run, says

from harness.errors import Unavailable
from harness.runner.limits.budget import Budget, BudgetLimits
from harness.runner.limits.concurrency import ConcurrencyLimiter
from harness.store.charges import add_up
from harness.store.run_folder import RunFolder
from tasks.sample import Turn


def test_what_was_spent_counts_every_request_once_also_after_a_resume(tmp_path):
    failing = Model({2: raising(Unavailable("down", usage={"input": 1, "output": 0}))})
    run(tmp_path, failing)
    spent = add_up(RunFolder.load(tmp_path).usage_records())
    assert (spent.input_tokens, spent.output_tokens) == (COUNT * (3 + 2), COUNT * 2)  # two attempts of 1 token each
    run(tmp_path, Model())
    spent = add_up(RunFolder.load(tmp_path).usage_records())
    assert (spent.input_tokens, spent.output_tokens, spent.cost) == (COUNT * (6 + 2), COUNT * 4, COUNT * 0.5)


def test_attempts_before_the_first_answer_are_counted_with_it_alone(tmp_path):
    def once(request):
        if model.times(request) == 1:
            raise Unavailable("down", usage={"input": 1, "output": 0})

    model = Model({1: once})
    run(tmp_path, model, samples=SAMPLES[:1])
    assert (lines(tmp_path)[0]["wasted"], lines(tmp_path)[0]["attempts"]) == ({"input": 1, "output": 0}, 2)
    assert "wasted" not in lines(tmp_path, "responses.jsonl")[0]


def test_a_budget_that_holds_the_first_request_only_stops_there_and_more_goes_on_from_there(tmp_path):
    limits = BudgetLimits(max_tokens=400, max_output=150, model="m")
    model = Model({1: lambda request: says(request, "word " * 60)})
    asked = run(tmp_path, model, samples=SAMPLES[:1], budget=Budget(limits))
    assert counts(asked) == (0, 0, 0, "budget")
    assert (len(lines(tmp_path)), len(model.heard)) == (1, 1)
    budget = Budget(BudgetLimits(max_tokens=1000, max_output=150, model="m"))
    assert counts(run(tmp_path, model, samples=SAMPLES[:1], budget=budget)) == (1, 0, 0, None)
    assert len(model.heard) == 2
    assert budget.tokens == 2 * sum(USAGE.values()), "the first one, which an earlier process paid for, counts too"


def test_an_earlier_answer_that_nobody_knows_yet_counts_at_its_longest():
    limits = BudgetLimits(max_tokens=1, max_output=100, model="m")
    gap = limits.worst(SAMPLES[0].turns).tokens
    assert gap - limits.worst((SAMPLES[0].turns[0], Turn.of("assistant", ""), SAMPLES[0].turns[2])).tokens == 100


class Counting(ConcurrencyLimiter):
    """Counts who asks to go."""

    def __init__(self, ceiling):
        super().__init__(ceiling, requests_per_minute=1e9)
        self.entered = []

    async def acquire(self, tokens=0.0, *, again=False):
        self.entered.append((tokens, again))
        return await super().acquire(tokens, again=again)


def test_both_requests_wait_for_their_turn_and_a_begun_dialogue_goes_first(tmp_path):
    pace = Counting(3)
    run(tmp_path, Model(), pace=pace)
    assert Counter(again for _, again in pace.entered) == {False: COUNT, True: COUNT}
    assert all(tokens > len("Question 0") / 4 for tokens, again in pace.entered if again), "the first answer is in it"
    assert (pace.in_flight, pace.peak <= 3) == (0, True)


def test_asked_again_on_purpose_the_last_answer_is_and_the_first_stays(tmp_path):
    model = Model({2: lambda request: says(request, " ")})
    run(tmp_path, model)
    model.special = {}
    assert counts(run(tmp_path, model, retry=("blank",))) == (COUNT, 0, 0, None)
    assert set(model.asked(1).values()) == {1}
    assert set(model.asked(2).values()) == {2}


def test_a_cache_finds_the_last_answer_by_the_first(tmp_path):
    run(tmp_path / "a", Model(), cache=tmp_path / "cache")
    model = Model()
    run(tmp_path / "b", model, cache=tmp_path / "cache")
    assert not model.heard
    assert all(line["from_cache"] for line in lines(tmp_path / "b"))
    assert add_up(RunFolder.load(tmp_path / "b").usage_records()).tokens == 0
    first = [next(RunFolder.load(tmp_path / name).responses()) for name in "ab"]
    assert first[0].earlier == first[1].earlier
    for path in (
        tmp_path / "cache"
    ).iterdir():  # of the first answers nothing is left: new ones come, and new second ones
        kept = [line for line in path.read_text().splitlines(keepends=True) if '"text":"1: ' not in line]
        path.write_text("".join(kept))
    model = Model({1: lambda request: says(request, f"other: {request.turns[0].text}")})
    run(tmp_path / "c", model, cache=tmp_path / "cache")
    assert model.asked(1).total() == model.asked(2).total() == COUNT
