"""The sentence shown for an instruction is the sentence that the prompt asked it with, or is labelled as a rule."""

from __future__ import annotations

import scorers
from tasks.generate.generator import generate_samples
from tasks.generate.plan import GenerationPlan
from tasks.prompts.wording import Wording, find_wording
from tasks.sample import SENTENCES, Sample, Turn
from tasks.sources import load_source

COMMA = {"id": "punctuation:no_comma"}


def articles(language="en"):
    return list(load_source("builtin", {"language": language}).articles())[:4]


def test_our_own_wording_is_what_was_asked():
    plan = GenerationPlan(pool=("punctuation:no_comma", "length_constraints:number_words"), count=2, total=4)
    for sample in generate_samples(plan, articles()).samples:
        assert SENTENCES not in sample.meta
        for number, instruction in enumerate(sample.instructions):
            assert sample.find_sentence(number) == instruction.describe()
            assert sample.find_sentence(number) in sample.prompt


def test_a_wording_file_is_quoted_as_it_asks(tmp_path):
    wording = Wording.load(find_wording("zh", tmp_path))
    plan = GenerationPlan(pool=("punctuation:no_comma", "detectable_format:title"), count=2, total=4)
    for sample in generate_samples(plan, articles("zh"), wording).samples:
        for number, instruction in enumerate(sample.instructions):
            assert sample.find_sentence(number) != instruction.describe()
            assert sample.find_sentence(number) in sample.prompt
        assert Sample.from_json(sample.to_json()).find_sentence(0) == sample.find_sentence(0)


def test_a_published_prompt_asks_in_words_of_its_own():
    sample = Sample.build("x", [Turn.of("user", "Say it. No commas please.")], [scorers.read(COMMA)])
    assert sample.find_sentence(0) == ""
