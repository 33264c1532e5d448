"""What docs/providers.md says is so."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from adapter_helpers import ask, request
from formats_helpers import ALL, FORMATS, without_keys
from loopback import Loopback

from harness.adapters.formats.stop_reasons import TABLES
from harness.adapters.registry import make_adapter
from harness.config.run_file import load_config
from harness.errors import AdapterError
from harness.runner.setup import request_settings


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


PAGE = (Path(__file__).parents[3] / "docs" / "providers.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_the_run_files_of_the_page_work(block, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(block, encoding="utf-8")
    model = load_config(str(path)).model
    form = next(
        f for f in FORMATS.values() if (f.adapter, f.options.get("api")) == (model.adapter, model.options.get("api"))
    )
    settings = request_settings(model)
    with Loopback(form.say("Hello.", thought="Hm.")) as server:
        setup = form.setup(server, model=model.name, options=model.options)
        answer = ask(make_adapter(model.adapter, setup), replace(request(), model=model.name, settings=settings))
        body = json.dumps(server.heard[0].body)
    assert (answer.text, answer.reasoning) == ("Hello.", "Hm.")
    assert model.name in body + server.heard[0].path
    assert all(f'"{name}"' in body for name in settings.extra)
    assert ("recorded as not set" in block) == bool(answer.unset)


def test_the_page_says_what_is_settable_where():
    rows = re.findall(
        r"^\| `(\w+)` \| (.*) \|$", PAGE.split("## What is not settable where")[1].split("## openai")[0], re.MULTILINE
    )
    columns = (("openai", "compatible"), ("openai/responses",), ("anthropic",), ("gemini",))
    assert [name for name, _ in rows] == list(ALL)
    for name, cells in rows:
        for forms, cell in zip(columns, cells.split(" | "), strict=True):
            for form in forms:
                assert cell.startswith("yes") == (name in FORMATS[form].settable), (name, form)


MEANINGS = {
    "end": "end",
    "length": "cut at the limit",
    "refusal": "refusal",
    "retried": "failure, retried",
    "failed": "failure, not retried",
}


def test_the_page_lists_every_stop_reason_of_the_tables():
    rows = [
        f"| {adapter} | {words} | {', '.join(f'`{reason}`' for reason in getattr(table, meaning))} |"
        for adapter, table in TABLES.items()
        for meaning, words in MEANINGS.items()
        if getattr(table, meaning)
    ]
    listed = PAGE.split("### Stop reasons")[1].split("### Errors")[0]
    assert [line for line in listed.splitlines() if line.startswith("| ")][2:] == rows
    for table in TABLES.values():
        every = [reason for meaning in MEANINGS for reason in getattr(table, meaning)]
        assert len(every) == len(set(every)), "a reason has one meaning"


def test_the_page_names_the_error_of_each_status():
    held = []
    section = PAGE.split("### Errors")[1].split("### Usage")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ") and "`" in line]
    for first, second, _ in rows:
        kind, cause = re.fullmatch(r"`(\w+)`(?: \(`(\w+)`\))?|that error", second).groups()
        for status in map(int, re.findall(r"\b[45]\d\d\b", first.split(";")[0] if kind else "")):
            form = FORMATS["compatible"]
            with Loopback(form.complain(status)) as server, pytest.raises(AdapterError) as caught:
                ask(make_adapter("compatible", form.setup(server)))
            assert type(caught.value).__name__ == kind, status
            assert cause in (None, caught.value.cause), status
            held.append(status)
    assert len(held) >= 13
