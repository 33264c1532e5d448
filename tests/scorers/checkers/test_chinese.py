"""Chinese: characters, scripts, sentences, filler; what the audited checkers make of Chinese responses."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from time import process_time

import pytest

import scorers
from scorers import Context, Text, search, verify
from scorers.repair.filler_zh import ChineseFiller
from scorers.text.language.chinese import SCRIPTS, SIMPLIFIED, TRADITIONAL, foreign_to, han_count, quote_chinese
from scorers.text.word_lists import word_list

ZH = [id for id in scorers.ids() if id.startswith("zh:")]


def cut(raw):
    return [raw[start:end] for start, end in Text(raw).sentences]


def followed(text, id, **params):
    [verdict] = verify(text, [{"id": id, **params}])
    return verdict.followed


@pytest.mark.parametrize(
    ("raw", "pieces"),
    [
        ("他来了。她走了吗？真的！", ["他来了。", "她走了吗？", "真的！"]),
        ("“走吧！”他说。", ["“走吧！”", "他说。"]),
        ("你好!我来了?走吧.再见", ["你好!", "我来了?", "走吧.", "再见"]),
        ("价格3.5元。约1,000人", ["价格3.5元。", "约1,000人"]),
        ("他想……然后走了。", ["他想……然后走了。"]),
        ("结束了.", ["结束了."]),
        ("1、苹果\n2、梨", ["苹果", "梨"]),
        ("三点：\n一、苹果\n（二）梨", ["三点：", "苹果", "梨"]),
        ("Great!好。", ["Great!好。"]),
    ],
)
def test_sentences_end_where_chinese_ends_them(raw, pieces):
    assert cut(raw) == pieces


def test_a_character_is_a_word_and_only_characters_are_counted():
    raw = "他买了 3.5 公斤米，花 10 元。"
    assert len(Text(raw).words) == 10
    assert han_count(raw) == 8
    assert followed(raw, "length_constraints:number_words", num_words=10, relation="at least")
    assert followed(raw, "zh:number_characters", num_characters=8, relation="不超过")


def test_words_and_beginnings_that_are_drawn_are_simplified():
    assert not foreign_to(SIMPLIFIED).search("".join(word_list("zh")))
    assert list(word_list("zh")) == sorted(set(word_list("zh")))


@pytest.mark.parametrize("length", [*range(1, 60), 400])
def test_filler_has_the_length_that_is_asked_for_and_serves_both_scripts(length):
    sentence = ChineseFiller(turn=length).sentence(length)
    assert han_count(sentence) == length
    assert sentence.endswith("。")
    assert not re.search("[，,0-9A-Za-z]", sentence)
    assert not any(foreign_to(script).search(sentence) for script in SCRIPTS)


def test_filler_avoids_words_within_and_across_words():
    filler = ChineseFiller(avoid=("老人", "看", "的"), lacks=("水",))
    text = "".join(filler.sentence(n) for n in range(2, 40))
    assert not any(word in text for word in ("老人", "看", "的", "水"))


def test_words_come_from_the_opening_in_a_chinese_context():
    context = Context("写一写", "大桥在公园边上。", language="zh")
    assert context.content_words == ("公园", "大桥")
    forbidden = scorers.load("keywords:forbidden_words").draw(Random(1), context)
    assert {"公园", "大桥"} <= set(forbidden.forbidden_words)
    assert han_count("".join(scorers.load("keywords:existence").draw(Random(1), context).keywords))


@pytest.mark.parametrize(
    ("relation", "said"), [("至少", "至少出现 3 次"), ("不超过", "出现不超过 3 次"), ("恰好", "恰好出现 3 次")]
)
def test_a_bound_stands_where_chinese_puts_it(relation, said):
    ask = {"id": "zh:keyword_frequency", "keyword": "大桥", "frequency": 3, "relation": relation}
    assert said in scorers.read(ask).describe()


def test_lists_are_put_as_chinese_puts_them():
    assert [quote_chinese(items) for items in (("甲",), ("甲", "乙"), ("甲", "乙", "丙"))] == [
        "“甲”",
        "“甲”和“乙”",
        "“甲”、“乙”和“丙”",
    ]


@pytest.mark.parametrize("id", ZH)
def test_the_sentence_is_chinese_and_the_judge_quick(id):
    checker = scorers.load(id)
    assert checker.worded_in == "zh"
    instruction = checker.draw(Random(3), Context())
    assert han_count(instruction.describe()) > 8
    assert not re.search("[A-Za-z]", instruction.describe())
    for unit in ("一、甲\n", "发發", "字!", "https://a"):
        text = Text(unit * (100_000 // len(unit)))
        began = process_time()
        assert instruction.check(text).reason
        assert process_time() - began < 2.5  # it takes a tenth of that; what grows with the square takes minutes


def test_a_chinese_prompt_gets_a_chinese_witness():
    instructions = [
        {"id": "detectable_format:number_bullet_lists", "num_bullets": 2},
        {"id": "detectable_format:title"},
    ]
    found = search(instructions, prompt="请用两点概括这篇报道，并加标题。")
    assert not re.search("[A-Za-z]", found.text)
    assert re.search("[A-Za-z]", search(instructions, prompt="Sum it up.").text)


@pytest.mark.parametrize(
    ("instructions", "why"),
    [
        (
            [
                {"id": "zh:number_characters", "num_characters": 100, "relation": "不超过"},
                {"id": "zh:number_characters", "num_characters": 200, "relation": "至少"},
            ],
            "no number of characters is both at least 200 and at most 100",
        ),
        (
            [{"id": "zh:script", "script": TRADITIONAL}, {"id": "zh:keywords_present", "keywords": ["大桥"]}],
            "'桥' is forbidden, yet '大桥' must stand in it",
        ),
        (
            [{"id": "zh:no_latin_letters"}, {"id": "keywords:existence", "keywords": ["AI"]}],
            "is forbidden, yet 'AI' must stand in it",
        ),
        *(
            ([{"id": "detectable_format:json_format"}, ask], "yet it must be JSON")
            for ask in (
                {"id": "zh:first_characters", "beginning": "你听说了吗？"},
                {"id": "zh:last_characters", "ending": "你怎么看？"},
                {"id": "zh:number_paragraphs", "num_paragraphs": 2},
                {"id": "zh:full_width_punctuation"},
            )
        ),
        (
            [
                {"id": "zh:keywords_absent", "forbidden": ["大桥"]},
                {"id": "zh:keyword_frequency", "keyword": "大桥", "frequency": 2, "relation": "不超过"},
            ],
            "'大桥' is forbidden, so that a bound on how often it occurs says nothing",
        ),
        (
            [
                {"id": "zh:number_paragraphs", "num_paragraphs": 2},
                {
                    "id": "length_constraints:nth_paragraph_first_word",
                    "num_paragraphs": 2,
                    "nth_paragraph": 1,
                    "first_word": "大桥",
                },
            ],
            "two instructions ask for exactly 2 paragraphs",
        ),
        (
            [
                {"id": "combination:repeat_prompt", "prompt_to_repeat": "大桥昨天通车了。请概括这段文字。"},
                {"id": "zh:number_characters", "num_characters": 10, "relation": "至少"},
            ],
            "what must begin it has 14 characters, so that a bound from below says nothing",
        ),
        (
            [
                {"id": "zh:keywords_absent", "forbidden": ["大桥", "公园"]},
                {"id": "keywords:forbidden_words", "forbidden_words": ["大桥"]},
            ],
            "two instructions forbid '大桥'",
        ),
        (
            [
                {"id": "zh:number_characters", "num_characters": 180, "relation": "至少"},
                {"id": "length_constraints:number_words", "num_words": 160, "relation": "at least"},
            ],
            "two instructions bound the length from the same side",
        ),
    ],
)
def test_what_contradicts_itself_is_told(instructions, why):
    found = search(instructions)
    assert found.outcome == "impossible"
    assert why in found.impossible


def test_the_tables_travel_with_the_package():
    folder = Path(scorers.__file__).parent / "data"
    assert {"han.simplified.txt", "han.traditional.txt", "han.pairs.txt", "han.contexts.txt", "words.zh.txt"} <= {
        path.name for path in folder.iterdir()
    }
