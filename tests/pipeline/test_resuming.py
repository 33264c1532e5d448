"""Long commands: the same bytes with every engine, and nothing done twice after a kill."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import time
from dataclasses import replace

import pytest
from ifh import COMMAND
from inside import inside as ifh

from harness.dataset.generation_job import GenerationJob
from harness.errors import StoreError
from harness.runner.engines.resume import SavedResults
from harness.runner.progress import work
from tasks.generate.plan import GenerationPlan
from tasks.prompts.wording import Wording
from tasks.sources import load_source

RUN_FILE = """
[articles]
source = "builtin"
sentences = 2
[questions]
tasks = ["summarize"]
per_task = {count}
{more}
[instructions]
pool = ["detectable_format:title", "punctuation:no_comma", "keywords:letter_frequency"]
count = 1
"""
"""So few instructions that one sample in three is drawn a second time elsewhere."""


def write_run_file(folder, count, more=""):
    (folder / "set.toml").write_text(RUN_FILE.format(count=count, more=more))


def kill_when_saved(folder, command, out, results):
    """Start a command, and kill it as soon as it has saved some results; return how many it had."""
    saved = folder / f"{out}.partial" / "results.jsonl"
    process = subprocess.Popen([*COMMAND, *command, "--out", out], cwd=folder, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not saved.exists() or saved.read_bytes().count(b"\n") <= results:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return saved.read_bytes().count(b"\n") - 1


def test_samples_drawn_apart_are_those_drawn_one_after_the_other(tmp_path):
    write_run_file(tmp_path, 30, 'twins = ["wording", "order"]')
    for engine in ("single", "process"):
        ifh("generate", "set.toml", "--out", f"{engine}.jsonl", "--engine", engine, cwd=tmp_path)
    for name in ("jsonl", "jsonl.md"):
        single, several = ((tmp_path / f"{one}.{name}").read_text() for one in ("single", "process"))
        assert several.replace("# process", "# single") == single


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder with a set that one process drew without a break."""
    folder = tmp_path_factory.mktemp("whole")
    write_run_file(folder, 1000)
    ifh("generate", "set.toml", "--out", "whole.jsonl", "--engine", "single", cwd=folder)
    return folder


def test_a_killed_generation_resumes_behind_what_it_had_drawn(whole):
    had = kill_when_saved(whole, ("generate", "set.toml"), "killed.jsonl", 100)
    assert 100 <= had < 1000
    resumed = ifh("generate", "set.toml", "--out", "killed.jsonl", "--engine", "single", cwd=whole)
    assert f"resumed: {had} samples were drawn before" in resumed.told
    assert (whole / "killed.jsonl").read_bytes() == (whole / "whole.jsonl").read_bytes()
    assert not list(whole.glob("*.partial"))


def test_what_cannot_be_drawn_leaves_nothing_to_resume(tmp_path):
    write_run_file(tmp_path, 1000, 'placement = "system"')
    text = (tmp_path / "set.toml").read_text().replace(', "keywords:letter_frequency"', "")
    (tmp_path / "set.toml").write_text(text)
    told = ifh("generate", "set.toml", "--out", "set.jsonl", "--engine", "single", cwd=tmp_path, code=2).told
    assert "is in the set already; add articles" in told
    assert [path.name for path in tmp_path.iterdir()] == ["set.toml"]


def test_a_killed_audit_resumes_behind_what_it_had_searched(whole):
    had = kill_when_saved(whole, ("audit", "whole.jsonl"), "found.jsonl.gz", 200)
    resumed = ifh("audit", "whole.jsonl", "--out", "found.jsonl.gz", "--engine", "single", cwd=whole)
    assert f"resumed: {had} samples were searched before" in resumed.told
    assert "1000 samples: proven 1000" in resumed.said
    found = [json.loads(line) for line in gzip.decompress((whole / "found.jsonl.gz").read_bytes()).splitlines()]
    samples = [json.loads(line) for line in (whole / "whole.jsonl").read_text().splitlines()]
    assert [(one["sample_id"], one["instructions"]) for one in found] == [
        (one["id"], one["instructions"]) for one in samples
    ]


def test_results_of_another_command_are_neither_used_nor_lost(tmp_path):
    for before in (0, 1):
        with SavedResults(tmp_path / "out.jsonl", {"seed": 1}) as saved:
            assert saved.count == before
            saved.save([{"place": 0}])
    with pytest.raises(StoreError, match=r"out\.jsonl\.partial holds results of another command"):
        SavedResults(tmp_path / "out.jsonl", {"seed": 2}).__enter__()
    with SavedResults(tmp_path / "out.jsonl", {"seed": 1}) as saved:
        assert saved.count == 2, "nothing is lost"
    plan, articles = GenerationPlan(total=1), list(load_source("builtin").articles())
    basis = GenerationJob(plan, articles, Wording(), 1).basis
    assert GenerationJob(plan, list(articles), Wording(), 2).basis == basis
    for other in (
        (replace(plan, seed=1), articles, Wording()),
        (plan, articles[1:], Wording()),
        (plan, articles, replace(Wording(), joiner=" ")),
    ):
        assert GenerationJob(*other, 1).basis != basis


def test_two_commands_cannot_write_the_same_output(tmp_path):
    with SavedResults(tmp_path / "out.jsonl", {}), pytest.raises(StoreError, match=f"process {os.getpid()}"):
        SavedResults(tmp_path / "out.jsonl", {}).__enter__()


def test_a_damaged_folder_is_named_with_what_to_do(tmp_path):
    with SavedResults(tmp_path / "out.jsonl", {}) as saved:
        saved.save([{"place": number} for number in range(3)])
    path = tmp_path / "out.jsonl.partial" / "results.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"place":1', b'"place:1'))
    with SavedResults(tmp_path / "out.jsonl", {}) as saved:
        assert saved.count == 3
        with pytest.raises(StoreError, match=r"is damaged; delete the folder .*out\.jsonl\.partial"):
            list(saved.read())
    path.write_bytes(b"no head" + path.read_bytes())
    with pytest.raises(StoreError, match=r"is damaged; delete the folder .*out\.jsonl\.partial"):
        SavedResults(tmp_path / "out.jsonl", {}).__enter__()
    path.write_bytes(b'{"format"')  # killed while it wrote the first line
    with SavedResults(tmp_path / "out.jsonl", {}) as saved:
        assert saved.count == 0


def test_a_balanced_set_is_drawn_by_one_process_which_says_so(tmp_path):
    write_run_file(tmp_path, 12)
    with (tmp_path / "set.toml").open("a") as file:
        file.write("balance = true\n")
    told = ifh("generate", "set.toml", "--out", "set.jsonl", "--engine", "process", cwd=tmp_path).told
    assert "each sample depends on all others, so one process draws them" in told


def test_progress_counts_from_the_first_result_on(monkeypatch):
    """Processes and clusters take time to start, which says nothing about the speed."""
    monkeypatch.setattr(work, "EVERY", 0.05)
    out = io.StringIO()
    progress = work.WorkProgress("searched", "samples", out)
    for _ in range(2):  # two files, one after the other
        time.sleep(0.3)
        for number in range(1, 21):
            progress(number, 1000)
            time.sleep(0.01)
    lines = out.getvalue().splitlines()
    assert len(lines) >= 4
    rates = [int(line.split(", ")[-2].removesuffix("/s")) for line in lines]
    assert min(rates) > 40, lines
    assert json.dumps(lines).count("left") == len(lines)
