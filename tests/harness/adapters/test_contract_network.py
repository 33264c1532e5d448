"""What every adapter that asks over a network does where the network, or the address, is not as it should be."""

from __future__ import annotations

import asyncio
import socket
import time
import traceback
from contextlib import ExitStack
from dataclasses import replace

import pytest
from adapter_helpers import ask, request
from formats_helpers import FORMATS, without_keys
from loopback import Loopback

from harness.adapters.base import AdapterSetup
from harness.adapters.registry import make_adapter
from harness.errors import ConfigError, Unavailable


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_time_out_counts_from_the_start_of_the_attempt(form):
    for reply in (replace(form.say("x"), delay=30.0), replace(form.say("x" * 400), dribble=0.01)):
        with Loopback(reply) as server:
            adapter = make_adapter(form.adapter, form.setup(server, timeout=0.4))

            async def asking(adapter=adapter):
                async with adapter:
                    begun = time.monotonic()
                    with pytest.raises(Unavailable, match=r"in 0\.4 s") as caught:
                        await adapter.complete(request())
                    return caught.value.cause, time.monotonic() - begun

            cause, took = asyncio.run(asking())
        assert cause == "timeout"
        assert took < 3


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_server_that_is_not_there_is_no_time_out(form):
    with Loopback() as server:
        gone = form.setup(server)
    with pytest.raises(Unavailable, match=r"Connect call failed|refused") as caught:
        ask(make_adapter(form.adapter, gone))
    assert caught.value.cause == "unavailable"


@pytest.mark.parametrize("name", ["openai", "compatible", "anthropic"])
def test_a_server_that_accepts_no_connection_is_given_up_early(name, monkeypatch):
    form = FORMATS[name]
    for module in ("transport.http", "transport.errors", "providers.openai", "providers.anthropic"):
        monkeypatch.setattr(f"harness.adapters.{module}.CONNECT", 0.3)
    with socket.socket() as deaf, ExitStack() as stack:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        # Its queue is full after these; whoever comes later waits for ever.
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}{'/v1' if form.versioned else ''}"
        with pytest.raises(Unavailable, match=r"could not be reached in 0\.3 s") as caught:
            ask(make_adapter(form.adapter, AdapterSetup("m", base_url=url, timeout=20, options=form.options)))
    assert caught.value.cause == "timeout"


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_as_many_are_in_flight_as_were_asked_for(form):
    with Loopback(form.say("x"), together=110) as server:
        adapter = make_adapter(form.adapter, form.setup(server, concurrency=110))

        async def asking():
            async with adapter:
                await asyncio.gather(*(adapter.complete(request()) for _ in range(110)))

        asyncio.run(asking())
        assert server.most_at_once == 110


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_proxy_is_not_asked_for_a_server_on_this_machine(form, monkeypatch):
    with Loopback(form.complain(500, "proxy")) as proxy, Loopback(form.say("direct")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.root)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert ask(make_adapter(form.adapter, form.setup(server))).text == "direct"
    assert not proxy.heard


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_the_base_url_and_the_key_of_a_run_are_checked(form):
    for url, why in (("https://me:s3cret@host", "credentials"), ("host:1", "is no address")):
        with pytest.raises(ConfigError, match=why) as caught:
            make_adapter(form.adapter, AdapterSetup("m", base_url=url, options=form.options))
        assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    away = AdapterSetup("m", base_url="https://api.example.org", key_env="MY_KEY", options=form.options)
    with pytest.raises(ConfigError, match=r"MY_KEY is not set"):
        make_adapter(form.adapter, away)
