"""Parameters: how they are drawn, limited, parsed and told."""

from random import Random

import pytest

import scorers
from scorers import Context

REQUEST = "The harbour towns rebuilt granite bridges. McDonald's 2nd e-mail said: harbour, granite bridges!"


def drawn(id, count=300, **context):
    return [scorers.load(id).draw(Random(seed), Context(**context)) for seed in range(count)]


def test_integers_are_drawn_from_the_whole_range_evenly():
    counts = [draw.num_bullets for draw in drawn("detectable_format:number_bullet_lists", 1000)]
    assert set(counts) == {2, 3, 4, 5}
    assert all(190 < counts.count(n) < 310 for n in set(counts))


def test_choices_are_drawn_from_all_options():
    relations = [draw.relation for draw in drawn("length_constraints:number_words")]
    assert set(relations) == {"less than", "at least"}
    assert all(relations.count(relation) > 100 for relation in set(relations))


def test_forbidden_words_are_taken_from_the_request_and_keywords_are_not():
    own = set(Context(request=REQUEST).content_words)
    assert {"harbour", "towns", "bridges"} <= own
    assert not own & {"mcdonald", "e-mail", "mail", "said"}
    for draw in drawn("keywords:forbidden_words", 50, request=REQUEST):
        assert own.issuperset(draw.forbidden_words)
    from_list = {word for draw in drawn("keywords:existence", 50, request=REQUEST) for word in draw.keywords}
    assert not from_list & own
    assert len(from_list) > 50


def test_lists_are_drawn_of_every_length_in_range():
    assert {len(draw.keywords) for draw in drawn("keywords:existence")} == {2, 3, 4, 5}
    assert {len(draw.forbidden_words) for draw in drawn("keywords:forbidden_words", request=REQUEST)} == {2, 3, 4}
    limits = {"keywords": (1, 2)}
    assert {len(draw.keywords) for draw in drawn("keywords:existence", limits=limits)} == {1, 2}


def test_words_fill_up_from_the_word_list_and_are_sorted_and_different():
    for draw in drawn("keywords:forbidden_words", 100, request="Only harbour here."):
        words = draw.forbidden_words
        assert "harbour" in words
        assert 2 <= len(words) <= 4
        assert list(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("id", "limits", "allowed"),
    [
        ("detectable_format:number_bullet_lists", {"num_bullets": (7, 9)}, {7, 8, 9}),
        ("length_constraints:number_words", {"relation": ["at least"]}, {"at least"}),
        ("startend:end_checker", {"end_phrase": ["A.", "B."]}, {"A.", "B."}),
    ],
)
def test_limits_are_what_is_drawn(id, limits, allowed):
    [name] = limits
    assert {getattr(draw, name) for draw in drawn(id, limits=limits)} == allowed


LIMITS = [
    ("length_constraints:number_words", "num_words", [50, 100], ""),
    ("length_constraints:number_words", "num_words", [100, 50], "has low 100 above high 50"),
    ("length_constraints:number_words", "num_words", [0, 50], "is 0, but must be at least 1"),
    ("length_constraints:number_words", "num_words", ["1", 5], "takes a whole number, got '1'"),
    ("length_constraints:number_words", "num_words", 5, "takes a pair [low, high]"),
    ("length_constraints:number_words", "relation", ["less than"], ""),
    ("length_constraints:number_words", "relation", ["at most"], "knows no 'at most', only 'less than', 'at least'"),
    ("length_constraints:number_words", "relation", [], "takes a list of values"),
    ("startend:end_checker", "end_phrase", ["Bye."], ""),
    ("startend:end_checker", "end_phrase", [" "], "takes a list of strings"),
    ("startend:end_checker", "end_phrase", "Bye.", "takes a list of strings"),
    ("keywords:existence", "keywords", [2, 3], ""),
    ("keywords:existence", "keywords", [0, 3], "takes a pair [fewest, most] of word counts in 1 to 20"),
    ("keywords:existence", "keywords", [3, 2], "takes a pair [fewest, most] of word counts in 1 to 20"),
    ("keywords:existence", "keywords", [2, 21], "takes a pair [fewest, most] of word counts in 1 to 20"),
]


@pytest.mark.parametrize(("id", "name", "limit", "message"), LIMITS)
def test_a_limit_that_does_not_fit_is_told(id, name, limit, message):
    assert scorers.load(id).params()[name].describe_bad_limit(limit) == message


PARSED = [
    ("length_constraints:number_words", "num_words", "300", 300),
    ("length_constraints:number_words", "num_words", "many", "many"),
    ("keywords:existence", "keywords", "ice cream, tea,,", ["ice cream", "tea"]),
    ("startend:end_checker", "end_phrase", "Bye, all.", "Bye, all."),
]


@pytest.mark.parametrize(("id", "name", "given", "value"), PARSED)
def test_command_line_values_are_parsed(id, name, given, value):
    assert scorers.load(id).params()[name].parse(given) == value


def test_every_parameter_tells_its_range():
    for id in scorers.ids():
        for param in scorers.load(id).params().values():
            assert param.range.strip()
            assert param.kind in {"integer", "number", "choice", "string", "keyword", "list of words", "value"}
    assert scorers.load("length_constraints:number_words").params()["num_words"].range == (
        "must be at least 1; drawn from 50 to 500"
    )
