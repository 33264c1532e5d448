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

from harness.adapters.registry import make_adapter
from harness.config.run_file import load_config
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
