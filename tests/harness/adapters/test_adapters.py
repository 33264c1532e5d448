"""What the chat-completions adapter sends, and what it makes of each thing that a server may answer."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from email.utils import formatdate

import pytest
from adapter_helpers import Bench, ask, request
from hypothesis import given
from hypothesis import strategies as st
from loopback import Loopback, Reply, complains, says

from harness.adapters.base import AdapterSetup, Request, Settings
from harness.adapters.formats.chat_completions import Endpoint, parse_chat_completion
from harness.adapters.registry import make_adapter
from harness.errors import AdapterError, AuthFailed, ConfigError, OutOfCredit, RateLimited, Rejected, Unavailable
from tasks.pictures.picture import Picture
from tasks.sample import Part, Turn


@pytest.fixture(scope="module")
def bench():
    with asyncio.Runner() as runner:
        one = Bench(runner)
        with one.server:
            one.adapter = make_adapter("openai", AdapterSetup("m", base_url=one.server.url, timeout=20))
            runner.run(one.adapter.__aenter__())
            yield one
            runner.run(one.adapter.__aexit__())


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


# Text, reasoning, stops, usage


@pytest.mark.parametrize(
    ("reply", "text", "stop", "raw"),
    [
        (says("Fine."), "Fine.", "end", "stop"),
        (says("Cut he", finish="length"), "Cut he", "length", "length"),
        (says("Only this", finish="content_filter"), "Only this", "refusal", "content_filter"),
        (says(None, refusal="I will not."), "I will not.", "refusal", "stop"),
        (says(""), "", "end", "stop"),
        (says("Fine.", finish=None), "Fine.", "end", ""),
        (says("Fine.", finish="eos"), "Fine.", "end", "eos"),
        (says([{"type": "text", "text": "Two "}, {"type": "text", "text": "parts."}]), "Two parts.", "end", "stop"),
        (says("字 🎈 \u2028 \x1b[31m"), "字 🎈 \u2028 \x1b[31m", "end", "stop"),
    ],
)
def test_text_and_stop(bench, reply, text, stop, raw):
    answer = bench.answer(reply)
    assert (answer.text, answer.stop, answer.raw_stop) == (text, stop, raw)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_thinking_that_comes_apart_is_kept_apart(bench, field):
    answer = bench.answer(says("So.", **{field: "Hm."}))
    assert (answer.text, answer.reasoning) == ("So.", "Hm.")


def test_usage_and_origin(bench):
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    answer = bench.answer(says("x", usage=usage))
    assert answer.usage == {"input": 10, "output": 7, "cached": 4, "reasoning": 2}
    assert (answer.model, answer.request_id) == ("served-1", "chat-1")
    reply = says("x", usage={"prompt_tokens": 1, "completion_tokens_details": None})
    answer = bench.answer(replace(reply, headers={"x-request-id": "r-7"}))
    assert (answer.usage, answer.request_id) == ({"input": 1}, "r-7")
    assert bench.answer(says("x")).usage is None


def test_what_is_sent():
    turns = (Turn.of("system", "Be brief."), Turn("user", (Part("One. "), Part("Two."))))
    settings = Settings(50, 0.0, 0.9, 0, ("END",), {"top_k": 3})
    asked = Request("s", 0, "vendor/m", turns, settings)
    with Loopback() as server:
        ask(make_adapter("openai", AdapterSetup("m", base_url=server.url)), asked)
        ask(make_adapter("openai", AdapterSetup("m", base_url=server.url)), replace(asked, settings=Settings()))
        newer = AdapterSetup("m", base_url=server.url, options={"max_tokens_field": "max_completion_tokens"})
        ask(make_adapter("openai", newer), asked)
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "One. Two."}]
    full, bare, other = (heard.body for heard in server.heard)
    assert full == {
        "model": "vendor/m",
        "messages": messages,
        "max_tokens": 50,
        "temperature": 0.0,
        "top_p": 0.9,
        "seed": 0,
        "stop": ["END"],
        "top_k": 3,
    }
    assert bare == {"model": "vendor/m", "messages": messages}
    assert other["max_completion_tokens"] == 50
    assert "max_tokens" not in other
    assert {heard.path for heard in server.heard} == {"/v1/chat/completions"}


# Errors


@pytest.mark.parametrize(
    ("reply", "kind", "cause", "says_what"),
    [
        (complains(401), AuthFailed, "auth", "check that the key"),
        (complains(403), AuthFailed, "auth", "check that the key"),
        (complains(404, code="model_not_found"), AuthFailed, "auth", "'m' .* --model and --base-url"),
        (complains(402), OutOfCredit, "credit", "no credit"),
        (complains(429, code="insufficient_quota"), OutOfCredit, "credit", "no credit"),
        (complains(429, type="insufficient_quota"), OutOfCredit, "credit", "no credit"),
        (complains(400, code="invalid_api_key"), AuthFailed, "auth", "check that the key"),
        (complains(400, "Incorrect API key provided: sk-***"), AuthFailed, "auth", "check that the key"),
        (Reply([{"error": {"code": 400, "message": "API key not valid."}}], 400), AuthFailed, "auth", "400: API key"),
        (complains(400, "api_key is no parameter"), Rejected, "rejected", "no parameter"),
        (complains(429), RateLimited, "rate_limited", "429"),
        (complains(408), Unavailable, "timeout", "408"),
        (complains(409), Unavailable, "unavailable", "409"),
        (complains(500), Unavailable, "unavailable", "500: no"),
        (complains(503), Unavailable, "unavailable", "503"),
        (complains(529), Unavailable, "unavailable", "529"),
        (Reply("<html>bad gateway</html>", 502), Unavailable, "unavailable", "<html>bad gateway"),
        (Reply(["odd"], 500), Unavailable, "unavailable", "odd"),
        (Reply("", 500), Unavailable, "unavailable", "no reason given"),
        (complains(400, "prompt too long"), Rejected, "rejected", "prompt too long"),
        (complains(400, param="max_tokens"), Rejected, "rejected", "max_completion_tokens"),
        (complains(413), Rejected, "rejected", "413"),
        (complains(422), Rejected, "rejected", "422"),
        (complains(400, code="content_filter"), Rejected, "refused", "400"),
        (complains(403, metadata={"reasons": ["violence"]}), Rejected, "refused", "403"),
        (Reply({"error": "in words"}, 400), Rejected, "rejected", "in words"),
        (Reply({"detail": "in detail"}, 422), Rejected, "rejected", "in detail"),
        (complains(200), Unavailable, "unavailable", "no"),
        (complains(200, code=429), RateLimited, "rate_limited", "answered 200, with an error like 429"),
        (complains(200, code="rate_limit_exceeded"), RateLimited, "rate_limited", "429"),
        (complains(200, type="overloaded_error"), Unavailable, "unavailable", "529"),
        (complains(200, type="server_error", code=None), Unavailable, "unavailable", "500"),
        (complains(200, code="invalid_api_key"), AuthFailed, "auth", "401"),
        (complains(200, code="insufficient_quota"), OutOfCredit, "credit", "no credit"),
        (complains(200, type="invalid_request_error"), Rejected, "rejected", "400"),
        (complains(200, code="context_length_exceeded"), Rejected, "rejected", "400"),
        (Reply({"object": "error", "message": "old style", "code": 40303}), Unavailable, "unavailable", "old style"),
        (Reply({"choices": [{"error": {"code": 502, "message": "up"}}]}), Unavailable, "unavailable", "502: up"),
        (Reply("not JSON"), Unavailable, "malformed", "not JSON"),
        (Reply("not JSON", headers={"content-type": "text/plain"}), Unavailable, "malformed", "not JSON"),
        (Reply(b"<html>Log in</html>"), Unavailable, "malformed", "that is a web page: is the address right"),
        (Reply(b"\xff\xfe{"), Unavailable, "malformed", "without a chat completion"),
        (Reply("[" * 100_000), Unavailable, "malformed", "without a chat completion"),
        (Reply(""), Unavailable, "malformed", "an empty body"),
        (Reply([1]), Unavailable, "malformed", "without a chat completion"),
        (Reply({}), Unavailable, "malformed", "without a chat completion"),
        (Reply({"choices": []}), Unavailable, "malformed", "without a chat completion"),
        (Reply({"choices": [{"message": None}]}), Unavailable, "malformed", "without a chat completion"),
        (says(None), Unavailable, "malformed", "without content"),
        (says(None, reasoning="Hm."), Unavailable, "malformed", "without content"),
        (says(None, finish="tool_calls"), Unavailable, "malformed", "tool_calls"),
        (says(None, finish="content_filter"), Rejected, "refused", "content filter"),
        (says("", finish="content_filter"), Rejected, "refused", "content filter"),
        (says("", finish="length"), Rejected, "exhausted", "max_tokens"),
        (says(None, finish="length", reasoning="Hm."), Rejected, "exhausted", "max_tokens"),
        (replace(says("x"), cut=True), Unavailable, "unavailable", "connection"),
    ],
)
def test_each_error_has_its_kind(bench, reply, kind, cause, says_what):
    error = bench.error(reply)
    assert type(error) is kind
    assert error.cause == cause
    assert re.search(says_what, str(error)), str(error)


def test_what_an_attempt_without_text_cost_is_told(bench):
    error = bench.error(says("", finish="length", usage={"prompt_tokens": 5, "completion_tokens": 9}))
    assert error.usage == {"input": 5, "output": 9}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "900.5"}, 900.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503, 200])
def test_the_wait_that_a_server_asks_for(bench, headers, wait, status):
    assert bench.error(complains(status, headers=headers, code=429 if status == 200 else None)).wait == wait


def test_a_wait_until_a_date(bench):
    headers = {"retry-after": formatdate(time.time() + 30, usegmt=True)}
    assert 25 < bench.error(complains(429, headers=headers)).wait <= 30
    headers = {"retry-after": formatdate(time.time() - 30, usegmt=True)}
    assert bench.error(complains(429, headers=headers)).wait == 0.0


@pytest.mark.parametrize("reply", [replace(says("x"), delay=30.0), replace(says("x" * 200), dribble=0.05)])
def test_a_time_out_counts_from_the_start_of_the_attempt(reply):
    begun = time.monotonic()
    with Loopback(reply) as server, pytest.raises(Unavailable, match=r"in 0\.4 s") as caught:
        ask(make_adapter("openai", AdapterSetup("m", base_url=server.url, timeout=0.4)))
    assert caught.value.cause == "timeout"
    assert time.monotonic() - begun < 3


def test_a_server_that_is_not_there_is_no_time_out():
    with Loopback() as server:
        gone = server.url
    with pytest.raises(Unavailable, match=r"Connect call failed|refused") as caught:
        ask(make_adapter("openai", AdapterSetup("m", base_url=gone)))
    assert caught.value.cause == "unavailable"


def test_the_client_itself_tries_once():
    with Loopback(complains(500)) as server, pytest.raises(Unavailable):
        ask(make_adapter("openai", AdapterSetup("m", base_url=server.url)))
    assert len(server.heard) == 1


def test_what_cannot_be_sent_is_rejected(bench):
    heard = len(bench.server.heard)
    picture = replace(request(), turns=(Turn("system", (Part("", Picture("0" * 64, 1, 1)),)), *request().turns))
    half = replace(request(), turns=(Turn.of("user", "\ud800"),))
    for asked, why in ((picture, "in user turns only"), (half, "UTF-8")):
        with pytest.raises(Rejected, match=why):
            bench.answer(says("x"), asked)
    assert len(bench.server.heard) == heard


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["choices", "message", "content", "error", "usage", "finish_reason", "refusal", "code"])
                | st.text(max_size=3),
                inner,
                max_size=4,
            )
        ),
        max_leaves=25,
    )
)
def test_any_json_is_an_answer_or_an_adapter_error(body):
    try:
        answer = parse_chat_completion(body, request(), Endpoint("http://127.0.0.1/v1", "none"), {})
    except AdapterError:
        return
    assert isinstance(answer.text, str)


def test_any_choice_is_an_answer_or_an_adapter_error():
    values = [None, True, 0, -1.5, "", "x", [], {}, [None], [{"text": 1}], {"error": {"code": []}}, "length"]
    for content in values:
        for finish in values:
            for other in values:
                message = {"content": content, "refusal": other, "reasoning": other}
                body = {"choices": [{"message": message, "finish_reason": finish}], "usage": other, "model": other}
                try:
                    answer = parse_chat_completion(body, request(), Endpoint("http://127.0.0.1/v1", "none"), {})
                except AdapterError:
                    continue
                assert isinstance(answer.text, str)
                assert isinstance(answer.model, str)


def test_the_option_that_names_the_limit_field_is_checked():
    options = {"max_tokens_field": "max_completion_token"}
    with pytest.raises(ConfigError, match="did you mean 'max_completion_tokens'"):
        make_adapter("openai", AdapterSetup("m", base_url="http://127.0.0.1:9/v1", options=options))
