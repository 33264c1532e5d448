"""The rule book `multiif` beside the published cases: what it refuses, marks, and shows."""

import pytest

import scorers

WORDS, SENTENCES = "length_constraints:number_words", "length_constraints:number_sentences"
LETTER, FREQUENCY = "keywords:letter_frequency", "keywords:frequency"


def verdict(text, id, **params):
    [found] = scorers.verify(text, [{"id": id, **params}], rules="multiif")
    return found


def shown(text, found):
    return [text[start:end] for start, end in found.spans]


def test_the_book_has_the_25_ids():
    books = [scorers.load(id) for id in scorers.ids()]
    assert sum("ifeval" in checker.rule_books for checker in books) == 25
    with pytest.raises(scorers.NotInBook):
        scorers.verify("x", [{"id": "style:acrostic", "word": "x", "unit": "lines"}], rules="multiif")


@pytest.mark.parametrize(
    ("id", "params", "name"),
    [
        ("keywords:existence", {"keywords": []}, "keywords"),
        ("keywords:forbidden_words", {"forbidden_words": []}, "forbidden_words"),
        (FREQUENCY, {"keyword": "", "frequency": 1, "relation": "at least"}, "keyword"),
        (FREQUENCY, {"keyword": "a", "frequency": -1, "relation": "at least"}, "frequency"),
        (LETTER, {"letter": "", "let_frequency": 1, "let_relation": "at least"}, "letter"),
        (LETTER, {"letter": "ab", "let_frequency": 1, "let_relation": "at least"}, "letter"),
        (LETTER, {"letter": "a", "let_frequency": -1, "let_relation": "at least"}, "let_frequency"),
        (WORDS, {"num_words": -1, "relation": "at least"}, "num_words"),
        (SENTENCES, {"num_sentences": -1, "relation": "at least"}, "num_sentences"),
        ("length_constraints:number_paragraphs", {"num_paragraphs": -1}, "num_paragraphs"),
        ("combination:repeat_prompt", {"prompt_to_repeat": ""}, "prompt_to_repeat"),
        ("language:response_language", {"language": "zh"}, "language"),
    ],
)
def test_an_argument_that_the_published_code_draws_is_refused_by_name(id, params, name):
    with pytest.raises(scorers.BadInstruction, match=rf"{name}\b"):
        verdict("Some text.", id, **params)


@pytest.mark.parametrize(("letter", "marked"), [("#", True), ("я", True), ("é", True), ("e", False), ("E", False)])
def test_a_letter_that_the_published_code_replaces_is_counted_and_marked(letter, marked):
    found = verdict(f"{letter} {letter}", LETTER, letter=letter, let_frequency=2, let_relation="at least")
    assert found.followed
    assert ("not comparable" in found.reason) is marked


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("今天天气很好，我去👍\ufe0f。", 9),
        ("今天天气很好，我去a👍b。", 10),
        ("今天天气很好，我去👨\u200d👩\u200d👧。", 9),
        ("今天天气很好，我去a.b。", 9),
        ("今天天气很好，我去a·b。", 9),
    ],
)
def test_words_of_chinese_text(text, number):
    assert verdict(text, WORDS, num_words=number, relation="at least").followed
    assert verdict(text, WORDS, num_words=number + 1, relation="less than").followed


def test_words_beyond_the_bound_are_shown():
    text = "今天天气很好，我去👍\ufe0f（河）边。"
    found = verdict(text, WORDS, num_words=9, relation="less than")
    assert shown(text, found) == ["👍\ufe0f（河）边"]
    assert "zh-cn" in found.reason


def test_sentences_are_shown():
    text = "今天天气很好。我去河边！你呢？"
    found = verdict(text, SENTENCES, num_sentences=3, relation="at least")
    assert shown(text, found) == ["今天天气很好", "我去河边", "你呢"]
    hindi = "यह एक पुरानी किताब है। वह पढ़ रहा है।"
    found = verdict(hindi, SENTENCES, num_sentences=2, relation="less than")
    assert shown(hindi, found) == ["वह पढ़ रहा है।"]
    assert "hi" in found.reason


@pytest.mark.parametrize("rules", ["audited", "multiif"])
def test_the_audited_book_reads_the_same_prompts_by_what_they_say(rules):
    prompts = [
        ("“好的。”", {"id": "startend:quotation"}, True, True),
        ("„Да.“", {"id": "startend:quotation"}, True, False),
        ("नदी का पानी", {"id": WORDS, "num_words": 4, "relation": "less than"}, True, False),
        ("Le (fin est là", {"id": FREQUENCY, "keyword": "(fin", "frequency": 1, "relation": "at least"}, True, False),
    ]
    for text, instruction, audited, published in prompts:
        expected = audited if rules == "audited" else published
        [found] = scorers.verify(text, [instruction], rules=rules)
        assert found.followed is expected, (text, found.reason)
