"""`ifh serve` as a real process on loopback: verdicts, limits, hostile requests, and its end."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

pytest.importorskip("starlette", reason="the extra 'serve' is not installed")

NO_COMMA, TITLE = "punctuation:no_comma", "detectable_format:title"
ENDLESS = {"instruction_id_list": ["keywords:existence"], "kwargs": [{"keywords": ["tea", r"(\w+\s?)+$"]}]}
"""ifeval's rule book reads a keyword as an expression; this one backtracks without end on the text below."""
TEXT = "tea and a long line of words without any end " * 3 + "!"
TOKEN = "a-token-of-sixteen"


@contextmanager
def serve(*options, env=None):
    command = [sys.executable, "-m", "harness", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | (env or {})) as process:
        try:
            yield Client(process)
        finally:
            process.terminate()
            process.wait(30)


class Client:
    def __init__(self, process):
        self.process = process
        self.port = int(re.search(r"http://127.0.0.1:(\d+)", process.stdout.readline())[1])

    def send(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = {} if raw is None else {"Content-Type": "application/json"}
        connection.request(method, path, raw, kind | headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        value = json.loads(text) if "json" in answer.headers["Content-Type"] else text.decode()
        return answer.status, value

    def score(self, *items, **options):
        status, value = self.send("POST", "/score", {"items": items} | options)
        assert status == 200, value
        return value["results"]


@pytest.fixture(scope="module")
def service():
    limits = ["--max-body", "0.05", "--max-items", "40", "--seconds", "1", "--request-seconds", "2.5"]
    with serve("--processes", "1", *limits) as client:
        yield client


def test_a_batch_gets_scores_with_reasons_and_spans(service):
    both = {"instruction_id_list": [NO_COMMA, TITLE], "kwargs": [None, {}]}
    old = {"ground_truth": '{"func_name": "verify_word_constraint", "N": 2, "quantifier": "around"}'}
    first, second, third = service.score(
        {"response": "<think>a, b</think>One, two", **both}, {"response": "<<A>> b", **both}, {"response": "a b", **old}
    )
    assert (first["score"], second["score"], third["score"]) == (0.0, 1.0, 1.0)
    assert first["verdicts"][0] == {
        "id": NO_COMMA,
        "followed": False,
        "reason": "1 comma, at line 1; none is allowed",
        "spans": [[22, 23]],
        "version": first["verdicts"][0]["version"],
        "error": "",
    }
    [lenient] = service.score({"response": "Sure, yes!\nb", **both}, mode="loose", reduce="livebench")
    assert lenient["score"] == 0.25


def test_what_cannot_be_verified_has_no_score_and_a_reason(service):
    unknown = {"instruction_id_list": [NO_COMMA, "copy:copy"], "kwargs": [None, None]}
    results = service.score(
        {"response": "One", **unknown},
        {"response": "One", "ground_truth": "?"},
        {"response": "One"},
        {"response": "One", "instruction_id_list": [NO_COMMA]},
    )
    assert [result["score"] for result in results] == [None, None, None, 1.0]
    assert [verdict["followed"] for verdict in results[0]["verdicts"]] == [True, None]
    assert "no checker has the id 'copy:copy'" in results[0]["verdicts"][1]["error"]
    assert "must be JSON or a Python literal" in results[1]["error"]
    assert "either 'instruction_id_list'" in results[2]["error"]


def test_half_a_character_is_text_like_any_other(service):
    body = b'{"items": [{"response": "a \\ud800, b", "instruction_id_list": ["punctuation:no_comma"]}]}'
    status, value = service.send("POST", "/score", body)
    assert (status, value["results"][0]["score"]) == (200, 0.0)


def gym(text, metadata, **others):
    output = [
        {"type": "reasoning", "summary": []},
        {"type": "message", "content": [{"type": "output_text", "text": text}]},
    ]
    return {"responses_create_params": {"input": []}, "response": {"id": "r", "output": output}, **metadata, **others}


def test_verify_in_the_shape_of_nemo_gym(service):
    row = {"id": 7, "instruction_id_list": [NO_COMMA, TITLE], "kwargs": [None, {"x": None}], "prompt": "Say it."}
    for body in (gym("One two", row), gym("One two", {"verifier_metadata": row})):
        status, value = service.send("POST", "/verify", body)
        assert status == 200, value
        assert {name: value[name] for name in body} == body
        assert (value["reward"], value["follow_all_instructions"], value["mask_sample"]) == (0.0, False, False)
        assert value["follow_instruction_list"] == [True, False]
        assert value["verdicts"][1]["reason"]
    status, value = service.send("POST", "/verify", gym("One two", row, grading_mode="fraction"))
    assert (value["reward"], value["reward_loose"]) == (0.5, 0.5)
    status, value = service.send("POST", "/verify", gym("x", row | {"instruction_id_list": [NO_COMMA, "copy:copy"]}))
    assert status == 422
    assert "instruction 2 of 2: no checker has the id 'copy:copy'" in value["error"]["message"]
    assert service.send("GET", "/reverify_mode") == (200, "stateless")
    assert service.send("POST", "/seed_session", {}) == (200, {})


def test_a_check_without_end_is_masked_and_stalls_no_other_request(service):
    found = []

    def verify_endless():
        found.append(service.send("POST", "/verify", gym(TEXT, ENDLESS | {"rules": "ifeval", "prompt": ""})))

    threads = [threading.Thread(target=verify_endless) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    started = time.monotonic()
    for _ in range(3):
        service.score({"response": "One", "instruction_id_list": [NO_COMMA]})
    waited = time.monotonic() - started
    for thread in threads:
        thread.join()
    assert waited < 3, "one process, and three checks of 1 s before these"
    for status, value in found:
        assert (status, value["reward"], value["mask_sample"]) == (200, 0.0, True)
        assert value["failure_kind"] == "verifier_error"
        assert "no verdict after 1 s" in value["failure_reason"]


def test_a_request_ends_at_its_limit_with_what_is_not_verified_named(service):
    started = time.monotonic()
    results = service.score(*[{"response": TEXT, **ENDLESS}] * 10, rules="ifeval")
    assert time.monotonic() - started < 12
    assert all(result["score"] is None for result in results)
    assert "no time was left" in results[-1]["verdicts"][0]["error"]
    assert service.score({"response": "One", "instruction_id_list": [NO_COMMA]})[0]["score"] == 1.0


DEEP = b'{"response": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
ITEM = {"response": "One", "instruction_id_list": [NO_COMMA]}


@pytest.mark.parametrize(
    ("status", "path", "body", "headers", "message"),
    [
        (400, "/score", b"", {}, "no JSON"),
        (400, "/score", b"{", {}, "no JSON"),
        (400, "/score", b"\xff\xfe{}", {}, "no JSON"),
        (400, "/score", b'{"items": NaN}', {}, "NaN is no JSON number"),
        (400, "/verify", DEEP, {}, "nested too deeply"),
        (400, "/score", b'{"items": ' + b"9" * 5000 + b"}", {}, "no JSON"),
        (413, "/score", b" " * 50_001, {}, "larger than 50,000 bytes"),
        (413, "/score", {"items": [ITEM] * 41}, {}, "send at most 40"),
        (415, "/score", b"{}", {"Content-Type": "text/plain"}, "application/json"),
        (422, "/score", [], {}, "must be a JSON object"),
        (422, "/score", {"items": [{"response": 3}]}, {}, "items.0.response"),
        (422, "/score", {"items": [ITEM], "rule": "ifeval"}, {}, "rule: Extra inputs"),
        (422, "/score", {"items": [ITEM], "reduce": "mean"}, {}, "reduce"),
        (422, "/verify", {"response": {}}, {}, "instruction_id_list"),
        (
            422,
            "/verify",
            {"response": {}, "instruction_id_list": [], "kwargs": []},
            {},
            "instruction_id_list: List should have",
        ),
        (422, "/verify", {"response": {}, "instruction_id_list": [NO_COMMA], "kwargs": []}, {}, "1 instruction ids"),
        (404, "/nothing", {}, {}, "no such route"),
        (405, "/metrics", {}, {}, "another method"),
    ],
)
def test_hostile_bodies_get_the_right_status(service, status, path, body, headers, message):
    given, value = service.send("POST", path, body, **headers)
    assert (given, value["error"]["status"]) == (status, status), value
    assert message in value["error"]["message"]


def test_a_body_that_lies_about_its_size_or_never_comes(service):
    def send_raw(head, body=b""):
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as link:
            link.sendall(
                b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + head + b"\r\n" + body
            )
            return link.recv(12)

    assert send_raw(b"Content-Length: 99999999\r\n", b"{") == b"HTTP/1.1 413"
    chunk = b"2710\r\n" + b" " * 10_000 + b"\r\n"
    assert send_raw(b"Transfer-Encoding: chunked\r\n", chunk * 6) == b"HTTP/1.1 413"
    assert send_raw(b"Content-Length: 9\r\n", b"{") == b"HTTP/1.1 408"


def test_operators_see_health_metrics_and_the_document(service):
    assert service.send("GET", "/healthz") == (200, {"status": "ok"})
    status, document = service.send("GET", "/openapi.json")
    assert status == 200
    assert {"/score", "/verify", "/healthz", "/metrics"} <= document["paths"].keys()
    assert set(document["paths"]["/score"]["post"]["responses"]) >= {"200", "400", "413", "422", "503"}
    assert "ScoreItem" in document["components"]["schemas"]
    service.score(ITEM)
    status, text = service.send("GET", "/metrics")
    assert 'ifh_requests_total{route="/score",status="200"}' in text
    assert 'ifh_responses_total{outcome="scored"}' in text


def test_a_token_is_asked_for_and_sigterm_answers_what_is_in_flight():
    with serve("--token-env", "IFH_TOKEN", "--processes", "1", "--seconds", "1", env={"IFH_TOKEN": TOKEN}) as client:
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert client.send("GET", "/healthz")[0] == 200
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": TOKEN}):
            status, value = client.send("POST", "/score", {"items": [ITEM]}, **headers)
            assert (status, TOKEN in json.dumps(value)) == (401, False)
        assert client.send("GET", "/metrics")[0] == 401
        found = []

        def send_slow():
            body = {"items": [{"response": TEXT, **ENDLESS}, ITEM], "rules": "ifeval"}
            found.append(client.send("POST", "/score", body, **right))

        thread = threading.Thread(target=send_slow)
        thread.start()
        time.sleep(0.6)
        client.process.send_signal(signal.SIGTERM)
        thread.join()
        assert client.process.wait(20) == 0
        [(status, value)] = found
        assert status == 200
        assert [result["score"] for result in value["results"]] == [None, 1.0]
        with pytest.raises(OSError, match=r"refused|reset"):
            client.send("GET", "/healthz")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "0.0.0.0"], "can be reached from other machines, so a token is required"),
        (["--token-env", "IFH_NO_TOKEN"], "must have a token of 16 or more"),
        (["--rules", "ifevl"], "did you mean 'ifeval'"),
        (["--host", "203.0.113.9", "--token-env", "IFH_TOKEN"], "cannot listen on 203.0.113.9"),
    ],
)
def test_what_cannot_be_served_is_a_usage_error(options, message, monkeypatch, capsys):
    from harness.cli import run_cli

    monkeypatch.setenv("IFH_TOKEN", TOKEN)
    assert run_cli(["serve", "--port", "0", *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert TOKEN not in error
