"""The responses API of the adapter `openai`: what is sent, and what is made of each thing that it may answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from adapter_helpers import ask, request
from loopback import Loopback, Reply, complains, says, says_response

from harness.adapters.base import AdapterSetup, Request, Settings
from harness.adapters.formats.responses import parse_response
from harness.adapters.registry import make_adapter
from harness.adapters.transport.errors import Endpoint
from harness.errors import AdapterError, AuthFailed, ConfigError, RateLimited, Rejected, Unavailable
from tasks.sample import Turn


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def read(reply, headers=()):
    return parse_response(
        reply.body, request(), Endpoint("http://127.0.0.1/v1", "none", path="/responses"), dict(headers)
    )


def setup(server, **options):
    return AdapterSetup("m", base_url=server.url, options={"api": "responses", **options})


def test_what_is_sent():
    turns = (Turn.of("system", "Be brief."), Turn.of("user", "One."))
    settings = Settings(50, 0.5, 0.9, 0, ("END",), {"reasoning": {"effort": "low", "summary": "auto"}, "store": False})
    asked = Request("s", 0, "vendor/m", turns, settings)
    with Loopback(says_response("x")) as server:
        answer = ask(make_adapter("openai", setup(server)), asked)
        thinker = setup(server, omit=["temperature", "top_p"], system_role="developer")
        second = ask(make_adapter("openai", thinker), replace(asked, settings=replace(settings, seed=None, stop=())))
    full, short = (heard.body for heard in server.heard)
    assert full == {
        "model": "vendor/m",
        "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "One."}],
        "max_output_tokens": 50,
        "temperature": 0.5,
        "top_p": 0.9,
        "reasoning": {"effort": "low", "summary": "auto"},
        "store": False,
    }
    assert answer.unset == ("seed", "stop")
    assert short["input"][0]["role"] == "developer"
    assert not {"temperature", "top_p"} & set(short)
    assert second.unset == ("temperature", "top_p")


def test_a_thinking_model_of_the_chat_api():
    options = {"max_tokens_field": "max_completion_tokens", "omit": ["temperature"], "system_role": "developer"}
    with Loopback(says("x")) as server:
        adapter = make_adapter("openai", AdapterSetup("m", base_url=server.url, options=options))
        answer = ask(adapter, request(max_tokens=900, temperature=0.0, extra={"reasoning_effort": "low"}))
    body = server.heard[0].body
    assert (body["max_completion_tokens"], body["reasoning_effort"]) == (900, "low")
    assert not {"max_tokens", "temperature"} & set(body)
    assert answer.unset == ("temperature",)


def test_all_text_and_all_thinking_is_read():
    texts = [{"type": "output_text", "text": "Two "}, {"type": "output_text", "text": "parts."}]
    output = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "In short."}, {"text": "Then."}]},
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "In full."}]},
        {"type": "web_search_call", "status": "completed"},
        {"type": "message", "content": texts},
        {"type": "message", "content": [{"type": "output_text", "text": " More."}]},
    ]
    answer = read(says_response("", output=output), {"x-request-id": "r-7"})
    assert (answer.text, answer.reasoning) == ("Two parts. More.", "In short.\n\nThen.\n\nIn full.")
    assert (answer.raw_stop, answer.request_id) == ("completed", "r-7")
    assert read(says_response("x")).request_id == "resp-1"


def test_a_refusal_in_words_is_an_answer():
    answer = read(says_response(None, refusal="I will not."))
    assert (answer.text, answer.stop) == ("I will not.", "refusal")


@pytest.mark.parametrize(
    ("reply", "kind", "cause", "says_what"),
    [
        (
            says_response("x", status="failed", error={"code": "server_error", "message": "odd"}),
            Unavailable,
            "unavailable",
            "500 .server_error.: odd",
        ),
        (says_response("x", status="failed"), Unavailable, "unavailable", "500"),
        (
            says_response("x", error={"code": "rate_limit_exceeded", "message": "slow"}),
            RateLimited,
            "rate_limited",
            "slow",
        ),
        (says_response("x", error={"code": "invalid_prompt", "message": "no"}), Rejected, "rejected", "no"),
        (says_response(None, status="in_progress"), Unavailable, "unavailable", "in_progress"),
        (says_response(None, status="queued"), Unavailable, "unavailable", "queued"),
        (says_response(None), Unavailable, "malformed", "completed"),
        (says_response("x", output=None), Unavailable, "malformed", "an answer of /responses"),
        (says("A chat."), Unavailable, "malformed", "an answer of /responses"),
        (says_response(" ", status="incomplete", reason="max_output_tokens"), Rejected, "exhausted", "max_tokens"),
    ],
)
def test_what_is_no_answer(reply, kind, cause, says_what):
    with pytest.raises(AdapterError) as caught:
        read(reply)
    assert (type(caught.value), caught.value.cause) == (kind, cause)
    assert re.search(says_what, str(caught.value)), str(caught.value)


def test_a_server_without_this_api_is_told_by_its_path():
    with Loopback(complains(404)) as server, pytest.raises(AuthFailed, match="/v1/responses"):
        ask(make_adapter("openai", setup(server)))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"api": "response"}, "did you mean 'responses'"),
        ({"max_tokens_field": "max_completion_tokens"}, 'belongs to api = "chat"'),
        ({"omit": ["tempered"]}, "no setting 'tempered'"),
    ],
)
def test_options_are_checked(options, why):
    with pytest.raises(ConfigError, match=why):
        make_adapter(
            "openai", AdapterSetup("m", base_url="http://127.0.0.1:9/v1", options={"api": "responses", **options})
        )


def test_an_error_page_keeps_its_status():
    with Loopback(Reply("<html>down", 503)) as server, pytest.raises(Unavailable, match="503: <html>down"):
        ask(make_adapter("openai", setup(server)))
