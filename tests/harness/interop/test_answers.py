"""Answers made elsewhere: each format read, each answer with its own question, nothing lost without a word."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorers
from harness.adapters.base import Failure, Response
from harness.adapters.recorded.answer_file import read_answers
from harness.errors import ConfigError
from harness.interop.answer_matches import match_answers
from tasks.errors import BadSample
from tasks.formats.question_set import QuestionSet, read_questions
from tasks.sample import Sample, Turn

NO_COMMA = [scorers.read({"id": "punctuation:no_comma"})]


def questions(*ids, left_out=()):
    samples = [
        Sample.build("t", [Turn.of("user", f" Prompt of {id}.\n")], NO_COMMA, rules="ifeval", meta={"key": id})
        for id in ids
    ]
    return QuestionSet("set.jsonl", "ifeval", tuple(samples), tuple(left_out))


def livebench(id, text="Fine.", **more):
    choices = [{"index": 0, "turns": [text], "reasoning": ["Hm."]}, {"index": 1, "turns": ["Not graded."]}]
    return {"question_id": id, "answer_id": "x", "model_id": "m-1", "choices": choices} | more


@pytest.fixture
def put(tmp_path):
    def written(*records):
        path = tmp_path / "answers.jsonl"
        path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records), encoding="utf-8")
        return str(path)

    return written


def found_by_key(matched):
    return {(said.sample_id, said.epoch): said for _, said in matched.iter_found()}


def said(matched, asked):
    """Return what was said to each question, by its key."""
    keys = {sample.id: sample.meta["key"] for sample in asked.samples}
    pairs = found_by_key(matched).items()
    return {keys[id]: found.text if isinstance(found, Response) else found.error for (id, _), found in pairs}


@pytest.mark.parametrize(
    ("record", "form", "how"),
    [
        ({"key": 2, "response": "Fine."}, "ifeval", "id"),
        ({"key": "2", "response": "Fine."}, "ifeval", "id"),
        ({"prompt": "Prompt of 2.", "response": "Fine."}, "ifeval", "prompt"),
        ({"id": "other", "prompt": "\tPrompt of 2. ", "text": "Fine."}, "ifeval", "prompt"),
        (livebench(2), "livebench", "id"),
        (livebench("2"), "livebench", "id"),
    ],
)
def test_an_answer_finds_its_question(put, record, form, how):
    asked = questions(1, 2, 3)
    found = read_answers(put(record))
    matched = match_answers(asked, found)
    assert found.format == form
    assert said(matched, asked) == {2: "Fine."}
    assert matched.by == {how: 1}
    assert matched.missing.first == ["1", "3"]


def test_our_own_responses_come_as_they_are_with_their_epochs(put):
    asked = questions(1, 2)
    kept = [
        Response(sample.id, epoch, "Fine.", f"m-{epoch}", stop="length", usage={"output": 3}, attempts=2)
        for sample in asked.samples
        for epoch in (0, 1)
    ]
    found = read_answers(put(*(response.to_json() for response in kept[:3])))
    matched = match_answers(asked, found)
    assert list(found_by_key(matched).values()) == kept[:3]
    assert (found.format, matched.epochs, matched.missing.first) == ("responses", 2, ["2"])


def test_what_livebench_records_beside_the_text_is_kept(put):
    record = livebench(1, total_output_tokens=9, total_input_tokens=-1, cost_usd=0.5, total_time_s=2.5)
    [found] = found_by_key(match_answers(questions(1), read_answers(put(record)))).values()
    assert (found.text, found.reasoning, found.model) == ("Fine.", "Hm.", "m-1")
    assert (found.usage, found.cost, found.seconds) == ({"output": 9}, 0.5, 2.5)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (livebench(1, "$ERROR$"), "api_error"),
        (livebench(1, "$ERROR$", eval_status="token_exhaustion"), "exhausted"),
        (livebench(1, "half an answer", eval_status="api_error", error_msg="503"), "api_error"),
        (livebench(1, "", eval_status="token_exhaustion"), "exhausted"),
        (livebench(1, None), "malformed"),
        ({"key": 1, "response": None}, "malformed"),
    ],
)
def test_failures_are_no_answers(put, record, expected):
    asked = questions(1)
    matched = match_answers(asked, read_answers(put(record)))
    assert said(matched, asked) == {1: expected}
    assert all(isinstance(found, Failure) and found.message for found in found_by_key(matched).values())


def test_text_that_was_cut_and_empty_text_are_answers(put):
    asked = questions(1, 2)
    cut, empty = livebench(1, "Half", eval_status="token_exhaustion"), livebench(2, "")
    first, second = found_by_key(match_answers(asked, read_answers(put(cut, empty)))).values()
    assert (first.text, first.stop, first.raw_stop) == ("Half", "length", "token_exhaustion")
    assert (second.text, second.stop) == ("", "end")


def test_missing_duplicate_unknown_and_left_out_are_counted_and_named(put, tmp_path):
    records = [
        {"key": key, "prompt": f"P{key}", "instruction_id_list": [id], "kwargs": [{}]}
        for key, id in ((1, "punctuation:no_comma"), (2, "punctuation:no_comma"), (3, "punctuation:none"))
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, records)))
    asked = read_questions(tmp_path / "set.jsonl", skip_unknown=True)
    answers = [
        {"key": 1, "response": "First."},
        {"key": 9, "response": "Whose?"},
        {"key": 3, "response": "Left out."},
        {"prompt": "P3", "response": "Left out."},
        {"key": 1, "prompt": "P1, in other words", "response": "Second."},
    ]
    matched = match_answers(asked, read_answers(put(*answers)))
    assert said(matched, asked) == {1: "Second."}
    assert [names.first for names in (matched.missing, matched.duplicate, matched.unknown)] == [["2"], ["1"], ["9"]]
    assert [names.first for names in (matched.left_out, matched.reworded)] == [["3", "line 4"], ["1"]]
    lines = matched.describe_matches()
    assert len(lines) == 5
    assert lines[0] == "missing (unscored), no response to: 1 (2)"
    assert matched.to_json()["left_out"] == {"count": 2, "first": ["3", "line 4"]}


def test_an_answer_without_an_id_belongs_to_all_that_ask_the_same(put):
    same = [Sample.build(task, [Turn.of("user", "P")], NO_COMMA) for task in ("a", "b")]
    asked = QuestionSet("set.jsonl", "samples", tuple(same))
    matched = match_answers(asked, read_answers(put({"prompt": "P", "response": "Fine."})))
    assert [id for id, _ in found_by_key(matched)] == [sample.id for sample in same]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], "holds no answers"),
        (["[1]"], "line 1: a JSON record in braces is wanted"),
        ([{"key": 1}], "line 1: no answer in it of a known format: the record has key"),
        ([{"response": "x"}], "line 1: it has neither an id"),
        ([{"key": 1, "response": "x"}, {"key": 2}], "line 2: no answer in it"),
        ([{"key": 1, "response": 5}], "line 1: the answer is no text but 5"),
        ([livebench(1), {"question_id": 2, "choices": []}], "line 2: no answer in choices[0].turns[0]"),
        ([livebench(1), livebench(2, model_id="m-2")], "answers of 2 models (m-1, m-2)"),
        ([{"sample_id": "x", "text": "y", "epoch": -1}], "line 1: epoch must be"),
        ([{"sample_id": "x", "text": "y", "stop": "never"}], "line 1: stop 'never' is none of"),
        ([{"key": 77, "response": "x"}], "none of the 1 answers"),
    ],
)
def test_what_cannot_be_used_is_named(put, records, expected):
    path = put(*records)
    with pytest.raises(ConfigError) as caught:
        match_answers(questions(1, 2), read_answers(path))
    assert expected in str(caught.value)
    assert path in str(caught.value)


def test_a_broken_line_is_named(put):
    with pytest.raises(BadSample, match="line 2: not valid JSON"):
        read_answers(put({"key": 1, "response": "x"}, "{"))


def test_the_digest_is_of_the_answers_and_nothing_else(put):
    first = read_answers(put({"key": 1, "response": "x"})).digest
    assert read_answers(put('{"response":  "x", "key": 1, "note": "y"}', "")).digest == first
    assert read_answers(put({"key": 1, "response": "y"})).digest != first


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=5)), min_size=1, max_size=30), st.randoms())
def test_every_answer_and_every_question_is_accounted_for(tmp_path_factory, pairs, rng: Random):
    path = tmp_path_factory.mktemp("answers") / "a.jsonl"
    records = [
        {"key": key, "response": text} if rng.random() < 0.5 else {"prompt": f"Prompt of {key}.", "response": text}
        for key, text in pairs
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    asked = questions(*range(6))
    if not any(key < 6 for key, _ in pairs):
        pairs.append((0, "x"))
        path.write_text(path.read_text() + json.dumps({"key": 0, "response": "x"}))
    matched = match_answers(asked, read_answers(str(path)))
    assert said(matched, asked) == {key: text for key, text in pairs if key < 6}
    assert len(found_by_key(matched)) + len(matched.missing) == 6
    assert len(found_by_key(matched)) + len(matched.duplicate) + len(matched.unknown) == len(pairs)
