"""`ifh serve` as a real process on loopback, and the requests of its tests."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager

NO_COMMA, TITLE = "punctuation:no_comma", "detectable_format:title"
ENDLESS = {"instruction_id_list": ["keywords:existence"], "kwargs": [{"keywords": ["tea", r"(\w+\s?)+$"]}]}
"""ifeval's rule book reads a keyword as an expression; this one backtracks without end on the text below."""
TEXT = "tea and a long line of words without any end " * 3 + "!"
TOKEN = "a-token-of-sixteen"
ITEM = {"response": "One", "instruction_id_list": [NO_COMMA]}


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


def gym(text, metadata, **others):
    output = [
        {"type": "reasoning", "summary": []},
        {"type": "message", "content": [{"type": "output_text", "text": text}]},
    ]
    return {"responses_create_params": {"input": []}, "response": {"id": "r", "output": output}, **metadata, **others}
