"""Given words in a text: whole, literal, in any case, and their forms."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorers.text.word_search import find_words, has_word, inflections, not_regular, runs_on

FOUND = [
    ("The ART of tea", ("art",), ["ART"]),
    ("start, arts, art", ("art",), ["art"]),
    ("a_river_b tea-time’s", ("river", "tea", "time"), ["river", "tea", "time"]),
    ("abc a.c", ("a.c",), ["a.c"]),
    ("C, C++, C+++", ("C++",), ["C++", "C++"]),
    ("new\n  york, NEW YORK, newyork", ("new york",), ["new\n  york", "NEW YORK"]),
    ("ice creams", ("ice", "ice cream"), ["ice"]),
    ("don’t don't donʼt", ("don't",), ["don’t", "don't", "donʼt"]),
    ("don't don’t", ("don’t",), ["don't", "don’t"]),
    ("well‑known well-known", ("well-known",), ["well‑known", "well-known"]),
    ("he said “go”", ('said "go"',), ["said “go”"]),
    ("小河流过tea", ("河", "tea"), ["河", "tea"]),
    ("नमस्ते", ("नमस्त",), []),
    ("नमस्ते", ("नमस्ते",), ["नमस्ते"]),
    ("cafe\u0301", ("cafe",), []),
    ("Größe STRASSE", ("größe", "straße"), ["Größe"]),
    ("42 is 4", ("4",), ["4"]),
    ("aaa aa AA aaaa", ("aa", "AA"), ["aa", "AA"]),
    ("tea, TEA_tea; teas é tea", ("teas", "tea"), ["tea", "TEA", "tea", "teas", "tea"]),
    ("ſ \u212a \u0130", ("s", "k"), ["ſ", "\u212a"]),
    ("\u0130 art ART", ("art",), ["art", "ART"]),
    ("éart arté art", ("art",), ["art"]),
    ("nothing", (), []),
]


@pytest.mark.parametrize(("raw", "literals", "expected"), FOUND)
def test_find_words(raw, literals, expected):
    assert [raw[start:end] for start, end in find_words(raw, literals)] == expected


WORD = st.text(st.sampled_from("abé'-. 河_"), min_size=1, max_size=4).filter(str.strip)


@given(st.text(st.sampled_from("abé'-. 河_\u0301"), max_size=20), st.lists(WORD, min_size=1, max_size=3))
def test_words_found_together_are_those_found_alone(raw, literals):
    together = find_words(raw, tuple(literals))
    alone = {span for literal in literals for span in find_words(raw, (literal,))}
    assert set(together) <= alone
    assert bool(together) == bool(alone) == any(has_word(raw, literal) for literal in literals)
    assert all(start < end for start, end in together)


@given(st.text(st.sampled_from("abé'-. _K\u212aſ"), max_size=20), st.lists(st.text("abks", min_size=1, max_size=3)))
def test_plain_words_are_found_as_a_pattern_finds_them(raw, words):
    """A word of English letters takes another way than one with signs in it: both find the same."""
    branches = "|".join(sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<![^\W_])(?:{branches})(?![^\W_])", re.IGNORECASE)
    expected = [match.span() for match in pattern.finditer(raw)] if words else []
    assert find_words(raw, tuple(words)) == expected


INFLECTED = {
    "rock": "rock rocks rocked rocking",
    "carry": "carry carries carried carrying",
    "enjoy": "enjoy enjoys enjoyed enjoying",
    "use": "use uses used using",
    "hop": "hop hops hopped hopping",
    "hope": "hope hopes hoped hoping",
    "star": "star stars starred starring",
    "quit": "quit quits quitted quitting",
    "fix": "fix fixs fixes fixed fixing",
    "wash": "wash washs washes washed washing",
    "rain": "rain rains rained raining",
    "visit": "visit visits visited visitted visiting visitting",
    "tie": "tie ties tied tying",
    "agree": "agree agrees agreed agreeing",
    "see": "see sees seeing",
    "dye": "dye dyes dyed dyeing",
    "the": "the thes",
    "even": "even evens evened evenned evenning",
    "new": "new newed newing",
    "child": "child childs children childed childing",
    "knife": "knife knifes knives knifed knifing",
    "go": "go",
    "C++": "C++",
    "naïve": "naïve",
    "ice cream": "ice cream",
}


@pytest.mark.parametrize(("word", "forms"), INFLECTED.items())
def test_inflected(word, forms):
    assert inflections(word) == ((word,) if word == forms else tuple(forms.split()))


@given(st.text(st.sampled_from("aeiouybcqstw"), min_size=1, max_size=6))
def test_forms_begin_with_the_word_and_differ(word):
    forms = inflections(word)
    assert forms[0] == word
    assert len(set(forms)) == len(forms)


def test_a_word_runs_over_a_seam_between_letters_of_spaced_scripts_only():
    assert runs_on("a", "b")
    assert runs_on("\u0301", "b")
    assert not runs_on("们", "再")
    assert not runs_on(" ", "b")
    assert not runs_on("_", "b")
    assert not runs_on("", "b")


def test_not_regular():
    assert not_regular("a.c|[xy]") == ""
    for broken in ("[x", "(a", "*", "a{99999999999999999999}", "(" * 5000 + ")" * 5000):
        assert "is no regular expression" in not_regular(broken)
        assert len(not_regular(broken)) < 250
