"""A user's mistakes: one paragraph that names what, where and what next; exit code 2; no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ifh import COMMAND, lines, only_run
from inside import inside as ifh


def refused(*args, cwd, code=2, env=None):
    """Run a command that must fail, and return its message."""
    return " ".join(ifh(*args, cwd=cwd, code=code, env=env).stderr.split())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[modle]\nname = 'x'", "unknown key 'modle'; did you mean 'model'"),
        ("[model]\ntemprature = 0", "[model] has no key 'temprature'; did you mean 'temperature'"),
        ("[model]\nmax_tokens = 'many'", "[model] max_tokens takes a whole number, got 'many'"),
        ("[questions]\nper_task = 0", "questions.per_task is 0, but must be at least 1"),
        ("[questions]\ntasks = ['sumarize']", "'sumarize'; did you mean 'summarize'"),
        ("[articles]\nsource = 'builtn'", "'builtn'; did you mean 'builtin'"),
        ("[instructions]\npool = ['keywords:existense']", "'keywords:existense'; did you mean 'keywords:existence'"),
        ("[questions]\npool = 'all'", "[questions] has no key 'pool'; it belongs in [instructions] (keys: tasks"),
        ("[articles.quality]\npuzzle = false", "[articles.quality] has no key 'puzzle'; did you mean 'puzzles'"),
        ("[articles.quality]\nmin_words = true", "[articles.quality] min_words takes a whole number"),
        ("[articles]\nquality = 3", "quality takes a table or true or false, got 3"),
        ("[articles]\npublished_after = '3 May'", "published_after is '3 May', but takes a day"),
        ("[instructions]\ncount = 99", "99"),
        ("[score]\nextract = ['thinkin']", "'thinkin'; did you mean 'thinking'"),
        ("[score]\nrules = 'audit'", "'audit'; did you mean 'audited'"),
        ("[model]\nadapter = 'opnai'\nname = 'x'", "'opnai'; did you mean 'openai'"),
        ("[model]\nadapter = 'scripted'\nname = 'oracel'", "'oracel'; did you mean 'oracle'"),
        ("[model]\nname = 'x'\nextra = { api_key = 'sk-1' }", "model.extra.api_key looks like a key (not shown)"),
        ("[model]\nname = 'x'\nextra = { h = [{ Authorization = 'B' }] }", "model.extra.h.0.Authorization looks like"),
        ("this is not toml", "is not valid TOML"),
    ],
)
def test_run_file(tmp_path, content, expected):
    model = "" if "[model]" in content else "\n[model]\nadapter = 'scripted'\nname = 'oracle'"
    (tmp_path / "mine.toml").write_text(content + model)
    assert expected in refused("run", "mine.toml", cwd=tmp_path)
    assert not (tmp_path / "results").exists()


def test_unknown_config_names_the_nearest(tmp_path):
    assert "did you mean 'quickstart'" in refused("run", "quikstart", cwd=tmp_path)


def test_missing_key_names_the_variable(tmp_path):
    message = refused(
        "run", "livebench", "--limit", "4", cwd=tmp_path, env={"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    )
    assert "OPENAI_API_KEY" in message
    assert not (tmp_path / "results").exists()


def test_samples_file_with_a_broken_line(tmp_path):
    ifh("generate", "smoke", "-o", "samples.jsonl", "--limit", "4", cwd=tmp_path)
    text = (tmp_path / "samples.jsonl").read_text().splitlines()
    (tmp_path / "samples.jsonl").write_text("\n".join([*text[:2], text[2][:40], text[3]]))
    assert "samples.jsonl, line 3: not valid JSON" in refused(
        "run", "smoke", "--samples", "samples.jsonl", cwd=tmp_path
    )


def test_samples_file_with_a_bad_parameter(tmp_path):
    ifh("generate", "smoke", "-o", "samples.jsonl", "--limit", "4", cwd=tmp_path)
    records = lines(tmp_path / "samples.jsonl")
    records[1]["instructions"][0] = {"id": "length_constraints:number_words", "num_wrods": 3, "relation": "at least"}
    (tmp_path / "samples.jsonl").write_text("\n".join(map(json.dumps, records)))
    message = refused("run", "smoke", "--samples", "samples.jsonl", cwd=tmp_path)
    assert "line 2" in message
    assert "did you mean 'num_words'" in message


def test_empty_article_folder(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "mine.toml").write_text(
        "[articles]\nsource = 'files'\noptions = { path = 'texts' }\n[model]\nadapter = 'scripted'\nname = 'oracle'"
    )
    assert "texts" in refused("run", "mine.toml", cwd=tmp_path)


def test_own_articles(tmp_path):
    (tmp_path / "texts").mkdir()
    for name in ("one", "two"):
        (tmp_path / "texts" / f"{name}.txt").write_text(f"The {name} river rose. People left. Boats came late.")
    (tmp_path / "mine.toml").write_text(
        "[articles]\nsource = 'files'\noptions = { path = 'texts' }\nquality = true\n[questions]\nper_task = 1\n"
        "[model]\nadapter = 'scripted'\nname = 'oracle'"
    )
    message = refused("run", "mine.toml", cwd=tmp_path)
    assert "none of 2 articles passes the quality gate (min_sentences 2)" in message
    assert "'one': 2 sentences of prose" in message
    assert "[articles.quality]" in message
    (tmp_path / "mine.toml").write_text(
        (tmp_path / "mine.toml").read_text().replace("quality = true", "quality = false")
    )
    done = ifh("run", "mine.toml", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["if_score"] == 100.0


def test_folder_of_another_plan(tmp_path):
    ifh("run", "smoke", "--limit", "4", "--out", "here", cwd=tmp_path)
    message = refused("run", "smoke", "--limit", "4", "--seed", "9", "--out", "here", cwd=tmp_path, code=1)
    assert "was created with different settings" in message
    assert "samples" in message


def test_missing_run_names_near_ones(tmp_path):
    ifh("run", "smoke", "--limit", "4", cwd=tmp_path)
    name = only_run(tmp_path).name
    assert f"did you mean '{name}'" in refused("score", name[:-1] + "x", cwd=tmp_path, code=1)


def test_run_folder_of_another_version(tmp_path):
    ifh("run", "smoke", "--limit", "4", cwd=tmp_path)
    info = only_run(tmp_path) / "run.json"
    record = json.loads(info.read_text())
    info.write_text(json.dumps(record | {"format": 99}))
    assert "format 99" in refused("score", only_run(tmp_path), cwd=tmp_path, code=1)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--id", "keywords:existense"), "did you mean 'keywords:existence'"),
        (("--id", "keywords:existence"), "needs keywords"),
        (("--id", "punctuation:no_comma", "--rules", "ifevl"), "did you mean 'ifeval'"),
        (("--id", "punctuation:no_comma", "--mode", "lose"), "did you mean 'loose'"),
        (("--id", "length_constraints:number_words", "--num-words", "few", "--relation", "at least"), "whole number"),
        (("--id", "length_constraints:number_words", "--num-words", "0", "--relation", "at least"), "at least 1"),
        (("--id", "punctuation:no_comma", "nowhere.txt"), "cannot read 'nowhere.txt'"),
    ],
)
def test_check(tmp_path, args, expected):
    done = ifh("check", *args, cwd=tmp_path, text="One, two.", code=2)
    assert expected in done.stderr


def test_check_tells_the_verdict(tmp_path):
    done = ifh("check", "--id", "punctuation:no_comma", cwd=tmp_path, text="One, two.", code=1)
    assert "not followed: 1 comma, at line 1; none is allowed" in done.stdout
    assert "One[[,]] two." in done.stdout
    record = json.loads(ifh("check", "--id", "punctuation:no_comma", "--json", cwd=tmp_path, text="One.").stdout)
    assert record["followed"] is True


def plug_in(folder, *names):
    """Install the plug-ins `names`, adapters, into `folder`."""
    info = folder / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join(["[ifharness.adapters]", *(f"{name} = {name}" for name in names)]))


BROKEN = {
    "gone": (None, "ModuleNotFoundError: No module named 'gone'"),
    "typo": ("def (", "typo.py:1: it cannot be imported: invalid syntax"),
    "needy": ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
    "divided": ("1 / 0", "divided.py:1: it cannot be imported: ZeroDivisionError"),
    "blank": ("", "blank.py has no function create(setup)"),
    "wrong": ("def create(setup): return 'me'", "returned 'me', which has no method complete()"),
}
"""Plug-ins by name: their code, and why they cannot be loaded."""
RUN_EACH = """
import contextlib, io, json, sys
from harness.cli import run_cli
found = {}
for name in sys.argv[1:]:
    with contextlib.redirect_stderr(io.StringIO()) as told:
        found[name] = run_cli(["run", "smoke", "--model", name + "/m"]), told.getvalue()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    """Return exit code and message of a run with each broken plug-in, all in one process, and its folder."""
    folder = tmp_path_factory.mktemp("broken")
    plug_in(folder, *BROKEN)
    for name, (code, _) in BROKEN.items():
        if code is not None:
            (folder / f"{name}.py").write_text(code)
    env = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{Path(__file__).parents[2]}"}
    command = [sys.executable, "-c", RUN_EACH, *BROKEN]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    assert not (folder / "results").exists()
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", BROKEN)
def test_a_plug_in_that_cannot_be_loaded_is_named(refusals, name):
    code, told = refusals[name]
    assert code == 2
    assert f"adapter {name!r}: " in told
    assert BROKEN[name][1] in told
    assert "Traceback" not in told


def test_a_crash_of_a_plug_in_names_its_file_and_line(tmp_path):
    plug_in(tmp_path, "broken")
    (tmp_path / "broken.py").write_text("def create(setup):\n    return {}['key']\n")
    path = f"{tmp_path}{os.pathsep}{Path(__file__).parents[2]}"
    command = [*COMMAND, "run", "smoke", "--model", "broken/m"]
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    told = done.stderr
    place = f"{tmp_path / 'broken.py'}, line 2"
    assert done.returncode == 1
    assert f"ifh: the error comes from the plug-in 'broken' (ifharness.adapters): {place}\n" in told
    assert "bug in ifharness" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_output_that_finds_no_space_is_told(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "rules", "list"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("ifh: cannot write the output: No space left on device")
    assert "Traceback" not in done.stderr
