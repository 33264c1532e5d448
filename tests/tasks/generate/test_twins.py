"""Twins: one thing changes, article, task and instructions do not, and each has a text that follows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from scorers import ids, load, search, verify
from scorers.context import Context
from tasks.errors import CannotDraw
from tasks.generate.generator import generate_samples
from tasks.generate.plan import GenerationPlan
from tasks.generate.pools import resolve_pool
from tasks.generate.twins.kinds import CHANGES, KINDS, read_twins
from tasks.prompts.wording import SHIPPED, Wording
from tasks.sample import BASE, GROUP, TWIN
from tasks.sources import load_source

ENGLISH = list(load_source("builtin").articles())
REPEATING = "combination:repeat_prompt"


def drawn(kinds=tuple(KINDS), articles=ENGLISH, wording=None, **plan):
    plan = {"per_task": 1, "count": (2, 4), "weights": {REPEATING: 0}, "seed": 5, **plan}
    return generate_samples(GenerationPlan(twins=kinds, **plan), articles, wording)


def groups(found):
    made = {}
    for sample in found.samples:
        made.setdefault(sample.meta[GROUP], {})[sample.meta[TWIN]] = sample
    return made


def keys(sample):
    return [str(one.to_json()) for one in sample.instructions]


@pytest.fixture(scope="module")
def every():
    return drawn()


def test_twins_keep_article_task_and_instructions_and_are_other_prompts(every):
    for members in groups(every).values():
        base = members[BASE]
        assert len({one.id for one in members.values()}) == len(members) > 10
        for name, twin in members.items():
            twin.check_id()
            assert (twin.task, twin.article_id, twin.meta[GROUP]) == (base.task, base.article_id, base.id)
            if name.startswith("load:"):
                short, long = sorted((keys(base), keys(twin)), key=len)
                assert long[: len(short)] == short
                assert len(twin.instructions) == int(name.partition(":")[2])
            else:
                assert Counter(keys(twin)) == Counter(keys(base))
                assert twin.id == base.id or twin.turns != base.turns


def test_a_text_that_follows_the_base_follows_its_twins_and_one_that_does_not_breaks_the_same(every):
    for members in groups(every).values():
        base = members[BASE]
        witness = search(base.instructions, prompt=base.prompt, rules=base.rules).text
        for text in (witness, base.meta["opening"]):
            expected = dict(zip(keys(base), followed(base, text), strict=True))
            for name, twin in members.items():
                if not name.startswith("load:"):
                    assert dict(zip(keys(twin), followed(twin, text), strict=True)) == expected, name


def followed(sample, text):
    return [one.followed for one in verify(text, sample.instructions, prompt=sample.prompt, rules=sample.rules)]


def test_every_twin_has_a_text_that_follows_it(every):
    for sample in every.samples:
        text = search(sample.instructions, prompt=sample.prompt, rules=sample.rules).text
        assert text is not None, sample.meta[TWIN]
        assert all(followed(sample, text)), sample.meta[TWIN]


def test_what_each_kind_changes(every):
    for members in groups(every).values():
        base = members[BASE]
        assert members["order:reversed"].instructions == base.instructions[::-1]
        system, second = members["placement:system"], members["placement:second"]
        assert [turn.role for turn in system.turns] == ["system", "user"]
        assert [turn.role for turn in second.turns] == ["user", "assistant", "user"]
        sentences = [one.describe() for one in base.instructions]
        assert members["format:prose"].prompt.endswith(" ".join(sentences))
        assert f"<instruction>{sentences[0]}</instruction>\n" in members["format:xml"].prompt
        assert base.prompt in members["distractor:paragraph"].prompt
        assert len(members["length:double"].meta["opening"]) > len(base.meta["opening"])
        for style in ("brief", "formal"):
            assert not any(sentence in members[f"wording:{style}"].prompt for sentence in sentences)


def test_the_base_is_the_sample_without_twins_and_a_seed_gives_the_same_twins(every):
    plain = drawn(kinds=())
    assert [one.id for one in plain.samples] == list(groups(every))
    assert all(GROUP not in one.meta for one in plain.samples)
    assert [one.to_json() for one in drawn().samples] == [one.to_json() for one in every.samples]


def test_a_twin_that_cannot_be_made_is_counted_with_its_reason():
    found = drawn(("wording", "order", "load:8"), pool=[REPEATING, "startend:end_checker"], count=2, weights={})
    assert found.twins.made == Counter({"order:reversed": 4})
    assert found.twins.missing["wording:brief"] == 4
    assert "quotes the words that would change" in found.twins.reasons["wording:brief"]
    assert "no satisfiable set of 8" in found.twins.reasons["load:8"]


def test_chinese_samples_have_the_twins_that_need_no_english_sentences():
    kinds = ("wording", "order", "distractor", "placement", "format")
    chinese = list(load_source("builtin", {"language": "zh"}).articles())
    wording = Wording.load(SHIPPED / "zh.toml")
    found = drawn(kinds, chinese, wording, tasks=["summarize"], pool="zh", weights={})
    [members] = groups(found).values()
    assert len(members) == 10
    assert "另一篇报道" in members["distractor:paragraph"].prompt
    assert "写出概要" in members["wording:brief"].prompt
    assert "烦请您" in members["wording:formal"].prompt
    with pytest.raises(CannotDraw, match="language replaces the built-in English wording"):
        drawn(("language",), chinese, wording, pool="zh", weights={})
    other = replace(wording, prefix="* ")
    with pytest.raises(CannotDraw, match="wording replaces a built-in English or Chinese wording"):
        drawn(("wording",), chinese, other, pool="zh", weights={})


@pytest.mark.parametrize("style", KINDS["wording"])
def test_other_chinese_wordings_put_each_instruction_into_other_words_with_all_that_is_checked(style):
    ours, wording = (Wording.load(SHIPPED / f"{name}.toml") for name in ("zh", f"zh-{style}"))
    assert {*ours.instructions, *(id for id in ids() if id.startswith("zh:"))} - set(wording.instructions) == {
        REPEATING
    }
    for id in wording.instructions:
        for seed in range(5):
            drawn = load(id).draw(Random(seed), Context(request="概括大意。", opening="港口的雾很浓。", language="zh"))
            assert wording.sentence(drawn) != ours.sentence(drawn)


@pytest.mark.parametrize("style", KINDS["wording"])
def test_other_wordings_put_each_drawn_instruction_into_other_words_with_all_that_is_checked(style):
    wording = Wording.load(SHIPPED / f"{style}.toml")
    assert set(resolve_pool("all")) - set(wording.instructions) == {REPEATING}
    opening = " ".join(ENGLISH[0].text.split()[:200])
    for id in wording.instructions:
        for seed in range(5):
            drawn = load(id).draw(Random(seed), Context(request="Sum it up.", opening=opening))
            assert wording.sentence(drawn) != drawn.describe()


@pytest.mark.parametrize(
    ("twins", "told"),
    [
        (["ordr"], "unknown kind 'ordr'; did you mean 'order'"),
        (["placement:sytem"], "unknown variant 'placement:sytem'; did you mean 'system'"),
        (["load", "load:4"], "names 'load:4' twice"),
        ("order", "must be a list of kinds"),
    ],
)
def test_unknown_twins_are_refused_by_name(twins, told):
    with pytest.raises(CannotDraw, match=told):
        read_twins(twins)


def test_each_kind_has_words():
    assert CHANGES.keys() == KINDS.keys()
