"""IFBench's instructions: what a person sees and the published verifier does not, parameters as published, forms."""

import pytest

import scorers
from scorers.text.published.livebench_sentences import cut
from scorers.text.text import Text

TEN = "level radar civic kayak refer rotor madam tenet stats solos"

# (id, parameters, response, audited, ifbench): false passes and false fails of the published verifier.
DEFECTS = [
    ("ratio:sentence_type", {}, "Nothing to ask here!", False, True),
    ("ratio:sentence_balance", {}, "not one mark in it", False, True),
    ("count:conjunctions", {"small_n": 2}, "But but", False, True),
    ("count:conjunctions", {"small_n": 2}, "so, so.", False, True),
    ("ratio:sentence_words", {}, "Owl. Owl. Owl.", False, True),
    ("count:words_japanese", {"N": 6}, "これは日本語です", False, True),
    ("count:words_japanese", {"N": 1}, "中文", False, True),
    ("words:palindrome", {}, "radar " * 10, False, True),
    ("words:palindrome", {}, "22222 " * 10, False, True),
    ("format:parentheses", {}, "((((( b )", False, True),
    ("words:prime_lengths", {}, "?!", False, True),
    ("words:vowel", {}, "áéíóú e i a", False, True),
    ("format:list", {"sep": "-"}, "up-to-date well-made", False, True),
    ("format:thesis", {}, "before <i>it</i> and behind", False, True),
    ("format:thesis", {}, "<em>it</em>", False, True),
    ("format:sub-bullets", {}, "not one bullet", False, True),
    ("format:no_bullets_bullets", {}, "Hey!\nWho?\n* a\n* b", False, True),
    ("custom:word_reverse", {}, "eagle bald", False, True),
    ("custom:character_reverse", {}, "the words elgae dlab here", False, True),
    ("custom:date_format_list", {}, "1801-00-00", False, True),
    ("custom:date_format_list", {}, "1803-02-29", False, True),
    ("format:output_template", {}, "Future Outlook: x My Conclusion: y My Answer: z", False, True),
    ("format:title_case", {}, "The eBook Of mSmith", False, True),
    ("repeat:repeat_change", {"prompt_to_repeat": "Go home now"}, "Go  home now", False, True),
    ("count:pronouns", {"N": 1}, "Which road", False, True),
    ("words:last_first", {}, "Only one sentence.", False, True),
    ("sentence:increment", {"small_n": 2}, "Only one sentence.", False, True),
    ("sentence:alliteration_increment", {}, "Only one sentence.", False, True),
    ("words:alphabet", {}, "Zebra", False, True),
    ("words:odd_even_syllables", {}, "zebra", False, True),
    ("words:no_consecutive", {}, "Zebra", False, True),
    ("format:line_indent", {}, "one line", False, True),
    ("ratio:sentence_type", {}, '"Rain." Snow. Why?', True, False),
    ("count:numbers", {"N": 1}, "It cost 25 000 crowns.", True, False),
    ("count:person_names", {"N": 1}, "LIAM SPOKE", True, False),
    ("format:options", {"options": "a), b), c)"}, "b)\n", True, False),
    ("format:newline", {}, "towns\n  \nrest", True, False),
    ("format:emoji", {}, "We won 🇳🇴.", True, False),
    ("format:line_indent", {}, "x\n\n\n y\n  z", True, False),
    ("format:sub-bullets", {}, "**Loud** word\n* one\n  - two", True, False),
    ("words:words_position", {"keyword": "rain"}, "“We rain or rain here!?”", True, False),
    ("words:paragraph_last_first", {}, "Well, it went well", True, False),
    ("custom:multiples", {}, "From 10 to 50:\n14, 21, 28, 35, 42, 49", True, False),
    ("format:no_bullets_bullets", {}, "Rain.\n\nSnow. Ice.\n* a\n* b", True, False),
    ("repeat:repeat_span", {"prompt_to_repeat": "a bc def gh", "n_start": 1, "n_end": 2}, "bc def", True, False),
    ("repeat:repeat_span", {"prompt_to_repeat": "a bc def gh", "n_start": 1, "n_end": 2}, "b", False, True),
]


@pytest.mark.parametrize(("id", "params", "response", "audited", "published"), DEFECTS)
def test_the_audited_verdict_is_the_sentence_s_where_the_published_one_is_not(id, params, response, audited, published):
    for rules, wanted in (("audited", audited), ("ifbench", published)):
        [verdict] = scorers.verify(response, [{"id": id, **params}], rules=rules)
        assert verdict.followed is wanted, f"{rules}: {verdict.reason}"


# Parameters as they stand in published files: floats, whole numbers, nulls.
@pytest.mark.parametrize("rules", ["audited", "ifbench", "livebench"])
@pytest.mark.parametrize("number", [2, 2.0])
def test_numbers_may_be_floats_and_nulls_are_absent(number, rules):
    for id, name in (
        ("count:conjunctions", "small_n"),
        ("count:numbers", "N"),
        ("count:person_names", "N"),
        ("words:repeats", "small_n"),
    ):
        given = {"id": id, name: number, "keyword": None, "percentage": None}
        response = "Emma and Liam but 10 plus 20"
        assert scorers.verify(response, [given], rules=rules)[0].followed, id


def test_a_fraction_is_for_the_published_books_alone():
    record = {"id": "count:numbers", "N": 1.5}
    assert not scorers.verify("7", [record], rules="ifbench")[0].followed
    with pytest.raises(scorers.BadInstruction, match=r"N is 1\.5, which is not a whole number"):
        scorers.verify("7", [record])
    assert scorers.verify("the mill", [{"id": "ratio:stop_words", "percentage": 50.5}])[0].followed


REFUSED = [
    ("count:numbers", {"N": -1}, "ifbench", "N is negative"),
    ("count:word_count_range", {"min_words": 1, "max_words": -5}, "ifbench", "max_words is negative"),
    ("ratio:stop_words", {"percentage": -0.5}, "livebench", "percentage is negative"),
    ("count:words_japanese", {"N": 0}, "ifbench", "N is 0"),
    ("sentence:keyword", {"word": "", "N": 1}, "ifbench", "word is empty"),
    ("repeat:repeat_change", {"prompt_to_repeat": ""}, "ifbench", "prompt_to_repeat is empty"),
    ("repeat:repeat_span", {"prompt_to_repeat": "a b", "n_start": 0, "n_end": 1}, "livebench", "n_start is 0"),
    ("words:keywords_specific_position", {"keyword": "x", "n": 0, "m": 1}, "ifbench", "n is 0"),
    ("words:keywords_specific_position", {"keyword": " ", "n": 1, "m": 1}, "ifbench", "keyword is 0 or empty"),
    ("count:numbers", {}, "ifbench", "needs N"),
    ("count:numbers", {"N": True}, "ifbench", "takes a number, got True"),
    ("count:numbers", {"N": "2"}, "ifbench", "takes a number, got '2'"),
    ("words:vowel", {"N": 2}, "ifbench", "it takes none"),
    ("count:keywords_multiple", {f"keyword{i}": "rain" for i in range(1, 6)}, "audited", "two keywords are the same"),
    ("count:word_count_range", {"min_words": 5, "max_words": 2}, "audited", "min_words 5 is above"),
    ("words:words_position", {"keyword": "two words"}, "audited", "is not one word"),
    ("ratio:overlap", {"reference_text": "short", "percentage": 5}, "audited", "too short"),
    ("repeat:repeat_span", {"prompt_to_repeat": "a b", "n_start": 5, "n_end": 6}, "audited", "no words"),
    ("repeat:repeat_change", {"prompt_to_repeat": "Go"}, "audited", "fewer than two words"),
    ("format:options", {"options": " , "}, "audited", "no answer"),
]


@pytest.mark.parametrize(("id", "params", "rules", "reason"), REFUSED)
def test_what_the_published_verifier_draws_or_raises_on_is_refused_with_the_reason(id, params, rules, reason):
    with pytest.raises(scorers.BadInstruction, match=reason):
        scorers.verify("Some text.", [{"id": id, **params}], rules=rules)


def test_the_fixed_tasks_ignore_every_parameter_as_published():
    [verdict] = scorers.verify("14 21 28 35 42 49", [{"id": "custom:multiples", "anything": [1]}], rules="ifbench")
    assert verdict.followed


CSV = '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"\n' + "\n".join(
    f'"{n}"\t"Art"\t"A"\t"Fall"\t"9{n}"' for n in (1, 2, 3)
)
RAISING = [
    ("custom:csv_quotes", {}, CSV.replace('"A"', "", 1), "ifbench", "IndexError"),
    ("custom:csv_city", {}, "a\rb,c", "ifbench", "Error"),
    ("custom:csv_special_character", {}, "ProductID,Category,Brand,Price,Stock\na\rb", "ifbench", "Error"),
    ("words:keywords_specific_position", {"keyword": "x", "n": 1.0, "m": 1}, "x y", "ifbench", "TypeError"),
    ("words:keywords_specific_position", {"keyword": "x", "n": 1, "m": 1.0}, "x y", "ifbench", "TypeError"),
    ("words:keywords_specific_position", {"keyword": "x", "n": -3, "m": 1}, "x y", "ifbench", "IndexError"),
    ("ratio:stop_words", {"percentage": 9}, "… !", "livebench", "ZeroDivisionError"),
    ("ratio:overlap", {"reference_text": "abc", "percentage": 9}, "ab", "livebench", "ZeroDivisionError"),
    ("format:quote_unquote", {}, "42.", "livebench", "IndexError"),
    ("words:last_first", {}, "! Go.", "livebench", "IndexError"),
]


@pytest.mark.parametrize(("id", "params", "response", "rules", "exception"), RAISING)
def test_where_the_published_verifier_raises_the_verdict_is_no_and_names_the_exception(
    id, params, response, rules, exception
):
    [verdict] = scorers.verify(response, [{"id": id, **params}], rules=rules)
    assert (verdict.followed, verdict.raised) == (False, exception)
    assert exception in verdict.reason


def test_a_form_that_raises_ends_the_loose_reading_in_the_published_order():
    record = {"id": "custom:csv_quotes"}
    blank = CSV.replace('"A"', "", 1)
    # The first form that raises comes before the one that would pass: no verdict but no.
    both = scorers.verify_both(f"{CSV}\n{blank}", [record], rules="ifbench")
    assert not both.loose[0].followed
    passing = scorers.verify_both(f"Here it is:\n{CSV}", [record], rules="ifbench")
    assert (passing.strict[0].followed, passing.loose[0].followed) == (False, True)
    # Without asterisks, the whole text is read before it is read without its first line.
    starred = f"*{blank}\n"
    verdict = scorers.verify_both(starred, [record], rules="ifbench").loose[0]
    assert (verdict.followed, verdict.raised) == (False, "IndexError")


def test_the_order_of_the_loose_forms_tells_what_was_left_out():
    record = {"id": "format:output_template"}
    response = "Well:\n*My Answer*: a\nMy Conclusion: b\nFuture Outlook: c"
    published = scorers.verify(response, [record], rules="ifbench", mode="loose")[0]
    assert published.reason.endswith("(read without asterisks)")
    start, end = published.spans[1]
    assert response[start:end] == "My Conclusion:"


CUTS = [
    ("One. Two? Three!", ["One.", "Two?", "Three!"]),
    ("Mr. Hale came. He left.", ["Mr. Hale came.", "He left."]),
    ("See example.com now. 3.5 is it.", ["See example.com now.", "3.5 is it."]),
    ("Well... yes", ["Well...", "yes"]),
    ('He said "Go!" Then left.', ['He said "Go"!', "Then left."]),
    ("The Ph.D. thesis. J. Doe.", ["The Ph.D. thesis.", "J. Doe."]),
    ("Acme Inc. grew.", ["Acme Inc. grew."]),
    ("Acme Inc. He left.", ["Acme Inc", "He left."]),
    ("The U.S. He left.", ["The U.S.", "He left."]),
    ("What?!", ["What?", "!"]),
    ("one\ntwo", ["one two"]),
    ("a<stop>b", ["a", "b"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "sentences"), CUTS)
def test_livebench_s_sentences(text, sentences):
    assert cut(text) == sentences
    assert Text(text).livebench_sentences == sentences


REASONS = [
    ("count:numbers", {"N": 1}, "3.5 or\n1,000", "2 numbers, at lines 1 and 2; exactly 1 was asked", "3.5|1,000"),
    ("count:person_names", {"N": 1}, "Emma saw LIAM.", "2 names: Emma and Liam; at least 1 was asked", "Emma|LIAM"),
    ("words:no_consecutive", {}, "Old big bears", "'big' and 'bears' begin alike, at line 1", "big|bears"),
    ("words:alphabet", {}, "Apples bring\ndawn", "word 3 is 'dawn', at line 2", "dawn"),
    ("words:repeats", {"small_n": 1}, "rain Rain", "the most frequent word, 'rain', occurs 2 times", "rain|Rain"),
    ("format:emoji", {}, "Hi 🙂. Bye.", "'Bye.' ends without an emoji, at line 1", "Bye."),
    ("format:newline", {}, "one two\nthree", "3 words; 1 line with several", "one two"),
    ("format:parentheses", {}, "a (b [c])", "nested 2 deep", "(b [c])"),
    ("format:quotes", {}, "“a ‘b’”", "nested 2 deep", "“a ‘b’”"),
    ("format:list", {"sep": "-"}, "- one", "1 separator, at line 1; at least 2 were asked", "-"),
    ("format:sub-bullets", {}, "* a\n- b\n* c", "2 bullets, 1 without a sub-bullet", "* c"),
    ("sentence:keyword", {"word": "rain", "N": 2}, "One. Rain fell.", "'rain' found in it", "Rain"),
    ("sentence:increment", {"small_n": 1}, "Go. Now we go.", "words by sentence: 1, 3", "Go|Now we go"),
    (
        "words:keywords_specific_position",
        {"keyword": "rain", "n": 1, "m": 2},
        "See rain",
        "the word there is 'rain'",
        "rain",
    ),
    (
        "ratio:stop_words",
        {"percentage": 10},
        "the mill",
        "1 of 2 words are stop words (50.0%); at most 10% was asked",
        "the",
    ),
    ("words:palindrome", {}, "Level 12321", "1 palindrome: 'level'; at least 10 were asked", "Level"),
    (
        "ratio:sentence_type",
        {},
        "One. Two?",
        "1 statement, 1 question, 0 exclamations; 2 statements for each question were asked",
        "One.|Two?",
    ),
    (
        "words:last_first",
        {},
        "A mill. It turns.",
        "sentence 1 ends with 'mill', the next one begins with 'It'",
        "mill|It",
    ),
    (
        "count:words_japanese",
        {"N": 2},
        "one two",
        "word 2 is 'two', at line 1; every word at a multiple of 2 in Japanese was asked",
        "two",
    ),
]


@pytest.mark.parametrize(("id", "params", "text", "reason", "marked"), REASONS)
def test_reasons_and_places(id, params, text, reason, marked):
    [verdict] = scorers.verify(text, [{"id": id, **params}])
    assert verdict.reason == reason
    assert "|".join(text[start:end] for start, end in verdict.spans) == marked


CONFLICTS = [
    ("format:no_whitespace", "format:newline", "white space"),
    ("format:no_whitespace", "format:line_indent", "line breaks"),
    ("format:newline", "words:last_first", "white space"),
    ("words:alphabet", "count:words_japanese", "script of the words"),
    ("words:alphabet", "sentence:alliteration_increment", "neighbouring first letters"),
    ("ratio:sentence_type", "ratio:sentence_balance", "number of statements to a question"),
    ("words:repeats", "format:emoji", "tokens that come again"),
]
DRAWN = {
    "words:repeats": {"small_n": 3},
    "count:words_japanese": {"N": 3},
}


@pytest.mark.parametrize(("one", "two", "what"), CONFLICTS)
def test_what_does_not_go_together_is_known_from_the_demands(one, two, what):
    found = scorers.search([{"id": id, **DRAWN.get(id, {})} for id in (one, two)])
    assert found.outcome == "impossible"
    assert found.impossible.startswith(f"its {what} cannot be both")


def test_a_word_that_must_come_more_often_than_any_may():
    words = {f"keyword{i}": word for i, word in enumerate(("rain", "snow", "fog", "sun", "wind"), 1)}
    asked = [{"id": "count:keywords_multiple", **words}, {"id": "words:repeats", "small_n": 5}]
    assert scorers.search(asked).impossible == "no word may occur more than 5 times, yet 'wind' must occur 7 times"
    asked[1]["small_n"] = 7
    assert scorers.search(asked).text is not None
