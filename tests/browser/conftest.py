"""A browser for the tests of the page; each report opens in a context of its own."""

from __future__ import annotations

import corpus
import pytest
from driving import CHROMIUM, QUIET
from firefox import started_firefox


@pytest.fixture(scope="module")
def browser():
    # Not for the session: playwright's event loop runs as long as the browser, and asyncio refuses a second one.
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="session")
def firefox():
    with started_firefox() as started:
        yield started


@pytest.fixture(scope="session")
def two_runs(tmp_path_factory):
    samples, *runs = corpus.two_runs(tmp_path_factory.mktemp("two"))
    return samples, *runs


@pytest.fixture(scope="session")
def both(two_runs):
    """The report of the two runs."""
    _, alpha, beta = two_runs
    return corpus.report(alpha.parents[1], alpha, beta)
