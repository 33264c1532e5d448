"""One run killed again and again: `python -m tests.bench.kills --samples 2000 --kills 30`.

A loopback server answers each question with something that depends on it. The run is ended with SIGKILL at random
moments (while it starts, asks and scores), begun again each time, and finished. Then every question must have exactly
one answer, the scores must be those of a run that nobody disturbed, and only what was in flight may have been asked
twice.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from scorers import read
from tasks.sample import GAP, Sample, Turn

from .many import write_many

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from harness.cli import run_cli; sys.exit(run_cli(sys.argv[1:]))"


class Server(ThreadingHTTPServer):
    """Chat completions after 20 ms; `asked` counts questions by their text."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.guard = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Killed clients close their connections: nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        question = body["messages"][-1]["content"]
        with self.server.guard:
            self.server.asked[question] += 1
        time.sleep(0.02)
        words = question.split()
        message = {"role": "assistant", "content": " ".join(words[: len(words) // 2]) + "."}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        answer = {"id": "c", "object": "chat.completion", "created": 1, "model": "mock", "choices": [choice]}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


def start(samples: Path, out: Path, server: Server, in_flight: int, adapter: str) -> subprocess.Popen[bytes]:
    """Start the run as a process of its own."""
    url = f"http://127.0.0.1:{server.server_port}/v1"
    arguments = ["run", "smoke", "--samples", samples, "--model", f"{adapter}/mock", "--base-url", url, "--out", out]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments), "--concurrency", str(in_flight), "--json"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def write_dialogues(file: Path, samples: int, turns: int) -> None:
    """Write dialogues of `turns` scored turns each, `samples` turns in all."""
    comma = [read({"id": "punctuation:no_comma"})]
    with file.open("w", encoding="utf-8") as out:
        for dialogue in range(samples // turns):
            said: list[Turn] = []
            for number in range(1, turns + 1):
                said += [*([GAP] if said else []), Turn.of("user", f"Dialogue {dialogue}, turn {number}: write on.")]
                meta = {"group": f"d{dialogue}", "turn": number, "language": "English"}
                sample = Sample.build(f"turn_{number}", said, comma, article_id=f"d{dialogue}", meta=meta)
                out.write(json.dumps(sample.to_json()) + "\n")


def kill_often(
    folder: Path,
    *,
    samples: int,
    kills: int,
    in_flight: int = 8,
    seed: int = 0,
    adapter: str = "openai",
    turns: int = 1,
) -> dict[str, int]:
    """Run, kill, finish and compare; returns counts, raises `AssertionError` for what was lost or asked too often."""
    rng, server, file = Random(f"kills/{seed}"), Server(), folder / "samples.jsonl"
    if turns > 1:
        write_dialogues(file, samples, turns)
    else:
        write_many(file, samples)
    done = 0
    for moment in sorted(rng.uniform(0, samples * 1.02) for _ in range(kills)):
        process = start(file, folder / "killed", server, in_flight, adapter)
        patience = time.monotonic() + rng.uniform(4, 8)  # past the last answer it is scoring that is killed
        while process.poll() is None and sum(server.asked.values()) < moment and time.monotonic() < patience:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.03))
        done += process.poll() is None
        process.kill()
        process.wait()
    assert start(file, folder / "killed", server, in_flight, adapter).wait() == 0
    time.sleep(0.1)
    asked = Counter(server.asked)
    server.asked.clear()
    assert start(file, folder / "whole", server, in_flight, adapter).wait() == 0
    server.shutdown()
    server.server_close()
    _compare(folder, samples)
    twice = sum(asked.values()) - samples
    assert len(asked) == samples
    assert twice <= done * in_flight, f"{twice} questions were asked again after {done} kills"
    return {"samples": samples, "kills": done, "in_flight": in_flight, "asked_again": twice}


def _compare(folder: Path, samples: int) -> None:
    lines = (folder / "killed" / "responses.jsonl").read_text(encoding="utf-8").splitlines()
    answered = Counter(json.loads(line)["sample_id"] for line in lines)
    assert len(answered) == len(lines) == samples, "each question has exactly one answer"
    for name in ("samples.jsonl", "verdicts.jsonl", "scores.json"):
        killed, whole = ((folder / run / name).read_bytes() for run in ("killed", "whole"))
        assert killed == whole, f"{name} is not that of an undisturbed run"


def main() -> None:
    """Do it once and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--in-flight", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--turns", type=int, default=1, help="scored turns of each dialogue; must divide --samples")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        found = kill_often(
            Path(folder),
            samples=given.samples,
            kills=given.kills,
            in_flight=given.in_flight,
            seed=given.seed,
            turns=given.turns,
        )
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
