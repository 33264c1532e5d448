"""Runs `ifh` in this process: the same commands as a user's, without a second for the start of each."""

from __future__ import annotations

import contextlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from harness.cli import run_cli
from harness.runner.progress import request_log

FOREIGN = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "ANTHROPIC_BASE_URL", "GOOGLE_GEMINI_BASE_URL")
"""What the environment of a machine may hold and a test must not meet."""


@dataclass
class Done:
    """What a command gave."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """What was printed, on one line."""
        return " ".join(self.stdout.split())

    @property
    def told(self) -> str:
        """What was printed beside it, on one line."""
        return " ".join(self.stderr.split())


def inside(
    *args: str | Path, cwd: Path, text: str = "", env: dict[str, str] | None = None, code: int | None = 0
) -> Done:
    """Run `ifh ARGS` in `cwd` with `text` to read; check the exit code unless `code` is None."""
    out, err = io.StringIO(), io.StringIO()
    given = {"NO_COLOR": "1", "COLUMNS": "80"} | (env or {})
    with (
        mock.patch.dict(os.environ, given),
        mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        _as_quiet_as_before(),
    ):
        found = run_cli([str(arg) for arg in args])
    done = Done(found, out.getvalue(), err.getvalue())
    if code is not None:
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@contextlib.contextmanager
def _as_quiet_as_before():
    """Take back what `--log-level` set: it would tell on a stderr that is gone."""
    log = request_log._LOG
    handlers, level, onward = log.handlers[:], log.level, log.propagate
    try:
        yield
    finally:
        log.handlers[:], log.propagate = handlers, onward
        log.setLevel(level)


def runner(folder, monkeypatch):
    """Return a function that runs `ifh ARGS` in an empty `folder`, without the keys and addresses of this machine."""
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)

    def run(*args, code=0):
        return inside(*args, cwd=folder, code=code)

    return run
