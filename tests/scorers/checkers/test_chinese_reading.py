"""Chinese as it is read: scripts by character and by word, what is a title and what is a word, reasons."""

from __future__ import annotations

import pytest

import scorers
from scorers import verify
from scorers.text.language.chinese import (
    SCRIPTS,
    SIMPLIFIED,
    TRADITIONAL,
    foreign_spans,
    foreign_to,
    has_variants,
    only_in,
    simplify,
)
from tasks.sources import load_source

PAIR = {
    SIMPLIFIED: "我们应该说汉语写简体字，这样读书方便。发展经济，开门办学。",
    TRADITIONAL: "我們應該說漢語寫繁體字，這樣讀書方便。發展經濟，開門辦學。",
}


def followed(text, id, **params):
    [verdict] = verify(text, [{"id": id, **params}])
    return verdict.followed


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_text_in_one_script_is_in_that_one_only(script):
    other = next(name for name in SCRIPTS if name != script)
    assert followed(PAIR[script], "zh:script", script=script)
    assert not followed(PAIR[script], "zh:script", script=other)
    assert foreign_to(other).search(PAIR[script])


def test_no_character_belongs_to_one_script_only_and_to_the_other():
    assert not set(only_in(SIMPLIFIED)) & set(only_in(TRADITIONAL))
    assert not set("后里干台著乾余范") & set(only_in(SIMPLIFIED) + only_in(TRADITIONAL))


def test_the_tables_are_what_the_converter_says():
    convert = pytest.importorskip("opencc").OpenCC
    to_simplified, to_traditional = convert("t2s").convert, convert("s2t").convert
    for character in only_in(SIMPLIFIED):
        assert to_simplified(character) == character != to_traditional(character)
    for character in only_in(TRADITIONAL):
        assert to_simplified(character) != character


@pytest.mark.parametrize(
    ("raw", "script", "foreign"),
    [
        ("他的身体很好，听说了", TRADITIONAL, "体听说"),
        ("皇后来了，以后再来", TRADITIONAL, "来后来"),
        ("三公里外的村里長在家里", TRADITIONAL, "里"),
        ("面對面吃面包，方面包括麵粉", TRADITIONAL, "面"),
        ("一万個老么問什么", TRADITIONAL, "万么"),
        ("只是一只貓", TRADITIONAL, "只"),
        ("人云亦云，張三丰看白云", TRADITIONAL, "云"),
        ("乾隆皇帝吃饼乾", SIMPLIFIED, "乾"),
        ("著名的人看著他", SIMPLIFIED, "著"),
        ("後来的慰藉与藉口", SIMPLIFIED, "後藉"),
        ("魏徵的特徵，瞭望与明瞭", SIMPLIFIED, "徵瞭"),
    ],
)
def test_words_settle_what_characters_of_both_scripts_are(raw, script, foreign):
    assert "".join(raw[start:end] for start, end in foreign_spans(raw, script)) == foreign


@pytest.mark.parametrize("variant", ["s2t", "s2tw", "s2hk", "s2twp"])
def test_converted_articles_are_in_the_script_that_they_were_converted_to(variant):
    convert = pytest.importorskip("opencc").OpenCC
    to_simplified, to_traditional = convert("t2s").convert, convert(variant).convert
    for article in load_source("builtin", {"language": "zh"}).articles():
        plain = to_simplified(article.text.replace("著", "着"))
        assert not foreign_spans(plain, SIMPLIFIED)
        assert foreign_spans(plain, TRADITIONAL)
        other = to_traditional(plain)
        assert [other[start - 2 : end + 2] for start, end in foreign_spans(other, TRADITIONAL)] == []


def test_a_traditional_form_has_its_place_in_simplified_writing():
    assert simplify("長江大橋，後來") == "长江大桥，后来"
    assert has_variants("大桥")
    assert has_variants("大橋")
    assert not has_variants("公共")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["大桥"], "（繁体、简体都不行，包含在更长的词语里也不行）"),
        (["AI"], "（英文单词不分大小写，须独立成词）"),
        (["AI", "大桥"], "也不行；英文单词不分大小写，须独立成词）"),
    ],
)
def test_the_sentence_says_what_bounds_a_word(words, rule):
    assert rule in scorers.read({"id": "zh:keywords_absent", "forbidden": words}).describe()


def test_words_of_latin_letters_are_whole_words_and_others_are_not():
    assert followed("AIGC 和 said", "zh:keywords_absent", forbidden=["AI"])
    assert not followed("用AI写作", "zh:keywords_absent", forbidden=["AI"])
    assert not followed("長江大橋", "zh:keywords_absent", forbidden=["大桥"])


TITLES = (
    "标题：修桥",
    "題目：修橋！",
    "【修桥】",
    "《修桥》",
    "**修桥**",
    "# 修桥",
    "<<修桥>>",
    "第一部分：修桥",
    "小节 1",
    "一、修桥",
)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_no_paragraph_no_sentence_and_no_beginning(title):
    raw = f"{title}\n\n事情是这样的：桥修好了。\n\n大家都来看。"
    assert followed(raw, "zh:number_paragraphs", num_paragraphs=2)
    assert followed(raw, "zh:number_sentences", num_sentences=2, relation="恰好")
    assert followed(raw, "zh:first_characters", beginning="事情是这样的：")


@pytest.mark.parametrize(
    "line",
    [
        "《修桥》是一本书。",
        "【快讯】桥修好了。",
        "标题党越来越多了。",
        "第一次来。",
        "共有 3 种水果。",
        "第一，桥很旧。",
    ],
)
def test_a_line_that_only_looks_like_a_title_is_a_paragraph_and_a_sentence(line):
    raw = f"{line}\n\n桥修好了。"
    assert followed(raw, "zh:number_paragraphs", num_paragraphs=2)
    assert followed(raw, "zh:number_sentences", num_sentences=2, relation="恰好")


def test_the_request_that_is_repeated_is_no_paragraph():
    prompt = f"下面是一篇报道：\n\n{'大桥昨天通车了。' * 12}\n\n请概括。\n\n- 先重复上文。"
    raw = prompt.partition("\n\n- ")[0] + "\n\n大桥通车。"
    ask = {"id": "zh:number_paragraphs", "num_paragraphs": 1}
    assert verify(raw, [ask], prompt=prompt)[0].followed
    assert not verify(raw, [ask])[0].followed


@pytest.mark.parametrize(
    ("raw", "ask", "reason"),
    [
        (
            "桥修好了。",
            {"id": "zh:number_characters", "num_characters": 3, "relation": "不超过"},
            "4 Chinese characters; at most 3 were asked, which is passed at line 1",
        ),
        (
            "桥修好了。",
            {"id": "zh:number_characters", "num_characters": 9, "relation": "至少"},
            "4 Chinese characters; at least 9 were asked",
        ),
        (
            "好。\n\n好。",
            {"id": "zh:number_paragraphs", "num_paragraphs": 1},
            "2 paragraphs, at lines 1 and 3; exactly 1 was asked",
        ),
        (
            "好。好。",
            {"id": "zh:number_sentences", "num_sentences": 3, "relation": "恰好"},
            "2 sentences; exactly 3 were asked",
        ),
        (
            "桥修好了。",
            {"id": "zh:longest_sentence", "num_characters": 3},
            "the longest sentence has 4 Chinese characters; at most 3 were asked; 1 sentence exceeds that, at line 1",
        ),
        (
            "大桥大桥",
            {"id": "zh:keyword_frequency", "keyword": "大桥", "frequency": 1, "relation": "不超过"},
            "'大桥' 2 times, at line 1; at most 1 was asked",
        ),
        ("走了。", {"id": "zh:last_characters", "ending": "再见。"}, "it ends with '走了。'; '再见。' was asked"),
        ("走了。", {"id": "zh:first_characters", "beginning": "再见。"}, "it begins with '走了。'; '再见。' was asked"),
    ],
)
def test_a_reason_names_the_bound(raw, ask, reason):
    assert verify(raw, [ask])[0].reason == reason
