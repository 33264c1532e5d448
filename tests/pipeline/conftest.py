"""Fixtures of the commands: `ifh` in this process, a model with prices behind a server, and two question sets."""

from __future__ import annotations

import pytest
from inside import runner
from loopback import Loopback
from priced import answer
from sets import news_set, plain_set


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


@pytest.fixture
def smoke(tmp_path):
    """Draw a set of the built-in articles into the folder."""
    return plain_set(tmp_path)


@pytest.fixture
def news(tmp_path):
    """Draw a set of articles that may not be republished into the folder."""
    return news_set(tmp_path)
