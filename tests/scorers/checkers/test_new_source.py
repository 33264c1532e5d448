"""What is kept of the article: quotations, names and numbers, at the edges of what counts."""

import pytest

import scorers
from scorers.checkers.source.names import names
from scorers.checkers.source.numbers import numbers
from scorers.checkers.source.quotations import stretches
from scorers.context import Context
from scorers.testing.tools import OnlyRandom

QUOTATIONS = "source:quotations"
NUMBERS = "source:numbers"
NAMES = "source:names"
ARTICLE = (
    "Judge Anne-Lise Cormack counted 1,206 votes at 9:25 p.m. on Monday. “Nobody’s ship,” said Murray Tibbett of Port "
    "Hallam, had cost $3.5 million in 1998. The 41-metre G20 took 2 days."
)

NONE = "0 passages quoted from the article; at least 1 was asked"
CHANGED = "does not match the article word for word"


def verdict(id, text, **given):
    [found] = scorers.verify(text, [{"id": id, **given}])
    return found


def quoted(text, number=1, words=3, article=ARTICLE):
    return verdict(QUOTATIONS, text, num_quotations=number, num_words=words, article=article)


@pytest.mark.parametrize(
    "text",
    [
        'He wrote "had cost $3.5 million" there.',
        "„had cost $3.5 million“",
        "»had cost $3.5 million«",
        "『had cost $3.5 million』",
        "＂had cost $3.5 million＂",
        '"had\n  cost $3.5"',
        '"The 41‑metre G20..."',
        '"Nobody\'s ship," said Murray',
        'A 5" disk, a 6" disk: "had cost $3.5"',
    ],
)
def test_quotations_that_stand_in_the_article(text):
    assert quoted(text, words=2 if "ship" in text else 3).followed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("none", NONE),
        ('"had cost $3.6"', f"{NONE}; 'had cost $3.6' at line 1 {CHANGED}"),
        ('"had cost"', f"{NONE}; 'had cost' at line 1 has fewer than 3 words"),
        ('"ad cost $3.5"', f"{NONE}; 'ad cost $3.5' at line 1 {CHANGED}"),
        ('"had cost $3.5 mill"', f"{NONE}; 'had cost $3.5 mill' at line 1 {CHANGED}"),
        ('"Had cost $3.5"', f"{NONE}; 'Had cost $3.5' at line 1 {CHANGED}"),
        ('"had ... $3.5 million"', f"{NONE}; 'had ... $3.5 million' at line 1 {CHANGED}"),
        ("'had cost $3.5'", NONE),
        ('"had cost $3.5 "million', NONE),
    ],
)
def test_quotations_that_do_not(text, reason):
    found = quoted(text)
    assert not found.followed
    assert found.reason == reason


def test_quotations_are_counted_once_each_and_marked():
    text = 'A "had cost $3.5" b "had cost $3.5" c "took 2 days" d'
    assert not quoted(text, 3).followed
    found = quoted(text, 2)
    assert found.followed
    assert [text[a:b] for a, b in found.spans] == ["had cost $3.5", "took 2 days"]
    assert found.reason == "2 passages quoted from the article, at line 1; at least 2 were asked"
    assert quoted('"had cost $3.5"', words=3).followed
    assert not quoted('"had cost $3.5"', words=4).followed


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"num_quotations": 3, "num_words": 3, "article": "One two three four. Five six seven."}, "has 2 stretches"),
        ({"num_quotations": 1, "num_words": 3, "article": " "}, "article is blank"),
        ({"num_quotations": 1, "num_words": 3, "article": "a b c " * 4000}, "more than 20000"),
        ({"num_quotations": 0, "num_words": 3, "article": "a b c"}, "num_quotations is 0"),
        ({"num_quotations": 1, "num_words": 0, "article": "a b c"}, "num_words is 0"),
    ],
)
def test_quotations_that_cannot_be_asked_for(given, why):
    with pytest.raises(scorers.BadInstruction, match=why):
        verdict(QUOTATIONS, "text", **given)


def test_stretches_stay_within_sentences_and_hold_no_marks_of_their_own():
    assert stretches("One two three four five. Six (seven) eight. Nine ten 11.", 2) == (
        "One two",
        "three four",
        "Nine ten",
    )
    assert stretches("One two.", 3) == ()


def test_numbers_of_an_article():
    assert list(numbers(ARTICLE)) == ["1206", "9:25", "3.5", "1998", "41", "2"]
    assert list(numbers("3rd A4 4A 1,23 1,234,567.8 12,3456 5艘 v2 1. 1,000")) == [
        *("3", "1,23", "1234567.8", "12,3456", "5", "1", "1000"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at 9:25am or 9:26PM", ["9:25", "9:26"]),
        ("46.5t, £46.5m, 7bn, 3x", ["46.5", "7", "3"]),
        ("on the 14th, the 1st and the 22ND", ["14", "1", "22"]),
        ("the 1990s, not 1990", ["1990s", "1990"]),
        ("10km, 5kg and 100mph in 30mins", ["10", "5", "100", "30"]),
        ("747A, 5G2, 3D, 2mA", []),
        ("G20, v2.5, B12, U2's", []),
        ("10m2", []),
        ("1.5.2 and 1,000th", ["1.5.2", "1000"]),
    ],
)
def test_an_ending_is_no_part_of_a_number_and_a_name_is_none(text, found):
    assert list(numbers(text)) == found


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1206 and 1,206", 1),
        ("9.25", 0),
        ("9:25, $3.5m", 2),
        ("9:25pm, 41m, 2nd", 3),
        ("9:25, $3.5 m", 2),
        ("1. one\n2. two\n3) 41", 1),
        ("In 2 or 1998.", 2),
        ("١٩٩٨", 0),
    ],
)
def test_numbers_are_kept_in_digits(text, kept):
    assert verdict(NUMBERS, text, num_numbers=kept + 1, article=ARTICLE).followed is False
    if kept:
        found = verdict(NUMBERS, text, num_numbers=kept, article=ARTICLE)
        assert found.followed
        assert found.reason.startswith(f"{kept} of the article's 6 numbers (")


def test_spans_of_numbers_are_every_place_of_them():
    text = "1. In 1998, 1,206; then 1206."
    found = verdict(NUMBERS, text, num_numbers=2, article=ARTICLE)
    assert [text[a:b] for a, b in found.spans] == ["1998", "1,206", "1206"]
    assert found.reason == "2 of the article's 6 numbers (1998 and 1206); at least 2 were asked"


def test_more_numbers_than_there_are_cannot_be_asked_for():
    with pytest.raises(scorers.BadInstruction, match="num_numbers is 7, but the article has 6 numbers"):
        verdict(NUMBERS, "text", num_numbers=7, article=ARTICLE)


def test_names_of_an_article():
    assert names(ARTICLE) == ("Anne-Lise Cormack", "Murray Tibbett", "Port Hallam")
    assert names("We met Mayor Lena Ortiz, Prime Minister Ada Smith and President Reed.") == (
        *("Lena Ortiz", "Ada Smith", "President Reed"),
    )
    assert names("On Monday May came. He met Ada Lovelace's dog, Japan's Ada Smith, and ADA LOVELACE.") == ()
    assert names("We saw New South Wales and a Great Old New South Wales Town Hall.") == ("New South Wales",)


def test_names_are_found_in_any_case_and_told_where():
    text = "PORT\nHALLAM, then Port Hallam."
    found = verdict(NAMES, text, names=["Port Hallam"])
    assert (found.followed, found.reason, found.spans) == (True, "1 of 1 name found, at line 1", ((0, 11),))
    found = verdict(NAMES, "Hallam", names=["Port Hallam", "Murray Tibbett"])
    assert found.reason == (
        "0 of 2 names found; 'Port Hallam' and 'Murray Tibbett' are missing; 'Hallam' at line 1 is only a part of "
        "'Port Hallam'"
    )
    assert found.spans == ((0, 6),)
    with pytest.raises(scorers.BadInstruction, match="holds 21 names, more than 20"):
        verdict(NAMES, "text", names=[f"Name {i}" for i in range(21)])


@pytest.mark.parametrize("id", [QUOTATIONS, NUMBERS, NAMES])
def test_an_article_without_such_things_is_not_asked_about(id):
    checker = scorers.load(id)
    assert checker.applies_to(Context("Please.", ARTICLE))
    assert checker.applies_to(Context(ARTICLE))
    assert not checker.applies_to(Context("Please.", "Rain."))
    limits = {QUOTATIONS: {"num_quotations": [15, 20]}, NUMBERS: {"num_numbers": [7, 9]}, NAMES: {"names": [4, 5]}}[id]
    assert not checker.applies_to(Context("Please.", ARTICLE, limits=limits))
    assert not checker.draw(OnlyRandom("x"), Context("Please.", "Rain.")).range_error()


def test_no_more_is_drawn_than_the_article_has():
    for seed in range(20):
        context = Context("Please.", "In 1998 the ships of the harbour came home. It rained.")
        assert scorers.load(NUMBERS).draw(OnlyRandom(f"{seed}"), context).num_numbers == 1
        drawn = scorers.load(QUOTATIONS).draw(OnlyRandom(f"{seed}"), context)
        assert not drawn.range_error()
        assert drawn.article == context.opening


def test_a_draft_takes_quotations_without_what_is_forbidden():
    ask = {
        "id": QUOTATIONS,
        "num_quotations": 2,
        "num_words": 3,
        "article": "One two three four five six. Red as a rose.",
    }
    without = {"id": "keywords:forbidden_words", "forbidden_words": ["red"]}
    text = scorers.witness([ask, without])
    assert "one two three" in text.lower()
    assert "red" not in text.lower().split()
    assert scorers.search([ask, {"id": "detectable_format:json_format"}]).outcome == "proven"
    assert scorers.search([ask, {"id": "startend:quotation"}]).outcome == "impossible"
    assert scorers.search([ask, {"id": "change_case:english_capital"}]).outcome == "unknown"
