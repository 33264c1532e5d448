"""Control over a set: exact counts, balance, tightness, placement; and that none of them costs a witness."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from statistics import mean

import pytest
from drawing import articles

import scorers
from scorers import Text
from tasks.errors import BadWording, CannotDraw
from tasks.generate.generator import SampleGenerator, generate_samples
from tasks.generate.plan import GenerationPlan
from tasks.prompts.wording import Wording
from tasks.task import TASKS

ARTICLES = articles()
POOL = "livebench-2024"
WORDS, SENTENCES = "length_constraints:number_words", "length_constraints:number_sentences"


def drawn(**plan):
    return generate_samples(GenerationPlan(**{"pool": POOL, "per_task": 10, **plan}), ARTICLES)


def lines(samples):
    return [json.dumps(sample.to_json()) for sample in samples]


def proven(sample):
    return scorers.search(sample.instructions, prompt=sample.prompt, rules=sample.rules).outcome == "proven"


def test_exact_counts_are_met_without_chance_and_every_task_gets_its_part():
    samples = drawn(count={"exact": {1: 4, "2": 22, 3: 14, 7: 0}}).samples
    assert Counter(len(sample.instructions) for sample in samples) == {1: 4, 2: 22, 3: 14}
    for task in TASKS:
        sizes = Counter(len(sample.instructions) for sample in samples if sample.task == task)
        assert sizes[1] == 1
        assert sizes[2] in (5, 6)
        assert sizes[3] in (3, 4)


def test_exact_counts_of_a_set_that_is_no_multiple_of_its_tasks():
    samples = drawn(per_task=None, total=7, count={"exact": {1: 5, 2: 2}}).samples
    assert Counter(len(sample.instructions) for sample in samples) == {1: 5, 2: 2}


def test_which_sample_has_how_many_instructions_is_up_to_the_seed():
    sizes = [
        [len(s.instructions) for s in drawn(seed=seed, count={"exact": {1: 20, 3: 20}}).samples] for seed in (0, 1)
    ]
    assert sizes[0] != sizes[1]
    assert sizes[0] != sorted(sizes[0])


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("count", [(2, 5), {"exact": {1: 30, 6: 10}}])
def test_a_balanced_set_has_every_id_within_one_of_what_its_weight_says(seed, count):
    weights = {"keywords:existence": 2, "startend:quotation": 0.5, "detectable_format:title": 0}
    found = drawn(balance=True, seed=seed, count=count, weights=weights)
    slots = sum(len(sample.instructions) for sample in found.samples)
    kept = Counter(instruction.id for sample in found.samples for instruction in sample.instructions)
    assert found.accepted == kept
    for id in found.ids:
        assert abs(kept[id] - slots * weights.get(id, 1) / 14.5) < 1
        assert found.expected[id] == pytest.approx(slots * weights.get(id, 1) / 14.5)
    assert kept["detectable_format:title"] == 0
    assert all(proven(sample) for sample in found.samples)
    assert len({sample.id for sample in found.samples}) == 40
    assert all(len({i.id for i in sample.instructions}) == len(sample.instructions) for sample in found.samples)


def test_without_balance_what_conflicts_most_is_left_behind():
    kept = drawn(per_task=25).accepted
    assert kept["detectable_format:json_format"] < 0.6 * mean(kept.values())


def test_a_balanced_set_is_the_same_for_the_same_seed_and_another_one_for_another():
    one, again, other = (lines(drawn(balance=True, seed=seed, per_task=5).samples) for seed in (3, 3, 4))
    assert one == again
    assert not set(one) & set(other)


def test_an_id_cannot_be_expected_in_more_samples_than_there_are():
    found = drawn(per_task=None, total=8, count=2, balance=True, weights={WORDS: 1000})
    assert found.accepted[WORDS] == found.expected[WORDS] == 8
    assert sum(found.accepted.values()) == 16


def test_instructions_that_an_article_does_not_fit_are_traded_to_one_that_they_fit():
    pool = ("source:numbers", "source:names", "punctuation:no_comma", "detectable_format:title")
    found = drawn(pool=pool, count=2, balance=True)
    assert set(found.accepted.values()) == {20}
    assert all(proven(sample) for sample in found.samples)


def test_weights_that_cannot_be_balanced_are_refused_by_name():
    json_format, two = "detectable_format:json_format", "combination:two_responses"
    with pytest.raises(CannotDraw, match=r"balance = true, but no trade gave .*conflicts with too many others"):
        drawn(pool=(json_format, two), count=(1, 2), balance=True)
    uneven = {"startend:quotation": 30, WORDS: 30}
    with pytest.raises(CannotDraw, match="the weights cannot be met with these counts"):
        drawn(per_task=10, count={"exact": {1: 38, 15: 2}}, balance=True, weights=uneven)


@pytest.mark.parametrize("tightness", [0, 0.5, 1])
def test_bounds_come_as_near_to_the_natural_length_as_tightness_says(tightness):
    samples = drawn(pool=(WORDS, SENTENCES), count=2, tightness=tightness).samples
    shares = {"paraphrase": 1, "simplify": 1, "story_generation": 2, "summarize": 0.4}
    relations = Counter()
    for sample in samples:
        text = Text(sample.meta["opening"])
        for instruction in sample.instructions:
            words = instruction.id == WORDS
            natural = max(2, shares[sample.task] * len(text.words if words else text.sentences))
            bound = instruction.num_words if words else instruction.num_sentences
            below = instruction.relation == "at least"
            middle = 1 - 0.75 * (1 - tightness) if below else 1 + 0.75 * (1 - tightness)
            low, high = natural * (middle - 0.05), natural * (middle + 0.05)
            assert low - 0.51 <= bound <= max(high + 0.51, 2)
            relations[instruction.relation] += 1
        assert proven(sample)
    assert min(relations.values()) > 20


def test_limits_that_name_the_bound_come_before_tightness():
    limits = {WORDS: {"num_words": [33, 33]}, SENTENCES: {"relation": ["less than"]}}
    for sample in drawn(pool=(WORDS, SENTENCES), count=2, tightness=1, limits=limits).samples:
        by_id = {instruction.id: instruction for instruction in sample.instructions}
        assert by_id[WORDS].num_words == 33
        assert by_id[SENTENCES].relation == "less than"


def test_chinese_bounds_are_tightened_too():
    from tasks.sources import load_source

    given = list(load_source("builtin", {"language": "zh"}).articles())
    plan = GenerationPlan(pool=("zh:number_characters",), count=1, tasks=["paraphrase"], per_task=20, tightness=1)
    for sample in generate_samples(plan, given).samples:
        [instruction] = sample.instructions
        own = sum("一" <= letter <= "鿿" for letter in sample.meta["opening"])
        assert own * 0.94 - 1 <= instruction.num_characters <= own * 1.06 + 1


def test_in_the_system_turn_stand_the_instructions_and_nothing_else():
    plan = {"count": 3, "per_task": 3}
    beside, apart = drawn(**plan).samples, drawn(**plan, placement="system").samples
    for one, other in zip(beside, apart, strict=True):
        assert one.instructions == other.instructions
        assert [turn.role for turn in other.turns] == ["system", "user"]
        system, user = (turn.text for turn in other.turns)
        sentences = [instruction.describe() for instruction in other.instructions]
        assert all(sentence in system and sentence not in user for sentence in sentences)
        assert one.prompt == f"{user}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
        assert one.id != other.id
        assert proven(other)


def test_a_wording_file_says_what_the_system_turn_is():
    wording = Wording.from_record({"prompt": {"system": "Do this: {instructions}", "prefix": ""}}, "w")
    plan = GenerationPlan(pool=("punctuation:no_comma",), count=1, total=1, placement="system")
    [sample] = SampleGenerator(plan, ARTICLES, wording)
    assert sample.turns[0].text == f"Do this: {sample.instructions[0].describe()}"
    with pytest.raises(BadWording, match=r"w: prompt.system lacks \{instructions\}"):
        Wording.from_record({"prompt": {"system": "Do this."}}, "w")


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"count": {"exact": {2: 39}}}, "count.exact adds up to 39 samples, but 40 are to be drawn"),
        ({"count": {"exact": {2: 39.5}}}, "count.exact.2 must be a whole number of samples, got 39.5"),
        ({"count": {"exact": {2: 40}, 3: 1}}, "count takes a number"),
        ({"count": {"exact": {"two": 40}}}, "'two' is no number of instructions"),
        ({"count": {"exact": {0: 40}}}, "allows 0 instructions"),
        ({"count": {"exact": {16: 40}}}, "up to 16 instructions in a sample, but the pool has only 15"),
        ({"balance": 1}, "balance must be true or false"),
        ({"tightness": 1.1}, "tightness must be a number from 0 to 1, got 1.1"),
        ({"tightness": float("nan")}, "tightness must be a number from 0 to 1"),
        ({"tightness": 1, "pool": ("punctuation:no_comma",), "count": 1}, "tightness would move nothing"),
        ({"placement": "sistem"}, "placement: unknown 'sistem'; did you mean 'system'"),
    ],
)
def test_what_cannot_be_controlled_so_is_refused_by_its_key(plan, told):
    with pytest.raises(CannotDraw) as refused:
        GenerationPlan(**{"pool": POOL, "per_task": 10, **plan}).check()
    assert told in str(refused.value)


def test_a_larger_set_has_a_pair_of_each_two_that_do_not_conflict():
    found = drawn(per_task=60, balance=True)
    met = {pair for s in found.samples for pair in combinations(sorted(i.id for i in s.instructions), 2)}
    assert len(met) > 75
    for other in ("combination:two_responses", "combination:repeat_prompt"):
        assert (other, "detectable_format:json_format") not in met
