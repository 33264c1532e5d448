"""generateContent: what is sent, and what is made of each thing that it may answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from adapter_helpers import ask, request
from loopback import Loopback, Reply, says_content

from harness.adapters.base import AdapterSetup, Request, Settings
from harness.adapters.providers.gemini import parse_content
from harness.adapters.registry import make_adapter
from harness.adapters.transport.errors import Endpoint
from harness.errors import AdapterError, AuthFailed, ConfigError, RateLimited, Rejected, Unavailable
from tasks.sample import Turn


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def fault(code, status, message="no", details=(), **headers):
    """An error as the API reports it."""
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    return Reply({"error": error}, code, headers)


def read(reply):
    return parse_content(reply.body, request(), Endpoint("http://127.0.0.1", "none"), {})


def retry_in(delay):
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


EXTRA = {
    "generationConfig": {"thinkingConfig": {"includeThoughts": True, "thinkingBudget": 128}},
    "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
}
TURNS = (
    Turn.of("system", "Be brief."),
    Turn.of("user", "One."),
    Turn.of("assistant", "Ah."),
    Turn.of("user", "Two."),
)
SENT = {
    "contents": [
        {"role": "user", "parts": [{"text": "One."}]},
        {"role": "model", "parts": [{"text": "Ah."}]},
        {"role": "user", "parts": [{"text": "Two."}]},
    ],
    "generationConfig": {
        "maxOutputTokens": 50,
        "temperature": 0.0,
        "topP": 0.9,
        "seed": 7,
        "stopSequences": ["END"],
        "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 128},
    },
    "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
}
"""The body for `TURNS`, its system instruction left out."""


def test_what_is_sent():
    asked = Request("s", 0, "gemini-x", TURNS, Settings(50, 0.0, 0.9, 7, ("END",), EXTRA))
    with Loopback(says_content("x")) as server:
        adapter = make_adapter(
            "gemini", AdapterSetup("gemini-x", base_url=server.root, options={"api_version": "v1beta"})
        )
        answer, bare = ask(adapter, asked, replace(asked, turns=TURNS[1:2], settings=Settings()))
        omit = AdapterSetup(
            "models/gemini-x", base_url=f"{server.root}/proxy", options={"omit": ["seed", "temperature"]}
        )
        less = ask(make_adapter("gemini", omit), replace(asked, model="models/gemini-x"))
    full, short, third = server.heard
    assert [heard.path for heard in server.heard] == [
        "/v1beta/models/gemini-x:generateContent",
        "/v1beta/models/gemini-x:generateContent",
        "/proxy/v1/models/gemini-x:generateContent",
    ]
    assert full.body.pop("systemInstruction")["parts"] == [{"text": "Be brief."}]
    assert full.body == SENT
    assert (answer.unset, bare.unset) == ((), ())
    assert not short.body.get("generationConfig")
    assert less.unset == ("temperature", "seed")
    assert not {"temperature", "seed"} & set(third.body["generationConfig"])


def test_parts_are_told_apart_and_joined():
    parts = [
        {"text": "First. ", "thought": True},
        {"text": "Then.", "thought": True},
        {"text": "Two "},
        {"inlineData": {"data": ""}},
        {"text": "parts.", "thoughtSignature": "c2ln", "thought": False},
    ]
    body = says_content("").body
    body["candidates"][0]["content"]["parts"] = parts
    answer = read(Reply(body))
    assert (answer.text, answer.reasoning) == ("Two parts.", "First. Then.")
    assert (answer.model, answer.request_id) == ("served-1", "resp-1")


@pytest.mark.parametrize(
    ("raw", "stop"),
    [
        ("STOP", "end"),
        ("MAX_TOKENS", "length"),
        ("CONTINUATION", "length"),
        *((raw, "refusal") for raw in ("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII")),
        (None, "end"),
    ],
)
def test_finish_reasons(raw, stop):
    answer = read(says_content("x", finish=raw))
    assert (answer.stop, answer.raw_stop) == (stop, raw or "")


def test_what_the_client_does_not_know_yet_is_read_all_the_same():
    with Loopback(says_content("x", finish="STOP", newField={"a": 1})) as server:
        assert ask(make_adapter("gemini", AdapterSetup("m", base_url=server.root))).raw_stop == "STOP"


def test_an_answer_that_could_go_on_is_asked_for_once():
    reply = says_content("x", finish="CONTINUATION")
    reply.body["candidates"][0]["continuationToken"] = "dG9rZW4="
    with Loopback(reply) as server:
        assert ask(make_adapter("gemini", AdapterSetup("m", base_url=server.root))).stop == "length"
    assert len(server.heard) == 1


def test_a_blocked_question_is_refused_with_its_cost():
    body = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 9}}
    with pytest.raises(Rejected, match="blocked the prompt: PROHIBITED_CONTENT") as caught:
        read(Reply(body))
    assert (caught.value.cause, caught.value.usage) == ("refused", {"input": 9})
    answered = says_content("x", promptFeedback={"blockReason": "OTHER"})
    assert read(answered).text == "x"


def test_thinking_is_part_of_the_output():
    counts = {"promptTokenCount": 3, "thoughtsTokenCount": 5}
    assert read(says_content("x", usage=counts)).usage == {"input": 3, "output": 5, "reasoning": 5}
    counts |= {"candidatesTokenCount": 2}
    assert read(says_content("x", usage=counts)).usage == {"input": 3, "output": 7, "reasoning": 5}


@pytest.mark.parametrize(
    ("reply", "kind", "cause", "says_what"),
    [
        (
            fault(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
            AuthFailed,
            "auth",
            "the key in GEMINI_API_KEY",
        ),
        (
            fault(400, "FAILED_PRECONDITION", "User location is not supported."),
            AuthFailed,
            "auth",
            "billing and region",
        ),
        (fault(403, "PERMISSION_DENIED"), AuthFailed, "auth", "may use 'm'"),
        (
            fault(404, "NOT_FOUND", "models/m is not found"),
            AuthFailed,
            "auth",
            "'m'.*/v1/models/m:generateContent.*v1beta",
        ),
        (fault(400, "INVALID_ARGUMENT", "too long"), Rejected, "rejected", "400: too long"),
        (fault(429, "RESOURCE_EXHAUSTED"), RateLimited, "rate_limited", "429"),
        (fault(500, "INTERNAL"), Unavailable, "unavailable", "500"),
        (fault(503, "UNAVAILABLE", "overloaded"), Unavailable, "unavailable", "503: overloaded"),
        (fault(504, "DEADLINE_EXCEEDED"), Unavailable, "timeout", "504"),
        (Reply([fault(503, "UNAVAILABLE", "in a list").body], 503), Unavailable, "unavailable", "in a list"),
        (Reply({"error": {"code": 429, "message": "slow"}}), RateLimited, "rate_limited", "429: slow"),
        (Reply({"candidates": []}), Unavailable, "malformed", "an answer of /v1/models/m:generateContent"),
        (says_content(None), Unavailable, "malformed", "without content .*STOP"),
        (says_content(None, finish="OTHER"), Unavailable, "malformed", "OTHER"),
        (says_content(None, finish="RECITATION"), Rejected, "refused", "content filter"),
    ],
)
def test_each_error_has_its_kind(reply, kind, cause, says_what):
    with Loopback(reply) as server, pytest.raises(AdapterError) as caught:
        ask(make_adapter("gemini", AdapterSetup("m", base_url=server.root)))
    assert (type(caught.value), caught.value.cause) == (kind, cause)
    assert re.search(says_what, str(caught.value)), str(caught.value)
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("details", "headers", "wait"),
    [
        ([{"@type": "other"}, retry_in("17s")], {}, 17.0),
        ([retry_in("17.5s")], {}, 17.5),
        ([retry_in("17s")], {"retry-after": "3"}, 3.0),
        ([retry_in("17s")], {"retry-after": "0"}, 0.0),
        ([retry_in("soon")], {}, None),
        ([retry_in(17)], {}, None),
        (["17s"], {}, None),
    ],
)
def test_the_wait_that_stands_in_the_body(details, headers, wait):
    reply = fault(429, "RESOURCE_EXHAUSTED", details=details, **headers)
    for one in (reply, replace(reply, status=200)):
        with Loopback(one) as server, pytest.raises(RateLimited) as caught:
            ask(make_adapter("gemini", AdapterSetup("m", base_url=server.root)))
        assert caught.value.wait == wait


def test_the_key_comes_from_either_variable(monkeypatch):
    with Loopback(says_content("x")) as server:
        setup = AdapterSetup("m", base_url=server.root)
        monkeypatch.setenv("GOOGLE_API_KEY", "of-google")
        ask(make_adapter("gemini", setup))
        monkeypatch.setenv("GEMINI_API_KEY", "of-gemini")
        ask(make_adapter("gemini", setup))
        ask(make_adapter("gemini", replace(setup, key_env="GOOGLE_API_KEY")))
    assert [heard.headers["x-goog-api-key"] for heard in server.heard] == ["of-google", "of-gemini", "of-google"]


def test_another_service_is_not_asked_because_of_the_environment(monkeypatch):
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "beta")
    with Loopback(says_content("x")) as server:
        ask(make_adapter("gemini", AdapterSetup("m", base_url=server.root)))
    assert server.heard[0].path == "/v1/models/m:generateContent"


@pytest.mark.parametrize("model", ["", "a b", "../m", "m?key=1", "m&n", "m#n"])
def test_what_is_no_model_name_is_refused(model):
    with pytest.raises(ConfigError, match="takes a model name"):
        make_adapter("gemini", AdapterSetup(model, base_url="http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"base_url": "http://127.0.0.1:9/v1beta"}, "ends in a version"),
        ({"options": {"api_version": "beta"}}, "must be a version"),
        ({"options": {"api_version": 1}}, "must be a version"),
        ({"options": {"omit": ["seeds"]}}, "did you mean 'seed'"),
        ({"base_url": None}, "GEMINI_API_KEY is not set"),
    ],
)
def test_addresses_and_options_are_checked(changes, why):
    with pytest.raises(ConfigError, match=why):
        make_adapter("gemini", replace(AdapterSetup("m", base_url="http://127.0.0.1:9"), **changes))
