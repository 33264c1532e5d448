"""A request in a batch has the body of a live request, and its result is read by the same rules."""

from __future__ import annotations

import asyncio
import json

import pytest
from formats_helpers import without_keys
from loopback import Loopback, says, says_content, says_message, says_response

from harness.adapters.base import AdapterSetup, Request, Settings
from harness.adapters.batches.base import parse_time
from harness.adapters.registry import discounts_cached, make_adapter, make_batch_adapter
from harness.config.prices import Prices
from harness.store.batches.record import BatchRecord, parse_custom_id
from tasks.pictures.draw import draw_pages
from tasks.sample import Part, Turn

SAYS = {"openai": says, "responses": says_response, "compatible": says, "anthropic": says_message,
        "gemini": says_content}  # fmt: skip
SHOWN = Turn("user", (Part("Read: "), Part("Two.", draw_pages("Two.")[0][1]), Part(" Go on.")))
TURNS = (Turn.of("system", "Be 字."), Turn.of("user", "One."), Turn.of("assistant", "Ah."), SHOWN)
SETTINGS = (
    Settings(),
    Settings(max_tokens=9, temperature=0.5, top_p=0.9, seed=3, stop=("END",), extra={"top_k": 5}),
)


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


def setup_of(name: str, server: Loopback) -> tuple[str, AdapterSetup]:
    """Return the adapter of a format, and what it is made from."""
    options = {"api": "responses"} if name == "responses" else {}
    url = server.root if name in ("anthropic", "gemini") else server.url
    return {"responses": "openai"}.get(name, name), AdapterSetup("m-1", base_url=url, options=options)


def respelled(heard):
    """Return what Google's client sent in the spelling of Google's API: two forms of one field, and of base64."""
    for part in (part for turn in heard["contents"] for part in turn["parts"] if "inlineData" in part):
        sent = part["inlineData"]
        part["inlineData"] = {"mimeType": sent["mime_type"], "data": sent["data"].translate(str.maketrans("-_", "+/"))}
    return heard


@pytest.mark.parametrize("settings", SETTINGS, ids=["none", "all"])
@pytest.mark.parametrize("name", SAYS)
def test_the_body_is_that_of_a_live_request(name, settings):
    if name == "gemini" and settings.extra:
        settings = Settings(**{**vars(settings), "extra": {"generationConfig": {"topK": 5}}})
    asked = Request("s1", 0, "m-1", TURNS, settings)

    async def send() -> None:
        adapter, setup = setup_of(name, server)
        async with make_adapter(adapter, setup) as live:
            responses.append(await live.complete(asked))
        async with make_batch_adapter(adapter, setup) as batches:
            lines.append(json.loads(batches.write_request("m-1", asked)))

    responses, lines = [], []
    with Loopback(SAYS[name]("Fine.")) as server:
        asyncio.run(send())
        heard = server.heard[-1].body
    [line] = lines
    sent = respelled(heard) if name == "gemini" else heard
    assert (line.get("body") or line.get("params") or line["request"]) == sent
    assert (line.get("custom_id") or line.get("key")) == "m-1"
    assert responses[0].text == "Fine."


def test_custom_ids_of_other_batches_and_numbers_are_none():
    record = BatchRecord("ab12", requests=3, bytes=9, prepared=0.0)
    assert [parse_custom_id(id, record) for id in ("ab12-1", "ab12-3")] == [1, 3]
    for id in ("", "ab12", "ab12-0", "ab12-4", "ab13-1", "ab12-1-", "ab12-\u0663", "ab12-" + "9" * 30, "-1"):
        assert parse_custom_id(id, record) is None


@pytest.mark.parametrize(("name", "cached"), [("openai", 0.125), ("anthropic", 0.125), ("gemini", 0.25)])
def test_prices_in_a_batch_are_half_and_cached_input_as_the_provider_says(name, cached):
    prices = Prices(1.0, 4.0, "2026-01-31", cached_input=0.25).in_batch(cached=discounts_cached(name))
    assert (prices.input, prices.output, prices.cached_input) == (0.5, 2.0, cached)


@pytest.mark.parametrize(
    ("value", "found"),
    [(1.5, 1.5), ("1970-01-01T00:00:02Z", 2.0), ("1970-01-01T00:00:03", 3.0), (None, None), ("soon", None),
     (True, None), (-1, None), (1e15, None), ("9999-12-31T23:59:59-23:59", None)],
)  # fmt: skip
def test_times_come_as_numbers_and_as_texts(value, found):
    assert parse_time(value) == found
