"""Published judgements that we re-implement, against the published tests written out word for word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorers import verify

SMALL = st.text(st.sampled_from("*-<>  \n\n\r\tab\"'.,\u2003\x0b\x85é"), max_size=30)
WORDS = st.sampled_from(["art", "a", "b.", "a|b", "^b", "a b", "é", "\\w", "'", "", "b$"])


def followed(response, id, rules="ifeval", **params):
    return verify(response, [{"id": id, **params}], rules=rules)[0].followed


def bullets(value, n):
    stars = re.findall(r"^\s*\*[^\*].*$", value, flags=re.MULTILINE)
    dashes = re.findall(r"^\s*-.*$", value, flags=re.MULTILINE)
    return len(stars) + len(dashes) == n


def title(value):
    return any(found.lstrip("<").rstrip(">").strip() for found in re.findall(r"<<[^\n]+>>", value))


def existence(value, keywords):
    return all(re.search(keyword, value, flags=re.IGNORECASE) for keyword in keywords)


def forbidden(value, words):
    return not any(re.search(r"\b" + word + r"\b", value, flags=re.IGNORECASE) for word in words)


def end(value, phrase):
    return value.strip().strip('"').lower().endswith(phrase.strip().lower())


@given(SMALL, st.integers(0, 4))
def test_bullets(value, n):
    expected = bool(value.strip()) and bullets(value, n)
    assert followed(value, "detectable_format:number_bullet_lists", num_bullets=n) is expected


@given(
    st.lists(st.sampled_from(["*", "* ", "-", "- a", "\n", "\n\n", " ", "a", "\t", "**", "\r\n"]), max_size=12).map(
        "".join
    )
)
def test_bullets_of_list_like_texts(value):
    counts = [n for n in range(13) if value.strip() and bullets(value, n)]
    id = "detectable_format:number_bullet_lists"
    assert [n for n in range(13) if followed(value, id, num_bullets=n)] == counts


@given(SMALL | st.lists(st.sampled_from(["<<", ">>", "<", ">", " ", "a", "\n"]), max_size=9).map("".join))
def test_title(value):
    assert followed(value, "detectable_format:title") is bool(value.strip() and title(value))


@given(SMALL, st.lists(WORDS, max_size=3))
def test_keywords(value, keywords):
    blank = not value.strip()
    assert followed(value, "keywords:existence", keywords=keywords) is (not blank and existence(value, keywords))
    assert followed(value, "keywords:forbidden_words", forbidden_words=keywords) is (
        not blank and forbidden(value, keywords)
    )


@given(SMALL, st.text(st.sampled_from('ab." \n*é'), max_size=4))
def test_end_phrase(value, phrase):
    assert followed(value, "startend:end_checker", end_phrase=phrase) is bool(value.strip() and end(value, phrase))


@given(st.text(max_size=40), st.integers(-1, 6), st.sampled_from(["less than", "at least"]))
def test_word_count(value, n, relation):
    count = len(re.findall(r"\w+", value))
    expected = bool(value.strip()) and (count < n if relation == "less than" else count >= n)
    assert followed(value, "length_constraints:number_words", num_words=n, relation=relation) is expected


@given(st.text(max_size=20))
def test_comma(value):
    assert followed(value, "punctuation:no_comma") is bool(value.strip() and "," not in value)


@pytest.mark.parametrize("id", ["detectable_format:title", "punctuation:no_comma"])
@given(value=SMALL)
def test_books_inherit_what_they_do_not_change(id, value):
    assert len({followed(value, id, rules) for rules in ("ifeval", "ifbench", "livebench")}) == 1
