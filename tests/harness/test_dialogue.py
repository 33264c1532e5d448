"""Dialogues: asked turn by turn, the first answer kept before the second is asked, and never asked for twice."""

import asyncio
import json
import os
import signal
from collections import Counter

import pytest

from harness.adapter import Request, Response, Settings
from harness.ask import ask
from harness.budget import Budget, Limits
from harness.cache import Cache, Cached
from harness.cost import add_up
from harness.dialogue import has_gap, number_of, requests_of
from harness.errors import Rejected, StoreError, Unavailable
from harness.limits import Pace
from harness.plan import Plan
from harness.progress import Progress
from harness.retry import RetryPolicy
from harness.store import Store
from scorers import read
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
        number = number_of(request.turns)
        await asyncio.sleep(0)
        done = self.special[number](request) if number in self.special else None
        return done or says(request, f"{number}: {request.turns[0].text}, {self.times(request)}")

    def times(self, request):
        return sum(one.turns == request.turns for one in self.heard)

    def asked(self, number):
        return Counter(one.turns[0].text for one in self.heard if number_of(one.turns) == number)

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
    plan = Plan.of(samples=samples, model="m", adapter="test", epochs=epochs)
    with Store.open(folder, plan, samples=samples, header={}) as store:
        if budget:
            budget.count(store.charges(), samples)
        if cache:
            adapter = Cached(adapter, Cache(cache), plan.values, skip=store.earlier.holds)
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
                pace=pace,
                policy=QUICK,
                progress=Progress(quiet=True),
                budget=budget,
            )
        )


def lines(folder, name="turns.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def counts(asked):
    return asked.answered, asked.failed, asked.already, asked.stopped


def test_the_second_request_holds_the_answer_to_the_first(tmp_path):
    model = Model()
    assert counts(run(tmp_path, model)) == (COUNT, 0, 0, None)
    assert len(model.heard) == 2 * COUNT
    for sample in SAMPLES:
        first, second = (one.turns for one in model.heard if one.sample_id == sample.id)
        assert first == sample.turns[:1]
        said = f"1: {sample.turns[0].text}, 1"
        assert second == (sample.turns[0], Turn.of("assistant", said), sample.turns[2])
        [kept] = [one for one in Store.load(tmp_path).responses() if one.sample_id == sample.id]
        assert (kept.text, kept.earlier) == (f"2: {sample.turns[0].text}, 1", ({"text": said},))
    assert {line["turn"] for line in lines(tmp_path)} == {1}
    assert counts(run(tmp_path, model)) == (0, 0, COUNT, None)
    assert len(model.heard) == 2 * COUNT


def test_several_gaps_are_filled_one_after_the_other(tmp_path):
    sample, model = dialogue(0, gaps=3), Model()
    run(tmp_path, model, samples=[sample])
    assert [len(request.turns) for request in model.heard] == [1, 3, 5, 7]
    assert not any(has_gap(request.turns) for request in model.heard)
    [kept] = Store.load(tmp_path).responses()
    assert [said["text"][0] for said in kept.earlier] == ["1", "2", "3"]
    assert [turn.text for turn in model.heard[-1].turns[1::2]] == [said["text"] for said in kept.earlier]
    assert [len(turns) for turns in requests_of(sample.turns)] == [1, 3, 5, 7]


def test_a_set_without_dialogues_leaves_no_file_of_them(tmp_path):
    samples = [Sample.build("paraphrase", [Turn.of("user", "Say.")], COMMA)]
    run(tmp_path, Model(), samples=samples)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".jsonl") == [
        "failures.jsonl",
        "responses.jsonl",
        "samples.jsonl",
    ]
    assert "earlier" not in lines(tmp_path, "responses.jsonl")[0]


@pytest.mark.parametrize(
    ("error", "cause", "retry"),
    [(Unavailable("down"), "unavailable", ()), (Rejected("not this"), "rejected", ("failures",))],
)
def test_after_a_failure_in_the_second_turn_the_first_is_not_asked_again(tmp_path, error, cause, retry):
    model = Model({2: raising(error)})
    assert counts(run(tmp_path, model)) == (0, COUNT, 0, None)
    failures = list(Store.load(tmp_path).failures())
    assert {failure.error for failure in failures} == {cause}
    assert all(failure.message == f"answer 2 of 2: {error}" for failure in failures)
    model.special = {}
    if retry:
        assert counts(run(tmp_path, model)) == (0, 0, COUNT, None)
    assert counts(run(tmp_path, model, retry=retry)) == (COUNT, 0, 0, None)
    assert set(model.asked(1).values()) == {1}
    assert all(response.earlier[0]["text"].startswith("1: ") for response in Store.load(tmp_path).responses())


def test_a_failure_in_the_first_turn_says_so_and_is_asked_again(tmp_path):
    model = Model({1: raising(Unavailable("down"))})
    assert counts(run(tmp_path, model)) == (0, COUNT, 0, None)
    assert {failure.message for failure in Store.load(tmp_path).failures()} == {"answer 1 of 2: down"}
    assert not (tmp_path / "turns.jsonl").exists()
    model.special = {}
    assert counts(run(tmp_path, model)) == (COUNT, 0, 0, None)


def test_an_interrupt_between_the_turns_keeps_the_first_answer(tmp_path):
    def interrupt(_request):
        os.kill(os.getpid(), signal.SIGINT)

    model = Model({1: interrupt})
    assert counts(run(tmp_path, model))[3] == "interrupted"
    first = model.asked(1)
    assert not model.asked(2)
    assert len(lines(tmp_path)) == first.total() < COUNT
    model.special = {}
    run(tmp_path, model)
    assert set(model.asked(1).values()) == set(model.asked(2).values()) == {1}


def test_an_interrupt_ends_the_wait_of_a_begun_dialogue_for_its_turn(tmp_path):
    def soon(_request):
        asyncio.get_running_loop().call_later(0.2, os.kill, os.getpid(), signal.SIGINT)

    model, pace = Model({1: soon}), Pace(3, requests_per_minute=0.001)  # the next request would go in weeks
    assert counts(run(tmp_path, model, samples=SAMPLES[:1], pace=pace)) == (0, 0, 0, "interrupted")
    assert len(lines(tmp_path)) == len(model.heard) == 1


def test_each_epoch_has_a_first_answer_of_its_own(tmp_path):
    model = Model({1: lambda request: says(request, f"epoch {request.epoch}")})
    run(tmp_path, model, samples=SAMPLES[:1], epochs=3)
    said = {response.epoch: response.earlier[0]["text"] for response in Store.load(tmp_path).responses()}
    assert said == {epoch: f"epoch {epoch}" for epoch in range(3)}
    assert all(one.turns[1].text == f"epoch {one.epoch}" for one in model.heard if number_of(one.turns) == 2)


def test_what_was_spent_counts_every_request_once_also_after_a_resume(tmp_path):
    failing = Model({2: raising(Unavailable("down", usage={"input": 1, "output": 0}))})
    run(tmp_path, failing)
    spent = add_up(Store.load(tmp_path).charges())
    assert (spent.input_tokens, spent.output_tokens) == (COUNT * (3 + 2), COUNT * 2)  # two attempts of 1 token each
    run(tmp_path, Model())
    spent = add_up(Store.load(tmp_path).charges())
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
    limits = Limits(max_tokens=400, max_output=150, model="m")
    model = Model({1: lambda request: says(request, "word " * 60)})
    asked = run(tmp_path, model, samples=SAMPLES[:1], budget=Budget(limits))
    assert counts(asked) == (0, 0, 0, "budget")
    assert (len(lines(tmp_path)), len(model.heard)) == (1, 1)
    budget = Budget(Limits(max_tokens=1000, max_output=150, model="m"))
    assert counts(run(tmp_path, model, samples=SAMPLES[:1], budget=budget)) == (1, 0, 0, None)
    assert len(model.heard) == 2
    assert budget.tokens == 2 * sum(USAGE.values()), "the first one, which an earlier process paid for, counts too"


def test_an_earlier_answer_that_nobody_knows_yet_counts_at_its_longest():
    limits = Limits(max_tokens=1, max_output=100, model="m")
    gap = limits.worst(SAMPLES[0].turns).tokens
    assert gap - limits.worst((SAMPLES[0].turns[0], Turn.of("assistant", ""), SAMPLES[0].turns[2])).tokens == 100


class Counting(Pace):
    """Counts who asks to go."""

    def __init__(self, ceiling):
        super().__init__(ceiling, requests_per_minute=1e9)
        self.entered = []

    async def enter(self, tokens=0.0, *, again=False):
        self.entered.append((tokens, again))
        return await super().enter(tokens, again=again)


def test_both_requests_wait_for_their_turn_and_a_begun_dialogue_goes_first(tmp_path):
    pace = Counting(3)
    run(tmp_path, Model(), pace=pace)
    assert Counter(again for _, again in pace.entered) == {False: COUNT, True: COUNT}
    assert all(tokens > len("Question 0") / 4 for tokens, again in pace.entered if again), "the first answer is in it"
    assert (pace.in_flight, pace.most <= 3) == (0, True)


@pytest.mark.parametrize(
    ("text", "stop", "cause"),
    [
        (" \n", "end", "blank"),
        ("<think>Hm.</think>\n", "end", "blank"),
        ("<think>Hm, and", "length", "exhausted"),
        ("", "refusal", "refused"),
    ],
)
def test_a_first_answer_in_which_nothing_stands_is_a_failure_and_is_asked_for_anew(tmp_path, text, stop, cause):
    model = Model({1: lambda request: says(request, text, stop=stop)})
    assert counts(run(tmp_path / "a", model, cache=tmp_path / "cache")) == (0, COUNT, 0, None)
    failures = list(Store.load(tmp_path / "a").failures())
    assert {failure.error for failure in failures} == {cause}
    assert all("answer 1 of 2: nothing stands in it" in failure.message for failure in failures)
    assert not model.asked(2)
    assert len(lines(tmp_path / "a")) == COUNT, "it was paid for"
    assert add_up(Store.load(tmp_path / "a").charges()).cost == COUNT * 0.25
    model.special = {}
    assert counts(run(tmp_path / "a", model, cache=tmp_path / "cache")) == (COUNT, 0, 0, None)
    assert set(model.asked(1).values()) == {2}, "the cache does not give the useless answer again"


@pytest.mark.parametrize("stop", ["length", "refusal"])
def test_a_first_answer_that_is_cut_or_refused_is_gone_on_with_and_on_record(tmp_path, stop):
    model = Model({1: lambda request: says(request, "Half a", stop=stop)})
    assert counts(run(tmp_path, model)) == (COUNT, 0, 0, None)
    assert all(one.earlier == ({"text": "Half a", "stop": stop},) for one in Store.load(tmp_path).responses())
    model.special = {}
    run(tmp_path, model, retry=("truncated", "refused"))
    assert set(model.asked(1).values()) == {1}


def test_thinking_in_the_first_answer_is_kept_but_not_sent_back(tmp_path):
    model = Model({1: lambda request: says(request, "<think>Hm.</think>\nSo.", reasoning="apart")})
    run(tmp_path, model, samples=SAMPLES[:1])
    assert model.heard[1].turns[1].text == "So."
    assert (lines(tmp_path)[0]["text"], lines(tmp_path)[0]["reasoning"]) == ("<think>Hm.</think>\nSo.", "apart")


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
    assert add_up(Store.load(tmp_path / "b").charges()).tokens == 0
    first = [next(Store.load(tmp_path / name).responses()) for name in "ab"]
    assert first[0].earlier == first[1].earlier
    for path in (
        tmp_path / "cache"
    ).iterdir():  # of the first answers nothing is left: new ones come, and new second ones
        kept = [line for line in path.read_text().splitlines(keepends=True) if '"text":"1: ' not in line]
        path.write_text("".join(kept))
    model = Model({1: lambda request: says(request, f"other: {request.turns[0].text}")})
    run(tmp_path / "c", model, cache=tmp_path / "cache")
    assert model.asked(1).total() == model.asked(2).total() == COUNT


def test_a_torn_line_costs_that_answer_and_a_damaged_one_is_told(tmp_path):
    run(tmp_path, Model({2: raising(Unavailable("down"))}))
    path = tmp_path / "turns.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    model = Model()
    run(tmp_path, model)
    assert model.asked(1).total() == 1
    path.write_bytes(b'{"sample_id":"x"}\n' + whole)
    with pytest.raises(StoreError, match=r"turns.jsonl, line 1: sample_id, epoch or turn is missing"):
        Store.load(tmp_path).earlier.get("x", 0, 1)


def test_a_journal_without_its_run_is_nobodys(tmp_path):
    (tmp_path / "turns.jsonl").write_text('{"sample_id":"x"}\n')
    with pytest.raises(StoreError, match=r"there is no run\.json beside it"):
        run(tmp_path, Model())


@pytest.mark.parametrize("earlier", [1, "x", {"text": "x"}, ["x", 1, None, {}, {"text": 3}]])
def test_earlier_answers_that_are_none_are_not_read(earlier):
    record = {"sample_id": "s", "epoch": 0, "text": "x", "model": "m", "earlier": earlier}
    assert Response.from_json(record).earlier == ()
    record["earlier"] = [earlier, {"text": "Ah.", "stop": "length"}]
    assert Response.from_json(record).earlier[-1] == {"text": "Ah.", "stop": "length"}


def test_the_answer_of_another_request_is_not_taken(tmp_path):
    model = Model({1: lambda request: says(Request("other", 0, "m", request.turns, Settings()), "Ah.")})
    assert counts(run(tmp_path, model, samples=SAMPLES[:1])) == (0, 1, 0, None)
    assert next(Store.load(tmp_path).failures()).error == "bug"
    assert not (tmp_path / "turns.jsonl").exists()
