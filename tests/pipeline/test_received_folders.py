"""A results folder that came from elsewhere: damaged or hostile files are named, and nothing in them acts."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from ifh import lines, only_run
from inside import inside as ifh

HOSTILE = "x\x1b]0;owned\x07\x9b31m\u202e"
"""Sets a terminal's title, its colour, and turns the writing direction."""
READING = (
    ("status", "r"),
    ("status", "r", "--json"),
    ("list", "."),
    ("show", "r"),
    ("diagnose", "r"),
    ("leaderboard", "r"),
    ("compare", "r", "whole"),
    ("rules", "diff", "r"),
    ("export", "r", "--to", "livebench", "-o", "out", "--overwrite"),
    ("report", "r", "-o", "page.html"),
    ("score", "r"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    ifh("run", "smoke", "--model", "scripted/partial", "--limit", "4", cwd=folder)
    return only_run(folder)


@pytest.fixture
def received(made, tmp_path):
    shutil.copytree(made, tmp_path / "whole")
    return shutil.copytree(made, tmp_path / "r")


def change(path, **values):
    """Change fields of the first record of a file."""
    records = [json.loads(path.read_text())] if path.suffix == ".json" else lines(path)
    records[0] |= values
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))


def read_by_all(folder, commands=READING):
    """Run every command that reads a folder; return what they print, and that none fails in another way."""
    shown = []
    for command in commands:
        done = ifh(*command, cwd=folder, code=None)
        assert done.returncode in (0, 1, 2), command
        for text in (done.stdout, done.stderr):
            assert not set(text) & set("\x1b\x07\x9b\u202e") or "--json" in command, (command, text)
            assert "Traceback" not in text
        shown.append(done.stdout + done.stderr)
    return " ".join(" ".join(shown).split())


def test_control_characters_are_shown_and_do_nothing(received):
    plan = json.loads((received / "run.json").read_text())["plan"]
    change(received / "run.json", plan=plan | {"model": HOSTILE}, started=HOSTILE, config=HOSTILE)
    record = lines(received / "responses.jsonl")[0]
    change(received / "responses.jsonl", text=HOSTILE, started=HOSTILE, model=HOSTILE, stop=HOSTILE)
    failure = {"sample_id": record["sample_id"], "epoch": 0, "model": "m", "error": HOSTILE, "message": HOSTILE}
    (received / "failures.jsonl").write_text(json.dumps(failure) + "\n")
    (received / ".lock.pid").write_text(HOSTILE)
    shown = read_by_all(received.parent)
    assert "\\x1b]0;owned" in shown


@pytest.mark.parametrize(
    ("file", "values", "why"),
    [
        ("run.json", {"plan": []}, "it has no plan"),
        ("run.json", {"plan": {"model": 3}}, "plan.model is 3, but must be a text"),
        ("run.json", {"plan": {"epochs": 10**9}}, "plan.epochs is 1000000000, but must be a whole number from 1"),
        ("run.json", {"plan": {"settings": []}}, "plan.settings is [], but must be a table"),
        ("run.json", {"config": {}}, "config is {}, but must be a text or null"),
        ("run.json", {"extract": "thinking"}, "extract is 'thinking', but must be a list of names"),
        ("run.json", {"extract": ["thinkin"]}, "extract has 'thinkin', but takes thinking, solution, fence"),
        ("run.json", {"started": 3}, "started is 3, but must be a text"),
        ("run.json", {"model_file": {"cutoff": 2024}}, "model_file.cutoff is 2024, but must be a text or null"),
        ("responses.jsonl", {"text": 3}, "responses.jsonl, line 1: is not a response: text is 3, but must be a text"),
        ("responses.jsonl", {"cost": "1"}, "line 1: is not a response: cost is '1', but must be a number from 0"),
        ("responses.jsonl", {"seconds": -5}, "line 1: is not a response: seconds is -5"),
        ("responses.jsonl", {"usage": {"input": "3"}}, "line 1: is not a response: usage is {'input': '3'}"),
        ("responses.jsonl", {"earlier": "x"}, "line 1: is not a response: earlier is 'x'"),
        ("responses.jsonl", {"epoch": "0"}, "line 1: sample_id or epoch is missing or of a wrong type"),
        ("samples.jsonl", {"rules": []}, "samples.jsonl, line 1"),
    ],
)
def test_a_field_of_a_wrong_type_is_named_by_file_line_and_field(received, file, values, why):
    change(received / file, **values)
    assert why in read_by_all(received.parent, READING[:3])
    assert why in " ".join(ifh("score", "r", cwd=received.parent, code=1).stderr.split())


@pytest.mark.parametrize("content", [b"", b"[" * 50_000, b"\0" * 999, b"\xff\xfe" * 99, b"[]\n", b"9" * 10_000 + b"\n"])
@pytest.mark.parametrize("file", ["run.json", "samples.jsonl", "responses.jsonl", "verdicts.jsonl", "scores.json"])
def test_a_file_of_nothing_that_belongs_there_ends_in_no_traceback(received, file, content):
    (received / file).write_bytes(content)
    read_by_all(received.parent, READING[:4])


@pytest.mark.parametrize("file", ["run.json", "samples.jsonl", "responses.jsonl", "failures.jsonl", ".lock"])
def test_links_are_followed_neither_for_reading_nor_for_writing(received, tmp_path, file):
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (received / file).unlink(missing_ok=True)
    (received / file).symlink_to(precious)
    (received / ".lock.pid").write_text("1 on here")
    assert "is a symbolic link" in read_by_all(received.parent, READING[:1])
    ifh("run", "smoke", "--model", "scripted/partial", "--limit", "4", "--out", "r", cwd=tmp_path, code=1)
    assert precious.read_text() == "mine"


def test_what_a_run_writes_replaces_links_and_leaves_what_they_lead_to(received, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("mine")
    for name in ("scores.json", "verdicts.jsonl", "judged.json", "report.html", f".scores.json.{os.getpid()}.tmp"):
        (received / name).unlink(missing_ok=True)
        (received / name).symlink_to(precious)
    ifh("score", "r", cwd=tmp_path)
    assert precious.read_text() == "mine"
    assert json.loads((received / "scores.json").read_text())["scored"] == 4
    (received / ".lock.pid").symlink_to(precious)
    refused = ifh("run", "smoke", "--model", "scripted/partial", "--limit", "4", "--out", "r", cwd=tmp_path, code=1)
    assert "is a symbolic link" in refused.told
    assert precious.read_text() == "mine"


@pytest.mark.parametrize("file", ["run.json", "samples.jsonl", "responses.jsonl", "verdicts.jsonl", "judged.json"])
def test_a_pipe_in_place_of_a_file_does_not_block(received, file):
    (received / file).unlink()
    os.mkfifo(received / file)
    read_by_all(received.parent, READING[:3])


def test_lines_of_another_run_and_replaced_ones_are_counted_by_status(received):
    first, second, *_ = lines(received / "responses.jsonl")
    with (received / "responses.jsonl").open("a") as file:
        for record in (first | {"sample_id": "another"}, second | {"epoch": 7}, first | {"text": "a later one"}):
            file.write(f"{json.dumps(record)}\n")
    found = json.loads(ifh("status", "r", "--json", cwd=received.parent).stdout)
    assert (found["responses"], found["replaced"], found["scored"]) == (4, 1, False)
    [sentence] = found["ignored"]
    assert sentence == ("responses.jsonl, line 5: 2 lines are about samples that this run does not have, and ignored")
    shown = ifh("status", "r", cwd=received.parent).said
    assert sentence in shown
    assert "replaced by later lines: 1" in shown


def test_the_last_response_is_the_one_written_last(received):
    records = lines(received / "responses.jsonl")
    times = ("2026-01-01T00:00:00.000+00:00", "2029-01-01T00:00:00.000+00:00", "2027-01-01T00:00:00.000+00:00")
    for record, started in zip(records, times, strict=False):
        record |= {"started": started, "seconds": 1.5}
    records[3] |= {"started": "2028-02-29T23:59:59.000+00:00", "seconds": 2.25}
    (received / "responses.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    found = json.loads(ifh("status", "r", "--json", cwd=received.parent).stdout)
    assert found["last_response"] == "2028-03-01T00:00:01.250+00:00"


def test_a_damaged_complete_last_line_is_named_and_not_cut(received):
    path = received / "responses.jsonl"
    with path.open("a") as file:
        file.write('{"sample_id": "half\n')
    before = path.read_bytes()
    for command in (("status", "r"), ("score", "r")):
        assert "responses.jsonl, line 5: is not a JSON object" in ifh(*command, cwd=received.parent, code=1).told
    run = ("run", "smoke", "--model", "scripted/partial", "--limit", "4", "--out", "r")
    assert "responses.jsonl, line 5: is not a JSON object" in ifh(*run, cwd=received.parent, code=1).told
    assert path.read_bytes() == before


def test_what_a_killed_scoring_left_half_written_is_removed_by_the_next_one(received):
    for name in ("verdicts.jsonl", "scores.json", "report.html"):
        (received / f".{name}.999999999.tmp").write_text("half")
    ifh("score", "r", cwd=received.parent)
    assert not list(received.glob(".*.tmp"))


def test_tasks_that_make_one_folder_are_refused_by_the_livebench_form(received):
    records = lines(received / "samples.jsonl")
    names = ("para phrase", "para-phrase", "para/phrase", "para phrase")
    for record, task in zip(records, names, strict=True):
        record["task"] = task
    path = received.parent / "set.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    refused = ifh("export", "set.jsonl", "--to", "livebench", "-o", "out", cwd=received.parent, code=2)
    assert "the tasks 'para phrase' and 'para-phrase' make the same folder" in refused.told
    assert not (received.parent / "out").exists()
