"""One service for all tests, with small limits."""

from __future__ import annotations

import pytest

from tests.harness.interop.service.client import serve


@pytest.fixture(scope="session")
def service():
    limits = ["--max-body", "1", "--max-items", "40", "--seconds", "1", "--request-seconds", "2.5"]
    with serve("--processes", "1", *limits) as client:
        yield client
