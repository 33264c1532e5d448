"""The process that is killed: `victim.py FOLDER PORT LARGEST` asks a server for every sample.

It loads no more than asking takes, since many of them are started.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path

from requesting import ask

from harness.adapters.base import Response, Settings
from harness.errors import StoreError
from harness.runner.limits.retry import RetryPolicy
from harness.runner.progress.display import Progress
from harness.store.run_folder import RunFolder
from harness.store.run_spec import RunSpec
from scorers import read
from tasks.sample import Sample, Turn

CONCURRENCY = 8
COUNT = 200
SAMPLES = [
    Sample.build("paraphrase", [Turn.of("user", f"Question {n}")], [read({"id": "punctuation:no_comma"})])
    for n in range(COUNT)
]


class OverHttp:
    """The least adapter that really crosses a network."""

    def __init__(self, port):
        self.port = port

    async def complete(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /{request.sample_id} HTTP/1.0\r\n\r\n".encode())
        body = (await reader.read()).partition(b"\r\n\r\n")[2]
        writer.close()
        return Response(request.sample_id, request.epoch, body.decode(), request.model)


def drive(folder, port, largest):
    if largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    plan = RunSpec.of(samples=SAMPLES, model="m", adapter="test")
    try:
        with RunFolder.open(Path(folder), plan, samples=SAMPLES, header={}) as store:
            options = {"model": "m", "settings": Settings(), "policy": RetryPolicy(), "progress": Progress()}
            asked = asyncio.run(ask(SAMPLES, OverHttp(port), store, concurrency=CONCURRENCY, **options))
    except StoreError as error:
        sys.exit(str(error))
    json.dump([asked.responses, asked.failures, asked.resumed, asked.stop_reason], sys.stdout)


if __name__ == "__main__":
    drive(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
