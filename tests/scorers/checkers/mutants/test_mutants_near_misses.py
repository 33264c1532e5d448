"""Keywords that are part of another word, which the reason names, and lists that a published verifier takes."""

import pytest
from judging import judged

import scorers

LONG = f"See {'a' * 50}war{'b' * 50} now"
NEAR = [
    ("Cartoons go", "cart", "'Cartoons' at line 1", "Cartoons"),
    ("See Cartoon now", "art", "'Cartoon' at line 1", "Cartoon"),
    ("İİİİİİİ see\nCartoon now", "art", "'Cartoon' at line 2", "Cartoon"),  # İ is two small letters
    ("art_nouveau, partly\nparty", "part", "'partly' at line 1", "partly"),
    ("See abc+d now", "c+", "'abc+' at line 1", "abc+"),  # no word runs over a sign
    (LONG, "war", "", f"{'a' * 40}war{'b' * 40}"),
]


@pytest.mark.parametrize(("text", "keyword", "named", "marked"), NEAR)
def test_a_keyword_within_a_longer_word_is_named(text, keyword, named, marked):
    for id, values in (("keywords:existence", ([keyword],)), ("keywords:frequency", (keyword, 1, "at least"))):
        followed, reason, spans = judged(id, values, text, "audited")
        assert (followed, spans) == (False, marked)
        assert named in reason
        assert reason.endswith(" is another word")


def test_of_several_longer_words_the_first_is_named_and_all_are_marked():
    followed, reason, spans = judged("keywords:existence", (["art", "tea"],), "See Cartoon\nand Steam", "audited")
    assert (followed, spans) == (False, "Cartoon|Steam")
    assert reason.endswith("; 'Cartoon' at line 1 is another word")


def test_places_in_small_letters_are_not_looked_up_where_they_do_not_fit_the_text():
    for id, values in (("keywords:existence", (["i\u0307s"],)), ("keywords:frequency", ("i\u0307s", 1, "at least"))):
        followed, reason, spans = judged(id, values, "In İstanbul now", "audited")
        assert (followed, spans) == (False, "")
        assert not reason.endswith(" is another word")


@pytest.mark.parametrize(
    ("id", "name"), [("keywords:existence", "keywords"), ("keywords:forbidden_words", "forbidden_words")]
)
def test_multiif_takes_a_list_and_refuses_what_is_no_regular_expression(id, name):
    [verdict] = scorers.verify("Rain fell.", [{"id": id, name: ["rain"]}], rules="multiif")
    assert verdict.followed is (name == "keywords")
    with pytest.raises(scorers.BadInstruction, match="no regular expression"):
        scorers.verify("Rain fell.", [{"id": id, name: ["("]}], rules="multiif")
    with pytest.raises(scorers.BadInstruction, match="empty list"):
        scorers.verify("Rain fell.", [{"id": id, name: []}], rules="multiif")


REASONS = [
    ("keywords:forbidden_words", (["rock", "stop"],), "She stopped.", "'stopped' (a form of 'stop')"),
    ("keywords:forbidden_words", (["unbelievable"],), "An un**believ**able day.", "'un**believ**able'"),
]


@pytest.mark.parametrize(("id", "values", "text", "found"), REASONS)
def test_a_form_is_named_with_its_word(id, values, text, found):
    assert judged(id, values, text, "audited")[1] == f"1 forbidden word, at line 1: {found}; none is allowed"


def test_a_word_that_is_a_form_itself_has_only_a_plural():
    checker = scorers.read({"id": "keywords:forbidden_words", "forbidden_words": ["morning"]})
    assert checker.demands().excludes == ("morning", "mornings")


def test_other_words_are_not_named_where_the_keyword_occurs_too_often():
    found = judged("keywords:frequency", ("art", 1, "less than"), "See art, Cartoon.", "audited")
    assert found == (False, "'art' occurs 1 time, at line 1; none is allowed", "art")
