"""Two answers and repeated requests, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

from random import Random

import pytest
from judging import judged, record, under

import scorers

TWO = "combination:two_responses"
REPEAT = "combination:repeat_prompt"


VERDICTS = [
    *under(
        TWO,
        "audited",
        (),
        rows=[
            ("Go left.\n******\nGo right.", True, "2 different responses, six asterisks, at line 2", "******"),
            ("a ****** b", True, "2 different responses, six asterisks, at line 1", "******"),
            (
                "******\na\n******\nb\n******",
                True,
                "2 different responses, six asterisks, at lines 1, 3 and 5",
                "******|******|******",
            ),
            ("a\n******\n\n******\nb", False, "nothing between two dividers, at lines 2 and 4", "******|******"),
            (
                "a\n******\n!\n******\nb\n******\nc",
                False,
                "nothing between two dividers, at lines 2 and 4",
                "******|******",
            ),
            ("******\n******\na", False, "nothing between two dividers, at lines 1 and 2", "******|******"),
            ("a\n******\n******", False, "nothing between two dividers, at lines 2 and 3", "******|******"),
            (
                "Answer 1: a\n******\nAnswer 2: A",
                False,
                "the two responses are the same; two different ones were asked",
                "Answer 1: a|Answer 2: A",
            ),
            ("Answer 1: a\n******\nAnswer 2: b", True, "2 different responses, six asterisks, at line 2", "******"),
            (
                "a\n******\nb\n******\nc",
                False,
                "3 responses, six asterisks, at lines 2 and 4; 2 were asked",
                "******|******",
            ),
            ("a******b", True, "2 different responses, six asterisks, at line 1", "******"),
            ("a\n* * * * * *\nb", True, "2 different responses, six asterisks, at line 2", "* * * * * *"),
            (
                "a\n*****\nb",
                False,
                "1 response, six asterisks nowhere ('*****' at line 2 has 5); 2 were asked",
                "*****",
            ),
            ("a ******", False, "1 response, six asterisks, at line 1; 2 were asked", "******"),
            (
                "<<T>>\n******\na\n******\nb",
                True,
                "2 different responses, six asterisks, at lines 2 and 4",
                "******|******",
            ),
            (
                "a\n******\na\n******\na",
                False,
                "3 responses, six asterisks, at lines 2 and 4; 2 were asked",
                "******|******",
            ),
        ],
    ),
    *under(
        TWO,
        "ifeval",
        (),
        rows=[
            ("a\n******\na", False, "2 responses that are the same, 1 divider, at line 2", "a|a"),
            ("a******b", True, "2 responses, 1 divider, at line 1", "******"),
            ("a ******\n****** b", False, "nothing between two dividers, at lines 1 and 2", "******|******"),
            ("******a******b", True, "2 responses, 2 dividers, at line 1", "******|******"),
            ("a ****** b ******", True, "2 responses, 2 dividers, at line 1", "******|******"),
            ("a ******  ****** b ****** ****** c", False, "nothing between two dividers, at line 1", "******|******"),
            ("a****** ******b******c", False, "nothing between two dividers, at line 1", "******|******"),
            ("a ****** b ****** a", False, "3 responses, 2 dividers, at line 1", "******|******"),
            ("a ****** a ****** b", False, "3 responses, 2 dividers, at line 1", "******|******"),
            ("************ a ****** b", False, "nothing between two dividers, at line 1", "******|******"),
            ("a ****** b ************", False, "nothing between two dividers, at line 1", "******|******"),
            ("a ************", False, "nothing between two dividers, at line 1", "******|******"),
        ],
    ),
    *under(
        REPEAT,
        "audited",
        ("Say this. Now.",),
        rows=[
            ('"Say this. Now." Yes', True, "the request is repeated, then answered", '"Say this. Now.'),
            ("Say this. Now.", False, "the request is repeated, but no answer follows", "Say this. Now."),
            ("Say this. Now.Yes", True, "the request is repeated, then answered", "Say this. Now."),
            ("  Say this.\n  Now. Yes", True, "the request is repeated, then answered", "Say this.\n  Now."),
            ('"Say that. Now."', False, "'that.' instead of word 2 of the request, 'this.', at line 1", "that."),
            ("“Say", False, "the response ends before word 2 of the request, 'this.'", ""),
            ('"', False, "the response ends before word 1 of the request, 'Say'", ""),
            ("say this. Now. Yes", False, "'say' instead of word 1 of the request, 'Say', at line 1", "say"),
            ("Say this. Nowhere", False, "'Nowhere' instead of word 3 of the request, 'Now.', at line 1", "Nowhere"),
            ('"Say this. Now it', False, "'Now' instead of word 3 of the request, 'Now.', at line 1", "Now"),
            ("Say\nthis\nthat Yes", False, "'this' instead of word 2 of the request, 'this.', at line 2", "this"),
            ("Sa", False, "'Sa' instead of word 1 of the request, 'Say', at line 1", "Sa"),
        ],
    ),
    *under(
        REPEAT,
        "audited",
        ("Say it",),
        rows=[
            ("Say itself", False, "'itself' instead of word 2 of the request, 'it', at line 1", "itself"),
            ("Say it. 5", True, "the request is repeated, then answered", "Say it"),
            ("Say it!", False, "the request is repeated, but no answer follows", "Say it"),
            ("(Say it) x", False, "'(Say' instead of word 1 of the request, 'Say', at line 1", "(Say"),
        ],
    ),
    *under(
        REPEAT,
        "audited",
        ("'''\"\"\"--",),
        rows=[
            ("’‘ʼ“”„‐‑ x", True, "the request is repeated, then answered", "’‘ʼ“”„‐‑"),
            ("‘’'„“”‑- x", True, "the request is repeated, then answered", "‘’'„“”‑-"),
            (
                "\"'''\"\"-- x",
                False,
                "'\\'\\'\\'\"\"--' instead of word 1 of the request, '\\'\\'\\'\"\"\"--', at line 1",
                "'''\"\"--",
            ),
        ],
    ),
    *under(
        REPEAT,
        "ifeval",
        (" Say this. Now. ",),
        rows=[
            ("  say THIS. now. Yes", True, "it begins with the request", "say THIS. now."),
            (
                "say this. Then. It is far more than twenty letters",
                False,
                "it differs from the request at character 11: 'then. it is far more' instead of 'now.'",
                "T",
            ),
            (" Say this", False, "it differs from the request at character 9: '' instead of '. now.'", ""),
            ("Say this. Now.", True, "it begins with the request", "Say this. Now."),
            ("Other", False, "it differs from the request at character 1: 'other' instead of 'say this. now.'", "O"),
            ("İ say", False, "it differs from the request at character 1: 'i̇ say' instead of 'say this. now.'", ""),
        ],
    ),
    *under(
        REPEAT,
        "ifeval",
        ("İ!",),
        rows=[
            ("\n İ!", True, "it begins with the request", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        TWO,
        (),
        rows=[
            (
                "******a.******a.",
                "a.\na.\n******\nThe rich farmers keep soft towns.",
            ),
            ("One. Two.", "One.\n******\nTwo."),
            ("", "The rich farmers keep soft towns.\n******\nThe strong rivers like tall gardens."),
            ("******", "The rich farmers keep soft towns.\n******\nThe strong rivers like tall gardens."),
            ("a\n******\nA", "a\n\n\nA\n******\nThe rich farmers keep soft towns."),
            ("One.\n******\nTwo.\n******\nThree.", "One.\n\n\nTwo.\n******\nThree."),
            ("One.\n******\nTwo.", "One.\n******\nTwo."),
        ],
    ),
    *under(
        REPEAT,
        (" Say this. Now. ",),
        rows=[
            ("It is late.", "Say this. Now.\n\nIt is late."),
            ("Say this. Now.", "Say this. Now.\n\nThe careful birds build the brown islands often."),
            ("", "Say this. Now.\n\nThe careful birds build the brown islands often."),
            (" Say this. Now. It is late.", " Say this. Now. It is late."),
            ("Say this. Now. Late", "Say this. Now. Late"),
            ("...", "Say this. Now.\n\nThe careful birds build the brown islands often."),
            ("Now. Say this. Now.", "Say this. Now.\n\nNow. Say this. Now."),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_a_request_of_up_to_twelve_words_is_quoted_whole():
    words = "a b c d e f g h i j k l m".split()
    whole = scorers.read(record(REPEAT, (" ".join(words[:12]),))).describe()
    assert 'repeat "a b c d e f g h i j k l" word for word' in whole
    ends = scorers.read(record(REPEAT, (" ".join(words),))).describe()
    assert 'the request word for word, from "a b c d e" to "i j k l m", without any change' in ends


def test_a_limit_on_the_request_is_kept():
    limits = {"prompt_to_repeat": ["Say it."]}
    drawn = scorers.load(REPEAT).draw(Random(1), scorers.Context(request=" Go on. ", limits=limits))
    assert drawn.prompt_to_repeat == "Say it."
    assert scorers.load(REPEAT).draw(Random(1), scorers.Context(request=" Go on. ")).prompt_to_repeat == "Go on."


def test_the_published_book_refuses_to_repeat_nothing():
    with pytest.raises(scorers.BadInstruction, match="prompt_to_repeat is empty, and the published verifier raises"):
        judged(REPEAT, ("",), "a", "ifeval")
