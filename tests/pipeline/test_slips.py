"""Slips of a user of the commands: each is one clear message with one exit code, and costs nothing."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import time

import pytest
from ifh import COMMAND, only_run
from inside import inside as ifh

from harness.cli.output.console import wrap_message


@pytest.mark.parametrize("command", ["status", "score", "show", "report", "view", "diagnose", "power", "leaderboard"])
def test_a_missing_run_folder_has_one_exit_code(command, tmp_path):
    assert "nope: there is no such folder" in ifh(command, "nope", cwd=tmp_path, code=1).told


def test_the_hub_out_of_reach_is_one_paragraph_at_once(tmp_path):
    # The library's address is read by the process that downloads.
    env = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0"}
    began = time.monotonic()
    [told] = ifh("run", "smoke", "--samples", "acme/set", cwd=tmp_path, env=env, code=2).stderr.splitlines()
    assert "acme/set cannot be loaded from the Hugging Face hub: http://127.0.0.1:9 cannot be used" in told
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[instructions]\npool = "livebnch-2024"', "mine.toml: pool: unknown pool 'livebnch-2024'; did you mean"),
        ('[questions]\ntasks = ["summarise"]', "mine.toml: tasks: unknown task 'summarise'; did you mean 'summarize'"),
        ("[instructions]\ncount = [5, 2]", "mine.toml: count (5, 2) leaves no number"),
        ('[articles]\nsource = "fils"', "mine.toml: unknown article source 'fils'; did you mean 'files'"),
    ],
)
def test_errors_of_a_run_file_name_it(content, told, tmp_path):
    (tmp_path / "mine.toml").write_text(f'[model]\nadapter = "scripted"\nname = "oracle"\n{content}\n')
    assert told in ifh("run", "mine.toml", cwd=tmp_path, code=2).told


def test_a_run_has_the_name_of_its_samples(tmp_path):
    ifh("generate", "smoke", "-o", "mine.jsonl", "--limit", "2", cwd=tmp_path)
    ifh("run", "smoke", "--samples", "mine.jsonl", cwd=tmp_path)
    run = only_run(tmp_path)
    assert run.name.startswith("mine-oracle-")
    assert json.loads((run / "run.json").read_text())["config"] == "mine"


def test_the_list_is_whole_when_piped_and_names_are_whole_on_a_terminal(tmp_path):
    name = "a-name-that-is-much-longer-than-a-column-of-the-list"
    model = "scripted/partial"
    ifh("run", "smoke", "--model", model, "-L", "2", "-o", f"results/{name}", cwd=tmp_path)
    record = tmp_path / "results" / name / "run.json"
    content = json.loads(record.read_text())
    content["plan"] |= {"model": "org/" + "m" * 40, "base_url": "http://127.0.0.1:8000/v1"}
    record.write_text(json.dumps(content))
    first, second, third, *_ = ifh("list", cwd=tmp_path).stdout.splitlines()
    assert first.startswith(f"{name}  IF ")
    assert second.split()[0] == f"scripted/org/{'m' * 40}"
    assert third.strip() == "at http://127.0.0.1:8000/v1"
    [listed] = json.loads(ifh("list", "--json", cwd=tmp_path).stdout)["runs"]
    assert (listed["adapter"], listed["base_url"]) == ("scripted", "http://127.0.0.1:8000/v1")
    shown = _on_a_terminal("list", cwd=tmp_path)
    assert name in shown.split()
    assert max(map(len, shown.splitlines())) <= 80


def _on_a_terminal(*args, cwd):
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "dumb", "COLUMNS": "80", "NO_COLOR": "1"}
    process = subprocess.Popen([*COMMAND, *args], cwd=cwd, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # the other side is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0
    return shown.decode().replace("\r\n", "\n")


def test_hints_are_broken_between_words_and_never_inside_a_command():
    command = f"ifh diagnose {'x' * 60}"
    assert wrap_message(f"To find responses that did not do their task, run: {command}", 80) == [
        "To find responses that did not do their task, run:",
        command,
    ]
    quoted = f"`ifh score {'y' * 50} --rules livebench`"
    lines = wrap_message(f"some words before it and {quoted} and some more words behind it", 60)
    assert quoted in lines
    assert " ".join(lines) == f"some words before it and {quoted} and some more words behind it"
