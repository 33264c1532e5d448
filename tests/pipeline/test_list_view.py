"""The runs of a folder at a glance, and a run's report in the browser."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request

import pytest
from filelock import FileLock
from ifh import COMMAND, only_run
from inside import inside as ifh


@pytest.fixture
def run(tmp_path):
    ifh("run", "smoke", "--model", "scripted/partial", cwd=tmp_path)
    return only_run(tmp_path)


def listed(cwd, *args):
    return json.loads(ifh("list", *args, "--json", cwd=cwd).stdout)["runs"]


def test_runs_are_listed_newest_first_as_they_were_scored(run, tmp_path):
    ifh("run", "smoke", "--model", "scripted/failing", cwd=tmp_path, code=1)
    info = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(info | {"started": "2020-01-01T00:00:00+00:00"}))
    newer, older = listed(tmp_path)
    scores = json.loads((run / "scores.json").read_text())
    assert (older["run"], older["model"], older["questions"], older["rules"]) == (
        run.name,
        "partial",
        "smoke",
        "audited",
    )
    assert (older["if_score"], older["interval"], older["state"]) == (
        scores["if_score"],
        scores["interval"],
        "complete",
    )
    assert (newer["model"], newer["if_score"], newer["scored"], newer["of"]) == ("failing", None, 0, 20)
    assert newer["state"] == "complete", "what the provider rejected is not asked again"
    told = ifh("list", cwd=tmp_path).stdout
    assert max(map(len, told.splitlines())) <= 80
    assert f"{run.name:<30}  IF {scores['if_score']:.1f}" in told
    assert "2 runs: 2 complete" in told
    assert listed(tmp_path, "results") == [newer, older]


def test_states(run, tmp_path):
    def state():
        [found] = listed(tmp_path)
        return found["state"], found["stale"]

    answers = run / "responses.jsonl"
    all_of_them = answers.read_text()
    answers.write_text("".join(all_of_them.splitlines(keepends=True)[:8]))
    assert state() == ("to go on", True)
    (run / "scores.json").unlink()
    assert state() == ("to go on", False)
    answers.write_text(all_of_them)
    assert state() == ("to score", False)
    ifh("score", run, cwd=tmp_path)
    assert state() == ("complete", False)
    (run / ".lock.pid").write_text("4711 on somewhere")
    with FileLock(run / ".lock"):
        assert state() == ("working", False)
    (run / "run.json").write_text("{")
    assert state() == ("damaged", False)
    assert "damaged: cannot be read" in ifh("list", cwd=tmp_path).stdout


def test_no_runs_and_no_folder(tmp_path):
    assert "there is no folder results" in ifh("list", cwd=tmp_path, code=1).stderr
    (tmp_path / "results").mkdir()
    assert "no runs in results" in ifh("list", cwd=tmp_path).stdout


def test_listing_judges_nothing(run, tmp_path):
    scores = json.loads((run / "scores.json").read_text())
    (run / "verdicts.jsonl").unlink()
    (run / "samples.jsonl").unlink()
    assert listed(tmp_path)[0]["if_score"] == scores["if_score"]


NO_SCREEN = {"BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}


def test_the_report_opens_in_the_browser(run, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    done = ifh("view", run.name, cwd=tmp_path, env={"BROWSER": f"{browser} %s"})
    assert "Opened: " in done.stdout
    assert (tmp_path / "opened").read_text().strip() == (run / "report.html").as_uri()


def test_without_a_screen_the_path_is_told_and_a_missing_report_is_made(run, tmp_path):
    before = (run / "report.html").read_bytes()
    (run / "report.html").unlink()
    done = ifh("view", run, cwd=tmp_path, env=NO_SCREEN)
    assert "report.html" in done.stdout
    assert "--serve" in done.stdout
    assert "missing; wrote a new one" in done.stderr
    assert (run / "report.html").read_bytes() == before
    ifh("view", run, "--rules", "ifeval", cwd=tmp_path, env=NO_SCREEN)
    assert (run / "report.ifeval.html").is_file()


def status(url, host=None):
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def heeding_ctrl_c():
    """Undo what a shell does to commands in its background, in case that the tests are one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_serving_gives_the_report_and_nothing_else_until_ctrl_c(run, tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "view", run.name, "--serve"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
        preexec_fn=heeding_ctrl_c,  # noqa: PLW1509 - one call, that takes no lock
    )
    try:
        url = process.stdout.readline().strip()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/[\w-]{16}/report\.html", url)
        assert found, url
        assert f"ssh -N -L {found[1]}:127.0.0.1:{found[1]}" in process.stdout.readline()
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.read() == (run / "report.html").read_bytes()
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        root = f"http://127.0.0.1:{found[1]}"
        wrong = [root, f"{root}/report.html", url.replace("report", "run"), f"{url}/../run.json", f"{url}/../"]
        assert [status(path) for path in wrong] == [404] * len(wrong)
        assert status(url, host=f"localhost:{found[1]}") == 200
        assert status(url, host="example.org") == 403
        taken = ifh("view", run, "--serve", "--port", found[1], cwd=tmp_path, code=2)
        assert f"port {found[1]} cannot be had" in taken.stderr
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "stopped" in rest


def test_slips_are_told(run, tmp_path):
    assert "there is no such folder" in ifh("view", "nope", cwd=tmp_path, code=1).stderr
    assert "--port needs --serve" in ifh("view", run, "--port", "8000", cwd=tmp_path, code=2).stderr
