"""The page of all runs over HTTP: it lists, opens and compares, and gives nothing else to nobody else."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from filelock import FileLock
from ifh import COMMAND
from inside import inside as ifh

from harness.reporting.serving.run_browser import RunBrowser

HOSTILE = "x\x1b]0;owned\x07\u202e</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    for model in ("partial", "oracle"):
        ifh("run", "smoke", "--model", f"scripted/{model}", "--limit", "6", "--out", f"results/{model}", cwd=folder)
    return folder / "results"


@pytest.fixture
def results(made, tmp_path):
    return shutil.copytree(made, tmp_path / "results")


@contextmanager
def served(folder):
    with RunBrowser(folder) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def ask(server, name="", method="GET", path=None, **headers):
    """Send one request; return status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, server.root + name if path is None else path, headers=sent)
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


def rows(server):
    status, _, body = ask(server, "runs.json")
    assert status == 200
    return {row["run"]: row for row in json.loads(body)["runs"]}


def test_the_rows_are_those_of_the_list(results):
    listed = json.loads(ifh("list", results, "--json", cwd=results).stdout)["runs"]
    with served(results) as server:
        found = rows(server)
    assert [{name: row[name] for name in listed[0]} for row in found.values()] == listed


def test_a_run_opens_with_its_report_and_a_stale_or_missing_one_is_made_but_not_written(results):
    with served(results) as server:
        key = rows(server)["partial"]["key"]
        status, headers, body = ask(server, f"report?run={key}")
        assert (status, body) == (200, (results / "partial/report.html").read_bytes())
        assert "sandbox allow-scripts" in headers["Content-Security-Policy"]
        (results / "partial/report.html").unlink()
        before = {path: path.stat().st_mtime_ns for path in results.rglob("*")}
        status, _, body = ask(server, f"report?run={key}")
        assert status == 200
        assert b"IF score" in body
        assert {path: path.stat().st_mtime_ns for path in results.rglob("*")} == before


def test_two_runs_are_compared_the_first_selected_as_baseline(results):
    with served(results) as server:
        found = rows(server)
        a, b = found["oracle"]["key"], found["partial"]["key"]
        _, _, body = ask(server, f"report?run={a}&run={b}")
        assert "IF: A (oracle) 100.0, B (partial)" in body.decode()
        assert ask(server, f"report?run={a}&run={b}")[2] == body


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "of 1 to 26 different runs"),
        ("run=KEY&run=KEY", "of 1 to 26 different runs"),
        ("&".join(f"run={n}" for n in range(27)), "of 1 to 26 different runs"),
        ("run=partial", "there is no such run"),
        ("run=..%2F..%2Fetc", "there is no such run"),
    ],
)
def test_a_wrong_request_for_a_report_names_the_reason(results, query, why):
    with served(results) as server:
        key = rows(server)["partial"]["key"]
        status, headers, body = ask(server, f"report?{query.replace('KEY', key)}")
    assert status == 422
    assert why in body.decode()
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_only_this_machine_by_its_own_name_and_from_its_own_pages(results):
    with served(results) as server:
        own = f"127.0.0.1:{server.server_port}"
        assert ask(server, Host=own)[0] == 200
        assert (
            ask(server, Host=f"localhost:{server.server_port}", Origin=f"http://localhost:{server.server_port}")[0]
            == 200
        )
        for headers in (
            {"Host": "evil.example"},
            {"Host": f"evil.example:{server.server_port}"},
            {"Host": own, "Origin": "http://evil.example"},
            {"Host": own, "Origin": "null"},
            {"Host": own, "Sec_Fetch_Site": "cross-site"},
            {"Host": own, "Sec_Fetch_Site": "same-site"},
        ):
            assert ask(server, "runs.json", **headers)[0] == 403, headers


def test_nothing_but_its_pages_and_nothing_is_written(results):
    (results.parent / "secret.txt").write_text("secret")
    with served(results) as server:
        token = server.root
        for path in (
            "/", "/runs.json", "/favicon.ico", token[:-1], f"{token}partial/run.json", f"{token}../secret.txt",
            f"{token}%2e%2e/secret.txt", f"{token}partial/report.html", f"{token}//etc/passwd", f"{token}runs.json/..",
        ):  # fmt: skip
            status, _, body = ask(server, path=path)
            assert status == 404, path
            assert b"secret" not in body.replace(b"secret.txt", b"")
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert ask(server, method=method)[0] == 501
        status, headers, body = ask(server, method="HEAD")
        assert (status, body) == (200, b"")
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Access-Control-Allow-Origin"] is None


def test_links_are_not_followed(results, tmp_path):
    outside = shutil.copytree(results / "partial", tmp_path / "outside")
    (results / "linked").symlink_to(outside)
    (outside / "report.html").write_text("outside")
    (results / "partial/report.html").unlink()
    (results / "partial/report.html").symlink_to(outside / "report.html")
    with served(results) as server:
        found = rows(server)
        assert found["linked"]["state"] == "damaged"
        assert "is a symbolic link" in found["linked"]["message"]
        status, _, body = ask(server, f"report?run={found['linked']['key']}")
        assert (status, b"no such run" in body) == (422, True)
        status, _, body = ask(server, f"report?run={found['partial']['key']}")
        assert (status, b"is a symbolic link" in body) == (422, True)


def test_hostile_folders_are_rows_with_the_reason_and_no_control_characters(results):
    info = json.loads((results / "partial/run.json").read_text())
    for name, text in {
        "json": "{", "list": "[]", "deep": "[" * 100_000, "kind": json.dumps(info | {"plan": {"model": 3}}),
        "name\x1b[31m\u202e": json.dumps(info | {"plan": info["plan"] | {"model": HOSTILE}, "config": HOSTILE}),
    }.items():  # fmt: skip
        shutil.copytree(results / "oracle", results / name)
        (results / name / "run.json").write_text(text)
    os.mkfifo(results / "json/pipe")
    (results / "list/run.json").unlink()
    os.mkfifo(results / "list/run.json")
    with served(results) as server:
        found = rows(server)
        states = {name: row["state"] for name, row in found.items()}
        named = next(row for name, row in found.items() if name.startswith("name"))
        assert {states[name] for name in ("json", "deep", "kind")} == {"damaged"}
        assert "plan.model is 3" in found["kind"]["message"]
        text = " ".join(map(str, [*named, *named.values()]))
        assert not set(text) & set("\x1b\x07\u202e")
        assert "\\x1b]0;owned" in named["model"]
        status, _, body = ask(server, f"report?run={named['key']}&run={found['partial']['key']}")
        assert status == 200
        assert "<img src=x" not in body.decode()


def test_rows_follow_a_run_that_is_under_way(results):
    run = results / "partial"
    saved = (run / "responses.jsonl").read_text()
    (run / "responses.jsonl").write_text("".join(saved.splitlines(keepends=True)[:2]))
    (run / ".lock.pid").write_text("4711 on somewhere")
    with served(results) as server, FileLock(run / ".lock"):
        row = rows(server)["partial"]
        assert (row["state"], row["responses"], row["expected"]) == ("working", 2, 6)
        _, headers, _ = ask(server, "runs.json")
        assert ask(server, "runs.json", If_None_Match=headers["ETag"])[0] == 304
        (run / "responses.jsonl").write_text("".join(saved.splitlines(keepends=True)[:5]))
        status, _, body = ask(server, "runs.json", If_None_Match=headers["ETag"])
        assert status == 200
        assert {row["run"]: row.get("responses") for row in json.loads(body)["runs"]} == {"partial": 5, "oracle": None}


def test_the_command_serves_until_ctrl_c_and_slips_are_named(results):
    process = subprocess.Popen(
        [*COMMAND, "view", "--serve"],
        cwd=results.parent,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - takes no lock
    )
    try:
        url = process.stdout.readline().strip()
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1"
        assert "ssh -N -L" in process.stdout.readline()
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=20)
        connection.request("GET", f"{parts.path}runs.json")
        assert len(json.loads(connection.getresponse().read())["runs"]) == 2
        connection.close()
        time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "stopped" in rest
    assert "--rules needs a RUN" in ifh("view", results, "--rules", "ifeval", cwd=results, code=2).told
    assert "there is no folder results here" in ifh("view", cwd=results, code=2).told
