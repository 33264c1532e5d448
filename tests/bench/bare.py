"""The HTTP client alone: `python -m tests.bench.bare --samples 5410`, to hold beside `ifh bench run --samples 5410`.

The same questions go to the same server from as many loops as requests may be in flight; answers are decoded, and
nothing else is done. What a run takes more than this is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import time

import aiohttp

from harness.bench.run import number_samples


async def ask_all(bodies: list[bytes], url: str, concurrency: int) -> None:
    """Send each body once."""
    left = iter(bodies)
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:

        async def one_place() -> None:
            for body in left:
                async with session.post(url, data=body, headers=headers) as answer:
                    json.loads(await answer.read())

        await asyncio.gather(*(one_place() for _ in range(concurrency)))


def main() -> None:
    """Print seconds, how many times the bound that is, and milliseconds of processor time a request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=5410)
    parser.add_argument("--latency-ms", type=float, default=50.0)
    parser.add_argument("--concurrency", type=int, default=64)
    given = parser.parse_args()
    bodies = [
        json.dumps({"model": "bench", "messages": [{"role": "user", "content": one.prompt}]}).encode()
        for one in number_samples(given.samples)
    ]
    command = [sys.executable, "-m", "harness.bench.server", str(given.latency_ms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ) as server:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1/chat/completions"
        gc.freeze()
        began, cpu = time.perf_counter(), time.process_time()
        asyncio.run(ask_all(bodies, url, given.concurrency))
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        server.communicate()  # ends with its input, after telling what it saw
    bound = given.samples * given.latency_ms / 1000 / given.concurrency
    told = {"seconds": took, "times_the_bound": took / bound, "cpu_ms": 1000 * cpu / given.samples}
    sys.stdout.write(json.dumps({name: round(value, 3) for name, value in told.items()}) + "\n")


if __name__ == "__main__":
    main()
