"""Scoring of many responses: the same bytes on one process, on several, in parts, and after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from ifh import lines
from inside import inside

from harness.errors import StoreError
from harness.runner.engines.workers import WorkerPool
from harness.store.shard_files import Shard, divide, select_part

COUNT = 1200
"""Responses of the fixture: five shards."""
FILES = ("verdicts.jsonl", "scores.json", "judged.json", "responses.jsonl", "failures.jsonl", "samples.jsonl")
SECOND = ("verdicts.audited.jsonl", "scores.audited.json")
GIVEN = ("--questions", "q.jsonl", "--answers", "a.jsonl")


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def write_input(folder):
    """Write 4 questions and 300 responses to each; some are missing, a failure, or there twice."""
    write(
        folder / "q.jsonl",
        (
            {
                "key": key,
                "prompt": f"Say {key} things.",
                "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
                "kwargs": [{}, {"num_words": key, "relation": "at least"}],
            }
            for key in range(1, 5)
        ),
    )
    texts = ("One, two.", "*One* two three\nfour.", "", "Four words are here.", None)
    records = [
        {"key": n % 4 + 1, "epoch": n // 4, "response": texts[n % 5], "model": "m"} for n in range(COUNT) if n % 97
    ]
    write(folder / "a.jsonl", [*records, records[7] | {"response": "Again, later."}])


@pytest.fixture
def many(tmp_path):
    """Write questions and responses into the folder of the test."""
    write_input(tmp_path)
    return tmp_path


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    """Return the files that one process writes."""
    folder = tmp_path_factory.mktemp("single")
    write_input(folder)
    inside("score", *GIVEN, "--engine", "single", "--out", "run", "--rules", "audited", cwd=folder)
    return contents(folder / "run") | {name: (folder / "run" / name).read_bytes() for name in SECOND}


def test_several_processes_write_the_bytes_of_one(many, ifh, single):
    ifh("score", *GIVEN, "--engine", "process", "--out", "several")
    assert single.items() >= contents(many / "several").items()
    assert not (many / "several" / "shards").exists()
    scores = json.loads(single["scores.json"])
    assert (scores["scored"] + scores["unscored"], scores["epochs"]) == (COUNT, 300)
    assert scores["failures"].keys() == {"malformed", "missing"}


def test_a_killed_command_resumes(many, ifh, single):
    command = [sys.executable, "-m", "harness", "score", *GIVEN, "--engine", "process", "--out", "killed"]
    process = subprocess.Popen(command, cwd=many, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shards = many / "killed" / "shards"
    while process.poll() is None and not (shards.exists() and any(shards.glob("*.jsonl"))):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() in (-signal.SIGKILL, 0)
    ifh("score", *GIVEN, "--engine", "process", "--out", "killed")
    assert single.items() >= contents(many / "killed").items()


def test_what_is_scored_is_not_scored_again(many, ifh):
    ifh("score", *GIVEN, "--shard", "1/2", "--out", "run")
    [path, *_] = sorted((many / "run" / "shards").iterdir())
    text = path.read_text(encoding="utf-8")
    assert text.count("1 comma, at line 1") > 10
    path.write_text(text.replace("1 comma, at line 1", "marked"), encoding="utf-8")
    ifh("score", "run")
    reasons = [v["reason"] for line in lines(many / "run" / "verdicts.jsonl") for v in line.get("verdicts", ())]
    assert any("marked" in reason for reason in reasons)
    assert any("1 comma, at line 1" in reason for reason in reasons)


def test_shards_of_other_responses_do_not_count(many, ifh, single):
    ifh("score", *GIVEN, "--shard", "1/1", "--out", "run")
    for path in (many / "run" / "shards").iterdir():
        head, rest = path.read_text(encoding="utf-8").split("\n", 1)
        changed = json.loads(head) | {"responses": 1}
        path.write_text(json.dumps(changed, sort_keys=True) + "\n" + rest.replace("comma", "?"), encoding="utf-8")
    assert "not scored yet" in ifh("merge", "run", code=1).told
    ifh("score", "run")
    assert single.items() >= contents(many / "run").items()


def test_parts_are_merged_to_the_bytes_of_the_whole(many, ifh, single):
    for part in ("2/3", "1/3"):
        done = ifh("score", *GIVEN, "--shard", part, "--out", "run")
        assert f"part {part[0]} of 3" in done.said
    refused = ifh("merge", "run", code=1).told
    assert "responses 751 to 1,200" in refused
    assert not (many / "run" / "verdicts.jsonl").exists()
    assert json.loads(ifh("score", "run", "--shard", "3/3", "--json").stdout)["part"] == 3
    ifh("merge", "run")
    assert single.items() >= contents(many / "run").items()
    assert not (many / "run" / "shards").exists()
    assert "nothing to merge" in ifh("merge", "run", code=1).told


def test_parts_of_copies_are_merged_and_duplicates_refused(many, ifh, single):
    ifh("score", *GIVEN, "--shard", "1/2", "--out", "a")
    shutil.copytree(many / "a", many / "b")
    refused = ifh("merge", "a", "b", code=1).told
    assert "in more than one folder: responses 1 to 500" in refused
    assert "a and b" in refused
    shutil.rmtree(many / "b" / "shards")
    ifh("score", "b", "--shard", "2/2")
    assert "named twice" in ifh("merge", "a", "a", code=1).told
    ifh("merge", "a", "b")
    assert single.items() >= contents(many / "a").items()
    write(many / "other.jsonl", [{"key": 1, "response": "Yes."}])
    ifh("score", "--questions", "q.jsonl", "--answers", "other.jsonl", "--out", "c")
    assert "different settings" in ifh("merge", "a", "c", code=1).told


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("part", ["0/2", "3/2", "2", "a/b", "1/2/3"])
def test_a_part_that_is_none_is_named(ifh, part):
    assert f"--shard is '{part}'" in ifh("score", *GIVEN, "--shard", part, code=2).told


@pytest.mark.usefixtures("many")
def test_an_engine_that_does_not_exist_is_named(ifh):
    assert "did you mean 'process'" in ifh("score", *GIVEN, "--engine", "proces", code=2).told


def test_the_second_book_is_scored_in_parts_too(many, ifh, single):
    ifh("score", *GIVEN, "--out", "run", "--shard", "1/1", "--rules", "audited")
    ifh("merge", "run")
    assert {name: (many / "run" / name).read_bytes() for name in SECOND} == {name: single[name] for name in SECOND}


@pytest.mark.usefixtures("many")
def test_two_books_are_compared_on_more_responses_than_are_held(ifh, single):
    record = json.loads(ifh("rules", "diff", *GIVEN, "--examples", "2", "--json").stdout)
    own, audited = (json.loads(single[name]) for name in ("scores.json", "scores.audited.json"))
    assert record["answers"] == own["scored"]
    for name, both in record["figures"].items():
        assert both == {"from": own[name], "to": audited[name]}
    assert record["left_out"] == {"count": 0, "first": []}


class Dying:
    """Ends the process that scores a shard."""

    def prepare(self):
        """Read nothing."""

    def score_shard(self, _shard):
        os._exit(9)


def test_a_worker_that_dies_is_reported():
    with WorkerPool(Dying(), 1) as pool:
        pool.submit(Shard(0, 1))
        with pytest.raises(StoreError, match="give the same command again to resume"):
            pool.wait(Shard(0, 1))


@pytest.mark.parametrize("total", [0, 1, 250, 251, 9_999, 1_000_003])
def test_parts_divide_the_shards_without_gap_or_overlap(total):
    shards = divide(total)
    assert sum(map(len, shards)) == total
    for count in (1, 3, 7):
        parts = [select_part(shards, number, count) for number in range(1, count + 1)]
        assert [shard for part in parts for shard in part] == shards
