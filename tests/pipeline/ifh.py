"""Runs the installed `ifh` command the way a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

COMMAND = [str(Path(sys.executable).parent / "ifh")]


def ifh(*args: str | Path, cwd: Path, text: str | None = None, env: dict[str, str] | None = None, code: int | None = 0):
    """Run `ifh ARGS` in `cwd`; check the exit code unless `code` is None; return the finished process."""
    done = subprocess.run(
        [*COMMAND, *map(str, args)],
        cwd=cwd,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "80"} | (env or {}),
    )
    if code is not None:
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    return done


def lines(path: Path) -> list[dict]:
    """Read a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def only_run(root: Path) -> Path:
    """Return the one results folder below `root`."""
    [folder] = [path.parent for path in (root / "results").glob("*/run.json")]
    return folder
