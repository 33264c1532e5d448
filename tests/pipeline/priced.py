"""A model with prices: its file, and what its server answers."""

from __future__ import annotations

import json

from loopback import says


def answer(body):
    """Answer with tokens that depend on the question; a quarter of the input was at hand."""
    given = len(body["messages"][-1]["content"]) // 4
    details = {"prompt_tokens_details": {"cached_tokens": given // 4}}
    return says("Fine.", usage={"prompt_tokens": given, "completion_tokens": 40, **details})


def model_file(folder, url, **more):
    """Write a model file for the server at `url`, priced at 1 in, 0.25 cached, 4 out."""
    entry = {"name": "Mock-1", "aliases": ["mock"], "max_output": 100, **more}
    told = "\n".join(f"{name} = {json.dumps(value)}" for name, value in entry.items())
    prices = "[models.prices]\ninput = 1\ncached_input = 0.25\noutput = 4\ndate = 2026-01-31\n"
    path = folder / "mock.toml"
    path.write_text(f'adapter = "openai"\nbase_url = "{url}"\n[[models]]\n{told}\n{prices}')
    return path
