"""Hostile inputs through the command line: `python -m tests.bench.hostile [--kind samples] [--quick]`.

Each input goes to each command that reads it, in a process of its own. A case breaks if the command prints a traceback,
exceeds its deadline, dies of a signal or takes more than 400 MB. Prints the counts per kind, the largest memory and the
wall time; ends with an error if a case breaks.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from tests.bench import hostile_cases as inputs
from tests.bench.hostile_commands import KINDS, iter_cases
from tests.bench.hostile_process import run_case


def main() -> None:
    """Try every case, print the counts and the cases that broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only these kinds")
    parser.add_argument("--quick", action="store_true", help="every seventh of the odd records only")
    parser.add_argument("--seconds", type=int, default=0, help="stop after this time")
    chosen = parser.parse_args()
    began = time.monotonic()
    tried: Counter[str] = Counter()
    broken: list[str] = []
    peak = 0
    _load()
    with tempfile.TemporaryDirectory() as name, Server() as server:
        folder = Path(name)
        os.chdir(folder)
        cases = iter_cases(folder, server.url, chosen.kind or KINDS, 7 if chosen.quick else 1)
        for case in cases:
            if chosen.seconds and time.monotonic() - began > chosen.seconds:
                sys.stdout.write(f"stopped after {chosen.seconds} s, before the end of the cases\n")
                break
            outcome = run_case(case, folder)
            tried[case.kind] += 1
            peak = max(peak, outcome.memory)
            if outcome.broken:
                broken.append(f"{case.kind}: {case.name}: {outcome.broken}: ifh {' '.join(case.args)}"[:300])
                sys.stdout.write(f"BROKEN {broken[-1]}\n")
                sys.stdout.flush()  # A process forked later would write it again.
    counts = ", ".join(f"{kind} {count}" for kind, count in tried.items())
    sys.stdout.write(
        f"{sum(tried.values())} tried ({counts}), {sum(tried.values()) - len(broken)} held, {len(broken)} broke; "
        f"peak memory {peak / 1e6:.0f} MB; {time.monotonic() - began:.0f} s\n"
    )
    sys.exit(bool(broken))


def _load() -> None:
    """Import what the commands need, so that each process forked from this one has it."""
    import harness.cli
    from harness.cli import COMMANDS
    from tasks.sources.support import web

    web.FIRST_WAIT = 0.01

    for command in COMMANDS:
        harness.cli.cli.get_command(None, command)  # type: ignore[arg-type]  # the context is for unknown names only


class Server:
    """Serves the hostile pages on loopback."""

    def __enter__(self) -> Self:
        pages = inputs.feeds()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers, body = pages.get(self.path.partition("?")[0], ({}, b"<html><body><p>Page.</p></body></html>"))
                self.send_response(200)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    main()
