"""Adding up, against figures worked out by hand and a second, simple count."""

from __future__ import annotations

import json
from random import Random

import pytest

from harness.adapters.base import Response
from harness.errors import StoreError
from harness.scoring.results import ScoredResponse, UnscoredSample
from harness.scoring.summary import Summary, summarize
from scorers import Verdict, read
from tasks.sample import Sample, Turn

COMMA = {"id": "punctuation:no_comma"}
WORDS = {"id": "length_constraints:number_words", "num_words": 5, "relation": "at least"}
TITLE = {"id": "detectable_format:title"}


def a_sample(task, number, *instructions, article="a"):
    turn = Turn.of("user", f"question {task} {number}")
    return Sample.build(task, [turn], [read(dict(i)) for i in instructions], article_id=article)


def a_row(sample, strict, loose=None, epoch=0, **flags):
    """Build a row from strings of 1 (followed) and 0."""
    loose = strict if loose is None else loose
    verdicts = [[Verdict(mark == "1", "found") for mark in marks] for marks in (strict, loose)]
    return ScoredResponse(sample, Response(sample.id, epoch, "text", "m"), *verdicts, **flags)


@pytest.fixture
def run():
    """Return samples, rows and unscored of a run of two tasks with six questions, one of them without an answer."""
    samples = [
        a_sample("summarize", 1, COMMA, WORDS, article="a"),
        a_sample("summarize", 2, COMMA, WORDS, article="b"),
        a_sample("paraphrase", 1, COMMA, article="a"),
        a_sample("paraphrase", 2, COMMA, WORDS, TITLE, article="b"),
        a_sample("paraphrase", 3, WORDS, WORDS, article="c"),
        a_sample("paraphrase", 4, TITLE, article="d"),
    ]
    rows = [
        a_row(samples[0], "11", truncated=True),
        a_row(samples[1], "10", "11"),
        a_row(samples[2], "0", "0", blank=True),
        a_row(samples[3], "110", refused=True, truncated=True),
        a_row(samples[4], "10", "10"),
    ]
    return samples, rows, [UnscoredSample(samples[5], 0, "timeout", "too slow")]


def test_the_headline_by_hand(run):
    found = summarize(*run, rules="audited", extract=("thinking",))
    # summarize: (1 + 0.25) / 2 = 0.625; paraphrase: (0 + 1/3 + 1/4) / 3 = 7/36; with the unscored one 7/48.
    assert found.if_score == round(100 * (0.625 + 7 / 36) / 2, 4) == 40.9722
    assert found.if_score_floor == round(100 * (0.625 + 7 / 48) / 2, 4) == 38.5417
    assert (found.prompt_strict, found.prompt_loose) == (20.0, 40.0)
    assert (found.instruction_strict, found.instruction_loose) == (60.0, 70.0)
    assert (found.samples, found.epochs, found.scored, found.unscored) == (6, 1, 5, 1)
    assert (found.truncated, found.refused, found.blank) == (2, 1, 1)
    assert found.failures == {"timeout": 1}
    assert "3 articles" in found.interval.method


def test_the_tables_by_hand(run):
    record = summarize(*run, rules="audited").to_json()
    assert list(record["by_task"]) == ["paraphrase", "summarize"], "in the order of the boards"
    assert record["by_task"]["summarize"] == {
        "n": 2,
        "unscored": 0,
        "prompt": 50.0,
        "instruction": 75.0,
        "if_score": 62.5,
    }
    assert record["by_task"]["paraphrase"] == {
        "n": 3,
        "unscored": 1,
        "prompt": 0.0,
        "instruction": 50.0,
        "if_score": 19.4444,
    }
    assert record["by_id"] == {
        "detectable_format:title": {"n": 1, "prompt": 0.0, "instruction": 0.0, "loose": 0.0},
        "length_constraints:number_words": {"n": 5, "prompt": 25.0, "instruction": 60.0, "loose": 80.0},
        "punctuation:no_comma": {"n": 4, "prompt": 25.0, "instruction": 75.0, "loose": 75.0},
    }


def test_json_holds_what_the_file_promises_and_comes_back(run):
    summary = summarize(*run, rules="livebench", extract=("thinking", "fence"))
    record = json.loads(json.dumps(summary.to_json()))
    assert record["format"] == 1
    assert (record["rules"], record["extract"]) == ("livebench", ["thinking", "fence"])
    assert set(record["interval"]) == {"low", "high", "level", "method"}
    assert Summary.from_json(record) == summary


def test_scores_of_another_format_are_refused(run):
    record = {**summarize(*run, rules="audited").to_json(), "format": 99}
    with pytest.raises(StoreError, match="99"):
        Summary.from_json(record)


def test_nothing_scored_gives_no_number_at_all(run):
    samples, _, _ = run
    found = summarize(samples, [], [UnscoredSample(s, 0, "refused") for s in samples], rules="audited")
    record = found.to_json()
    figures = ("if_score", "if_score_floor", "prompt_strict", "prompt_loose", "instruction_strict", "instruction_loose")
    assert [record[name] for name in figures] == [None] * 6
    assert record["interval"] is None
    assert (record["scored"], record["unscored"], record["failures"]) == (0, 6, {"refused": 6})
    assert record["by_task"]["summarize"]["if_score"] is None
    assert record["by_id"] == {}
    assert Summary.from_json(record) == found


def test_a_task_without_a_scored_answer_is_left_out_but_not_of_the_floor(run):
    samples, rows, unscored = run
    more = a_sample("simplify", 1, COMMA)
    found = summarize([*samples, more], rows, [*unscored, UnscoredSample(more, 0, "timeout")], rules="audited")
    assert found.if_score == 40.9722
    assert found.if_score_floor == round(100 * (0.625 + 7 / 48) / 3, 4)
    assert (found.by_task["simplify"].n, found.by_task["simplify"].if_score) == (0, None)


def test_without_unscored_the_floor_is_the_score(run):
    samples, rows, _ = run
    found = summarize(samples[:5], rows, rules="audited")
    assert found.if_score_floor == found.if_score
    assert (found.unscored, found.failures) == (0, {})


def test_all_followed_is_exactly_100(run):
    samples, _, _ = run
    found = summarize(samples, [a_row(s, "1" * len(s.instructions)) for s in samples], rules="audited")
    figures = (found.if_score, found.if_score_floor, found.prompt_strict, found.instruction_loose)
    assert figures == (100.0,) * 4
    assert found.interval.low < found.interval.high == 100.0


def test_what_nothing_is_on_record_for_counts_as_not_asked(run):
    samples, rows, unscored = run
    found = summarize(samples, rows, unscored, rules="audited", epochs=3)
    assert found.scored + found.unscored == len(samples) * 3
    assert found.failures == {"not_asked": 12, "timeout": 1}


def test_questions_without_an_article_are_clusters_of_their_own():
    samples = [a_sample("ifeval", i, COMMA, article="") for i in range(4)]
    rows = [a_row(s, str(i % 2), epoch=e) for i, s in enumerate(samples) for e in (0, 1)]
    found = summarize(samples, rows, rules="ifeval", epochs=2)
    assert "4 questions" in found.interval.method
    assert found.scored == 8


def test_a_result_that_fits_no_question_is_refused(run):
    samples, rows, unscored = run
    with pytest.raises(StoreError, match="not among the questions"):
        summarize(samples[1:], rows, unscored, rules="audited")
    with pytest.raises(StoreError, match="epoch 1"):
        summarize(samples, [*rows, a_row(samples[0], "11", epoch=1)], unscored, rules="audited")
    with pytest.raises(StoreError, match="two results"):
        summarize(samples, [*rows, rows[0]], unscored, rules="audited")
    with pytest.raises(StoreError, match="two results"):
        summarize(samples, rows, [*unscored, UnscoredSample(samples[0], 0, "timeout")], rules="audited")


def test_a_row_needs_a_verdict_for_each_instruction(run):
    sample = run[0][0]
    with pytest.raises(StoreError, match="1 strict and 2 loose"):
        a_row(sample, "1", "11")


def test_a_second_simple_count_agrees_in_any_order():
    rng = Random("second count")
    tasks = ("paraphrase", "story_generation", "other")
    samples = [a_sample(rng.choice(tasks), i, *[COMMA] * rng.randint(1, 4), article=f"a{i // 3}") for i in range(60)]
    kept = samples[:50]
    rows = [a_row(s, "".join(rng.choice("01") for _ in s.instructions)) for s in kept]
    rng.shuffle(rows)
    found = summarize(samples, rows, rules="audited")

    per_task: dict[str, list[float]] = {}
    for row in rows:
        marks = [verdict.followed for verdict in row.strict]
        per_task.setdefault(row.sample.task, []).append((all(marks) + sum(marks) / len(marks)) / 2)
    whole = sum(all(v.followed for v in row.strict) for row in rows)
    flat = [v.followed for row in rows for v in row.strict]
    asked = {task: sum(s.task == task for s in samples) for task in tasks}

    assert found.if_score == pytest.approx(100 * sum(sum(x) / len(x) for x in per_task.values()) / 3, abs=1e-4)
    assert found.if_score_floor == pytest.approx(100 * sum(sum(per_task[t]) / asked[t] for t in tasks) / 3, abs=1e-4)
    assert found.prompt_strict == pytest.approx(100 * whole / 50)
    assert found.instruction_strict == pytest.approx(100 * sum(flat) / len(flat), abs=1e-4)
    assert list(found.by_task) == ["paraphrase", "story_generation", "other"]
    assert found == summarize(samples, sorted(rows, key=lambda row: row.sample.id), rules="audited")
