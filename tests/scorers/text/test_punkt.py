"""Sentences by Punkt: equal to the two implementations that are referred to, and faster on hostile texts."""

import re
from functools import cache
from time import process_time

import punkt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktLanguageVars, PunktParameters, PunktSentenceTokenizer, PunktToken
from real_texts import real_texts

from scorers import Text
from scorers.text.published.punkt_sentences import load_modern, load_published


class OldLanguageVars(PunktLanguageVars):
    """NLTK's rules up to 3.9: curly quotes neither end a word nor close a sentence, and patterns have no time-outs."""

    re_boundary_realignment = re.compile(r'["\')\]}]+?(?:\s+|(?=--)|$)', re.MULTILINE)
    _re_non_word_chars = r"(?:[)\";}\]\*:@\'\({\[!?])"

    def period_context_re(self):
        return _compiled(
            self._period_context_fmt, NonWord=self._re_non_word_chars, SentEndChars=self._re_sent_end_chars
        )

    def _word_tokenizer_re(self):
        return _compiled(
            self._word_tokenize_fmt,
            NonWord=self._re_non_word_chars,
            MultiChar=self._re_multi_char_punct,
            WordStart=self._re_word_start,
        )


class OldToken(PunktToken):
    """Tokens told apart by Python's own `re`, for whose `\\w` ¼ is a letter."""

    _RE_ELLIPSIS = re.compile(PunktToken._RE_ELLIPSIS.pattern)
    _RE_NUMERIC = re.compile(PunktToken._RE_NUMERIC.pattern)
    _RE_INITIAL = re.compile(PunktToken._RE_INITIAL.pattern)


def _compiled(pattern, **parts):
    return re.compile(pattern % parts, re.VERBOSE)


@cache
def old_nltk():
    learned, params = punkt.load_model("english"), PunktParameters()
    params.abbrev_types, params.collocations = learned.abbrev_types, learned.collocations
    params.sent_starters = learned.sent_starters
    params.ortho_context.update(learned.ortho_context)
    tokenizer = PunktSentenceTokenizer(lang_vars=OldLanguageVars(), token_cls=OldToken)
    tokenizer._params = params
    return lambda raw: list(tokenizer.span_tokenize(raw))


def package(raw):
    return list(punkt.tokenizer_for("english").span_tokenize(raw))


def differing(texts, ours, theirs):
    return [raw for raw in texts if ours(raw) != theirs(raw)]


def test_published_sentences_are_nltks_on_real_texts():
    assert len(real_texts()) >= 60
    assert differing(real_texts()[::2], lambda raw: Text(raw).published_sentences, old_nltk()) == []


def test_modern_sentences_are_the_packages_on_real_texts():
    assert differing(real_texts()[::3], load_modern().spans, package) == []


PIECES = (
    *(".", "?", "!", "..", "...", ". . .", "!?", ",", ";", ":", "-", "--", '"', "'", "”", "“", "’", "‘", "»", "«"),
    *("(", ")", "[", "]", "{", "}", "*", "#", "@", "&", "`", "_", " ", "  ", "\n", "\r\n", "\t", "\x0b", "\x0c"),
    *("\xa0", "\x1c", "\x85", "\u2028", "\u3000", "Mr", "Dr", "U.S", "etc", "p.m", "e.g", "co", "no", "St", "Louis"),
    *("A", "b", "I", "He", "the", "The", "however", "However", "Bach", "s", "1", "12", "3.5", "1,000", "-2"),
    *("##number##", "word", "Word", "é", "É", "ǅ", "字", "。", "mining-co", "x-etc"),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2)), max_size=24).map("".join)


@given(texts)
def test_published_sentences_are_nltks_on_any_text(raw):
    assert load_published().spans(raw) == old_nltk()(raw)


@given(texts)
def test_modern_sentences_are_the_packages_on_any_text(raw):
    assert load_modern().spans(raw) == package(raw)


CUTS = [
    ("Dr. Ames left. She ran.", ["Dr. Ames left.", "She ran."], ["Dr. Ames left.", "She ran."]),
    ("J. Bach met Ms. Lee etc. The end.", ["J. Bach met Ms. Lee etc.", "The end."], None),
    ("Wow!!! Yes.", ["Wow!!!", "Yes."], None),
    ("Wait . . . what?", ["Wait .", ".", ".", "what?"], ["Wait . . .", "what?"]),
    ("“Go.” Then", ["“Go.” Then"], ["“Go.”", "Then"]),
    ("(Go.) Then", ["(Go.)", "Then"], None),
    ("Go. !", ["Go.", "!"], ["Go. !"]),
    ("No. 5 is 3.5 p.m. today", ["No.", "5 is 3.5 p.m. today"], None),
    (" \n", [], None),
]


@pytest.mark.parametrize(("raw", "old", "new"), CUTS)
def test_cuts(raw, old, new):
    assert [raw[start:end] for start, end in load_published().spans(raw)] == old
    assert [raw[start:end] for start, end in load_modern().spans(raw)] == (new or old)


HOSTILE = ["a. ", "A.\n", ".", ". ", "!", 'a!"', ".)", "\n", " ", "Ab. Cd. ", "-", "字。", "a", "Mr. " + 80 * " "]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_linear_time(unit):
    raw = (unit * 200_000)[:200_000]
    for cutter in (load_published(), load_modern()):
        began = process_time()
        cutter.spans(raw)
        assert process_time() - began < 0.9


def test_a_word_without_end_is_read_once():
    began = process_time()
    assert len(load_published().spans("a" * 200_000 + ". B" + "b" * 200_000)) == 2
    assert process_time() - began < 0.9
