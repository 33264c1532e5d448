"""`vf-eval` loads our environment by its module's name and evaluates it against a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from blocks import block_of

from scorers.rewards import score_ground_truth

ROOT = Path(__file__).parents[2]
REPLY = "<think>A comma, here.</think>One two three."
FIXED = """
from scorers.rewards import verifiers_environment

ROWS = [
    {
        "prompt": "Say it.",
        "ground_truth": "[{'instruction_id': ['punctuation:no_comma', 'format:emoji'], 'kwargs': [None, None]}]",
    },
    {"prompt": "Say it.", "ground_truth": {"func_name": "verify_word_constraint", "N": 3, "quantifier": "at most"}},
    {"prompt": "Say it.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]},
]
FixedTasks = verifiers_environment(ROWS)
__all__ = ["FixedTasks"]
"""


class Handler(BaseHTTPRequestHandler):
    """Answers chat completions, streamed, with one text."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "tiny"}
        deltas = [({"role": "assistant", "content": REPLY}, None), ({}, "stop")]
        chunks = [
            {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]} for delta, reason in deltas
        ]
        usage = {"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10}
        lines = [json.dumps(chunk) for chunk in (*chunks, {**base, "choices": [], "usage": usage})]
        body = "".join(f"data: {line}\n\n" for line in (*lines, "[DONE]")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}/v1"
        served.shutdown()


def evaluate(folder, module, server, *options):
    bin = Path(sys.executable).parent
    command = [bin / "vf-eval", module, "-m", "tiny", "--no-push", "--no-rich", "-o", "out", "--run.dir", "run"]
    command += ["--client.base-url", server, "--client.api-key-var", "NO_KEY"]
    command += ["--env.agent.harness.id", "null", "--env.agent.runtime.type", "subprocess", *options]
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{folder}", "PATH": f"{bin}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    lines = (folder / "out" / "run" / "traces.jsonl").read_text(encoding="utf-8").splitlines()
    return [trace for line in lines for trace in json.loads(line)["traces"]]


def reward_of(trace):
    [value] = [item for name, item in trace["rewards"].items() if name == "instruction_following"]
    return value["score"] * value["weight"]


def test_an_endless_environment_of_fresh_articles(tmp_path, server):
    (tmp_path / "article_env.py").write_text(block_of("article_env.py"), encoding="utf-8")
    traces = evaluate(tmp_path, "article_env", server, "-n", "3")
    assert len(traces) == 3
    assert len({trace["task"]["data"]["id"] for trace in traces}) == 3
    for trace in traces:
        data = trace["task"]["data"]
        assert reward_of(trace) == score_ground_truth(REPLY, data["ground_truth"]).score


def test_rows_of_published_sets_and_an_option_of_the_run(tmp_path, server):
    (tmp_path / "fixed_env.py").write_text(FIXED, encoding="utf-8")
    traces = evaluate(tmp_path, "fixed_env", server, "--env.taskset.task.reduce", "all")
    found = {trace["task"]["data"]["idx"]: reward_of(trace) for trace in traces}
    assert found == {0: 0.0, 1: 1.0, 2: 1.0}
