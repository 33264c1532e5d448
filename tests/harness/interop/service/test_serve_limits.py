"""`ifh serve` and hostile requests: the right status, and no other request suffers."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from tests.harness.interop.service.client import ITEM, NO_COMMA, gym

pytest.importorskip("starlette", reason="the extra 'serve' is not installed")

DEEP = b'{"response": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"


@pytest.mark.parametrize(
    ("status", "path", "body", "headers", "message"),
    [
        (400, "/score", b"", {}, "no JSON"),
        (400, "/score", b"{", {}, "no JSON"),
        (400, "/score", b"\xff\xfe{}", {}, "no JSON"),
        (400, "/score", b'{"items": NaN}', {}, "NaN is no JSON number"),
        (400, "/verify", DEEP, {}, "nested too deeply"),
        (400, "/score", b'{"items": ' + b"9" * 5000 + b"}", {}, "no JSON"),
        (413, "/score", b" " * 1_000_001, {}, "larger than 1,000,000 bytes"),
        (413, "/score", {"items": [ITEM] * 41}, {}, "send at most 40"),
        (415, "/score", b"{}", {"Content-Type": "text/plain"}, "application/json"),
        (422, "/score", [], {}, "must be a JSON object"),
        (422, "/score", {"items": [{"response": 3}]}, {}, "items.0.response"),
        (422, "/score", {"items": [ITEM], "rule": "ifeval"}, {}, "rule: Extra inputs"),
        (422, "/score", {"items": [ITEM], "reduce": "mean"}, {}, "reduce"),
        (422, "/verify", {"response": {"output": []}}, {}, "instruction_id_list"),
        (
            422,
            "/verify",
            {"response": {"output": []}, "instruction_id_list": [], "kwargs": []},
            {},
            "instruction_id_list: List should have",
        ),
        (
            422,
            "/verify",
            {"response": {"output": []}, "instruction_id_list": [NO_COMMA], "kwargs": []},
            {},
            "1 instruction ids",
        ),
        (415, "/score", b"{}", {"Content-Encoding": "gzip"}, "must not be compressed"),
        (400, "/score", b'{"items": 1e999}', {}, "the number 1e999 is too large"),
        (422, "/score", {"items": [ITEM | {"instruction_id_list": [NO_COMMA] * 101}]}, {}, "items.0.instruction_id"),
        (422, "/score", {"items": [dict.fromkeys(map(str, range(50_000)))]}, {}, "items.0: 50,000 fields"),
        (413, "/score", {"items": [{}] * 200_000}, {}, "200,000 items; send at most 40"),
        (422, "/verify", {"response": {}, "instruction_id_list": [NO_COMMA]}, {}, "response.output: Field required"),
        (422, "/verify", gym("", {"instruction_id_list": ["a:b"] * 101}), {}, "at most 100"),
        (422, "/verify", gym("", {"instruction_id_list": ["a" * 900_000]}), {}, "no checker has the id 'aaa"),
        (422, "/verify", gym("", {"instruction_id_list": [NO_COMMA], "kwargs": ["?"]}), {}, "must be JSON or a Python"),
        (422, "/aggregate_metrics", {"verify_responses": [3]}, {}, "verify_responses.0"),
        (404, "/nothing", {}, {}, "no such route"),
        (405, "/metrics", {}, {}, "this route takes GET, HEAD"),
    ],
)
def test_hostile_bodies_get_the_right_status(service, status, path, body, headers, message):
    given, value = service.send("POST", path, body, **headers)
    assert (given, value["error"]["status"]) == (status, status), value
    assert message in value["error"]["message"]
    assert len(value["error"]["message"]) <= 2000


def test_a_body_that_lies_about_its_size(service):
    def send_raw(head, body=b""):
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as link:
            link.sendall(
                b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + head + b"\r\n" + body
            )
            return link.recv(12)

    assert send_raw(b"Content-Length: 99999999\r\n", b"{") == b"HTTP/1.1 413"
    chunk = b"2710\r\n" + b" " * 10_000 + b"\r\n"
    assert send_raw(b"Transfer-Encoding: chunked\r\n", chunk * 101) == b"HTTP/1.1 413"
    assert send_raw(b"Transfer-Encoding: chunked\r\n", b"zz\r\n") == b"HTTP/1.1 400"


def test_a_client_that_never_ends_its_request_or_never_reads_is_dropped(service):
    links = [socket.create_connection(("127.0.0.1", service.port), timeout=20) for _ in range(4)]
    silent, slow, stalled, deaf = links
    slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
    stalled.sendall(b"POST /score HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
    body = json.dumps(gym("a" * 900_000, {"instruction_id_list": [NO_COMMA]})).encode()
    head = b"POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    started = time.monotonic()
    with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):  # after what the buffers of the system hold
        deaf.sendall((head % len(body) + body) * 20)
    assert time.monotonic() - started < 15
    assert (slow.recv(12), stalled.recv(12)) == (b"HTTP/1.1 408", b"HTTP/1.1 408")
    assert silent.recv(12) == b""
    for link in links:
        link.close()


def test_headers_beyond_the_limit_get_a_status(service):
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as link:
        link.sendall(b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 66_000)
        assert link.recv(12) == b"HTTP/1.1 431"
    status, value = service.send("GET", "/healthz", **{"Bad header": "a"})
    assert (status, value["error"]["status"]) == (400, 400)


def test_a_large_body_delays_no_other_request(service):
    literal = "{" + ",".join(f"{n}: {{}}" for n in range(9000)) + "}"
    large = [{"response": "One", "ground_truth": literal}] * 7
    found = []
    thread = threading.Thread(target=lambda: found.extend(service.score(*large)))
    thread.start()
    time.sleep(0.1)
    for _ in range(3):
        service.score(ITEM)
    assert thread.is_alive(), "the small requests waited for the large one"
    thread.join()
    assert all("a name that is no text: 0" in one["error"] for one in found)
