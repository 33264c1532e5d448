"""The scripted models: what each of them answers is known beforehand."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from adapter_helpers import INSTRUCTIONS, SAMPLE, ask, request, sample

import scorers
from harness.adapters.base import AdapterSetup
from harness.adapters.registry import make_adapter
from harness.errors import ConfigError, Rejected
from scorers.context import Context

ARTICLE = (
    "The ferry left the harbour before the storm. Nobody on board had slept. The captain counted the lifeboats twice."
)


def answer(model, of=SAMPLE):
    return ask(make_adapter("scripted", AdapterSetup(model, samples={of.id: of})), request(of, model=model)).text


def answer_all(model, samples):
    """The responses of one adapter, which searches all of them in one process."""
    adapter = make_adapter("scripted", AdapterSetup(model, samples={one.id: one for one in samples}))
    responses = ask(adapter, *(request(one, model=model) for one in samples))
    return [(one, response.text) for one, response in zip(samples, responses, strict=True)]


def followed(text, of=SAMPLE):
    verdicts = scorers.verify(text, of.instructions, prompt=of.prompt, rules=of.rules)
    return [verdict.followed for verdict in verdicts]


@cache
def drawn(count=40):
    """Samples with 1 to 4 instructions of different ids and drawn parameters, that have a witness."""
    rng, found = Random("scripted"), []
    while len(found) < count:
        ids = rng.sample(scorers.ids(), 1 + len(found) % 4)
        kinds = [scorers.load(id) for id in ids]
        one = sample(*(kind.draw(rng, Context(request=ARTICLE)).to_json() for kind in kinds), prompt=ARTICLE)
        if scorers.witness(one.instructions, prompt=one.prompt):
            found.append(one)
    return found


def test_the_oracle_follows_everything():
    for one, text in answer_all("oracle", (SAMPLE, *drawn())):
        assert all(followed(text, one)), one.instructions


def test_partial_follows_all_but_the_last():
    broken = 0
    for one, text in answer_all("partial", (SAMPLE, *drawn())):
        *others, last = followed(text, one)
        assert all(others), one.instructions
        broken += not last
    assert broken >= 0.9 * (len(drawn()) + 1)


def test_partial_breaks_nearly_every_kind_of_instruction():
    draws = [scorers.load(id).draw(Random(7), Context(request=ARTICLE)).to_json() for id in scorers.ids()]
    samples = [sample(draw, prompt=ARTICLE) for draw in draws]
    kept = [one.instructions for one, text in answer_all("partial", samples) if followed(text, one) != [False]]
    assert len(kept) <= 0.1 * len(scorers.ids()), kept


def test_echo_returns_the_opening_or_else_the_prompt():
    assert answer("echo") == "The harbour woke late."
    plain = sample()
    assert answer("echo", plain) == "Rewrite the article."


def test_failing_answers_nothing():
    with pytest.raises(Rejected, match="answers nothing"):
        answer("failing")


def test_the_rule_book_of_the_sample_decides():
    one = sample({"id": "length_constraints:number_words", "relation": "at least", "num_words": 20}, rules="livebench")
    assert followed(answer("oracle", one), one) == [True]


@pytest.mark.parametrize("model", ["oracle", "partial"])
def test_a_set_without_a_witness_is_rejected_with_the_reason(model):
    few = {"id": "length_constraints:number_words", "relation": "less than", "num_words": 10}
    impossible = sample(few, INSTRUCTIONS[1], INSTRUCTIONS[2])
    with pytest.raises(Rejected, match="no number of words is both at least 30 and at most 9"):
        answer(model, impossible)


@pytest.mark.parametrize("model", ["oracle", "partial"])
def test_a_search_without_end_is_rejected_with_its_cause(model, monkeypatch):
    monkeypatch.setattr("harness.adapters.providers.scripted.SECONDS", 0.5)
    endless = {"id": "keywords:existence", "keywords": ["a" * 40 + "b", "(a+)+$"]}
    odd = sample(endless, endless, rules="ifeval")
    with pytest.raises(Rejected, match=r"no result after 0.5 seconds \(keywords:existence .*\(a\+\)\+\$"):
        answer(model, odd)


def test_an_instruction_outside_its_range_is_rejected():
    odd = sample({"id": "length_constraints:number_words", "relation": "at least", "num_words": -5})
    with pytest.raises(Rejected, match="num_words"):
        answer("oracle", odd)


def test_a_sample_of_another_run_is_rejected():
    adapter = make_adapter("scripted", AdapterSetup("oracle", samples={}))
    with pytest.raises(Rejected, match=SAMPLE.id):
        ask(adapter)


def test_an_unknown_model_is_told_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no model 'orakle'; did you mean 'oracle'.*echo, partial, failing"):
        make_adapter("scripted", AdapterSetup("orakle"))
