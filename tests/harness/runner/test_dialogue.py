"""Dialogues: asked turn by turn, the first answer kept before the second is asked, and never asked for twice."""

import asyncio
import os
import signal

import pytest
from dialogues import COMMA, COUNT, SAMPLES, Model, counts, dialogue, lines, raising, run, says

from harness.adapters.base import Request, Response, Settings
from harness.errors import Rejected, StoreError, Unavailable
from harness.runner.limits.concurrency import ConcurrencyLimiter
from harness.store.charges import add_up
from harness.store.run_folder import RunFolder
from tasks.dialogue import has_gap, response_number, split_requests
from tasks.sample import Sample, Turn


def test_the_second_request_holds_the_answer_to_the_first(tmp_path):
    model = Model()
    assert counts(run(tmp_path, model)) == (COUNT, 0, 0, None)
    assert len(model.heard) == 2 * COUNT
    for sample in SAMPLES:
        first, second = (one.turns for one in model.heard if one.sample_id == sample.id)
        assert first == sample.turns[:1]
        said = f"1: {sample.turns[0].text}, 1"
        assert second == (sample.turns[0], Turn.of("assistant", said), sample.turns[2])
        [kept] = [one for one in RunFolder.load(tmp_path).responses() if one.sample_id == sample.id]
        assert (kept.text, kept.earlier) == (f"2: {sample.turns[0].text}, 1", ({"text": said},))
    assert {line["turn"] for line in lines(tmp_path)} == {1}
    assert counts(run(tmp_path, model)) == (0, 0, COUNT, None)
    assert len(model.heard) == 2 * COUNT


def test_several_gaps_are_filled_one_after_the_other(tmp_path):
    sample, model = dialogue(0, gaps=3), Model()
    run(tmp_path, model, samples=[sample])
    assert [len(request.turns) for request in model.heard] == [1, 3, 5, 7]
    assert not any(has_gap(request.turns) for request in model.heard)
    [kept] = RunFolder.load(tmp_path).responses()
    assert [said["text"][0] for said in kept.earlier] == ["1", "2", "3"]
    assert [turn.text for turn in model.heard[-1].turns[1::2]] == [said["text"] for said in kept.earlier]
    assert [len(turns) for turns in split_requests(sample.turns)] == [1, 3, 5, 7]


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
    failures = list(RunFolder.load(tmp_path).failures())
    assert {failure.error for failure in failures} == {cause}
    assert all(failure.message == f"response 2 of 2: {error}" for failure in failures)
    model.special = {}
    if retry:
        assert counts(run(tmp_path, model)) == (0, 0, COUNT, None)
    assert counts(run(tmp_path, model, retry=retry)) == (COUNT, 0, 0, None)
    assert set(model.asked(1).values()) == {1}
    assert all(response.earlier[0]["text"].startswith("1: ") for response in RunFolder.load(tmp_path).responses())


def test_a_failure_in_the_first_turn_says_so_and_is_asked_again(tmp_path):
    model = Model({1: raising(Unavailable("down"))})
    assert counts(run(tmp_path, model)) == (0, COUNT, 0, None)
    assert {failure.message for failure in RunFolder.load(tmp_path).failures()} == {"response 1 of 2: down"}
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

    model, pace = (
        Model({1: soon}),
        ConcurrencyLimiter(3, requests_per_minute=0.001),
    )  # the next request would go in weeks
    assert counts(run(tmp_path, model, samples=SAMPLES[:1], pace=pace)) == (0, 0, 0, "interrupted")
    assert len(lines(tmp_path)) == len(model.heard) == 1


def test_each_epoch_has_a_first_answer_of_its_own(tmp_path):
    model = Model({1: lambda request: says(request, f"epoch {request.epoch}")})
    run(tmp_path, model, samples=SAMPLES[:1], epochs=3)
    said = {response.epoch: response.earlier[0]["text"] for response in RunFolder.load(tmp_path).responses()}
    assert said == {epoch: f"epoch {epoch}" for epoch in range(3)}
    assert all(one.turns[1].text == f"epoch {one.epoch}" for one in model.heard if response_number(one.turns) == 2)


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
    failures = list(RunFolder.load(tmp_path / "a").failures())
    assert {failure.error for failure in failures} == {cause}
    assert all("response 1 of 2: it is empty" in failure.message for failure in failures)
    assert not model.asked(2)
    assert len(lines(tmp_path / "a")) == COUNT, "it was paid for"
    assert add_up(RunFolder.load(tmp_path / "a").usage_records()).cost == COUNT * 0.25
    model.special = {}
    assert counts(run(tmp_path / "a", model, cache=tmp_path / "cache")) == (COUNT, 0, 0, None)
    assert set(model.asked(1).values()) == {2}, "the cache does not give the useless answer again"


@pytest.mark.parametrize("stop", ["length", "refusal"])
def test_a_first_answer_that_is_cut_or_refused_is_gone_on_with_and_on_record(tmp_path, stop):
    model = Model({1: lambda request: says(request, "Half a", stop=stop)})
    assert counts(run(tmp_path, model)) == (COUNT, 0, 0, None)
    assert all(one.earlier == ({"text": "Half a", "stop": stop},) for one in RunFolder.load(tmp_path).responses())
    model.special = {}
    run(tmp_path, model, retry=("truncated", "refused"))
    assert set(model.asked(1).values()) == {1}


def test_thinking_in_the_first_answer_is_kept_but_not_sent_back(tmp_path):
    model = Model({1: lambda request: says(request, "<think>Hm.</think>\nSo.", reasoning="apart")})
    run(tmp_path, model, samples=SAMPLES[:1])
    assert model.heard[1].turns[1].text == "So."
    assert (lines(tmp_path)[0]["text"], lines(tmp_path)[0]["reasoning"]) == ("<think>Hm.</think>\nSo.", "apart")


def test_a_torn_line_costs_that_answer_and_a_damaged_one_is_told(tmp_path):
    run(tmp_path, Model({2: raising(Unavailable("down"))}))
    path = tmp_path / "turns.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    model = Model()
    run(tmp_path, model)
    assert model.asked(1).total() == 1
    path.write_bytes(b'{"sample_id":"x"}\n' + whole)
    with pytest.raises(StoreError, match=r"turns.jsonl, line 1: sample_id or epoch is missing"):
        RunFolder.load(tmp_path).dialogue_turns.get("x", 0, 1)


def test_a_journal_without_its_run_is_nobodys(tmp_path):
    (tmp_path / "turns.jsonl").write_text('{"sample_id":"x"}\n')
    with pytest.raises(StoreError, match=r"turns\.jsonl: run\.json is missing"):
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
    assert next(RunFolder.load(tmp_path).failures()).error == "bug"
    assert not (tmp_path / "turns.jsonl").exists()
