"""What each of IFBench's instructions demands of a text, and texts that follow two of them at once."""

from dataclasses import replace

import pytest

import scorers
from scorers.demands import Demands, Range

DEMANDS = [
    ("count:conjunctions", {"small_n": 3}, Demands(words=Range(low=3, high=None))),
    (
        "count:keywords_multiple",
        {"keyword1": "oak", "keyword2": "elm", "keyword3": "ash", "keyword4": "fir", "keyword5": "yew"},
        Demands(
            counts=(
                ("oak", Range(low=1, high=1)),
                ("elm", Range(low=2, high=2)),
                ("ash", Range(low=3, high=3)),
                ("fir", Range(low=5, high=5)),
                ("yew", Range(low=7, high=7)),
            )
        ),
    ),
    ("count:numbers", {"N": 2}, Demands()),
    ("count:person_names", {"N": 3}, Demands(words=Range(low=3, high=None))),
    ("count:pronouns", {"N": 5}, Demands()),
    ("count:punctuation", {}, Demands(parts=(",", ";", ":"))),
    ("count:unique_word_count", {"N": 14}, Demands(phase="counts", words=Range(low=14, high=None))),
    (
        "count:word_count_range",
        {"min_words": 8, "max_words": 9},
        Demands(phase="edges", words=Range(low=8, high=9)),
    ),
    (
        "count:words_japanese",
        {"N": 3},
        Demands(traits=(("white space", "between words"), ("script of the words", "Japanese here and there"))),
    ),
    (
        "format:emoji",
        {},
        Demands(phase="edges", traits=(("tokens that come again", "an emoji in every sentence"),)),
    ),
    ("format:line_indent", {}, Demands(phase="edges", parts=("\n",), traits=(("line breaks", "some"),))),
    (
        "format:list",
        {"sep": "!?!?"},
        Demands(phase="skeleton", parts=("!?!?",), traits=(("white space", "between words"),), layout=("a list",)),
    ),
    (
        "format:newline",
        {},
        Demands(phase="edges", words=Range(low=1, high=None), traits=(("white space", "a line end behind each word"),)),
    ),
    (
        "format:no_bullets_bullets",
        {},
        Demands(
            phase="edges",
            sentences=Range(low=2, high=None),
            bullets=Range(low=2, high=None),
            parts=("\n",),
            traits=(("white space", "between words"),),
        ),
    ),
    (
        "format:no_whitespace",
        {},
        Demands(phase="form", traits=(("white space", "none"), ("line breaks", "none"))),
    ),
    (
        "format:output_template",
        {},
        Demands(
            phase="form",
            parts=("My Answer", "My Conclusion", "Future Outlook"),
            traits=(("white space", "between words"),),
        ),
    ),
    ("format:parentheses", {}, Demands(traits=(("white space", "between words"),))),
    ("format:quote_unquote", {}, Demands(traits=(("white space", "between words"),))),
    ("format:quotes", {}, Demands(traits=(("white space", "between words"),))),
    (
        "format:sub-bullets",
        {},
        Demands(
            phase="skeleton", parts=("*", "-"), traits=(("white space", "between words"),), layout=("bullet points",)
        ),
    ),
    ("format:thesis", {}, Demands(phase="edges", traits=(("white space", "between words"),))),
    ("format:title_case", {}, Demands(phase="edges", words=Range(low=1, high=None))),
    (
        "ratio:sentence_balance",
        {},
        Demands(
            phase="counts",
            sentences=Range(low=3, high=None),
            traits=(("white space", "between words"), ("number of statements to a question", "one")),
        ),
    ),
    (
        "ratio:sentence_type",
        {},
        Demands(
            phase="counts",
            sentences=Range(low=3, high=None),
            traits=(("white space", "between words"), ("number of statements to a question", "two")),
        ),
    ),
    (
        "ratio:sentence_words",
        {},
        Demands(phase="counts", sentences=Range(low=3, high=3), traits=(("white space", "between words"),)),
    ),
    ("ratio:stop_words", {"percentage": 10}, Demands(phase="counts", words=Range(low=1, high=None))),
    (
        "sentence:alliteration_increment",
        {},
        Demands(
            phase="counts",
            sentences=Range(low=2, high=None),
            traits=(("white space", "between words"), ("neighbouring first letters", "alike")),
        ),
    ),
    (
        "sentence:increment",
        {"small_n": 2},
        Demands(phase="counts", sentences=Range(low=2, high=None), traits=(("white space", "between words"),)),
    ),
    (
        "sentence:keyword",
        {"word": "oak", "N": 2},
        Demands(
            phase="edges",
            sentences=Range(low=2, high=None),
            contains=("oak",),
            traits=(("white space", "between words"),),
        ),
    ),
    (
        "words:alphabet",
        {},
        Demands(
            words=Range(low=2, high=None),
            traits=(("script of the words", "Latin"), ("neighbouring first letters", "different")),
        ),
    ),
    (
        "words:consonants",
        {},
        Demands(words=Range(low=1, high=None), traits=(("script of the words", "Latin"),)),
    ),
    (
        "words:keywords_specific_position",
        {"keyword": "oak", "n": 2, "m": 3},
        Demands(phase="edges", sentences=Range(low=2, high=None), contains=("oak",)),
    ),
    (
        "words:last_first",
        {},
        Demands(
            phase="edges",
            sentences=Range(low=2, high=None),
            traits=(("white space", "between words"), ("neighbouring first letters", "alike")),
        ),
    ),
    (
        "words:no_consecutive",
        {},
        Demands(words=Range(low=2, high=None), traits=(("neighbouring first letters", "different"),)),
    ),
    ("words:odd_even_syllables", {}, Demands()),
    ("words:palindrome", {}, Demands(words=Range(low=10, high=None))),
    (
        "words:paragraph_last_first",
        {},
        Demands(phase="edges", words=Range(low=2, high=None), traits=(("white space", "between words"),)),
    ),
    ("words:prime_lengths", {}, Demands()),
    (
        "words:repeats",
        {"small_n": 1},
        Demands(word_repeats=Range(low=0, high=1), traits=(("tokens that come again", "few"),)),
    ),
    ("words:vowel", {}, Demands(blocks=Range(low=0, high=1))),
    (
        "words:words_position",
        {"keyword": "oak"},
        Demands(phase="edges", words=Range(low=2, high=None), contains=("oak",)),
    ),
]


@pytest.mark.parametrize(("id", "params", "demands"), DEMANDS)
def test_what_an_instruction_demands(id, params, demands):
    """What its sentence says to a person besides is in `witnesses/test_meanings.py`."""
    assert replace(scorers.read({"id": id, **params}).demands(), meanings=(), english=()) == demands


PAIRS = [
    ("count:word_count_range", {"min_words": 120, "max_words": 126}, "count:person_names", {"N": 6}),
    ("sentence:increment", {"small_n": 2}, "sentence:keyword", {"word": "oak", "N": 2}),
    ("sentence:alliteration_increment", {}, "words:keywords_specific_position", {"keyword": "oak", "n": 2, "m": 2}),
    (
        "words:no_consecutive",
        {},
        "count:keywords_multiple",
        {f"keyword{i}": w for i, w in enumerate(("oak", "elm", "ash", "fir", "yew"), 1)},
    ),
    ("count:punctuation", {}, "ratio:sentence_balance", {}),
    ("format:thesis", {}, "sentence:keyword", {"word": "oak", "N": 3}),
    ("format:emoji", {}, "format:no_bullets_bullets", {}),
    ("words:vowel", {}, "words:repeats", {"small_n": 3}),
    ("words:consonants", {}, "count:unique_word_count", {"N": 40}),
    ("ratio:stop_words", {"percentage": 20}, "words:words_position", {"keyword": "oak"}),
]


@pytest.mark.parametrize("rules", ["audited", "ifbench", "livebench"])
@pytest.mark.parametrize(("one", "first", "two", "second"), PAIRS)
def test_two_instructions_get_a_witness_together(one, first, two, second, rules):
    asked = [{"id": one, **first}, {"id": two, **second}]
    found = scorers.witness(asked, rules=rules)
    assert found is not None
    assert all(verdict.followed for verdict in scorers.verify(found, asked, rules=rules))
