"""Fixtures of the live sources."""

from __future__ import annotations

import pytest
from serving import KEY

from tasks.sources.support import web


@pytest.fixture
def quick(monkeypatch, tmp_path, request):
    """Work in an empty folder with a key, and wait for no server but where pace is the point."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(web, "FIRST_WAIT", 0.01)
    if "pace" not in request.node.name:
        monkeypatch.setattr(web.Web, "_pace", lambda _: None)
    monkeypatch.setenv("GUARDIAN_API_KEY", KEY)
