"""The adapter for servers of one's own: what `openai` would send and read, with less work and no key by default."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from adapter_helpers import ask, request
from loopback import Loopback, Reply, complains, says

from harness.adapters.base import AdapterSetup, Request, Settings
from harness.adapters.registry import make_adapter
from harness.errors import AdapterError, AuthFailed, ConfigError, Rejected, Unavailable
from tasks.sample import Part, Turn

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COMPATIBLE_API_KEY", "MY_KEY"):
        monkeypatch.delenv(name, raising=False)


def both(server, **setup):
    return [make_adapter(name, AdapterSetup("m", base_url=server.url, **setup)) for name in ("openai", "compatible")]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"max_tokens_field": "max_completion_tokens"},
        {"omit": ["temperature", "stop"]},
        {"system_role": "developer"},
        {"system_role": "user", "omit": ["max_tokens"]},
    ],
)
def test_it_sends_what_openai_sends_and_records_the_same(options):
    turns = (Turn.of("system", "Be brief. 字"), Turn("user", (Part("One. "), Part("Two."))), Turn.of("assistant", "Ah"))
    asked = Request("s", 0, "vendor/m", turns, Settings(50, 0.0, 0.9, 0, ("END",), {"top_k": 3, "user": "é"}))
    bare = replace(asked, settings=Settings())
    with Loopback() as server:
        answers = [ask(adapter, asked, bare) for adapter in both(server, options=options)]
    first, second = ([heard.body for heard in server.heard[i : i + 2]] for i in (0, 2))
    assert first == second
    assert answers[0] == answers[1]
    assert answers[0][0].unset == tuple(
        name for name in ("max_tokens", "temperature", "stop") if name in options.get("omit", ())
    )
    assert server.heard[0].path == server.heard[2].path
    role = options.get("system_role", "system")
    assert first[0]["messages"][0] == {"role": role, "content": "Be brief. 字"}


def test_extra_replaces_what_was_set_and_must_be_json():
    with Loopback() as server:
        adapter = make_adapter("compatible", AdapterSetup("m", base_url=server.url))
        ask(adapter, request(temperature=0.0, extra={"temperature": 0.5}))
        with pytest.raises(Rejected, match="extra"):
            ask(adapter, request(extra={"odd": {1, 2}}))
    assert [heard.body["temperature"] for heard in server.heard] == [0.5]


@pytest.mark.parametrize(
    "reply",
    [
        says("Fine.", usage={"prompt_tokens": 1}),
        says([{"type": "text", "text": "Two "}, {"type": "text", "text": "parts."}]),
        says(None, refusal="I will not."),
        says("字 🎈 \u2028", reasoning="Hm.", finish="eos"),
        Reply(says("x").body, headers={"x-request-id": "r-7"}),
        Reply('{"choices": [{"message": {"content": "lone \\ud800"}, "logprobs": NaN}]}'),
        Reply("\ufeff" + json.dumps(says("after a byte order mark").body)),
    ],
)
def test_it_reads_what_openai_reads(reply):
    with Loopback(reply) as server:
        first, second = (ask(adapter) for adapter in both(server))
    assert first == second


@pytest.mark.parametrize(
    "reply",
    [
        complains(200, code=429),
        complains(400, param="max_tokens"),
        complains(400, "Incorrect API key provided: sk-***"),
        complains(429, code="insufficient_quota"),
        complains(403, metadata={"reasons": ["violence"]}),
        says(None, finish="tool_calls"),
    ],
)
def test_its_errors_are_those_of_openai(reply):
    told = []
    with Loopback(reply) as server:
        for adapter in both(server, key_env="MY_KEY"):
            with pytest.raises(AdapterError) as caught:
                ask(adapter)
            told.append((type(caught.value), caught.value.cause, str(caught.value)[:60]))
    assert told[0] == told[1]


def test_no_key_goes_to_a_server_unless_the_run_names_one(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    with Loopback(says("x"), says("x"), says("x"), complains(401)) as server:
        setup = AdapterSetup("m", base_url=server.url)
        ask(make_adapter("compatible", setup))
        monkeypatch.setenv("COMPATIBLE_API_KEY", "sk-general")
        ask(make_adapter("compatible", setup))
        monkeypatch.setenv("MY_KEY", "sk-named")
        ask(make_adapter("compatible", replace(setup, key_env="MY_KEY")))
        monkeypatch.delenv("COMPATIBLE_API_KEY")
        with pytest.raises(AuthFailed, match=r"no key was sent.*key_env"):
            ask(make_adapter("compatible", setup))
    sent = [heard.headers.get("Authorization") for heard in server.heard]
    assert sent == [None, "Bearer sk-general", "Bearer sk-named", None]
    assert not any("sk-of-openai" in str(heard) for heard in server.heard)
    # An address elsewhere needs no key either, unless one is named.
    make_adapter("compatible", AdapterSetup("m", base_url="http://gpu.example:8000/v1"))


def test_it_has_no_address_of_its_own():
    with pytest.raises(ConfigError, match=r"no default address.*--base-url"):
        make_adapter("compatible", AdapterSetup("m"))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"max_tokens_field": "max_completion_token"}, "did you mean 'max_completion_tokens'"),
        ({"omit": ["temprature"]}, "did you mean 'temperature'"),
        ({"omit": "temperature"}, "takes a list"),
        ({"system_role": "sistem"}, "did you mean 'system'"),
    ],
)
def test_options_are_checked(options, why):
    for name in ("openai", "compatible"):
        with pytest.raises(ConfigError, match=why):
            make_adapter(name, AdapterSetup("m", base_url="http://127.0.0.1:9/v1", options=options))


def test_connections_are_kept_and_no_more_of_them_than_requests_in_flight():
    with Loopback(replace(says("x"), delay=0.02)) as server:
        adapter = make_adapter("compatible", AdapterSetup("m", base_url=server.url, concurrency=4))

        async def asking():
            async with adapter:
                await asyncio.gather(*(adapter.complete(request()) for _ in range(40)))

        asyncio.run(asking())
        assert server.most_at_once == 4
        assert len({heard.connection for heard in server.heard}) == 4


def test_a_proxy_is_asked_for_the_world_outside_and_its_password_is_told_to_nobody_else(monkeypatch):
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Loopback(says("By proxy."), complains(500, "who is me:s3cr%2Ft or s3cr/t?")) as proxy:
        monkeypatch.setenv("http_proxy", f"http://me:s3cr%2Ft@127.0.0.1:{proxy.port}")
        adapter = make_adapter("compatible", AdapterSetup("m", base_url="http://gpu.example/v1"))
        assert ask(adapter).text == "By proxy."
        with pytest.raises(Unavailable, match=r"\[key\]") as caught:
            ask(adapter)
        monkeypatch.setenv("no_proxy", "gpu.example")
        assert make_adapter("compatible", AdapterSetup("m", base_url="http://gpu.example/v1")).proxy is None
    assert "Proxy-Authorization" in proxy.heard[0].headers
    assert "s3cr" not in str(caught.value) + repr(adapter)


def test_a_proxy_of_another_kind_is_refused_without_its_address(monkeypatch):
    monkeypatch.setenv("http_proxy", "socks5://me:s3cret@127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(ConfigError, match=r"HTTP_PROXY.*no HTTP proxy") as caught:
        make_adapter("compatible", AdapterSetup("m", base_url="http://gpu.example/v1"))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("orjson", [True, False])
def test_it_loads_no_client_library_and_needs_no_orjson(orjson):
    program = f"""
import sys
if not {orjson}:
    sys.modules["orjson"] = None
sys.path[:0] = {[str(ROOT), str(ROOT / "tests/harness/adapters")]!r}
from adapter_helpers import ask, request
from harness.adapters.base import AdapterSetup
from harness.adapters.registry import make_adapter
answer = ask(make_adapter("compatible", AdapterSetup("m", base_url=sys.argv[1])), request(extra={{"user": "字"}}))
print(answer.text, sorted({{"openai", "httpx2", "pydantic", "anthropic", "google"}} & set(sys.modules)))
"""
    with Loopback(says("Hello 字.")) as server:
        done = subprocess.run(
            [sys.executable, "-c", program, server.url], capture_output=True, text=True, check=True, encoding="utf-8"
        )
    assert done.stdout.strip() == "Hello 字. []"
    assert server.heard[0].body["user"] == "字"
