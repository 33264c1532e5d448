"""The model files that come along: no name twice, and every entry makes sense."""

from __future__ import annotations

import json
from datetime import date

import pytest
from formats_helpers import without_keys

from harness.adapters.base import AdapterSetup
from harness.adapters.registry import make_adapter
from harness.config.model_files import all_models, find_model, places_with

SHIPPED = all_models(places_with(None))


@pytest.fixture(autouse=True)
def _plain(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


def test_no_name_is_taken_twice():
    names = [name.casefold() for entry in SHIPPED for name in (entry.name, *entry.aliases)]
    assert len(names) == len(set(names))
    for entry in SHIPPED:
        for name in (entry.name, *entry.aliases):
            assert find_model(name.upper(), places_with(None)) == entry


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_a_shipped_entry_makes_sense(entry, monkeypatch):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", entry.key_env or "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "sk-none")
    if entry.adapter != "local":  # whose packages may be missing
        setup = AdapterSetup(entry.sent, base_url=entry.base_url, key_env=entry.key_env, options=entry.options)
        assert make_adapter(entry.adapter, setup)
    assert entry.family
    if entry.cutoff:
        assert "2020-01" <= entry.cutoff <= "2027-01"
    if entry.context and entry.max_output:
        assert entry.max_output <= entry.context
    if entry.prices:
        assert date(2024, 1, 1) <= date.fromisoformat(entry.prices.date) <= date(2027, 1, 1)
        assert entry.prices.source
        assert entry.prices.input <= entry.prices.output
        assert entry.prices.cached_input is None or entry.prices.cached_input < entry.prices.input
    assert json.loads(json.dumps(entry.to_json()))["name"] == entry.name
