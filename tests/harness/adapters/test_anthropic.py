"""The messages API: what is sent, and what is made of each thing that it may answer."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from adapter_helpers import ask, request
from loopback import Loopback, Reply, says_message

from harness.adapters.base import AdapterSetup, Request, Settings
from harness.adapters.providers.anthropic import parse_message
from harness.adapters.registry import make_adapter
from harness.adapters.transport.errors import Endpoint
from harness.errors import AdapterError, AuthFailed, ConfigError, OutOfCredit, RateLimited, Rejected, Unavailable
from tasks.sample import Turn


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "MY_KEY"):
        monkeypatch.delenv(name, raising=False)


def fault(status, kind, message="no", **headers):
    """An error as the API reports it."""
    return Reply({"type": "error", "error": {"type": kind, "message": message}, "request_id": "r"}, status, headers)


def read(reply, headers=()):
    return parse_message(reply.body, request(), Endpoint("http://127.0.0.1", "none"), dict(headers))


TURNS = (
    Turn.of("system", "Be brief."),
    Turn.of("user", "One."),
    Turn.of("assistant", "Ah."),
    Turn.of("system", "Now."),
)
ASKED = Request("s", 0, "claude-x", TURNS, Settings(50, 0.0, 0.9, 7, ("END",)))


def test_what_is_sent():
    with Loopback(says_message("x")) as server:
        adapter = make_adapter("anthropic", AdapterSetup("m", base_url=server.root))
        answer, bare = ask(adapter, ASKED, replace(ASKED, turns=TURNS[1:2], settings=Settings()))
    full, short = (heard.body for heard in server.heard)
    assert full == {
        "model": "claude-x",
        "system": "Be brief.\n\nNow.",
        "messages": [{"role": "user", "content": "One."}, {"role": "assistant", "content": "Ah."}],
        "max_tokens": 50,
        "stop_sequences": ["END"],
    }
    assert answer.unset == ("temperature", "top_p", "seed")
    # The API wants a limit; one that every model takes stands in where the run has none.
    assert short == {"model": "claude-x", "messages": [{"role": "user", "content": "One."}], "max_tokens": 4096}
    assert bare.unset == ()


def test_sampling_of_the_older_api_version():
    with Loopback(says_message("x")) as server:
        ask(make_adapter("anthropic", AdapterSetup("m", base_url=server.root)), ASKED)
        options = {"old_sampling": True, "omit": ["top_p"]}
        answer = ask(make_adapter("anthropic", AdapterSetup("m", base_url=server.root, options=options)), ASKED)
    new, old = server.heard
    assert (old.body["temperature"], "top_p" in old.body) == (0.0, False)
    assert old.headers["anthropic-version"] == "2023-06-01"
    assert new.headers["anthropic-version"] != "2023-06-01"
    assert answer.unset == ("top_p", "seed")


def test_thinking_is_asked_for_with_extra():
    extra = {"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "low"}}
    with Loopback(says_message("So.", thought="Hm.")) as server:
        answer = ask(make_adapter("anthropic", AdapterSetup("m", base_url=server.root)), request(extra=extra))
    assert (answer.text, answer.reasoning) == ("So.", "Hm.")
    assert {name: server.heard[0].body[name] for name in extra} == extra


def test_blocks_are_joined_and_hidden_thinking_left_out():
    content = [
        {"type": "thinking", "thinking": "First.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "c2VjcmV0"},
        {"type": "text", "text": "Two "},
        {"type": "thinking", "thinking": "Then."},
        {"type": "text", "text": "parts."},
    ]
    answer = read(says_message("", content=content), {"request-id": "req-7"})
    assert (answer.text, answer.reasoning, answer.request_id) == ("Two parts.", "First.\n\nThen.", "req-7")


@pytest.mark.parametrize(
    ("raw", "stop"),
    [
        ("end_turn", "end"),
        ("stop_sequence", "end"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refusal"),
        (None, "end"),
    ],
)
def test_stop_reasons(raw, stop):
    assert (read(says_message("x", stop=raw)).stop, read(says_message("x", stop=raw)).raw_stop) == (stop, raw or "")


def test_a_turn_without_a_block_says_nothing_and_is_an_answer():
    assert read(says_message(None)).text == ""
    with pytest.raises(Unavailable, match="without content"):
        read(says_message(None, stop="tool_use", content=[{"type": "tool_use", "name": "t", "input": {}}]))


def test_what_the_cache_gave_counts_as_input():
    usage = {"input_tokens": 3, "cache_read_input_tokens": 5, "cache_creation_input_tokens": None, "output_tokens": 2}
    assert read(says_message("x", usage=usage)).usage == {"input": 8, "output": 2, "cached": 5}


@pytest.mark.parametrize(
    ("reply", "kind", "cause", "says_what"),
    [
        (
            fault(401, "authentication_error", "invalid bearer token"),
            AuthFailed,
            "auth",
            "the key in ANTHROPIC_API_KEY",
        ),
        (fault(403, "permission_error"), AuthFailed, "auth", "may use 'm'"),
        (fault(404, "not_found_error", "model: m"), AuthFailed, "auth", r"'m'.*/v1/messages.*without /v1"),
        (
            fault(400, "invalid_request_error", "Your credit balance is too low to ask."),
            OutOfCredit,
            "credit",
            "no credit",
        ),
        (fault(400, "invalid_request_error", "prompt is too long"), Rejected, "rejected", "too long"),
        (fault(413, "request_too_large"), Rejected, "rejected", "413"),
        (fault(429, "rate_limit_error", **{"retry-after": "9"}), RateLimited, "rate_limited", "429"),
        (fault(500, "api_error"), Unavailable, "unavailable", "500"),
        (fault(504, "timeout_error"), Unavailable, "timeout", "504"),
        (fault(529, "overloaded_error", "Overloaded"), Unavailable, "unavailable", "529: Overloaded"),
        (fault(200, "overloaded_error", "Overloaded"), Unavailable, "unavailable", "529: Overloaded"),
        (fault(200, "invalid_request_error"), Rejected, "rejected", "400"),
        (says_message("x", content=None), Unavailable, "malformed", "an answer of /v1/messages"),
    ],
)
def test_each_error_has_its_kind(reply, kind, cause, says_what):
    with Loopback(reply) as server, pytest.raises(AdapterError) as caught:
        ask(make_adapter("anthropic", AdapterSetup("m", base_url=server.root)))
    assert (type(caught.value), caught.value.cause) == (kind, cause)
    assert re.search(says_what, str(caught.value)), str(caught.value)
    assert len(server.heard) == 1
    if cause == "rate_limited":
        assert caught.value.wait == 9.0


def test_a_long_answer_is_asked_for_without_streaming():
    with Loopback(says_message("x")) as server:
        assert (
            ask(make_adapter("anthropic", AdapterSetup("m", base_url=server.root)), request(max_tokens=128_000)).text
            == "x"
        )


def test_address_and_key_come_from_the_environment(monkeypatch):
    with Loopback(says_message("x")) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.root)
        monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another")
        monkeypatch.setenv("MY_KEY", "the-key-of-mine")
        ask(make_adapter("anthropic", AdapterSetup("m", key_env="MY_KEY")))
    assert server.heard[0].headers["Authorization"] == "Bearer the-key-of-mine"
    with pytest.raises(ConfigError, match="ANTHROPIC_API_KEY is not set"):
        make_adapter("anthropic", AdapterSetup("m", base_url="https://api.anthropic.com"))


@pytest.mark.parametrize("end", ["/v1", "/v1/", "/v1/messages"])
def test_an_address_that_says_too_much_is_refused(end):
    with pytest.raises(ConfigError, match="leave off /v1"):
        make_adapter("anthropic", AdapterSetup("m", base_url=f"http://127.0.0.1:9{end}"))


@pytest.mark.parametrize(
    ("options", "why"),
    [({"old_sampling": "yes"}, "takes true or false"), ({"omit": ["tokens"]}, "no setting 'tokens'")],
)
def test_options_are_checked(options, why):
    with pytest.raises(ConfigError, match=why):
        make_adapter("anthropic", AdapterSetup("m", base_url="http://127.0.0.1:9", options=options))


@pytest.mark.parametrize(
    ("name", "package", "extra"), [("anthropic", "anthropic", "anthropic"), ("gemini", "google.genai", "google")]
)
def test_a_missing_package_is_told_with_the_command_before_anything_is_sent(name, package, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError) as caught:
        make_adapter(name, AdapterSetup("m", base_url="http://127.0.0.1:9"))
    assert f"run pip install 'ifharness[{extra}]'" in str(caught.value)
    assert package in str(caught.value)


def test_making_the_adapters_loads_no_client_library():
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from harness.adapters.base import AdapterSetup\n"
        "from harness.adapters.registry import make_adapter\n"
        "for name in ('anthropic', 'gemini', 'openai', 'compatible'):\n"
        "    make_adapter(name, AdapterSetup('m', base_url='http://127.0.0.1:9'))\n"
        "print(sorted({'anthropic', 'google.genai', 'openai', 'aiohttp', 'httpx2'} & set(sys.modules)))"
    )
    root = __file__.rsplit("/tests/", 1)[0]
    done = subprocess.run([sys.executable, "-c", program, root], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
