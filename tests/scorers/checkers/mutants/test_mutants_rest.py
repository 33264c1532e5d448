"""Verdicts, places and repairs that no other file tells apart, over all families."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers
from scorers import Demands, rule_books
from scorers.demands import Range

REPEAT = "combination:repeat_prompt"
TWO = "combination:two_responses"
NTH = "length_constraints:nth_paragraph_first_word"
TITLE = "detectable_format:title"
SECTIONS = "detectable_format:multiple_sections"
POSTSCRIPT = "detectable_content:postscript"
PARAGRAPHS = "length_constraints:number_paragraphs"
QUOTES = "; one pair of double quotation marks around everything was asked"

VERDICTS = [
    *under(
        REPEAT,
        "audited",
        rows=[
            (
                ("Say it in brief.",),
                "『Say it in brief.』 It is late.",
                True,
                "the request is repeated, then answered",
                "『Say it in brief.",
            ),
            (
                ("Say it in brief.",),
                "~Say it in brief. It is late.",
                False,
                "'~Say' instead of word 1 of the request, 'Say', at line 1",
                "~Say",
            ),
            (('"',), '"" yes', True, "the request is repeated, then answered", '"'),
        ],
    ),
    (
        REPEAT,
        "ifeval",
        ("bcdefghijklmnopqrstuvwxyz",),
        "abcdefghijklmnopqrstuvwxyz",
        False,
        "it differs from the request at character 1: 'abcdefghijklmnopqrst' instead of 'bcdefghijklmnopqrstu'",
        "a",
    ),
    (
        TWO,
        "ifeval",
        (),
        "a\n******\n\n******\nb\n******\n\n******\nc",
        False,
        "nothing between two dividers, at lines 2 and 4",
        "******|******",
    ),
    (TWO, "audited", (), "a b\n******\na~b", True, "2 different responses, six asterisks, at line 2", "******"),
    (
        PARAGRAPHS,
        "ifeval",
        (3,),
        "a\n***\n\n***\nb\n***\n\n***\nc",
        False,
        "two lines of *** have nothing between them, at lines 2 and 4",
        "***|***",
    ),
    (
        PARAGRAPHS,
        "audited",
        (1,),
        "# A\n***\nText here.\n***\nP.S. Bye.",
        True,
        "1 paragraph, at line 3; exactly 1 was asked",
        "***|***",
    ),
    (POSTSCRIPT, "ifeval", ("$",), "abc", True, "'$' found", ""),
    (POSTSCRIPT, "audited", ("PS-B",), "Bye.\n\nPS-Bag now.", False, "no postscript that begins with 'PS-B'", ""),
    (
        POSTSCRIPT,
        "audited",
        ("P.S.",),
        "Bye.\n\nP.S. Write soon.\n\nP.P.S." + " And call me." * 7,
        True,
        "the postscript 'P.S.' at line 3 closes the response",
        "P.S. Write soon.\n\nP.P.S." + " And call me." * 7,
    ),
    (
        "detectable_format:constrained_response",
        "audited",
        (),
        "[My answer is yes.]",
        True,
        "the response is 'My answer is yes'",
        "My answer is yes",
    ),
    ("detectable_format:json_format", "audited", (), "\ufeff[1]", True, "valid JSON: an array", "[1]"),
    (SECTIONS, "audited", ("Section", 1), "Section ?:\na", False, "0 sections; exactly 1 was asked", ""),
    (
        SECTIONS,
        "audited",
        ("My part", 1),
        "My  part 1\na",
        True,
        "1 section, at line 1; exactly 1 was asked",
        "My  part 1",
    ),
    *under(
        TITLE,
        "audited",
        (),
        rows=[
            ("<< A >> <<B>>", True, "the title '<< A >>'", "<< A >>"),
            ("Read -b<<A>> x", False, "no title in double angle brackets", ""),
            ("Read <<A>>b- x", False, "no title in double angle brackets", ""),
        ],
    ),
    *under(
        NTH,
        "audited",
        rows=[
            ((1, 1, "hand"), "Hand~made one.", True, "1 paragraph; paragraph 1 begins with 'Hand'", "Hand"),
            (
                (1, 1, "hand"),
                "Hand_made one.",
                False,
                "1 paragraph; paragraph 1 begins with 'Hand_made', not with 'hand'",
                "Hand_made",
            ),
            ((1, 1, "A+"), "A+b two.", True, "1 paragraph; paragraph 1 begins with 'A+'", "A+"),
        ],
    ),
    (NTH, "ifeval", (0, 0, "one"), "One.\n\nTwo.", False, "2 paragraphs; paragraph 0 starts with 'One.'", "One."),
    *under(
        "startend:quotation",
        "audited",
        (),
        rows=[
            ('""', False, "no text between the quotation marks", '""'),
            (
                '"',
                False,
                "the response is only '\"'; one pair of double quotation marks around everything was asked",
                '"',
            ),
            ('"One " two "three" four."', True, "the response begins with '\"' and ends with '\"'", '"|"'),
        ],
    ),
    (
        "change_case:english_lowercase",
        "ifeval",
        (),
        "a Bc~D",
        False,
        "2 capital letters, at line 1; none is allowed",
        "B|D",
    ),
    (
        "startend:end_checker",
        "audited",
        ("The end.",),
        "So it is. The~end.",
        False,
        "the response ends with 'The~end.'; 'The end.' was asked",
        "The~end.",
    ),
    (
        "startend:end_checker",
        "audited",
        ("The end.",),
        "So it is. (The end.]",
        True,
        "the response ends with '(The end.]', as asked",
        "(The end.]",
    ),
]


@pytest.mark.parametrize(("id", "rules", "values", "text", "followed", "reason", "places"), VERDICTS)
def test_verdict_reason_and_places(id, rules, values, text, followed, reason, places):
    assert judged(id, values, text, rules) == (followed, reason, places)


REPAIRS = [
    ("detectable_content:number_placeholders", (1,), "One two. Three four.", "One [name] two. Three four."),
    (
        "detectable_format:number_highlighted_sections",
        (1,),
        "*a* b c d e *f* g h *i* j k l",
        "*a* b c d e *f* g h *i* j k l",
    ),
    ("detectable_format:number_highlighted_sections", (1,), " one two three", " one *two* three"),
    (
        SECTIONS,
        ("Section", 2),
        "Section 1 — One two three.\nSection 2 — Four.\nSection 3 — Five.",
        "Section 1\nOne two three.\nSection 2\nFour.\nFive.",
    ),
    ("keywords:existence", (["river"],), "The river runs.", "The river runs."),
    ("keywords:letter_frequency", ("ß", 3, "at least"), "x", "ßßß"),
    ("keywords:letter_frequency", ("q", 1, "at least"), "x", "x Queen."),
    (NTH, (2, 1, "Hand"), "# Head\nHand two. Three four.", "# Head\nHand two.\n\nThree four."),
    ("change_case:capital_word_frequency", (1, "at least"), "ONE TWO three four", "ONE TWO three four"),
    ("length_constraints:number_sentences", (4, "less than"), "One. Two. Three. Four. Five.", "One. Two. Three."),
]


@pytest.mark.parametrize(("id", "values", "draft", "repaired"), REPAIRS)
def test_a_repair_changes_what_it_has_to(id, values, draft, repaired):
    assert scorers.read(record(id, values)).repair(draft) == repaired


def test_the_first_word_of_a_published_paragraph_is_marked_where_it_stands():
    [verdict] = scorers.verify("w\n\nx\n\ny\n\nab\n\nb", [record(NTH, (5, 5, "b"))], rules="ifeval")
    assert verdict.spans == ((13, 14),)


@pytest.mark.parametrize(
    ("id", "values", "why"),
    [
        (REPEAT, ("",), "prompt_to_repeat is empty, and the published verifier raises on that (rule book 'ifeval')"),
        (
            NTH,
            (3, 9, "b"),
            "nth_paragraph is 9 of 3 paragraphs, and the published verifier draws another number at random instead "
            "(rule book 'ifeval')",
        ),
    ],
)
def test_what_a_published_verifier_cannot_judge_is_refused_with_the_reason(id, values, why):
    with pytest.raises(scorers.BadInstruction) as refused:
        scorers.verify("x", [record(id, values)], rules="ifeval")
    assert str(refused.value) == f"{id}: {why}"


@pytest.mark.parametrize(
    ("values", "forced"),
    [
        (("war", 1, "less than"), Demands(counts=(("war", Range(0, 0)),))),
        (("war", 1, "at least"), Demands(parts=("war",))),
        (("war", 0, "at least"), Demands()),
    ],
)
def test_what_a_published_frequency_forces(values, forced):
    assert rule_books.demands(scorers.read(record("keywords:frequency", values)), "ifeval") == forced


CSV = "custom:csv_special_character"
QUOTE = "format:quote_unquote"
LIST = "format:list"


@pytest.mark.parametrize(
    ("field", "rules", "reason"),
    [
        ("X\n&", "ifbench", "no special character in quotation marks"),
        ("&\nX", "ifbench", "no special character in quotation marks"),
        ("A" * 140_000, "audited", "it cannot be read as CSV: field larger than field limit (131072)"),
        ('A&B","%', "audited", "row 1 has 6 fields; exactly 5 were asked"),
    ],
    ids=["a second line", "a first line", "too long", "a field more"],
)
def test_data_with_a_special_character(field, rules, reason):
    text = scorers.load(CSV).good[0].text.replace("A&B", field)
    assert judged(CSV, (), text, rules) == (False, reason, "")


def test_the_first_special_character_is_named():
    text = scorers.load(CSV).good[0].text.replace("2,Tools", '2,"%"')
    assert judged(CSV, (), text, "audited")[1] == "'\"A&B\"' found"


@pytest.mark.parametrize("rules", ["ifbench", "livebench"])
def test_a_quotation_mark_in_single_marks_is_deleted(rules):
    reason = "two quotations with nothing between them"
    assert judged(QUOTE, (), '"a"\'"\'"b" c', rules) == (False, reason, "")


@pytest.mark.parametrize(
    ("instruction", "draft", "repaired"),
    [
        ({"id": QUOTE}, "He said “go”.", "He said “go” means towns ."),
        ({"id": QUOTE}, '"go" "stop" he said', '"go" means towns  "stop" he said'),
        ({"id": LIST, "sep": "-"}, "Towns rest. Rivers flow.", "- Towns rest.\n- Rivers flow."),
        ({"id": LIST, "sep": "-"}, "Towns rest.\n Rivers flow.", "- Towns rest.\n- Rivers flow."),
        ({"id": LIST, "sep": "-"}, "Boats sail.\nFish swim.", "Boats sail.\nFish swim.\n- Towns rest.\n- Rivers flow."),
    ],
)
def test_what_a_repair_writes(instruction, draft, repaired):
    assert scorers.read(instruction).repair(draft) == repaired
