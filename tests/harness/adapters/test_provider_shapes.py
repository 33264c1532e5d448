"""The shapes in which providers report what goes wrong: each is booked where it belongs, over every format."""

from __future__ import annotations

import asyncio
import json

import adapter_helpers
import pytest
from formats_helpers import FORMATS, without_keys
from loopback import Reply, complains, says, says_content, says_message, says_response

from harness.adapters.formats.stop_reasons import TABLES
from harness.adapters.registry import make_adapter
from harness.errors import AuthFailed, OutOfCredit, RateLimited, Rejected, Unavailable

KEY = "sk-test-7f3Q9zz"
TABLE_OF = {
    "openai": "openai, compatible",
    "compatible": "openai, compatible",
    "openai/responses": 'openai with api = "responses"',
    "anthropic": "anthropic",
    "gemini": "gemini",
}


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


@pytest.fixture(scope="module", params=FORMATS)
def bench(request):
    form = FORMATS[request.param]
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as patch:
        one = adapter_helpers.Bench(runner)
        one.form = form
        with one.server:
            patch.setenv(form.key_env, KEY)
            one.adapter = make_adapter(form.adapter, form.setup(one.server))
            runner.run(one.adapter.__aenter__())
            yield one
            runner.run(one.adapter.__aexit__())


@pytest.fixture
def chat(bench):
    if bench.form.name not in ("openai", "compatible"):
        pytest.skip("a shape of the chat format")
    return bench


def ending(form, reason, text="Some text"):
    """Return a reply with `text` whose stop reason is `reason`."""
    usage = form.usage
    if form.name == "openai/responses":
        incomplete = reason not in ("completed", "incomplete")
        status = "incomplete" if incomplete else reason
        return says_response(text, status=status, reason=reason if incomplete else None, usage=usage)
    if form.name == "anthropic":
        return says_message(text, stop=reason, usage=usage)
    if form.name == "gemini":
        return says_content(text, finish=reason, usage=usage)
    return says(text, finish=reason, usage=usage)


# Stop reasons


@pytest.mark.parametrize("meaning", ["end", "length", "refusal", "retried", "failed"])
def test_each_stop_reason_of_the_tables_means_what_the_table_says(bench, meaning):
    for reason in getattr(TABLES[TABLE_OF[bench.form.name]], meaning):
        for written in {reason, reason.upper()} - ({"COMPLETED"} if reason == "completed" else set()):
            reply = ending(bench.form, written)
            if meaning in ("retried", "failed"):
                error = bench.error(reply)
                assert (type(error), error.cause) == (Unavailable if meaning == "retried" else Rejected, "malformed")
                assert f"stop reason {written}" in str(error)
                assert error.usage["output"] == 7, "what the attempt cost is known"
            else:
                answer = bench.answer(reply)
                assert (answer.text, answer.stop, answer.raw_stop) == ("Some text", meaning, written)


def test_an_unknown_stop_reason_is_a_failure_that_names_it_and_never_an_end(bench):
    error = bench.error(ending(bench.form, "a_word_of_later"))
    assert (type(error), error.cause) == (Rejected, "malformed")
    assert "unknown reason (stop reason a_word_of_later)" in str(error)


# Out of credit


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (402, {"message": "Insufficient Balance"}),
        (429, {"message": "x", "type": "exceeded_current_quota_error"}),
        (429, {"message": "x", "type": "insufficient_balance_error"}),
        (429, {"message": "x", "code": "credit_balance_exhausted"}),
        (429, {"message": "x", "type": "usage_limit_reached"}),
        (429, {"message": "x", "code": "billing_not_active"}),
        (429, {"message": "x", "code": "1113"}),
        (429, {"message": "You exceeded your current quota, please check your plan and billing details."}),
        (429, {"message": "Your team has used all available credits or reached its monthly spending limit."}),
        (400, {"message": "x", "code": "Arrearage"}),
        (400, {"message": "x", "code": "billing_hard_limit_reached"}),
        (400, {"message": "Your credit balance is too low to access the API."}),
        (403, {"message": "Your newly created team doesn't have any credits yet."}),
    ],
)
def test_no_credit_ends_the_run_whatever_it_is_called(bench, status, error):
    found = bench.error(complains(status, **error))
    assert (type(found), found.cause) == (OutOfCredit, "credit")
    assert "top it up" in str(found)
    assert isinstance(found, AuthFailed), "adapters of others end the run as they did"


def test_a_rate_of_google_is_not_taken_for_an_empty_account(bench):
    message = "You exceeded your current quota, please check your plan and billing details."
    found = bench.error(Reply({"error": {"code": 429, "message": message, "status": "RESOURCE_EXHAUSTED"}}, 429))
    assert type(found) is RateLimited
    for words in (
        "Rate limit reached: 3 requests per minute.",
        "Limit 3 / min. Add a payment method at https://platform.example.com/account/billing to increase it.",
        "Rate limit reached. Check your plan and billing details to increase it.",
    ):
        assert type(bench.error(complains(429, words))) is RateLimited
    assert type(bench.error(complains(400, "Invalid token at position 7 of the JSON"))) is Rejected
    assert type(bench.error(complains(400, "The article is about a man who pays his bills."))) is Rejected


# Errors in the body of an HTTP 200


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ({"code": 1113, "msg": "in arrears"}, OutOfCredit, "like 402 .1113.: in arrears"),
        ({"code": 1302, "msg": "slower"}, RateLimited, "like 429"),
        ({"code": 1001, "msg": "system busy"}, Unavailable, "like 503 (1001): system busy"),
        ({"code": 1001, "msg": "系统繁忙，请稍后再试"}, Unavailable, "like 503"),
        ({"code": 1001, "msg": "No data source"}, Unavailable, "like 500"),
        ({"code": 1001, "msg": "Header 中未收到 Authentication 参数"}, AuthFailed, "check that the key"),
        ({"code": 1002, "msg": "Authentication Token 非法"}, AuthFailed, "check that the key"),
        ({"code": 1113, "msg": "The server is busy"}, Unavailable, "like 503"),
        ({"code": 1210, "msg": "Service unavailable, try again later"}, Unavailable, "like 503"),
        ({"code": 500, "msg": "404 NOT_FOUND", "success": False}, Unavailable, "404 NOT_FOUND"),
        ({"success": False, "message": "Invalid API key"}, AuthFailed, "check that the key"),
        ({"base_resp": {"status_code": 1004, "status_msg": "login fail"}}, AuthFailed, "check that the key"),
        ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, OutOfCredit, "top it up"),
        ({"base_resp": {"status_code": 1002, "status_msg": "slower"}}, RateLimited, "slower"),
        ({"base_resp": {"status_code": 9999, "status_msg": "oh"}}, Unavailable, "9999.: oh"),
        ({"errors": [{"message": "No such thing", "code": "not_found"}]}, AuthFailed, "No such thing"),
        ({"errors": ["odd"]}, Unavailable, "odd"),
        ({"detail": "Unauthorized: invalid token"}, AuthFailed, "check that the key"),
        ('data: {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}\n\n', AuthFailed, "the key"),
        ('event: error\ndata: {"error": {"message": "slow", "code": 429}}\n\n', RateLimited, "slow"),
        ('data: {"choices": [{"delta": {"content": "Hi"}}]}\n\ndata: [DONE]\n\n', Unavailable, "stream = false"),
        ("<html><h1>Invalid API key</h1></html>", AuthFailed, "check that the key"),
        ("<!doctype html><p>Welcome", Unavailable, "that is a web page"),
    ],
)
def test_an_error_in_a_200_body_is_that_error(bench, body, kind, words):
    found = bench.error(Reply(body))
    assert type(found) is kind, str(found)
    assert words.replace(".", "") in str(found).replace("(", "").replace(")", "") or words in str(found), str(found)
    if kind is Unavailable and not ({"NOT_FOUND", "503"} & set(words.split())):
        assert found.no_api, "nothing of the format is at that address"


def test_an_empty_base_resp_is_no_error(chat):
    reply = says("Fine.")
    reply.body["base_resp"] = {"status_code": 0, "status_msg": ""}
    assert chat.answer(reply).text == "Fine."


# Statuses and filters


def test_statuses_that_few_providers_have(bench):
    for status in (424, 425, 498, 499):
        assert type(bench.error(complains(status, "later"))) is Unavailable
    assert type(bench.error(complains(498, "Invalid token"))) is AuthFailed


@pytest.mark.parametrize(
    "error",
    [
        {"code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}},
        {"code": None, "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {}}},
        {"code": "400", "innererror": {"content_filter_result": {"hate": {"filtered": True}}}},
        {"message": "litellm.BadRequestError: ContentPolicyViolationError: AzureException"},
        {"message": "The response was filtered due to Azure OpenAI's content management policy."},
        {"message": "Content Exists Risk"},
        {"code": "data_inspection_failed"},
    ],
)
def test_a_filter_refuses_and_does_not_reject(bench, error):
    found = bench.error(complains(400, **{"message": "no", **error}))
    assert (type(found), found.cause) == (Rejected, "refused")


@pytest.mark.parametrize(
    ("message", "param", "advice"),
    [
        ("Unsupported value: 'temperature' does not support 0.", "temperature", 'omit = ["temperature"]'),
        ("`temperature` is deprecated for this model.", "", 'omit = ["temperature"]'),
        ("Unsupported parameter: use 'max_completion_tokens' instead.", "max_tokens", 'max_tokens_field = "max_comp'),
        ("max_tokens is too large: 99999. This model supports at most 4096.", "max_tokens", "change max_tokens"),
        ("This model's maximum context length is 4096 tokens, but 9000 were requested.", "", "longer than the model"),
        ("prompt is too long: 205438 tokens > 200000 maximum", "", "longer than the model"),
        ("Unrecognized field: 'reasoning'", "", "fields of extra"),
        ("Developer instruction is not enabled for this model", "", 'system_role = "user"'),
        ("no", "", "check [model] in the run file"),
    ],
)
def test_what_to_change_about_a_rejected_setting(bench, message, param, advice):
    found = bench.error(complains(400, message, param=param))
    assert (type(found), found.cause) == (Rejected, "rejected")
    assert advice in found.advice
    other = bench.error(complains(400, message.replace("9000", "8123").replace("205438", "7"), param=param))
    assert found.complaint
    assert found.complaint == other.complaint, "the same complaint about another request"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("The model `m` does not exist or you do not have access to it.", "check --model"),
        ("model m not found", "check --model"),
        ("Model Not Exist", "check --model"),
        ("You didn't provide an API key.", "the key"),
        ("Missing API key", "the key"),
    ],
)
def test_a_wrong_model_or_key_ends_the_run_whatever_its_status(bench, message, words):
    found = bench.error(complains(400, message))
    assert type(found) is AuthFailed
    assert words in str(found)


# Thinking that is reported apart


@pytest.mark.parametrize(
    "message",
    [
        {"content": "So.", "reasoning_details": [{"type": "reasoning.text", "text": "H"}, {"text": "m."}]},
        {"content": "So.", "reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}]},
        {
            "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": "H"}, {"type": "text", "text": "m."}]},
                {"type": "text", "text": "So."},
            ]
        },
        {"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "So."}]},
        {"content": [{"type": "reasoning", "text": "Hm."}, {"type": "text", "text": "So."}]},
    ],
)
def test_thinking_in_parts_is_no_text(chat, message):
    more = {name: value for name, value in message.items() if name != "content"}
    answer = chat.answer(says(message["content"], **more))
    assert (answer.text, answer.reasoning) == ("So.", "Hm.")


# Usage


@pytest.mark.parametrize(
    ("usage", "read"),
    [
        ({"prompt_tokens": 10.0, "completion_tokens": "7"}, {"input": 10, "output": 7}),
        ({"input_tokens": 10, "output_tokens": 7}, {"input": 10, "output": 7}),
        ({"input_tokens": 10, "output_tokens": 7, "prompt_tokens": None}, {"input": 10, "output": 7}),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, None),
        ({"prompt_tokens": 10, "completion_tokens": 0}, {"input": 10}),
        ({"prompt_tokens": 0, "completion_tokens": 7}, {"output": 7}),
        ({"prompt_tokens": 1.5, "completion_tokens": -7}, None),
        ({"prompt_tokens": 10**40, "completion_tokens": "9" * 5000}, None),
        ({"prompt_tokens": True, "completion_tokens": "seven"}, None),
        ([1], None),
    ],
)
def test_usage_is_read_where_it_can_be_and_never_costs_the_response(chat, usage, read):
    answer = chat.answer(says("Fine.", usage=usage))
    assert (answer.text, answer.usage) == ("Fine.", read)
    json.dumps(answer.to_json())


def test_zeros_are_unknown_in_every_format(bench):
    zeros = {name: 0 if type(count) is int else None for name, count in bench.form.usage.items()}
    assert bench.answer(bench.form.say("Fine.", usage=zeros)).usage is None
