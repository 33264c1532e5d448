"""Samples in a file: copied with what is known of them, whatever stands between their lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scorers import read
from tasks.sample import Sample, Turn
from tasks.stored import SampleFile

TASKS = ("paraphrase", "story_generation", "paraphrase")


def sample(number):
    turns = [Turn.of("user", f"Question {number}: ﬁ, 字, \u2028.")]
    return Sample.build(TASKS[number], turns, [read({"id": "punctuation:no_comma"})])


def put(path: Path, lines):
    path.write_bytes(b"".join(lines))
    return SampleFile(path)


def written(path, lines):
    path.write_bytes(b"".join(lines))


@pytest.fixture
def records():
    return [json.dumps(sample(number).to_json(), ensure_ascii=False).encode() for number in range(3)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n  \n"])
@pytest.mark.parametrize("limit", [None, 2])
def test_a_copy_holds_the_same_samples_and_is_read_at_the_right_places(tmp_path, records, end, limit):
    source = put(tmp_path / "given.jsonl", [b"\xef\xbb\xbf", *(record + end for record in records)]).in_turn(limit)
    copy = source.copied(tmp_path / "copy.jsonl", written)
    assert list(copy) == list(source)
    assert copy.path.read_bytes().count(b"\n") == len(source)
    anew = SampleFile(copy.path)
    assert (list(anew), dict(anew.ids), anew.tasks) == (list(copy), dict(copy.ids), copy.tasks)
    by_id = copy.by_id()
    for one in source:
        assert by_id[one.id] == one
        assert by_id.turns(one.id) == one.turns


def test_a_fault_in_a_copy_is_told_with_its_place_there(tmp_path, records):
    broken = records[1].replace(b"no_comma", b"no_coma_")
    copy = put(tmp_path / "given.jsonl", [b"\n", records[0] + b"\n", broken]).copied(tmp_path / "copy.jsonl", written)
    with pytest.raises(Exception, match=r"copy\.jsonl, line 2: sample .* no checker has the id"):
        list(copy)
