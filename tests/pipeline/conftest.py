"""Fixtures of the commands: `ifh` in this process, and a model with prices behind a server."""

from __future__ import annotations

import pytest
from inside import runner
from loopback import Loopback
from priced import answer


@pytest.fixture
def ifh(tmp_path, monkeypatch):
    """Run `ifh ARGS` in an empty folder, without the keys and addresses of this machine."""
    return runner(tmp_path, monkeypatch)


@pytest.fixture
def run_mock(ifh):
    """Ask the model of `model_file` the questions of `smoke`."""
    return lambda *args, code=0: ifh("run", "smoke", "-m", "mock", "--model-file", "mock.toml", *args, code=code)


@pytest.fixture
def server():
    """Answer as the model of `model_file` does."""
    with Loopback(answer) as one:
        yield one
