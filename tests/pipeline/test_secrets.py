"""A key is nowhere in what a run leaves behind: files, output, process list; whatever the server does with it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from formats_helpers import FORMATS
from ifh import COMMAND, lines, only_run
from inside import runner
from loopback import Loopback, Reply

KEY = "sk-secret/7f3Q9+zz=xyz"
CODED = {base64.b64encode(KEY.encode()).decode(), KEY.encode().hex()}
SHAPES = {KEY, quote(KEY), quote(KEY, safe=""), KEY.replace("/", "\\/"), *CODED}


def search(folder, *outputs):
    """Assert that the key stands in no file below `folder` and in no output, in whatever shape."""
    for shape in SHAPES:
        for output in outputs:
            assert shape not in output, output
        for path in folder.rglob("*"):
            assert shape not in path.name
            assert not path.is_file() or shape.encode() not in path.read_bytes(), path


@pytest.fixture
def inside(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.runner.limits.retry.RetryPolicy.__init__.__defaults__", (6, 0.01, 0.02))
    return runner(tmp_path, monkeypatch)


def replies(form):
    """What a server can do with a key, and then an answer."""
    told = f"what is {KEY}?"
    return [
        form.complain(500, told),
        form.complain(400, told),
        form.complain(429, told, headers={"retry-after": "0", "x-echo": KEY}),
        Reply(json.dumps({"error": KEY}), 503),
        Reply(f"<p>{KEY}", 502, {"content-type": "text/html"}),
        Reply(f"no JSON {KEY}"),
        Reply({"error": {"message": told, "code": 500}}),
        Reply(form.say("x" * 100).body, cut=True),
        form.say("Fine."),
    ]


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_no_adapter_leaves_a_key_behind(inside, tmp_path, monkeypatch, form):
    config = tmp_path / "mine.toml"
    options = ", ".join(f'{name} = "{value}"' for name, value in form.options.items())
    config.write_text(
        f'[questions]\nper_task = 2\n[model]\nadapter = "{form.adapter}"\nname = "m"\nkey_env = "MINE"\n'
        f"options = {{ {options} }}\n"
    )
    monkeypatch.setenv("MINE", KEY)
    run = ("run", config, "--log-level", "debug", "--cache", "cache", "--concurrency", "1")
    with Loopback(*replies(form)) as server:
        url = server.url if form.versioned else server.root
        done = inside(*run, "--base-url", url)
        assert any(KEY in value for heard in server.heard for value in heard.headers.values())
    assert "what is [key]?" in done.stderr
    assert len(lines(only_run(tmp_path) / "failures.jsonl")) == 1
    outputs = [done.stdout, done.stderr]
    fatal = [
        form.complain(401, f"bad key {KEY}"),
        Reply(f"moved {KEY}", 307, {"location": f"http://127.0.0.1:1/{quote(KEY)}"}),
    ]
    for reply in fatal:
        with Loopback(reply) as server:
            url = server.url if form.versioned else server.root
            done = inside(*run, "--base-url", url, code=1)
            assert server.heard
        outputs += [done.stdout, done.stderr]
    for address in (f"http://me:{quote(KEY, safe='')}@127.0.0.1:1/v1", f"http://127.0.0.1:1/v1?api_key={quote(KEY)}"):
        for more in ((), ("--dry-run",)):
            done = inside(*run, "--base-url", address, *more, code=None)
            outputs += [done.stdout, done.stderr]
    search(tmp_path, *outputs)


def test_a_key_in_the_fields_of_a_response_is_not_saved(inside, tmp_path, monkeypatch):
    monkeypatch.setenv("MINE", KEY)
    form = FORMATS["compatible"]
    whole = dict(form.say("Fine.").body)
    whole |= {"model": KEY, "id": f"id-{base64.b64encode(KEY.encode()).decode()}"}
    failed = {**whole, "choices": [{**whole["choices"][0], "finish_reason": KEY}]}
    with Loopback(Reply(whole, headers={"x-request-id": KEY.encode().hex()}), Reply(failed), Reply(whole)) as server:
        run = ("run", "smoke", "--model", "compatible/m", "--base-url", server.url, "-n", "3", "-c", "1")
        done = inside(*run, "--set", "model.key_env=MINE", code=None)
    found = lines(only_run(tmp_path) / "responses.jsonl")
    assert {one["model"] for one in found} == {"[key]"}
    assert {one["request_id"] for one in found} == {"[key]", "id-[key]"}
    assert len(lines(only_run(tmp_path) / "failures.jsonl")) == 1
    search(tmp_path, done.stdout, done.stderr)


def plug_in(folder, code):
    """Install an adapter `leaky` the way another distribution does."""
    (folder / "leaky-1.0.dist-info").mkdir(parents=True)
    (folder / "leaky-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: leaky\nVersion: 1.0\n")
    (folder / "leaky-1.0.dist-info" / "entry_points.txt").write_text("[ifharness.adapters]\nleaky = leaky\n")
    (folder / "leaky.py").write_text(code)


LEAKY = """
import os
class Leaky:
    async def __aenter__(self): return self
    async def __aexit__(self, *_): {leave}
    async def complete(self, request): raise RuntimeError("sent " + os.environ["MY_KEY"])
def create(setup): return Leaky()
"""


def test_a_bug_and_a_crash_show_no_key(tmp_path):
    home = str(Path(__file__).parents[2])
    for name, leave in (("bug", "pass"), ("crash", 'raise RuntimeError("left with " + os.environ["MY_KEY"])')):
        plug_in(tmp_path / name, LEAKY.format(leave=leave))
        done = subprocess.run(
            [*COMMAND, "run", "smoke", "--model", "leaky/m", "-n", "4", "--log-level", "debug", "--out", f"r-{name}"],
            cwd=tmp_path,
            env=os.environ | {"MY_KEY": KEY, "PYTHONPATH": f"{tmp_path / name}{os.pathsep}{home}"},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 1
        assert ("Traceback" in done.stderr) == (name == "crash"), done.stderr
        assert ("left with [key]" in done.stderr) == (name == "crash")
        failures = lines(tmp_path / f"r-{name}" / "failures.jsonl")
        messages = {failure["message"] for failure in failures}
        assert messages
        assert all("RuntimeError: sent [key]" in message for message in messages), messages
        search(tmp_path, done.stdout, done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="the process list is read where Linux keeps it")
def test_the_process_list_shows_no_key(tmp_path):
    (tmp_path / ".env").write_text(f"COMPATIBLE_API_KEY={KEY}\n")
    form = FORMATS["compatible"]
    with Loopback(Reply(form.say("Fine.").body, delay=0.3)) as server:
        run = [*COMMAND, "run", "smoke", "--model", "compatible/m", "--base-url", server.url, "-n", "2", "-c", "1"]
        process = subprocess.Popen(run, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        shown = set()
        while process.poll() is None:
            with suppress(OSError):
                shown.add(Path(f"/proc/{process.pid}/cmdline").read_text())
                shown.add(Path(f"/proc/{process.pid}/comm").read_text())
            time.sleep(0.02)
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert any(KEY in heard.headers.get("Authorization", "") for heard in server.heard)
    assert any("--base-url" in one for one in shown)
    (tmp_path / ".env").unlink()
    search(tmp_path, out, err, *shown)
