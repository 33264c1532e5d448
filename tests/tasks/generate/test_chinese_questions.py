"""Chinese questions: articles, openings, the wording that comes along, words that are drawn."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import scorers
from scorers import Context
from scorers.text.language.chinese import SIMPLIFIED, TRADITIONAL, foreign_to, han_count
from scorers.text.scripts import language_by_script
from tasks.article import opening
from tasks.errors import BadWording
from tasks.generate.generator import generate_samples
from tasks.generate.plan import GenerationPlan
from tasks.prompts.template import parse
from tasks.prompts.wording import SHIPPED, Wording, find_wording
from tasks.sources import load_source
from tasks.task import TASKS, get_task

ARTICLES = list(load_source("builtin", {"language": "zh"}).articles())
CHINESE = Wording.load(SHIPPED / "zh.toml")
POOL = (
    "detectable_format:title",
    "keywords:existence",
    "keywords:forbidden_words",
    "keywords:frequency",
    "length_constraints:nth_paragraph_first_word",
    "zh:keywords_present",
    "zh:number_characters",
)


def test_twenty_chinese_articles_of_twelve_to_twenty_sentences():
    assert len(ARTICLES) == 20
    assert len({article.id for article in ARTICLES}) == 20
    for article in ARTICLES:
        assert language_by_script(article.text) == "zh"
        assert article.licence == "CC0-1.0"
        assert 12 <= len(re.findall("[。！？]+", article.text)) <= 20
        assert not (foreign_to(SIMPLIFIED).search(article.text) and foreign_to(TRADITIONAL).search(article.text))
    assert sum(foreign_to(SIMPLIFIED).search(article.text) is not None for article in ARTICLES) == 3


def test_an_opening_is_cut_behind_chinese_marks():
    text = "　　大桥通车了！“真快。”他说。\n\n价格3.5元？谁知道……\n明天再看。"
    assert opening(text, 1) == "大桥通车了！"
    assert opening(text, 3) == "大桥通车了！“真快。”他说。"
    assert opening(text, 4) == "大桥通车了！“真快。”他说。", "a question that leads to what follows"
    assert opening(text, 5) == "大桥通车了！“真快。”他说。\n\n价格3.5元？谁知道……\n明天再看。"
    assert opening(text, 99) == text.strip()
    assert opening("今日はとても良い天気です。散歩に行きましょう。", 1) == "今日はとても良い天気です。"


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_openings_grow_by_whole_sentences(article):
    starts = [opening(article.text, number) for number in range(1, 21)]
    assert all(longer.startswith(start) for start, longer in pairwise(starts))
    assert all(re.search("[。！？][”」]?$", start) for start in starts)
    assert starts[-1] == article.text


@pytest.mark.parametrize("task", TASKS)
def test_requests_and_prompts_are_chinese(task):
    request = CHINESE.request(get_task(task), "大桥通车了。")
    assert language_by_script(request) == "zh"
    assert not re.search("[A-Za-z]", request)
    assert CHINESE.tasks[task] in request


def test_every_instruction_of_the_shipped_configs_is_told_in_chinese():
    for name in ("livebench-zh", "smoke-zh"):
        config = tomllib.loads((Path(__file__).parents[3] / "configs" / f"{name}.toml").read_text(encoding="utf-8"))
        for id in config["instructions"]["pool"]:
            assert id in CHINESE.instructions or scorers.load(id).worded_in == "zh", id


@pytest.mark.parametrize("id", sorted(CHINESE.instructions))
def test_each_sentence_of_the_wording_tells_what_is_checked(id):
    for seed in range(8):
        context = Context("请概括这段文字。", "大桥在公园边上。", language="zh")
        assert han_count(CHINESE.sentence(scorers.load(id).draw(Random(seed), context))) > 6


def test_drawn_sentences_and_words_are_chinese():
    plan = GenerationPlan(total=40, seed=1, pool=POOL)
    samples = generate_samples(plan, ARTICLES, CHINESE).samples
    assert generate_samples(plan, ARTICLES, CHINESE).samples == samples
    for sample in samples:
        sentences = sample.prompt.splitlines()[-len(sample.instructions) :]
        assert all(han_count(sentence) > 6 for sentence in sentences), sentences
        assert not re.search("[A-Za-z]", sample.prompt)
        for instruction in sample.instructions:
            for value in instruction.to_json().values():
                words = value if isinstance(value, list) else []
                assert all(word in sample.prompt for word in words)


def drawn_sets(count, seed):
    config = tomllib.loads((Path(__file__).parents[3] / "configs" / "livebench-zh.toml").read_text(encoding="utf-8"))
    asked = config["instructions"]
    plan = GenerationPlan(total=count, seed=seed, pool=tuple(asked["pool"]), limits=asked["limits"], sentences=10)
    return generate_samples(plan, ARTICLES, CHINESE).samples


@pytest.fixture(scope="module")
def drawn():
    """A hundred and fifty samples of the shipped set."""
    return [sample for seed in (11, 12, 13) for sample in drawn_sets(50, seed)]


def by_id(sample):
    return {instruction.id: instruction for instruction in sample.instructions}


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (
            "detectable_format:json_format",
            ("zh:first_characters", "zh:last_characters", "zh:number_paragraphs", "zh:full_width_punctuation"),
        ),
        ("zh:number_paragraphs", ("length_constraints:nth_paragraph_first_word",)),
        ("combination:repeat_prompt", ("zh:first_characters",)),
        ("zh:no_arabic_digits", ("detectable_format:multiple_sections",)),
    ],
)
def test_instructions_that_a_reader_cannot_follow_together_are_not_drawn(drawn, one, others):
    sets = [by_id(sample) for sample in drawn]
    assert any(one in ids for ids in sets)
    assert not [ids for ids in sets if one in ids and not ids.keys().isdisjoint(others)]


def test_a_bounded_word_is_not_forbidden_as_well(drawn):
    both = [ids for ids in map(by_id, drawn) if {"zh:keyword_frequency", "zh:keywords_absent"} <= ids.keys()]
    assert both
    for ids in both:
        assert ids["zh:keyword_frequency"].keyword not in ids["zh:keywords_absent"].forbidden


def test_no_bound_is_met_by_any_response_and_none_asks_for_a_list_of_one(drawn):
    for sample in drawn:
        ids, opening_text = by_id(sample), sample.meta["opening"]
        if bound := ids.get("zh:number_characters"):
            assert bound.num_characters % 10 == 0
            usual = {"story_generation": 2, "summarize": 0.4}.get(sample.task, 1) * han_count(opening_text)
            usual *= 2 if "combination:two_responses" in ids else 1
            low, high = (1.0, 1.3) if bound.relation == "至少" else (0.5, 0.9)
            before = han_count(sample.prompt.partition("\n\n- ")[0]) if "combination:repeat_prompt" in ids else 0
            assert low * usual - 10 <= bound.num_characters - before <= high * usual + 10
        if (bound := ids.get("zh:keyword_frequency")) and bound.relation == "不超过":
            assert bound.keyword in opening_text
            assert bound.frequency <= max(1, opening_text.count(bound.keyword) - 1)
        if script := ids.get("zh:script"):
            assert foreign_to(script.script).search(opening_text)
        for id, name in (
            ("detectable_format:number_bullet_lists", "num_bullets"),
            ("detectable_format:multiple_sections", "num_sections"),
        ):
            assert getattr(ids.get(id), name, 2) >= 2


def test_limits_are_drawn_within_whatever_the_article_is():
    limits = {
        "zh:number_characters": {"num_characters": (333, 333)},
        "zh:number_sentences": {"num_sentences": (7, 7)},
        "zh:script": {"script": [SIMPLIFIED]},
        "zh:keyword_frequency": {"keyword": ["钢琴"], "relation": ["不超过"]},
    }
    for id, limit in limits.items():
        plan = GenerationPlan(total=4, seed=1, pool=(id,), count=1, limits={id: limit})
        for sample in generate_samples(plan, ARTICLES, CHINESE).samples:
            [record] = [instruction.to_json() for instruction in sample.instructions]
            assert all(record[name] in values for name, values in limit.items())


def test_a_relation_is_put_into_chinese():
    bound = scorers.read({"id": "keywords:frequency", "keyword": "大桥", "frequency": 2, "relation": "less than"})
    assert "少于 2 次" in CHINESE.sentence(bound)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{relation|as:less than=少于}", "says nothing for the value 'at least'"),
        (
            "{relation|as:less then=少于, at least=不少于, less than=少于}",
            "no value 'less then'; did you mean 'less than'",
        ),
        ("{num|as:1=一}", "as takes the kind choice"),
        ("{num|ordinal:x}", "ordinal takes nothing behind it"),
    ],
)
def test_a_filter_that_cannot_work_is_refused(written, why):
    kinds = {"relation": "choice", "num": "integer"}
    with pytest.raises(BadWording, match=re.escape(why)):
        parse(written, kinds, {"relation": ("less than", "at least")})


def test_a_wording_is_found_by_path_or_by_name(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("[prompt]\nprefix = ''\n")
    assert find_wording("own.toml", tmp_path) == own
    assert find_wording("zh", tmp_path) == SHIPPED / "zh.toml"
    with pytest.raises(BadWording, match="did you mean 'zh'"):
        find_wording("zhh", tmp_path)
    with pytest.raises(BadWording, match="no wording file"):
        find_wording("../wordings/zh", tmp_path)


def test_a_language_without_words_is_refused():
    with pytest.raises(BadWording, match=r"prompt.language is 'fr'.*words are drawn in: en, zh"):
        Wording.from_record({"prompt": {"language": "fr"}}, "w.toml")
