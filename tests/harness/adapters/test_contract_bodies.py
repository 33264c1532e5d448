"""Whatever a server sends as an answer is read as one, or is an error that is ours."""

from __future__ import annotations

import json

import pytest
from adapter_helpers import request
from formats_helpers import FORMATS

from harness.adapters.base import STOPS
from harness.adapters.formats import chat_completions, responses
from harness.adapters.providers import anthropic, gemini
from harness.adapters.transport.errors import Endpoint
from harness.errors import AdapterError

READERS = {
    "openai": chat_completions.parse_chat_completion,
    "openai/responses": responses.parse_response,
    "anthropic": anthropic.parse_message,
    "gemini": gemini.parse_content,
}
JUNK = (None, True, -1, 1.5, "", "x", [], {}, [None], [{"text": 1}], {"text": "x"}, [[]], {"error": {"code": []}})


def _replaced(value, junk):
    """Yield `value` with each part of it, one after the other, replaced by `junk`, and with each part left out."""
    yield junk
    for key in range(len(value)) if isinstance(value, list) else list(value) if isinstance(value, dict) else ():
        copy = value.copy()
        del copy[key]
        yield copy
        for inner in _replaced(value[key], junk):
            copy = value.copy()
            copy[key] = inner
            yield copy


@pytest.mark.parametrize("name", READERS)
def test_whatever_stands_in_a_body_it_is_an_answer_or_an_adapter_error(name):
    form = FORMATS[name]
    endpoint = Endpoint("http://127.0.0.1", "none")
    whole = form.say("Text.", thought="Hm.", usage=form.usage).body
    answers = 0
    for body in (changed for junk in JUNK for changed in _replaced(whole, junk)):
        try:
            answer = READERS[name](body, request(), endpoint, {})
        except AdapterError:
            continue
        answers += 1
        assert isinstance(answer.text, str)
        assert isinstance(answer.reasoning, str)
        assert isinstance(answer.model, str)
        assert answer.stop in STOPS
        assert all(type(number) is int and number >= 0 for number in (answer.usage or {}).values())
        json.dumps(answer.to_json())
    assert answers > 100
