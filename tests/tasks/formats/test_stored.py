"""Samples in a file: read once and whole, refused where they cannot be asked, copied with what is known of them."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from scorers import read
from tasks.errors import BadSample
from tasks.formats.question_set import read_questions
from tasks.formats.sample_file import SampleFile
from tasks.sample import Sample, Turn

CHECKERS = [read({"id": "punctuation:no_comma"})]
TASKS = ("paraphrase", "story_generation", "paraphrase")


def sample(number):
    turns = [Turn.of("user", f"Question {number}: ﬁ, 字, \u2028.")]
    return Sample.build(TASKS[number], turns, CHECKERS)


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
    copy = source.copy_to(tmp_path / "copy.jsonl", written)
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
    copy = put(tmp_path / "given.jsonl", [b"\n", records[0] + b"\n", broken]).copy_to(tmp_path / "copy.jsonl", written)
    with pytest.raises(Exception, match=r"copy\.jsonl, line 2: sample .* no checker has the id"):
        list(copy)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="pipes have no names on this system")
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_pipe_is_read_once_and_whole(pack):
    record = json.dumps(Sample.build("t", [Turn.of("user", "Write.")], CHECKERS).to_json()).encode()
    ours, theirs = os.pipe()
    try:
        os.write(theirs, pack(record + b"\n"))
        os.close(theirs)
        assert [sample.prompt for sample in read_questions(f"/dev/fd/{ours}", lazily=True).samples] == ["Write."]
    finally:
        os.close(ours)


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ([], "has no turn of the user, so nothing could be asked"),
        (
            [{"role": "usr", "parts": [{"text": "Write."}]}],
            "a turn has the role 'usr' (roles: system, user, assistant)",
        ),
    ],
)
def test_turns_that_nobody_can_be_asked_are_refused(tmp_path, turns, told):
    record = Sample.build("t", [Turn.of("user", "Write.")], CHECKERS).to_json() | {"turns": turns}
    path = tmp_path / "samples.jsonl"
    path.write_text(json.dumps(record) + "\n")
    with pytest.raises(BadSample, match=re.escape(f"{path}, line 1: ") + ".*" + re.escape(told)):
        list(read_questions(path, lazily=True).samples)


@pytest.mark.parametrize("lazily", [False, True])
def test_our_own_samples_go_through_unchanged_and_each_once(tmp_path, records, lazily):
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"\n".join(records))
    found = read_questions(path, lazily=lazily)
    assert (found.format, list(found.samples)) == ("samples", [sample(number) for number in range(3)])
    path.write_bytes(b"\n".join([*records, records[0]]))
    with pytest.raises(BadSample, match=f"line 4: the sample {sample(0).id} is in line 1 already"):
        read_questions(path, lazily=lazily)
