"""schemathesis sends what the OpenAPI document allows, and what it does not, to `ifh serve`: no status from 500 on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def service():
    command = [sys.executable, "-m", "harness", "serve", "--port", "0", "--seconds", "2", "--request-seconds", "5"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        yield re.search(r"http://[\d.]+:\d+", process.stdout.readline())[0]
        process.terminate()
        assert process.wait(30) == 0


def test_the_document_holds_and_nothing_fails_inside(service, tmp_path):
    # An unknown instruction id has the form that the schema asks for, and is refused all the same.
    command = [Path(sys.executable).parent / "schemathesis", "run", f"{service}/openapi.json", "--max-examples", "100"]
    command += ["--exclude-checks", "positive_data_acceptance", "--request-timeout", "15", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
