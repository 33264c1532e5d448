"""Dialogues of which every turn is scored: each turn is a sample, requested with the responses to those before it."""

import os
import signal

import pytest
from dialogues import COMMA, Model, counts, lines, raising, run, says

from harness.adapters.base import Response
from harness.errors import Rejected, Unavailable
from harness.runner.limits.budget import Budget, BudgetLimits
from harness.runner.score import score_run
from harness.scoring.status import status_of
from harness.store.run_folder import RunFolder
from tasks.dialogue import has_gap, response_number
from tasks.sample import GAP, Sample, Turn

DIALOGUES = 3


def turns_of(name, count=3, scored=(1, 2, 3)):
    turns, found = [], []
    for number in range(1, count + 1):
        turns += [*([GAP] if turns else []), Turn.of("user", f"{name}, turn {number}")]
        if number in scored:
            meta = {"group": name, "turn": number, "language": "English"}
            found.append(Sample.build(f"turn_{number}", turns, COMMA, article_id=name, meta=meta))
    return found


SAMPLES = [sample for n in range(DIALOGUES) for sample in turns_of(f"dialogue {n}")]


def numbers(model):
    return sorted((request.turns[0].text, response_number(request.turns)) for request in model.heard)


def every(count=3, dialogues=DIALOGUES):
    return sorted((f"dialogue {n}, turn 1", t) for n in range(dialogues) for t in range(1, count + 1))


def test_each_turn_is_requested_once_with_the_responses_before_it(tmp_path):
    model = Model()
    assert counts(run(tmp_path, model, samples=SAMPLES)) == (9, 0, 0, None)
    assert numbers(model) == every()
    assert not any(has_gap(request.turns) for request in model.heard)
    said = {one.sample_id: one for one in RunFolder.load(tmp_path).responses()}
    for first, second, third in zip(SAMPLES[::3], SAMPLES[1::3], SAMPLES[2::3], strict=True):
        texts = [said[sample.id].text for sample in (first, second, third)]
        assert [text[0] for text in texts] == ["1", "2", "3"]
        assert [one["text"] for one in said[third.id].earlier] == texts[:2]
        [sent] = [request.turns for request in model.heard if request.sample_id == third.id]
        assert [turn.text for turn in sent[1::2]] == texts[:2]
        assert sent[::2] == third.turns[::2]
    assert not (tmp_path / "turns.jsonl").exists()
    assert counts(run(tmp_path, model, samples=SAMPLES)) == (0, 0, 9, None)


def test_the_turns_of_a_dialogue_need_not_stand_together(tmp_path):
    model = Model()
    assert counts(run(tmp_path, model, samples=SAMPLES[::-1])) == (9, 0, 0, None)
    assert numbers(model) == every()


def test_a_turn_that_is_not_scored_is_saved_apart(tmp_path):
    model, samples = Model(), turns_of("dialogue 0", scored=(1, 3))
    assert counts(run(tmp_path, model, samples=samples)) == (2, 0, 0, None)
    assert numbers(model) == every(dialogues=1)
    assert [(line["sample_id"], line["turn"]) for line in lines(tmp_path)] == [(samples[1].id, 2)]


@pytest.mark.parametrize(("error", "cause"), [(Unavailable("down"), "unavailable"), (Rejected("no"), "rejected")])
@pytest.mark.parametrize("failed", [1, 2, 3])
def test_a_failed_turn_leaves_the_later_ones_unscored(tmp_path, error, cause, failed):
    model = Model({failed: raising(error)})
    asked = run(tmp_path, model, samples=SAMPLES)
    assert counts(asked) == (DIALOGUES * (failed - 1), DIALOGUES, 0, None)
    with RunFolder.load(tmp_path) as folder:
        found = score_run(folder)
        status = status_of(folder)
    later = {"earlier_turn": DIALOGUES * (3 - failed)} if failed < 3 else {}
    assert found.summary.failures == {cause: DIALOGUES} | later == status.failed
    assert found.summary.scored == DIALOGUES * (failed - 1)
    assert status.remaining == (0 if cause == "rejected" else DIALOGUES * (4 - failed))
    if failed == 1:
        assert any(
            f"sample {SAMPLES[0].id}, has no response to continue from ({cause}" in u.message for u in found.unscored
        )
    model.special = {}
    again = run(tmp_path, model, samples=SAMPLES, retry=("failures",) if cause == "rejected" else ())
    assert counts(again) == (DIALOGUES * (4 - failed), 0, DIALOGUES * (failed - 1), None)
    if failed < 3:
        assert set(model.asked(3).values()) == {1}


@pytest.mark.parametrize(("text", "stop"), [(" \n", "end"), ("<think>Hm.</think>", "end"), ("", "refusal")])
def test_a_blank_turn_is_scored_and_ends_its_dialogue(tmp_path, text, stop):
    model = Model({2: lambda request: says(request, text, stop=stop)})
    assert counts(run(tmp_path, model, samples=SAMPLES)) == (6, 0, 0, None)
    assert not model.asked(3)
    with RunFolder.load(tmp_path) as folder:
        found = score_run(folder).summary
        assert status_of(folder).remaining == 0
    assert (found.scored, found.failures) == (6, {"earlier_turn": 3})
    model.special = {}
    assert counts(run(tmp_path, model, samples=SAMPLES)) == (0, 0, 9, None), "there is nothing to request"


def test_a_turn_that_is_requested_again_takes_the_later_ones_with_it(tmp_path):
    model = Model({1: lambda request: says(request, "Cut", stop="length") if "0," in request.turns[0].text else None})
    run(tmp_path, model, samples=SAMPLES)
    model.special = {2: raising(Unavailable("down"))}
    assert counts(run(tmp_path, model, samples=SAMPLES, retry=("truncated",))) == (1, 1, 6, None)
    with RunFolder.load(tmp_path) as folder, folder.index() as index:
        slots = [index.slot(sample.id, 0) for sample in SAMPLES[:3]]
        assert [index.has_response(slot) for slot in slots] == [True, False, False], "they answer another first turn"
    model.special = {}
    assert counts(run(tmp_path, model, samples=SAMPLES)) == (2, 0, 7, None)
    last = next(one for one in RunFolder.load(tmp_path).responses() if one.sample_id == SAMPLES[2].id)
    assert last.earlier[0]["text"].startswith("1: ")


def test_an_interrupt_at_a_turn_saves_what_is_there(tmp_path):
    for number in (1, 2, 3):
        model = Model({number: lambda _request: os.kill(os.getpid(), signal.SIGINT)})
        assert counts(run(tmp_path, model, samples=SAMPLES))[3] == "interrupted"
    model = Model()
    run(tmp_path, model, samples=SAMPLES)
    index = RunFolder.load(tmp_path).index()
    assert (index.count_responses(), index.replaced) == (9, 0)


def test_each_epoch_is_a_dialogue_of_its_own(tmp_path):
    model = Model({1: lambda request: says(request, f"epoch {request.epoch}")})
    run(tmp_path, model, samples=SAMPLES[:3], epochs=2)
    assert all(one.turns[1].text == f"epoch {one.epoch}" for one in model.heard if response_number(one.turns) > 1)
    assert len(model.heard) == 6


def test_a_budget_ends_the_run_between_turns(tmp_path):
    model = Model()
    budget = Budget(BudgetLimits(max_tokens=300, max_output=4))
    assert counts(run(tmp_path, model, samples=SAMPLES, budget=budget))[3] == "budget"
    assert 0 < len(model.heard) < 9
    before = len(model.heard)
    assert counts(run(tmp_path, model, samples=SAMPLES))[:2] == (9 - before, 0)
    assert numbers(model) == every()


def test_imported_responses_are_never_dropped_for_their_order(tmp_path):
    run(tmp_path, Model({1: raising(Rejected("no"))}), samples=SAMPLES[:3])
    given = [Response(sample.id, 0, f"{n}", "m") for n, sample in enumerate(SAMPLES[2::-1])]
    plan = RunFolder.load(tmp_path).plan
    with RunFolder.open(tmp_path / "b", plan, samples=SAMPLES[:3], header={}) as folder:
        folder.add_missing(given)
        assert folder.index().count_responses() == 3
