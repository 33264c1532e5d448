"""Borders of IFBench's instructions that their cases leave out: what is raised, refused, repaired."""

import pytest

import scorers

RAISING = [
    ("repeat:repeat_span", {"prompt_to_repeat": "a bc", "n_start": 1, "n_end": 2.0}, "bc", "TypeError"),
    ("words:keywords_specific_position", {"keyword": "x", "n": 1, "m": -2}, "x y", "IndexError"),
]


@pytest.mark.parametrize(("id", "params", "text", "exception"), RAISING)
def test_a_published_verifier_that_raises_is_named(id, params, text, exception):
    [verdict] = scorers.verify(text, [{"id": id, **params}], rules="ifbench")
    assert (verdict.followed, verdict.raised) == (False, exception)


def test_the_published_verifier_takes_no_request_that_is_repeated_without_a_change():
    [verdict] = scorers.verify(
        "Say it.", [{"id": "repeat:repeat_change", "prompt_to_repeat": "Say it."}], rules="ifbench"
    )
    assert (verdict.followed, verdict.reason) == (False, "the request, unchanged")


REFUSED = [
    ("repeat:repeat_change", {"prompt_to_repeat": "“ „"}, "audited", "fewer than two words"),
    ("repeat:repeat_span", {"prompt_to_repeat": 'a " " b', "n_start": 1, "n_end": 2}, "audited", "no words"),
    ("repeat:repeat_span", {"prompt_to_repeat": "a b", "n_start": 0, "n_end": 0}, "livebench", "n_start is 0"),
    ("words:words_position", {"keyword": "C++"}, "audited", r"keyword 'C\+\+' is not one word"),
    ("words:keywords_specific_position", {"keyword": "“in”", "n": 1, "m": 1}, "audited", "keyword '“in”' is not one"),
]


@pytest.mark.parametrize(("id", "params", "rules", "reason"), REFUSED)
def test_what_no_response_can_hold_or_a_published_verifier_draws_is_refused(id, params, rules, reason):
    with pytest.raises(scorers.BadInstruction, match=reason):
        scorers.verify("Some text.", [{"id": id, **params}], rules=rules)


SUPPLY = "slow sailors save silver ships since summer storms seldom spare small sandy shores"
HANDFUL = "brave bakers bring big bread boxes before busy boats begin being built beyond"
APPLES = (
    "Apples bring calm dawn every fine garden holds its joyful kites like many new open parks quietly receive sunny "
    "travellers until village workers xeroxed yellow zines apples."
)
REPAIRS = [
    ("repeat:repeat_change", {"prompt_to_repeat": "“Consider” it now"}, "Now.", "Take it now"),
    ("repeat:repeat_change", {"prompt_to_repeat": "Say it now"}, "“Say” it now", "Consider it now"),
    (
        "sentence:alliteration_increment",
        {},
        f"{'Cats ' * 13}come. Rivers boats.",
        f"{'Cats ' * 13}come. Rivers boats {SUPPLY} slow sailors.",
    ),
    (
        "sentence:alliteration_increment",
        {},
        f"{'Cat ' * 12}runs. Owls see ships.",
        f"{'Cat ' * 12}runs. Owls see ships {HANDFUL}.",
    ),
    # The last word of a title is not the last one of a sentence.
    (
        "count:word_count_range",
        {"min_words": 2, "max_words": 3},
        "# The old title here\n\nSome text.",
        "# The\n\nSome text.",
    ),
    # In these the word that is put in belongs to a longer one, or moves the ends of sentences.
    (
        "sentence:keyword",
        {"word": "lamp", "N": 2},
        "http://。a",
        "The rich farmers keep the soft towns. The strong rivers lamp like tall gardens.",
    ),
    (
        "words:keywords_specific_position",
        {"keyword": "cloud", "n": 2, "m": 7},
        "o\n2) é",
        "The clean painters know the simple boats. The careful houses love the brown cloud shops.",
    ),
    ("words:paragraph_last_first", {}, "**d**i", "Rivers feed rivers.\n\nTowns welcome towns."),
    # Between words of two scripts there is no space, so that in their place one word joins the next.
    ("words:alphabet", {}, "山川 a " * 9, APPLES),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRS)
def test_a_repair_reaches_for_more_words_or_another_text(id, params, draft, repaired):
    assert scorers.read({"id": id, **params}).repair(draft) == repaired
    assert scorers.verify(repaired, [{"id": id, **params}])[0].followed


def test_many_sentences_that_grow_are_left_alone():
    draft = " ".join(f"Go{' on' * more}." for more in range(10))
    assert scorers.read({"id": "sentence:increment", "small_n": 1}).repair(draft) == draft


# The fixed tasks, from texts that follow them, with one change each.
CAPITALS = scorers.load("custom:european_capitals_sort").good[0].text
QUOTED, QUIZ, TABLE = (
    scorers.load(f"custom:{name}").good[0].text for name in ("csv_quotes", "mcq_count_length", "csv_special_character")
)
FIVE = "A) Monet\nB) Klee\nC) Miro\nD) Kahlo\nE) Hopper"
TASKS = [
    ("custom:csv_quotes", QUOTED.replace('"90"', "90", 1), "audited", False, "'90' is not in quotation marks"),
    # A field that runs over two lines is not in quotation marks in either of them.
    ("custom:csv_quotes", QUOTED.replace('"90"', '"\n"', 1), "audited", False, "'\"' is not in quotation marks"),
    (
        "custom:csv_special_character",
        TABLE.replace('"A&B"', 'A&B"'),
        "ifbench",
        False,
        "no special character in quotation marks",
    ),
    ("custom:date_format_list", "1805-12-02. **", "audited", True, "all parts are dates"),
    ("custom:date_format_list", "_1805-12-02_, 1800-06-14", "audited", True, "all parts are dates"),
    ("custom:european_capitals_sort", CAPITALS.replace(",", "，"), "audited", True, "27 names in order"),
    (
        "custom:mcq_count_length",
        QUIZ.replace("2: Who painted late late", "2:\nWho painted late"),
        "audited",
        False,
        "questions of 23, 23, 33, 38 characters; each longer than the one before was asked",
    ),
    (
        "custom:mcq_count_length",
        QUIZ.replace(FIVE, f"{FIVE}\n{FIVE}", 1),
        "audited",
        False,
        "question 1 has the options A, B, C, D, E, A, B, C, D; A to E were asked",
    ),
    (
        "custom:mcq_count_length",
        QUIZ.replace(FIVE, "", 1),
        "audited",
        False,
        "question 1 has no options; A to E were asked",
    ),
    ("custom:word_reverse", "is eagle bald The", "audited", True, "bald eagle in 4 words; at least 4 were asked"),
]


@pytest.mark.parametrize(("id", "text", "rules", "followed", "reason"), TASKS)
def test_a_fixed_task_with_one_change(id, text, rules, followed, reason):
    [verdict] = scorers.verify(text, [{"id": id}], rules=rules)
    assert (verdict.followed, verdict.reason) == (followed, reason)


def test_a_thesis_may_stand_behind_a_tab():
    [verdict] = scorers.verify("\t<i>Mills matter.</i> They grind.", [{"id": "format:thesis"}])
    assert verdict.followed
