"""Answers from a file: found by id, else by prompt, and never one in the place of another."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from adapter_helpers import SAMPLE, ask, request, sample

from harness.adapters.base import AdapterSetup, Response
from harness.adapters.registry import make_adapter
from harness.errors import ConfigError, Rejected
from tasks.sample import Turn


@pytest.fixture
def replay(tmp_path):
    def made(*lines, of=SAMPLE):
        file = tmp_path / "answers.jsonl"
        text = "".join(f"{line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        return make_adapter("replay", AdapterSetup(str(file), samples={of.id: of}))

    return made


LIVEBENCH = {
    "question_id": SAMPLE.id,
    "answer_id": "a",
    "model_id": "some-model",
    "choices": [{"index": 0, "turns": ["From a board."], "reasoning": ["Hm."]}],
}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"sample_id": SAMPLE.id, "text": "A"}, "A"),
        ({"id": SAMPLE.id, "response": "B"}, "B"),
        ({"question_id": SAMPLE.id, "response": ""}, ""),
        ({"prompt": "Rewrite the article.", "response": "C"}, "C"),
        ({"prompt": " Rewrite the article.\n", "response": "C"}, "C"),
        ({"id": "another", "prompt": "Rewrite the article.", "response": "D"}, "D"),
        (LIVEBENCH, "From a board."),
    ],
)
def test_an_answer_is_found(replay, line, text):
    answer = ask(replay({"id": "x", "text": "not this"}, "", line))
    assert answer.text == text
    assert answer.usage is None


def test_what_else_is_recorded_comes_along(replay):
    answer = ask(replay(LIVEBENCH))
    assert (answer.model, answer.reasoning, answer.stop) == ("some-model", "Hm.", "end")
    kept = Response(SAMPLE.id, 3, "Cut", "served", "So", "length", "max_tokens", usage={"input": 3}, cost=1.0)
    answer = ask(replay(kept.to_json()))
    assert answer == replace(kept, usage=None, cost=None)


def test_epochs_are_kept_apart(replay):
    lines = [{"sample_id": SAMPLE.id, "epoch": epoch, "text": f"No. {epoch}"} for epoch in (0, 1)]
    adapter = replay(*lines)
    assert [a.text for a in ask(adapter, request(epoch=1), request(epoch=0))] == ["No. 1", "No. 0"]
    with pytest.raises(Rejected):
        ask(adapter, request(epoch=2))


def test_the_id_goes_before_the_prompt(replay):
    adapter = replay(
        {"id": "x", "prompt": "Rewrite the article.", "text": "by prompt"}, {"id": SAMPLE.id, "text": "by id"}
    )
    assert ask(adapter).text == "by id"


def test_the_id_of_the_published_question_is_an_id(replay):
    question = sample(question_id="q-7")
    adapter = replay({"question_id": "q-7", "text": "Yes"}, {"question_id": "None", "text": "No"}, of=question)
    assert ask(adapter, request(question)).text == "Yes"
    with pytest.raises(Rejected):
        ask(replay({"question_id": "None", "text": "No"}))


def test_a_prompt_with_several_answers_is_answered_by_id_only(replay):
    twice = [{"id": id, "prompt": "Rewrite the article.", "text": id} for id in ("x", SAMPLE.id)]
    adapter = replay(*twice)
    assert ask(adapter).text == SAMPLE.id
    other = replace(request(), sample_id="y")
    with pytest.raises(Rejected, match="no answer to sample y"):
        ask(adapter, other)


def test_a_prompt_of_several_turns_is_what_the_user_says(replay):
    turns = (
        Turn.of("system", "Be brief."),
        Turn.of("user", "One."),
        Turn.of("assistant", "1"),
        Turn.of("user", "Two."),
    )
    adapter = replay({"prompt": "One.\n\nTwo.", "response": "Found"})
    assert ask(adapter, replace(request(), turns=turns)).text == "Found"


def test_a_missing_answer_and_a_recorded_failure_are_rejected(replay):
    with pytest.raises(Rejected, match=f"no answer to sample {SAMPLE.id}"):
        ask(replay({"id": "x", "text": "A"}))
    with pytest.raises(Rejected, match=r"line 1: .*\$ERROR\$"):
        ask(replay({"id": SAMPLE.id, "text": "$ERROR$"}))
    with pytest.raises(Rejected, match="line 1: a failure is recorded, no answer: the answer is null"):
        ask(replay({"id": SAMPLE.id, "text": None}))
    with pytest.raises(Rejected, match=r"line 1: .*no credit"):
        ask(replay(LIVEBENCH | {"eval_status": "api_error", "error_msg": "no credit"}))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (['{"id": 1, "text": "x"}', "{broken"], "line 2: not valid JSON"),
        (['{"id": 1, "text": "\udcff"}'], "line 1: not UTF-8"),
        (["", "[1, 2]"], r"line 2: a JSON record in braces is wanted, got \[1, 2\]"),
        (["null"], "line 1: a JSON record in braces"),
        ([{"id": 1}], "line 1: no answer in it"),
        ([{"id": 1, "choices": []}], "line 1: no answer in choices"),
        ([{"id": 1, "text": ["x"]}], "line 1: the answer is no text"),
        ([{"sample_id": "1", "text": "x", "stop": "tired"}], "line 1: stop 'tired' is none of"),
        ([{"text": "x"}], "line 1: it has neither an id"),
        ([{"id": True, "text": "x"}], "line 1: it has neither an id"),
        ([{"id": 1, "text": "x"}, "", {"id": "1", "text": "x"}], "line 1 and line 3 both answer the id '1'"),
        (
            [{"prompt": "p", "text": "x"}, {"prompt": "p ", "text": "y"}],
            "line 1 and line 2 both answer the same",
        ),
        ([], "holds no answers"),
        (["", " "], "holds no answers"),
    ],
)
def test_a_malformed_file_is_told_with_the_line(replay, lines, why):
    with pytest.raises(ConfigError, match=why):
        replay(*lines)


def test_a_file_that_is_not_there_and_none_at_all(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.jsonl cannot be read: No such file"):
        make_adapter("replay", AdapterSetup(str(tmp_path / "nowhere.jsonl")))
    with pytest.raises(ConfigError, match="cannot be read"):
        make_adapter("replay", AdapterSetup(str(tmp_path)))
    with pytest.raises(ConfigError, match="--model replay/FILE"):
        make_adapter("replay", AdapterSetup(""))


def test_the_file_may_stand_in_the_options(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text("\ufeff" + json.dumps({"id": SAMPLE.id, "text": "Yes"}), encoding="utf-8")
    answer = ask(
        make_adapter("replay", AdapterSetup("some-model", options={"file": str(file)})), request(model="some-model")
    )
    assert (answer.text, answer.model) == ("Yes", "some-model")
