"""Pictures arrive at every provider in its own format, whole, between the texts around them."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from adapter_helpers import ask, request
from formats_helpers import FORMATS, without_keys
from loopback import Loopback
from PIL import Image

from harness.adapters.registry import make_adapter
from harness.errors import ConfigError, StoreError
from tasks.pictures.draw import draw_pages
from tasks.pictures.picture import Picture
from tasks.sample import Part, Turn

PAGES = draw_pages("The ferry sailed at dawn.\n\n船长夏永福把船开得比平时慢。")
TURN = Turn("user", (Part("Read this:\n"), *(Part(text, page) for text, page in PAGES), Part("\nSum it up.")))


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


def parts_of(form, body):
    """Return the parts of the one turn that arrived: texts, and the bytes of pictures."""
    [turn] = body[form.turns]
    return [read_part(form, part) for part in turn["parts" if form.name == "gemini" else "content"]]


def read_part(form, part):
    if form.name == "gemini":
        if "text" in part:
            return part["text"]
        # Google's client has its own spelling of both, which the API takes as well.
        assert part["inlineData"]["mime_type"] == "image/png"
        return base64.urlsafe_b64decode(part["inlineData"]["data"])
    if "text" in part:
        assert part["type"] == ("input_text" if form.name == "openai/responses" else "text")
        return part["text"]
    if form.name == "anthropic":
        assert (part["type"], part["source"]["type"]) == ("image", "base64")
        assert part["source"]["media_type"] == "image/png"
        return base64.b64decode(part["source"]["data"])
    kind = "input_image" if form.name == "openai/responses" else "image_url"
    inner = part if kind == "input_image" else part["image_url"]
    url = part["image_url"] if kind == "input_image" else inner["url"]
    assert (part["type"], inner.get("detail")) == (kind, form.options.get("image_detail", "high"))
    head, _, data = url.partition(",")
    assert head == "data:image/png;base64"
    return base64.b64decode(data)


@pytest.mark.parametrize("name", FORMATS)
def test_the_server_decodes_the_picture_that_was_drawn(name):
    form = FORMATS[name]
    with Loopback(form.say("A ferry sailed.")) as server:
        answer = ask(make_adapter(form.adapter, form.setup(server)), replace(request(), turns=(TURN,)))
        [heard] = server.heard
    assert answer.text == "A ferry sailed."
    before, picture, after = parts_of(form, heard.body)
    assert (before, after) == ("Read this:\n", "\nSum it up.")
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
        assert image.size == (PAGES[0][1].width, PAGES[0][1].height)
        assert image.convert("L").getextrema() == (0, 255)
    assert picture == PAGES[0][1].read()
    assert "ferry" not in str(heard.body)


@pytest.mark.parametrize("detail", ["low", "original", "none"])
@pytest.mark.parametrize("name", ["openai", "openai/responses", "compatible"])
def test_the_detail_of_a_picture_is_an_option(name, detail):
    form = FORMATS[name]
    chosen = {**form.options, "image_detail": detail}
    with Loopback(form.say("Fine.")) as server:
        ask(make_adapter(form.adapter, form.setup(server, options=chosen)), replace(request(), turns=(TURN,)))
        [heard] = server.heard
    part = heard.body[form.turns][0]["content"][1]
    sent = part if name == "openai/responses" else part["image_url"]
    assert sent.get("detail", "none") == detail
    with pytest.raises(ConfigError, match="did you mean 'high'"):
        make_adapter(form.adapter, form.setup(server, options={**form.options, "image_detail": "hihg"}))


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_that_is_missing_ends_the_run_and_nothing_is_sent(name, tmp_path):
    form = FORMATS[name]
    gone = Turn("user", (Part("A page.", Picture("0" * 64, 10, 10, tmp_path)),))
    with Loopback(form.say("x")) as server:
        with pytest.raises(StoreError, match=f"{'0' * 64}.png: cannot be read"):
            ask(make_adapter(form.adapter, form.setup(server)), replace(request(), turns=(gone,)))
        assert not server.heard
