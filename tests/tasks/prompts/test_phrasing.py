"""Phrasing: sentences that depend on parameters or on the task, and the filters that learnt wordings use."""

from __future__ import annotations

import pytest

from scorers import read
from tasks.errors import BadWording
from tasks.prompts.template import in_words, parse
from tasks.prompts.wording import Wording
from tasks.task import get_task

ID = "length_constraints:number_words"


def words(num_words, relation):
    return read({"id": ID, "num_words": num_words, "relation": relation})


def wording(entry, id=ID):
    return Wording.from_record({"instructions": {id: entry}}, "here")


def test_the_first_variant_that_holds_is_used():
    found = wording(
        [
            {"when": {"num_words": [1, 2]}, "text": "Hardly a word: {num_words}, {relation}."},
            {"when": {"relation": "at least"}, "text": "{num_words} or more."},
            {"text": "Below {num_words}."},
        ]
    )
    said = [found.sentence(words(n, relation)) for n, relation in ((2, "at least"), (9, "at least"), (9, "less than"))]
    assert said == ["Hardly a word: 2, at least.", "9 or more.", "Below 9."]


def test_a_variant_can_depend_on_the_task():
    found = wording([{"when": {"task": "summarize"}, "text": "Short!"}, {"text": "Hush!"}], "punctuation:no_comma")
    comma = read({"id": "punctuation:no_comma"})
    layout = [found.render(get_task(task), "It rained.", [comma])[-8:] for task in ("summarize", "simplify")]
    assert layout == ["- Short!", "\n- Hush!"]


def test_what_only_a_range_of_values_settles_is_still_untold():
    found = wording([{"when": {"num_words": [7, 8]}, "text": "Few, {relation}."}, {"text": "{relation} {num_words}"}])
    with pytest.raises(BadWording, match="says nothing of num_words = 8"):
        found.sentence(words(8, "at least"))
    assert wording([{"when": {"num_words": 7}, "text": "{relation} seven"}, {"text": "x"}]).sentence(
        words(7, "at least")
    ) == ("at least seven")


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        ([], ["must be text, or a list"]),
        (7, ["must be text, or a list", "7"]),
        ([{"when": {"relation": "at least"}, "text": "x"}], ["the last has none"]),
        ([{"text": "x"}, {"text": "y"}], ["each but the last needs a when"]),
        (["x"], ["number 1 must hold a text"]),
        ([{"text": " "}], ["number 1 must hold a text"]),
        ([{"text": "x", "wen": {}}], ["unknown key 'wen'", "did you mean 'when'"]),
        ([{"when": "less", "text": "x"}, {"text": "y"}], ["when must be a table"]),
        ([{"when": {"relatoin": "x"}, "text": "x"}, {"text": "y"}], ["'relatoin'", "did you mean 'relation'"]),
        ([{"when": {"relation": "about"}, "text": "x"}, {"text": "y"}], ["when.relation", "'about'"]),
        ([{"when": {"task": "sumarize"}, "text": "x"}, {"text": "y"}], ["did you mean 'summarize'"]),
        ([{"text": "{number}"}], ["number 1", "{number}"]),
        ("{num_words|words:x}", ["words takes nothing"]),
    ],
)
def test_a_bad_entry_is_refused_with_its_place(entry, parts):
    with pytest.raises(BadWording) as refused:
        wording(entry)
    for part in ("here", ID, *parts):
        assert part in str(refused.value)


@pytest.mark.parametrize(
    ("example", "items", "shown"),
    [
        ("'1', '2' and '3'", ("a", "b", "c", "d"), "'a', 'b', 'c' and 'd'"),
        ("'1', '2' and '3'", ("a", "b"), "'a' and 'b'"),
        ("'1', '2' and '3'", ("a",), "'a'"),
        ("(1; 2; 3)", ("2", "{x}"), "(2; {x})"),
    ],
)
def test_a_list_is_put_like_its_example(example, items, shown):
    assert parse(f"<{{w|like:{example}}}>", {"w": "list of words"}).fill({"w": items}) == f"<{shown}>"


def test_an_example_shows_three_items():
    for example in ("", "1, 2", "3, 2, 1", "a, b, c"):
        with pytest.raises(BadWording, match="an example of three items"):
            parse(f"{{w|like:{example}}}", {"w": "list of words"})


def test_numbers_in_words():
    assert [in_words(n) for n in (0, 9, 13, 20, 21, 99)] == "zero nine thirteen twenty twenty-one ninety-nine".split()
    assert [in_words(n) for n in (-1, 100)] == ["-1", "100"]
