"""Tokens: equal to NLTK's as they were up to 3.9."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.tokenize.destructive import NLTKWordTokenizer
from real_texts import real_texts

from scorers import Text


def plain(rules):
    """The same patterns in Python's own `re`, whose white space is a little wider than that of NLTK's engine."""
    return [(re.compile(pattern.pattern), replacement) for pattern, replacement in rules]


class OldWordTokenizer(NLTKWordTokenizer):
    """NLTK's rules up to 3.9: no cut at dashes, and one behind an apostrophe only before a single letter."""

    STARTING_QUOTES = [
        *plain(NLTKWordTokenizer.STARTING_QUOTES)[:-1],
        (re.compile(r"(?i)(')(?![mtsdn])(\w)\b"), r"\1 \2"),
    ]
    PUNCTUATION = [rule for rule in plain(NLTKWordTokenizer.PUNCTUATION) if not rule[0].search("—")]
    ENDING_QUOTES = plain(NLTKWordTokenizer.ENDING_QUOTES)


def old_nltk(raw):
    sentences = (raw[start:end] for start, end in Text(raw).published_sentences)
    return [token for sentence in sentences for token in OldWordTokenizer().tokenize(sentence)]


def test_the_old_rules_differ_from_the_installed_ones_in_two():
    assert len(NLTKWordTokenizer.PUNCTUATION) - len(OldWordTokenizer.PUNCTUATION) == 1
    assert NLTKWordTokenizer().tokenize("A—B 'tea") == ["A", "—", "B", "'", "tea"]
    assert OldWordTokenizer().tokenize("A—B 'tea") == ["A—B", "'tea"]


def test_tokens_are_nltks_on_real_texts():
    texts = real_texts()[::8]
    assert len(texts) >= 8
    assert [raw for raw in texts if Text(raw).tokens != old_nltk(raw)] == []


PIECES = (
    *(".", "?", "!", "..", "...", " ", "  ", "\n", "\t", "'", "''", '"', "`", "``", "“", "”", "‘", "’", "«", "»", "„"),
    *("(", ")", "[", "]", "{", "}", "<", ">", "*", "-", "--", "—", ",", ":", ";", "@", "#", "$", "%", "&", "/", "_"),
    *("s", "S", "d", "M", "t", "n't", "N'T", "'ll", "'RE", "'Ve", "not", "CANNOT", "cannot", "Gimme", "gonNA"),
    *("gotta", "lemme", "more'n", "d'ye", "wanna", "'tis", "'Twas", "'tis'twas", "A", "I", "a", "NASA", "U.S", "5"),
    *("1,000", "3.5", "é", "É", "字", "\xa0", "\x1c", "ſ", "ı", "İ", "ǅ", "Ⓐ", "Ⅻ", "word", "Word", "wORD"),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2)), max_size=16).map("".join)


@given(texts)
def test_tokens_are_nltks_on_any_text(raw):
    assert Text(raw).tokens == old_nltk(raw)


@given(texts)
def test_capital_tokens_are_those_tokens_in_capitals(raw):
    found = [raw[start:end] for start, end in Text(raw).capital_tokens]
    assert found == [token for token in old_nltk(raw) if token.isupper()]


def test_capital_tokens_of_real_texts():
    for raw in (*real_texts()[::40], *map(str.upper, real_texts()[::80])):
        found = [raw[start:end] for start, end in Text(raw).capital_tokens]
        assert found == [token for token in Text(raw).tokens if token.isupper()]


TOKENS = [
    ('He said "no". Don\'t!', ["He", "said", "``", "no", "''", ".", "Do", "n't", "!"]),
    ("The U.S. and 3.5, 1,000", ["The", "U.S.", "and", "3.5", ",", "1,000"]),
    ("(JOHN'S well-known e-mail...)", ["(", "JOHN", "'S", "well-known", "e-mail", "...", ")"]),
    ("I cannot; 'tis $5", ["I", "can", "not", ";", "'t", "is", "$", "5"]),
    ("A. B.) C", ["A", ".", "B", ".", ")", "C"]),
    ("", []),
]


@pytest.mark.parametrize(("raw", "tokens"), TOKENS)
def test_tokens(raw, tokens):
    assert Text(raw).tokens == tokens


CAPITALS = [
    ("I went to NASA.", ["I", "NASA"]),
    ("DON'T. JOHN'S U.S.", ["DO", "N'T", "JOHN", "'S", "U.S"]),
    ("A 3D HIGH-TECH McDonald", ["A", "3D", "HIGH-TECH"]),
    ('AB "AB" A', ["AB", "AB", "A"]),
    ("In't CANnot 'Tis", ["I", "CAN", "'T"]),
    ("nothing Here", []),
]


@pytest.mark.parametrize(("raw", "capitals"), CAPITALS)
def test_capital_tokens(raw, capitals):
    text = Text(raw)
    assert [raw[start:end] for start, end in text.capital_tokens] == capitals
    assert all(0 <= start < end <= len(raw) for start, end in text.capital_tokens)


HOSTILE = [
    "a. ",
    "A.\n",
    "'",
    "''",
    '"',
    "`",
    ".)",
    "Dr. " + 60 * " ",
    "A",
    ":",
    ",A",
    "--",
    "cannot ",
    "N'T ",
    "«",
    "(",
    "字",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_linear_time(unit):
    raw = (unit * 100_000)[:100_000]
    began = process_time()
    assert len(Text(raw).tokens) <= len(raw)
    assert len(Text(raw).capital_tokens) <= len(raw)
    assert process_time() - began < 1
