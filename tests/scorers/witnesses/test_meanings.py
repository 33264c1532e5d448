"""What sentences say of the whole response: what excludes each other is impossible, what is odd is not drawn."""

from __future__ import annotations

import pytest

import scorers
from scorers import search
from scorers.witnesses.search import find_contradiction

ENGLISH = "This is the beginning of a text about the town and the sea.\n\nSay in a few words what it is about."
CHINESE = "下面是一篇新闻报道的开头。\n\n请概括这段文字的主要内容。"
REPEAT = {"id": "combination:repeat_prompt", "prompt_to_repeat": ENGLISH}
LONG = ENGLISH.replace("town", "town, the old harbour, the new bridge that nobody wanted, the river, the fields")
REPEAT_LONG = {"id": "combination:repeat_prompt", "prompt_to_repeat": LONG}
TWO, JSON = {"id": "combination:two_responses"}, {"id": "detectable_format:json_format"}
TITLE, QUOTED = {"id": "detectable_format:title"}, {"id": "startend:quotation"}
POSTSCRIPT = {"id": "detectable_content:postscript", "postscript_marker": "P.S."}
END = {"id": "startend:end_checker", "end_phrase": "That is all for now."}
BULLETS = {"id": "detectable_format:number_bullet_lists", "num_bullets": 3}
NUMBERED = {"id": "structure:numbered_list", "num_items": 3}
TABLE = {"id": "structure:markdown_table", "columns": ["Cause", "Effect"], "num_rows": 2}
HEADINGS = {"id": "structure:headings", "headings": ["Causes", "Outlook"]}
SMALL_HEADINGS = {"id": "structure:headings", "headings": ["What happened", "Outlook"]}
SEA = {"id": "style:acrostic", "word": "SEA", "unit": "sentences"}
ONE_A_LINE = {"id": "format:newline"}
CAPITAL_LABELS = {"id": "detectable_format:multiple_sections", "section_spliter": "SECTION", "num_sections": 4}
STAIRS, TEMPLATE = {"id": "format:line_indent"}, {"id": "format:output_template"}
BULLETS_LAST, SUB_BULLETS = {"id": "format:no_bullets_bullets"}, {"id": "format:sub-bullets"}
OWN_MARKS = {"id": "format:list", "sep": "SEPARATOR"}
EXPLAINED, NESTED = {"id": "format:quote_unquote"}, {"id": "format:quotes"}
TITLE_CASE, UNSPACED = {"id": "format:title_case"}, {"id": "format:no_whitespace"}
VOWEL, JOINED = {"id": "words:vowel"}, {"id": "words:last_first"}
PRIME, ENDS = {"id": "words:prime_lengths"}, {"id": "words:paragraph_last_first"}
STOP_WORDS = {"id": "ratio:stop_words", "percentage": 30}
LEVEL = {"id": "style:reading_level", "measure": "Flesch-Kincaid grade level", "level": 8}
JAPANESE = {"id": "count:words_japanese", "N": 4}
LISTED, ONE_A_LINE = {"id": "format:list", "sep": "..."}, {"id": "format:newline"}
POSITION, ALPHABET = {"id": "words:words_position", "keyword": "harbour"}, {"id": "words:alphabet"}
QUOTING = {"id": "source:quotations", "num_quotations": 2, "num_words": 3, "article": ENGLISH}
NEXT_LETTER, DIFFERENT = {"id": "words:alphabet"}, {"id": "words:no_consecutive"}
BETWEEN = {"id": "count:word_count_range", "min_words": 200, "max_words": 220}


def language(code):
    return {"id": "language:response_language", "language": code}


def bound(id, number, relation):
    return {"id": f"length_constraints:number_{id}", f"num_{id}": number, "relation": relation}


def letter(name):
    return {"id": "keywords:letter_frequency", "letter": name, "let_frequency": 3, "let_relation": "at least"}


def capitals(number):
    return {"id": "change_case:capital_word_frequency", "capital_frequency": number, "capital_relation": "at least"}


def stars(number):
    return {"id": "length_constraints:number_paragraphs", "num_paragraphs": number}


EXCLUDED = [
    *([STAIRS, other] for other in (REPEAT, TABLE, HEADINGS, SUB_BULLETS)),
    *([BULLETS_LAST, other] for other in (TWO, POSTSCRIPT, END, JSON)),
    *([OWN_MARKS, other] for other in (BULLETS, SUB_BULLETS, BULLETS_LAST, NUMBERED)),
    *([EXPLAINED, other] for other in (NESTED, QUOTED)),
    *([TITLE_CASE, other] for other in (REPEAT, SMALL_HEADINGS, language("hi"), {"id": "change_case:english_capital"})),
    *([TEMPLATE, other] for other in (REPEAT, TWO, TITLE, HEADINGS, JSON, JOINED)),
    *([UNSPACED, other] for other in (PRIME, STOP_WORDS, {"id": "words:no_consecutive"})),
    *([VOWEL, other] for other in (OWN_MARKS, TWO, BULLETS, TABLE, JSON, ENDS, TITLE, POSTSCRIPT)),
    [QUOTING, QUOTED],
    [ONE_A_LINE, JAPANESE],
    *([ONE_A_LINE, other] for other in (JSON, END, REPEAT)),
    [language("uk"), OWN_MARKS],
    [TWO, HEADINGS],
    [ENDS, JSON],
    *([OWN_MARKS, other] for other in (POSITION, ALPHABET, JOINED, JAPANESE)),
    *([LISTED, {"id": f"ratio:sentence_{name}"}] for name in ("type", "balance", "words")),
    *([JAPANESE, other] for other in (STOP_WORDS, TITLE_CASE, ONE_A_LINE, UNSPACED)),
    [language("hi"), STOP_WORDS],
    [BETWEEN, bound("words", 230, "less than")],
    [stars(2), POSTSCRIPT, bound("sentences", 3, "less than")],
    [stars(2), END, bound("sentences", 3, "less than")],
    [SEA, bound("words", 200, "at least")],
]
TOGETHER = [
    [STAIRS, BULLETS_LAST],
    [BULLETS_LAST, BULLETS],
    [OWN_MARKS, TITLE],
    [LISTED, POSITION],
    [LISTED, JOINED],
    [{"id": "format:list", "sep": "-"}, {"id": "ratio:sentence_type"}],
    [NESTED, TITLE],
    [QUOTING, EXPLAINED],
    [TWO, TABLE],
    [TITLE_CASE, HEADINGS],
    [TEMPLATE, BULLETS],
    [UNSPACED, {"id": "format:emoji"}],
    [VOWEL, QUOTED],
    [JAPANESE, TITLE],
    [stars(2), POSTSCRIPT, bound("sentences", 4, "less than")],
]


@pytest.mark.parametrize("instructions", EXCLUDED, ids=str)
def test_what_no_response_does_together_is_impossible(instructions):
    assert search(instructions, prompt=ENGLISH).outcome == "impossible"
    assert search(instructions[::-1], prompt=ENGLISH).outcome == "impossible"


@pytest.mark.parametrize("instructions", TOGETHER, ids=str)
def test_what_lies_next_to_it_is_proven(instructions):
    found = search(instructions, prompt=ENGLISH)
    assert found.outcome == "proven", found.impossible


@pytest.mark.parametrize(
    ("prompt", "odd", "usual"),
    [
        (LONG, [REPEAT_LONG, bound("words", 42, "less than")], [REPEAT_LONG, bound("words", 120, "less than")]),
        (
            ENGLISH,
            [bound("words", 380, "at least"), bound("sentences", 10, "less than")],
            [bound("words", 380, "at least")],
        ),
        (
            ENGLISH,
            [bound("words", 60, "less than"), bound("sentences", 10, "at least")],
            [bound("words", 60, "less than")],
        ),
        (ENGLISH, [language("pt"), letter("q")], [language("en"), letter("q")]),
        (ENGLISH, [language("ml"), PRIME], [language("pt"), PRIME]),
        (ENGLISH, [NEXT_LETTER, DIFFERENT], [NEXT_LETTER, STOP_WORDS]),
        (ENGLISH, [capitals(18), bound("words", 52, "less than")], [capitals(17), bound("words", 52, "less than")]),
        (ENGLISH, [STAIRS, stars(3)], [STAIRS, stars(1)]),
        (ENGLISH, [STAIRS, TWO], [TWO]),
        (ENGLISH, [CAPITAL_LABELS, capitals(4)], [CAPITAL_LABELS, capitals(5)]),
        (ENGLISH, [SEA, bound("words", 91, "at least")], [SEA, bound("words", 90, "at least")]),
        (ENGLISH, [stars(5), bound("sentences", 5, "at least")], [stars(5), bound("sentences", 6, "at least")]),
        (ENGLISH, [language("ja"), bound("words", 200, "at least")], [language("te"), bound("words", 200, "at least")]),
        (
            CHINESE,
            [
                {"id": "zh:number_sentences", "num_sentences": 22, "relation": "至少"},
                {"id": "zh:number_characters", "num_characters": 210, "relation": "不超过"},
            ],
            [
                {"id": "zh:number_sentences", "num_sentences": 12, "relation": "至少"},
                {"id": "zh:number_characters", "num_characters": 210, "relation": "不超过"},
            ],
        ),
    ],
    ids=[
        *("no room", "long sentences", "short sentences", "letters of a language", "letters of a script", "implied"),
        *("mostly capitals", "indented lines of stars", "indented divider", "capital labels", "few letters to spell"),
        *("met anyway", "no words to count", "short in Chinese"),
    ],
)
def test_drawing_avoids_what_a_person_finds_odd(prompt, odd, usual):
    assert find_contradiction([scorers.read(one) for one in odd], prompt=prompt)
    assert not find_contradiction([scorers.read(one) for one in usual], prompt=prompt)
    assert search(odd, prompt=prompt).outcome != "impossible"


@pytest.mark.parametrize(
    "asked",
    [
        bound("words", 10**9, "at least"),
        {"id": "detectable_format:number_bullet_lists", "num_bullets": 10**9},
        {"id": "keywords:frequency", "keyword": "harbour", "frequency": 10**9, "relation": "at least"},
    ],
)
@pytest.mark.parametrize("rules", ["audited", "ifeval"])
def test_a_text_of_a_billion_parts_is_not_written(asked, rules):
    assert scorers.search([asked], rules=rules).outcome == "unknown"
