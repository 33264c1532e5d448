"""`ifh bench verify`: figures of what verifying costs, on given answers or on drawn questions."""

from __future__ import annotations

import json

import pytest
from ifh import ifh as started
from inside import inside as ifh

from harness.runner.engines.workers import count_cores

QUESTIONS = [
    {
        "key": 1,
        "prompt": "Say two words without commas.",
        "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
        "kwargs": [{}, {"num_words": 3, "relation": "less than"}],
    },
    {
        "key": 2,
        "prompt": "Answer in a bullet list with one point.",
        "instruction_id_list": ["detectable_format:number_bullet_lists"],
        "kwargs": [{"num_bullets": 1}],
    },
]
ANSWERS = [{"key": 1, "response": "Sure, of course!\nHello you."}, {"key": 2, "response": "Sure:\n**one**\n* two"}]


@pytest.fixture
def files(tmp_path):
    for name, records in (("questions", QUESTIONS), ("answers", ANSWERS)):
        text = "".join(json.dumps(record) + "\n" for record in records)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return ("--questions", "questions.jsonl", "--answers", "answers.jsonl")


def test_given_answers_are_timed(tmp_path, files):
    record = json.loads(started("bench", "verify", *files, "--json", "--repeat", "3", cwd=tmp_path).stdout)
    assert (record["responses"], record["instructions"], record["mean_words"]) == (2, 3, 4.5)
    assert (record["repeat"], record["rules"]) == (3, "ifeval")
    # Read without its first line, the first answer has no comma and is short enough.
    assert (record["strict_followed"], record["loose_followed"]) == (33.33, 100.0)
    assert 0 < record["cpu_ms"] <= record["median_cpu_ms"]
    assert record["per_second"] > 0
    assert 10 < record["peak_memory_mb"] < 1000
    assert record["language_detector"].startswith("langdetect")
    assert set(record["slowest"]) == {"punctuation:no_comma", *(i for q in QUESTIONS for i in q["instruction_id_list"])}
    assert list(tmp_path.glob("results*")) == []


def test_without_files_questions_are_drawn(tmp_path):
    out = ifh("bench", "verify", "--repeat", "1", "--rules", "livebench", cwd=tmp_path).stdout
    assert out.startswith("240 responses of ")
    assert "book livebench" in out
    assert "ms CPU a response, strict and loose together (best of 1 passes" in out
    for figure in ("responses a second", "peak memory", "language detector: langdetect", "slowest instructions"):
        assert figure in out


def test_what_cannot_be_timed_is_told(tmp_path, files):
    half = ifh("bench", "verify", *files[:2], cwd=tmp_path, code=2)
    assert "give both --questions and --answers" in half.stderr
    assert "unknown rule book 'ifevals'" in ifh("bench", "verify", "--rules", "ifevals", cwd=tmp_path, code=2).stderr
    assert "--repeat" in ifh("bench", "verify", "--repeat", "0", cwd=tmp_path, code=2).stderr
    (tmp_path / "answers.jsonl").write_text('{"key": 1, "response": null}\n{"key": 2, "response": null}\n')
    assert "has no response that can be verified" in ifh("bench", "verify", *files, cwd=tmp_path, code=2).stderr


def test_a_run_over_questions_of_ones_own_is_timed(tmp_path, files):
    more = ("--samples", "5", "--latency-ms", "1", "-c", "2", "--json")
    record = json.loads(ifh("bench", "run", *files[:2], *more, cwd=tmp_path).stdout)
    assert (record["samples"], record["most_in_flight"]) == (5, 2)
    drawn = json.loads(ifh("bench", "run", *more, cwd=tmp_path).stdout)
    assert record["bytes_per_sample"] < drawn["bytes_per_sample"] - 1000, "drawn questions hold an article's opening"


def test_many_responses_are_timed_with_each_engine(tmp_path, files):
    given = ("--responses", "50", "--engine", "single", "--engine", "process")
    printed = ifh("bench", "scale", *files, *given, cwd=tmp_path).stdout.splitlines()
    assert printed[0].strip().startswith("50 responses, single (1 core): ")
    assert printed[1].strip().startswith(f"50 responses, process ({count_cores()} core")
    assert "of the ideal speed" in printed[2]
    told = ifh("bench", "scale", *files, "--engine", "proces", cwd=tmp_path, code=2).told
    assert "did you mean 'process'? (engines: single, process, ray)" in told
