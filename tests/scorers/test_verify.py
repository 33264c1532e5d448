"""verify and verify_both: verdicts, readings, spans, refusals."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorers
from scorers import BadInstruction, NotInBook, Verdict, verify, verify_both

NO_COMMA = {"id": "punctuation:no_comma"}
BULLETS = {"id": "detectable_format:number_bullet_lists", "num_bullets": 2}
WORDS = {"id": "length_constraints:number_words", "num_words": 3, "relation": "less than"}
ENDS = {"id": "startend:end_checker", "end_phrase": "The end."}
TITLE = {"id": "detectable_format:title"}
SENTENCES = {"id": "length_constraints:number_sentences", "num_sentences": 2, "relation": "less than"}
STOP = {"id": "keywords:forbidden_words", "forbidden_words": ["stop"]}


def test_verdicts_stand_in_the_order_of_the_instructions():
    verdicts = verify("One, two three four.", [NO_COMMA, WORDS, TITLE, NO_COMMA])
    assert [verdict.followed for verdict in verdicts] == [False, False, False, False]
    assert [verdict.reason for verdict in verdicts] == [
        "1 comma, at line 1; none is allowed",
        "4 words; fewer than 3 were asked",
        "no title in double angle brackets",
        "1 comma, at line 1; none is allowed",
    ]
    assert verify("anything", []) == []


def test_checkers_and_records_are_judged_alike():
    response = "* a\n* b, c"
    records = [NO_COMMA, BULLETS, WORDS]
    assert verify(response, records) == verify(response, [scorers.read(record) for record in records])


def test_every_verdict_carries_the_version_of_its_checker():
    for record in (NO_COMMA, BULLETS, WORDS, ENDS, TITLE):
        for rules in ("audited", "ifeval"):
            for response in ("One, two.", "", "x"):
                [verdict] = verify(response, [record], rules=rules, mode="loose")
                assert verdict.version == scorers.load(record["id"]).version >= 1


@pytest.mark.parametrize("response", ["", " ", "\n\r\n\t", "\u3000"])
@pytest.mark.parametrize("rules", scorers.BOOKS)
def test_a_blank_response_follows_nothing(response, rules):
    if response and rules == "multiif":
        pytest.skip("this book reads white space strictly")
    strict, loose = verify_both(response, [NO_COMMA, WORDS], rules=rules)
    assert strict == loose
    assert [(v.followed, v.reason, v.spans) for v in strict] == [(False, "the response is blank", ())] * 2


@pytest.mark.parametrize("response", [" ", "\n\r\n\t", "\u3000"])
def test_white_space_is_checked_strictly_in_multiif_and_follows_nothing_loosely(response):
    both = verify_both(response, [NO_COMMA, TITLE], rules="multiif")
    assert [verdict.followed for verdict in both.strict] == [True, False]
    assert [(v.followed, v.reason) for v in both.loose] == [(False, "the response is blank")] * 2


def test_strict_reads_the_response_as_it_is():
    response = "Sure, here it is:\nNo comma here."
    assert not verify(response, [NO_COMMA])[0].followed
    [loose] = verify(response, [NO_COMMA], mode="loose")
    assert loose.followed
    assert loose.reason == "0 commas; none is allowed (read without the first line)"


def test_each_instruction_takes_the_loose_form_it_needs():
    response = "Sure, I can do that.\n**<<A Day>>**\nThe end.\nBye!"
    verdicts = verify(response, [NO_COMMA, ENDS, TITLE, BULLETS], rules="ifeval", mode="loose")
    assert [verdict.followed for verdict in verdicts] == [True, True, True, False]
    assert "the first line" in verdicts[0].reason
    assert "the last line" in verdicts[1].reason
    assert "read without" not in verdicts[2].reason
    assert "read without" not in verdicts[3].reason


def test_spans_of_a_loose_pass_stand_in_the_raw_response():
    response = "Sure!\r\n \na *b*:\n**- x**\n*- y*"
    [strict] = verify(response, [BULLETS], rules="ifeval")
    assert not strict.followed
    [loose] = verify(response, [BULLETS], rules="ifeval", mode="loose")
    assert loose.followed
    assert loose.reason.endswith("(read without asterisks)")
    assert [response[start:end].strip("*\n") for start, end in loose.spans] == ["- x", "- y"]


MARKED = [
    (NO_COMMA, "One, two，three.", [",", "，"]),
    (BULLETS, "* a\n---\n  - b\r\n+ c", ["+ c"]),
    (TITLE, "# **<<A Day>>**\nRead <<it>> (<< >>).", ["<<A Day>>", "<<it>>"]),
    (ENDS, "Well. The end, yes.\n", ["end, yes."]),
    (WORDS, "One two three four.", ["three four"]),
    ({**WORDS, "relation": "at least"}, "One two.", []),
    (SENTENCES, "One. Two. Three.", ["Two.", "Three."]),
    ({**SENTENCES, "num_sentences": 4}, "One. Two. Three.", ["One.", "Two.", "Three."]),
    ({"id": "keywords:existence", "keywords": ["tea", "art"]}, "Art, tea; tea.", ["tea", "tea", "Art"]),
    ({"id": "keywords:forbidden_words", "forbidden_words": ["stop"]}, "Stop! Stopped.", ["Stop", "Stopped"]),
]


@pytest.mark.parametrize(("record", "response", "marked"), MARKED)
def test_spans_mark_the_decisive_places(record, response, marked):
    [verdict] = verify(response, [record])
    assert [response[start:end] for start, end in verdict.spans] == marked


REASONS = [
    (NO_COMMA, "a,\nb\nc,,", "3 commas, at lines 1 and 3; none is allowed"),
    (NO_COMMA, ",\n" * 5, "5 commas, at lines 1, 2, 3, 4 and 5; none is allowed"),
    (NO_COMMA, ",\n" * 6, "6 commas, at lines 1, 2, 3, 4, 5 and further down; none is allowed"),
    (NO_COMMA, "None.", "0 commas; none is allowed"),
    (BULLETS, "* a", "1 bullet point, at line 1; exactly 2 were asked"),
    (TITLE, "<<A  Day>>", "the title '<<A Day>>'"),
    (ENDS, "Well.\nThe  end.\n", "the response ends with 'The end.', as asked"),
    (SENTENCES, "One. Two.", "2 sentences; fewer than 2 were asked"),
    (
        {"id": "keywords:existence", "keywords": ["tea", "art", "ice"]},
        "tea",
        "1 of 3 words found; 'art' and 'ice' are missing",
    ),
    ({"id": "keywords:existence", "keywords": ["tea"]}, "tea", "1 of 1 word found, at line 1"),
    (
        STOP,
        "Stop!\nThey stopped; stop!",
        "3 forbidden words, at lines 1 and 2: 'Stop', 'stopped' (a form of 'stop') and 'stop'; none is allowed",
    ),
    (STOP, "Go!", "0 forbidden words; none is allowed"),
]


@pytest.mark.parametrize(("record", "response", "reason"), REASONS)
def test_reasons_tell_what_was_found_and_where(record, response, reason):
    assert verify(response, [record])[0].reason == reason


ENDINGS = [
    ("The end.", True),
    ("xThe end.", False),
    ("the END." + " \n" * 500, True),
    ("The end.**", True),
    ("The end.)", True),
    ("(The end.", True),
    ("The end. The", False),
    ("The\n end.", True),
    ("The  end .", False),
    ("_The end._", True),
]


@pytest.mark.parametrize(("response", "followed"), ENDINGS)
def test_the_end_phrase_closes_the_response(response, followed):
    assert verify(response, [ENDS])[0].followed is followed


TITLES = [
    ("See <<it>> now", True),
    ("See <<it>>x", False),
    ("x<<it>> now", False),
    ("See << it >> now", False),
    ("See <<it>>.", True),
    ("<< it >>x", True),
    ("- <<it>>", True),
    ("**Title:** << it >>", True),
    ("A\r<<it>>\rB", True),
    ("<<it\r>>", False),
    ("<<it>", False),
    ("<<...>>", False),
    ("<<?>> <<it>>", True),
    ("a << b >> c", False),
]


@pytest.mark.parametrize(("response", "followed"), TITLES)
def test_a_title_stands_in_double_brackets(response, followed):
    assert verify(response, [TITLE])[0].followed is followed


def test_at_most_fifty_spans_are_kept_and_all_are_counted():
    [verdict] = verify("," * 70, [NO_COMMA])
    assert (len(verdict.spans), verdict.span_count) == (50, 70)
    record = json.loads(json.dumps(verdict.to_json("punctuation:no_comma")))
    assert record["span_count"] == 70
    assert Verdict.from_json(record) == verdict


@given(
    st.lists(st.sampled_from(["* a", "- b", ",", "<<T>>", "The end.", "\n", " ", "**", "x y z", "\r\n"]), max_size=12)
)
def test_verify_both_is_two_calls_of_verify(parts):
    response = "".join(parts)
    instructions = [NO_COMMA, BULLETS, WORDS, ENDS, TITLE]
    for rules in scorers.BOOKS:
        both = verify_both(response, instructions, rules=rules)
        assert both.strict == verify(response, instructions, rules=rules)
        assert both.loose == verify(response, instructions, rules=rules, mode="loose")
        for strict, loose in zip(*both, strict=True):
            blank = rules == "multiif" and not response.strip()
            assert blank or (loose == strict if strict.followed or not loose.followed else loose.followed)
            assert all(0 <= start < end <= len(response) for start, end in loose.spans)


def test_books_judge_differently():
    response = "I like cartoons."
    existence = {"id": "keywords:existence", "keywords": ["art"]}
    followed = {rules: verify(response, [existence], rules=rules)[0].followed for rules in scorers.BOOKS}
    assert followed == {"audited": False, "ifeval": True, "ifbench": True, "livebench": True, "multiif": True}


def test_an_id_outside_a_book_names_its_books():
    class Own(scorers.load("punctuation:no_comma")):
        id = "acme:own"
        rule_books = frozenset({"audited"})

    with pytest.raises(NotInBook, match=r"acme:own is not in the rule book 'ifeval' \(it is in audited\)"):
        verify("x", [Own()], rules="ifeval")
    assert verify("x", [Own()])[0].followed


def test_published_books_take_what_their_verifier_took():
    none = {"id": "detectable_format:number_bullet_lists", "num_bullets": 0}
    assert verify("No list.", [none], rules="ifeval")[0].followed
    with pytest.raises(BadInstruction, match=r"num_bullets is 0, but must be at least 1 \(rule book 'audited'\)"):
        verify("No list.", [none])
    pattern = {"id": "keywords:existence", "keywords": ["a.c|x"]}
    assert verify("abc", [pattern], rules="livebench")[0].followed
    for broken in ("[x", "(a", "*", "a{99999999999999999999}", "(" * 5000 + ")" * 5000):
        for id, name in (("keywords:existence", "keywords"), ("keywords:forbidden_words", "forbidden_words")):
            with pytest.raises(BadInstruction, match="is no regular expression"):
                verify("x", [{"id": id, name: [broken]}], rules="ifeval")


BAD = [
    ({"id": "punctuation:no_coma"}, "did you mean 'punctuation:no_comma'"),
    ({"id": "punctuation"}, "no checker has the id 'punctuation'"),
    ({"id": "../etc:passwd"}, "no checker has the id"),
    ({"id": "detectable-format:title"}, "did you mean 'detectable_format:title'"),
    ({"id": 7}, "an instruction is a record with an 'id'"),
    ({}, "an instruction is a record with an 'id'"),
    ("punctuation:no_comma", "an instruction is a record with an 'id'"),
    ({"id": "punctuation:no_comma", "n": 1}, "has no parameter 'n' .it takes none."),
    ({**BULLETS, "num_bulets": 2}, "has no parameter 'num_bulets'; did you mean 'num_bullets'"),
    ({"id": BULLETS["id"]}, "needs num_bullets"),
    ({"id": BULLETS["id"], "num_bullets": None}, "needs num_bullets"),
    ({"id": BULLETS["id"], "num_bullets": "2"}, "num_bullets takes a whole number, got '2'"),
    ({"id": BULLETS["id"], "num_bullets": 2.5}, "num_bullets takes a whole number, got 2.5"),
    ({"id": BULLETS["id"], "num_bullets": True}, "num_bullets takes a whole number, got True"),
    ({**WORDS, "relation": "at most"}, "relation takes one of 'less than', 'at least', got 'at most'"),
    ({**WORDS, "relation": ["less than"]}, "relation takes one of"),
    ({**WORDS, "relation": "less than", "num_words": 1}, "less than 1 word leaves nothing to say"),
    ({"id": "keywords:existence", "keywords": "art"}, "keywords takes a list of strings, got 'art'"),
    ({"id": "keywords:existence", "keywords": ["art", 3]}, "keywords takes a list of strings, got one with 3"),
    ({"id": "keywords:existence", "keywords": []}, "keywords is an empty list"),
    ({"id": "keywords:existence", "keywords": [" "]}, "keywords has a blank word"),
    ({"id": "startend:end_checker", "end_phrase": " "}, "end_phrase is blank"),
]


@pytest.mark.parametrize(("record", "message"), BAD)
def test_a_bad_instruction_says_what_is_wrong(record, message):
    with pytest.raises(BadInstruction, match=message):
        verify("x", [record])


def test_published_records_may_hold_nulls_and_integral_floats():
    record = {"id": BULLETS["id"], "num_bullets": 2.0, "keywords": None}
    assert verify("* a\n* b", [record])[0].followed


def test_unknown_book_and_reading_name_the_near_one():
    with pytest.raises(BadInstruction, match="unknown rule book 'ifevals'; did you mean 'ifeval'"):
        verify("x", [NO_COMMA], rules="ifevals")
    with pytest.raises(BadInstruction, match="unknown mode 'lose'; did you mean 'loose'"):
        verify("x", [NO_COMMA], mode="lose")


def test_score_is_the_mean_of_prompt_and_share():
    verdicts = verify("One, two.", [NO_COMMA, WORDS, TITLE, ENDS])
    score = scorers.score(verdicts, sample_id="s", epoch=2)
    assert (score.prompt, score.instruction, score.if_score) == (0.0, 0.25, 0.125)
    assert scorers.score(verify("One", [NO_COMMA])).if_score == 1.0
    with pytest.raises(ValueError, match="sample 's' has no instructions"):
        scorers.score([], sample_id="s")
