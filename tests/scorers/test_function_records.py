"""The older records of RLVR-IFeval: all 25 functions, followed and not followed."""

from __future__ import annotations

import json

import pytest

from scorers import BadInstruction
from scorers.rewards import score_ground_truth
from scorers.rewards.function_records import FUNCTIONS

ARGUMENTS = {
    "N": 3,
    "quantifier": "at least",
    "end_phrase": "Bye.",
    "keyword_list": ["tea"],
    "word": "tea",
    "forbidden_words": ["milk"],
    "letter": "z",
    "i": 1,
    "first_word": "Tea",
    "postscript_marker": "P.S.",
    "options": ["yes", "no"],
    "section_splitter": "Section",
    "original_prompt": "Say it.",
    "language": "en",
}
FOLLOWING = {
    "keywords": "Tea",
    "keyword_frequency": "tea tea tea",
    "forbidden_words": "Tea",
    "letter_frequency": "zzz",
    "response_language": "This is a whole sentence about the river and its bridges.",
    "paragraph_count": "One.\n***\nTwo.\n***\nThree.",
    "word_constraint": "one two three",
    "sentence_constraint": "One is here. Two is here. Three is here.",
    "paragraphs": "Tea is one.\n\nTwo is here.\n\nThree is here.",
    "postscript": "Hello there.\n\nP.S. Bye now.",
    "placeholders": "[a name] and [a town] and [a date]",
    "bullet_points": "* one\n* two\n* three",
    "title": "<<Tea>>\nIt is green.",
    "choice": "yes",
    "highlighted_sections": "*one* and *two* and *three*",
    "sections": "Section 1\na\nSection 2\nb\nSection 3\nc",
    "json_format": '{"tea": 1}',
    "repeat_prompt": "Say it. It is late.",
    "two_responses": "One is here.\n******\nTwo is there.",
    "uppercase": "THE RIVER IS LONG.",
    "lowercase": "the river is long.",
    "frequency_capital_words": "NASA and ESA and ISRO",
    "end": "Hello. Bye.",
    "quotation": '"Hello there."',
    "no_commas": "Hello there.",
}


BREAKING = {"response_language": "Der Fluss ist lang und hat viele Brücken.", "word_constraint": "One two"}


@pytest.mark.parametrize("stem", FUNCTIONS)
def test_each_function_of_the_older_records(stem):
    prefix = "verify" if stem in ("keywords", "paragraph_count", "postscript") else "validate"
    record = dict.fromkeys(("extra", "other")) | {"func_name": f"{prefix}_{stem}", **ARGUMENTS}
    before = json.dumps(record)
    result = score_ground_truth(FOLLOWING[stem], before)
    assert (result.score, result.follow_list, result.errors) == (1.0, (True,), {}), result
    broken = score_ground_truth(BREAKING.get(stem, ", milk milk das ist Q"), record)
    assert (broken.score, broken.follow_list) == (0.0, (False,)), broken
    assert json.dumps(record) == before
    assert len(FUNCTIONS) == 25


def test_the_options_of_a_choice():
    def score(text, options):
        return score_ground_truth(text, {"func_name": "validate_choice", "options": options}).score

    assert score("I agree, mostly", ["I agree, mostly", "no"]) == 1.0
    assert [score(text, "yes, no, maybe") for text in ("No.", "none")] == [1.0, 0.0]
    with pytest.raises(BadInstruction, match="cannot be divided by slashes"):
        score("a/b", ["a/b", "c"])


def test_exact_and_rough_numbers_of_the_older_records():
    def score(text, function, number, quantifier=None):
        record = {"func_name": function, "N": number, "quantifier": quantifier, "word": "tea"}
        return score_ground_truth(text, record).score

    assert [score("tea " * n + "x", "verify_keyword_frequency", 2) for n in range(4)] == [0, 0, 1, 0]
    assert [score("tea " * n + "x", "verify_keyword_frequency", 0) for n in range(2)] == [1, 0]
    words = {n: "w " * n for n in (17, 18, 20, 22, 23)}
    assert [score(text, "verify_word_constraint", 20, "around") for text in words.values()] == [0, 1, 1, 1, 0]
    assert [score(text, "verify_word_constraint", 20, "at most") for text in words.values()] == [1, 1, 1, 0, 0]
    assert [score("One is. " * n, "verify_sentence_constraint", 3, "around") for n in range(1, 6)] == [0, 1, 1, 1, 0]
