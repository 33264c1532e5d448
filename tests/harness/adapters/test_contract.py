"""What every adapter that asks over a network keeps, each in its own format."""

from __future__ import annotations

import asyncio
import json
import math
import traceback
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

import adapter_helpers
import pytest
from adapter_helpers import request
from formats_helpers import ALL, FORMATS, without_keys
from loopback import Loopback, Reply

from harness.adapters.base import STOPS
from harness.adapters.registry import make_adapter
from harness.errors import AdapterError, AuthFailed, OutOfCredit, RateLimited, Rejected, Unavailable
from harness.runner.limits.rate_limit import parse_quota_headers
from tasks.pictures.picture import Picture
from tasks.sample import GAP, Part, Turn

KEY = "sk-test/7f3Q9+zz="


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


class Bench(adapter_helpers.Bench):
    """One server and one open adapter for many replies, with a key that no message may hold."""

    def __init__(self, form, runner):
        super().__init__(runner)
        self.form = form
        self.headers = []

    def error(self, reply):
        error = super().error(reply)
        told = "".join(traceback.format_exception(error)) + repr(error)
        assert not any(form in told for form in (KEY, KEY.replace("/", "\\/"), quote(KEY), "7f3Q9")), told
        assert len(str(error)) < 1000
        return error


@pytest.fixture(scope="module", params=FORMATS)
def bench(request):
    form = FORMATS[request.param]
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as patch:
        one = Bench(form, runner)
        with one.server:
            patch.setenv(form.key_env, KEY)
            setup = replace(form.setup(one.server), on_headers=one.headers.append)
            one.adapter = make_adapter(form.adapter, setup)
            runner.run(one.adapter.__aenter__())
            yield one
            runner.run(one.adapter.__aexit__())


def test_requests_arrive_with_the_key_and_nothing_else_shows_it(bench):
    bench.answer(bench.form.say("Fine."))
    heard = bench.server.heard[-1]
    assert heard.path == bench.form.path
    assert heard.headers[bench.form.key_header] == (KEY if bench.form.key_header[0] == "x" else f"Bearer {KEY}")
    assert sum(KEY in value for value in heard.headers.values()) == 1
    assert KEY not in json.dumps(heard.body)
    assert KEY not in repr(bench.adapter)


def test_what_the_model_said_itself_arrives_in_its_place_and_its_role(bench):
    turns = (Turn.of("user", "One."), Turn.of("assistant", "Ah.\n字"), Turn.of("user", "Two."))
    assert bench.answer(bench.form.say("Oh."), replace(request(), turns=turns)).text == "Oh."
    own = bench.form.own_role
    assert bench.form.said(bench.server.heard[-1].body) == [("user", "One."), (own, "Ah.\n字"), ("user", "Two.")]


@pytest.mark.parametrize("text", ["Fine.", " \n", "字 🎈 \u2028 \x1b[31m", "x" * 100_000])
def test_text_comes_as_it_is(bench, text):
    answer = bench.answer(bench.form.say(text))
    assert (answer.text, answer.reasoning, answer.stop, answer.model) == (text, "", "end", "served-1")


def test_thinking_is_never_text(bench):
    answer = bench.answer(bench.form.say("So.", thought="Hm."))
    assert (answer.text, answer.reasoning) == ("So.", "Hm.")
    assert bench.error(bench.form.say(None, thought="Hm.")).cause == "malformed"


@pytest.mark.parametrize("stop", STOPS)
def test_stops(bench, stop):
    answer = bench.answer(bench.form.say("Some text", stop=stop))
    assert (answer.text, answer.stop, answer.raw_stop) == ("Some text", stop, bench.form.stops[stop])


@pytest.mark.parametrize(("stop", "cause"), [("length", "exhausted"), ("refusal", "refused")])
@pytest.mark.parametrize("thought", ["", "Hm."])
def test_an_answer_without_text_is_rejected_with_its_cost(bench, stop, cause, thought):
    error = bench.error(bench.form.say(None, stop=stop, thought=thought, usage=bench.form.usage))
    assert (type(error), error.cause) == (Rejected, cause)
    assert error.usage == {"input": 10, "output": 7, "cached": 4, "reasoning": 2}


def test_usage(bench):
    answer = bench.answer(bench.form.say("x", usage=bench.form.usage))
    assert answer.usage == {"input": 10, "output": 7, "cached": 4, "reasoning": 2}
    assert bench.answer(bench.form.say("x")).usage is None
    assert bench.answer(bench.form.say("x", usage={"odd": [1]})).usage is None


def test_what_cannot_be_set_is_recorded_and_not_sent(bench):
    values = {"max_tokens": 50, "temperature": 0.0, "top_p": 0.9, "seed": 0, "stop": ("END",)}
    for names in (ALL, (), *((name,) for name in ALL)):
        asked = request(**{name: values[name] for name in names})
        answer = bench.answer(bench.form.say("x"), asked)
        assert answer.unset == tuple(name for name in names if name not in bench.form.settable)
        sent = json.dumps(bench.server.heard[-1].body)
        for name, shown in (("temperature", '"temperature": 0.0'), ("top_p", ": 0.9"), ("stop", '["END"]')):
            assert (shown in sent) == (name in names and name in bench.form.settable), name


@pytest.mark.parametrize(
    ("status", "kind", "cause"),
    [
        (401, AuthFailed, "auth"),
        (402, OutOfCredit, "credit"),
        (403, AuthFailed, "auth"),
        (404, AuthFailed, "auth"),
        (429, RateLimited, "rate_limited"),
        (408, Unavailable, "timeout"),
        (409, Unavailable, "unavailable"),
        (500, Unavailable, "unavailable"),
        (502, Unavailable, "unavailable"),
        (503, Unavailable, "unavailable"),
        (504, Unavailable, "timeout"),
        (529, Unavailable, "unavailable"),
        (400, Rejected, "rejected"),
        (413, Rejected, "rejected"),
        (422, Rejected, "rejected"),
    ],
)
def test_each_status_has_its_error(bench, status, kind, cause):
    for reply in (
        bench.form.complain(status, f"no: {KEY}"),
        Reply(f"<html>{'x' * 290} {KEY} and so on", status, {"content-type": "text/html"}),
        Reply(json.dumps({"oops": KEY}).replace("/", "\\/"), status),
        Reply(b"\xff\xfe", status),
        Reply("", status),
    ):
        error = bench.error(reply)
        assert (type(error), error.cause) == (kind, cause), str(error)
        assert str(status) in str(error)
    assert "no: [key]" in str(bench.error(bench.form.complain(status, f"no: {KEY}")))


def test_a_wrong_key_and_a_wrong_model_are_told_with_what_to_check(bench):
    assert bench.form.key_env in str(bench.error(bench.form.complain(401)))
    assert "'m'" in (told := str(bench.error(bench.form.complain(404))))
    assert "--base-url" in told


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_carries_no_key_away(bench, status):
    with Loopback(bench.form.say("Elsewhere.")) as other:
        error = bench.error(Reply("moved", status, {"location": f"{other.root}{bench.form.path}"}))
        assert type(error) is AuthFailed
        assert "another address" in str(error)
        assert not other.heard


@pytest.mark.parametrize(
    "reply",
    [
        Reply("not JSON"),
        Reply("not JSON", headers={"content-type": "text/plain"}),
        Reply(b"\xff\xfe{"),
        Reply("[" * 100_000),
        Reply(""),
        Reply([1]),
        Reply({}),
        Reply(f'"{KEY}"'),
    ],
)
def test_a_body_that_is_no_answer_is_malformed(bench, reply):
    error = bench.error(reply)
    assert (type(error), error.cause) == (Unavailable, "malformed")
    assert "answered 200 without" in str(error)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("value", "wait"), [("7", 7.0), ("900.5", 900.5), ("-3", 0.0), ("tomorrow", None)])
def test_the_wait_that_a_server_asks_for(bench, status, value, wait):
    assert bench.error(bench.form.complain(status, headers={"retry-after": value})).wait == wait


def test_a_broken_connection_is_asked_once_and_told(bench):
    for broken in ({"cut": True}, {"drop": True}):
        before = len(bench.server.heard)
        error = bench.error(replace(bench.form.say("x" * 200), **broken))
        assert (type(error), error.cause) == (Unavailable, "unavailable")
        assert "connection" in str(error)
        assert len(bench.server.heard) == before + 1
    bench.error(bench.form.complain(500))
    assert len(bench.server.heard) == before + 2


def test_what_cannot_be_sent_is_rejected(bench):
    heard = len(bench.server.heard)
    picture = replace(request(), turns=(Turn("system", (Part("", Picture("0" * 64, 1, 1)),)), *request().turns))
    gap = replace(request(), turns=(Turn.of("user", "One."), GAP, Turn.of("user", "Two.")))
    half = replace(request(), turns=(Turn.of("user", "\ud800"),))
    for asked, why in ((picture, "in user turns only"), (half, "UTF-8"), (gap, "has to be answered before")):
        with pytest.raises(Rejected, match=why):
            bench.answer(bench.form.say("x"), asked)
    assert len(bench.server.heard) == heard


TOLD = {
    "x-ratelimit-remaining-requests": "3",
    "x-ratelimit-reset-requests": "20ms",
    "anthropic-ratelimit-tokens-remaining": "many",
    "retry-after": "1",
}


def test_the_headers_of_every_reply_are_handed_on(bench):
    for reply in (
        bench.form.say("x"),
        bench.form.complain(429),
        bench.form.complain(503),
        bench.form.complain(400),
        Reply("no JSON"),
    ):
        heard = bench.headers
        heard.clear()
        bench.server.replies = [replace(reply, headers=reply.headers | TOLD)]
        with suppress(AdapterError):
            bench.runner.run(bench.adapter.complete(request()))
        [headers] = heard
        assert {name: headers.get(name) for name in TOLD} == TOLD
        assert parse_quota_headers(headers) == [("requests", 3, 0.02, math.inf)]
