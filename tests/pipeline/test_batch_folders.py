"""Run folders with batches that were received or damaged: what is wrong is named, and nothing foreign is touched."""

from __future__ import annotations

import json
import shutil

import pytest
from batch_runs import KEYS, arguments, run_batch, write_set
from batch_server import BatchServer
from ifh import lines
from inside import inside


@pytest.fixture(scope="module")
def received(tmp_path_factory):
    """A folder with a run whose batch is at the provider, and the server."""
    folder = tmp_path_factory.mktemp("received")
    with BatchServer(polls=10**6) as server:
        run_batch(server, folder, write_set(folder, 2), "--no-wait")
        yield folder, server


def change(path, number, **fields):
    """Change fields of one line of a file; None removes a field."""
    found = lines(path)
    found[number - 1] = {name: value for name, value in {**found[number - 1], **fields}.items() if value is not None}
    path.write_text("".join(json.dumps(line) + "\n" for line in found))


ABOUT = {"ask": {}, "key_env": None, "prices": None, "max_output": None}
DAMAGES = [
    (1, {"event": 3}, "event is 3, but must be one of run, prepared"),
    (1, {"event": "mystery"}, "event is 'mystery'"),
    (1, {"about": "x"}, "about is 'x', but must be a table"),
    (1, {"about": ABOUT | {"key_env": ["A"]}}, "about.key_env is ['A'], but must be a text or null"),
    (1, {"about": ABOUT | {"prices": {"input": "free"}}}, "about.prices: output is missing"),
    (1, {"about": ABOUT | {"max_output": -5}}, "about.max_output is -5"),
    (2, {"marker": "../../../../secret"}, "marker is '../../../../secret', but must be 16 digits"),
    (2, {"time": None}, "time is missing"),
    (2, {"requests": 1e400}, "requests is inf"),
    (2, {"requests": -1}, "requests is -1, but must be a whole number from 1"),
    (2, {"reserved": {"tokens": "many", "cost": 0}}, "reserved is"),
    (3, {"marker": "0" * 16}, "marker 0000000000000000 belongs to no batch that was prepared"),
    (3, {"batch_id": "../files/x?key="}, "batch_id is '../files/x?key='"),
    (3, {"counts": {"total": "2"}}, "counts is {'total': '2'}, but must be a table of whole numbers from 0"),
    (3, {"counts": [1]}, "counts is [1]"),
    (3, {"status": 7}, "status is 7, but must be a text"),
]


@pytest.mark.parametrize(("number", "fields", "told"), DAMAGES, ids=[one[2][:40] for one in DAMAGES])
def test_a_damaged_event_is_named_with_its_file_and_line(received, number, fields, told, tmp_path):
    shutil.copytree(received[0] / "batch", tmp_path / "batch")
    change(tmp_path / "batch" / "batches.jsonl", number, **fields)
    for command in (("batch", "collect"), ("batch", "status"), ("status",), ("score",)):
        done = inside(*command, "batch", cwd=tmp_path, env=KEYS, code=1)
        assert f"batches.jsonl, line {number}: is not an event of a batch: {told}" in done.told
    assert inside("list", ".", cwd=tmp_path).told == ""


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"ask": {"attempts": "six"}}, "[ask] attempts takes a whole number, got 'six'"),
        ({"ask": {"attempts": 0}}, "ask.attempts is 0, but must be at least 1"),
        ({"ask": {"batch_fallback": "lve"}}, "did you mean 'live'"),
        ({"key_env": "no name!"}, "key_env is the name of an environment variable"),
    ],
)
def test_settings_that_no_run_can_use_are_named(received, about, told, tmp_path):
    shutil.copytree(received[0] / "batch", tmp_path / "batch")
    change(tmp_path / "batch" / "batches.jsonl", 1, about=ABOUT | about)
    assert told in inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS, code=2).told


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"sample_id": 3}, "sample_id is 3, but must be a text"),
        ({"turn": 10**9}, "turn is 1000000000, but must be a whole number from 1 to 1000"),
        ({"epoch": None}, "epoch is missing"),
    ],
)
def test_a_damaged_map_is_named_with_its_file_and_line(received, fields, told, tmp_path):
    shutil.copytree(received[0] / "batch", tmp_path / "batch")
    [path] = (tmp_path / "batch" / "batches").glob("*.map.jsonl")
    change(path, 2, **fields)
    for command in (("batch", "collect", "batch"), ("score", "batch")):
        done = inside(*command, cwd=tmp_path, env=KEYS, code=1)
        assert f"{path.name}, line 2: is not a request of a batch: {told}" in done.told
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert "has 1 of the batch's 2 requests" in inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS, code=1).told


def test_files_of_others_are_neither_sent_nor_removed(received, tmp_path):
    shutil.copytree(received[0] / "batch", tmp_path / "batch")
    folder, samples = tmp_path / "batch" / "batches", received[0] / "set.jsonl"
    (folder / "notes.jsonl").write_text("mine")
    inside("batch", "collect", "batch", "--no-wait", cwd=tmp_path, env=KEYS)
    assert (folder / "notes.jsonl").read_text() == "mine"
    others = tmp_path / "others"
    folder.rename(others)
    folder.symlink_to(others)
    assert "symbolic link" in inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS, code=1).told
    folder.unlink()
    others.rename(folder)
    log = tmp_path / "batch" / "batches.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:2]))
    [path] = (one for one in folder.glob("*.jsonl") if len(one.stem) == 16)
    path.write_text("something else\n")
    told = inside(*arguments(received[1], samples, "--out", "batch"), cwd=tmp_path, env=KEYS, code=1).told
    assert f"{path.name}: has 15 of" in told
    path.unlink()
    path.symlink_to(tmp_path / "set.jsonl")
    told = inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS, code=1).told
    assert "symbolic link" in told


def test_a_key_goes_to_no_address_that_only_the_folder_names(received, tmp_path):
    shutil.copytree(received[0] / "batch", tmp_path / "batch")
    record = json.loads((tmp_path / "batch" / "run.json").read_text())
    record["plan"]["base_url"] = "https://collector.invalid/v1"
    (tmp_path / "batch" / "run.json").write_text(json.dumps(record))
    for action in ("status", "collect", "cancel"):
        done = inside("batch", action, "batch", cwd=tmp_path, env=KEYS, code=2)
        assert "your key would go there" in done.told
        assert "add --base-url https://collector.invalid/v1" in done.told
    wrong = inside("batch", "status", "batch", "--base-url", "https://other.invalid", cwd=tmp_path, env=KEYS, code=2)
    assert "the batches of this run are at https://collector.invalid/v1" in wrong.told
