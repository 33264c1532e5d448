"""Paragraphs that are counted, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

NTH = "length_constraints:nth_paragraph_first_word"
PARAGRAPHS = "length_constraints:number_paragraphs"


VERDICTS = [
    *under(
        NTH,
        "audited",
        (2, 2, " Hand "),
        rows=[
            ("One.\n\nHand two.", True, "2 paragraphs; paragraph 2 begins with 'Hand'", "Hand"),
            ("One.\n\n**“hand”** two.", True, "2 paragraphs; paragraph 2 begins with 'hand'", "hand"),
            ("One.\n\nHandy two.", False, "2 paragraphs; paragraph 2 begins with 'Handy', not with 'Hand'", "Handy"),
            (
                "One.\n\nHand-made.",
                False,
                "2 paragraphs; paragraph 2 begins with 'Hand-made', not with 'Hand'",
                "Hand-made",
            ),
            ("One.\n\nHand's.", False, "2 paragraphs; paragraph 2 begins with \"Hand's\", not with 'Hand'", "Hand's"),
            ("One.\n\nHand- two.", True, "2 paragraphs; paragraph 2 begins with 'Hand'", "Hand"),
            ("One.\n\nhand", True, "2 paragraphs; paragraph 2 begins with 'hand'", "hand"),
            ("One.\n\n# Head\nHand two.", True, "2 paragraphs; paragraph 2 begins with 'Hand'", "Hand"),
            ("One.", False, "1 paragraph, at line 1; exactly 2 were asked", "One"),
            (
                "One.\n\nTwo.\n\nHand.",
                False,
                "3 paragraphs, at lines 1, 3 and 5; exactly 2 were asked; "
                "paragraph 2 begins with 'Two', not with 'Hand'",
                "One|Two|Hand",
            ),
            (
                "One.\n\nHand.\n\nThree.\nx",
                False,
                "3 paragraphs, at lines 1, 3 and 5; exactly 2 were asked; paragraph 2 begins with 'Hand'",
                "One|Hand|Three",
            ),
            ("Hand.\n\nTwo.", False, "2 paragraphs; paragraph 2 begins with 'Two', not with 'Hand'", "Two"),
            ("<<T>>\n\nOne.\n\nHand two.", True, "2 paragraphs; paragraph 2 begins with 'Hand'", "Hand"),
            ("One.\n\nHand two.\n\nP.S. x", True, "2 paragraphs; paragraph 2 begins with 'Hand'", "Hand"),
            ("One.\n\n! two", False, "2 paragraphs; paragraph 2 begins with 'two', not with 'Hand'", "two"),
            ("One.\n\nA’b-c two", False, "2 paragraphs; paragraph 2 begins with 'A’b-c', not with 'Hand'", "A’b-c"),
            (
                "x\n\n_hand_",
                False,
                "1 paragraph, at line 3; exactly 2 were asked; 'x' at line 1 is a label, not a paragraph",
                "hand",
            ),
            ("One.\n\nhand'", True, "2 paragraphs; paragraph 2 begins with 'hand'", "hand"),
            ("One.\n\nHand'!", True, "2 paragraphs; paragraph 2 begins with 'Hand'", "Hand"),
        ],
    ),
    *under(
        NTH,
        "audited",
        (1, 1, "it's"),
        rows=[
            ("It's on.", True, '1 paragraph; paragraph 1 begins with "It\'s"', "It's"),
            ("It’s on.", True, "1 paragraph; paragraph 1 begins with 'It’s'", "It’s"),
            ("It s", False, "1 paragraph; paragraph 1 begins with 'It', not with \"it's\"", "It"),
        ],
    ),
    *under(
        NTH,
        "audited",
        (1, 1, "new york"),
        rows=[
            ("New  York is.", True, "1 paragraph; paragraph 1 begins with 'New York'", "New  York"),
            ("New Yorker", False, "1 paragraph; paragraph 1 begins with 'New', not with 'new york'", "New"),
        ],
    ),
    *under(
        NTH,
        "audited",
        (1, 1, "#1"),
        rows=[
            ("#1 is.", True, "1 paragraph; paragraph 1 begins with '#1'", "#1"),
            ("x #1", False, "1 paragraph; paragraph 1 begins with 'x', not with '#1'", "x"),
            ("##1", True, "1 paragraph; paragraph 1 begins with '#1'", "#1"),
        ],
    ),
    *under(
        NTH,
        "audited",
        (1, 1, "他"),
        rows=[
            ("他来了", True, "1 paragraph; paragraph 1 begins with '他'", "他"),
        ],
    ),
    *under(
        NTH,
        "ifeval",
        (2, 2, "HAND"),
        rows=[
            ("One.\n\nhand, two", True, "2 paragraphs; paragraph 2 starts with 'hand,'", "hand,"),
            ("One.\n\nHand: two", False, "2 paragraphs; paragraph 2 starts with 'Hand:'", "Hand:"),
            ("One.\n\n'\"Hand two", True, "2 paragraphs; paragraph 2 starts with '\\'\"Hand'", "'\"Hand"),
            ("One.\n\n\"'Hand two", False, "2 paragraphs; paragraph 2 starts with '\"\\'Hand'", "\"'Hand"),
            ("One.\n\n\n\nhand", False, "2 paragraphs; there is no paragraph 2", ""),
            ("One. hand\n\n hand. x", True, "2 paragraphs; paragraph 2 starts with 'hand.'", "hand."),
            ("hand", False, "1 paragraph; there is no paragraph 2", ""),
            ("One.\n\n \n\nhand", False, "2 paragraphs; there is no paragraph 2", ""),
            ("a\n\nx hand\n\nb", False, "3 paragraphs; paragraph 2 starts with 'x'", "x"),
            ("hand\n\nHand's x", True, '2 paragraphs; paragraph 2 starts with "Hand\'s"', "Hand's"),
            ("a\n\n \tHand. x", True, "2 paragraphs; paragraph 2 starts with 'Hand.'", "Hand."),
            ("a\n\n", False, "1 paragraph; there is no paragraph 2", ""),
            ("\n\nhand", False, "1 paragraph; there is no paragraph 2", ""),
            ("hand\n\nhand\n\n ", True, "2 paragraphs; paragraph 2 starts with 'hand'", "hand"),
        ],
    ),
    *under(
        NTH,
        "ifeval",
        (3, 1, "hand"),
        rows=[
            ("Hand x\n\nb\n\nc", True, "3 paragraphs; paragraph 1 starts with 'Hand'", "Hand"),
            ("a\n\nb\n\nc", False, "3 paragraphs; paragraph 1 starts with 'a'", "a"),
        ],
    ),
    *under(
        NTH,
        "ifeval",
        (3, 3, "hand"),
        rows=[
            ("a\n\nb\n\n  Hand c", True, "3 paragraphs; paragraph 3 starts with 'Hand'", "Hand"),
        ],
    ),
    *under(
        PARAGRAPHS,
        "audited",
        (2,),
        rows=[
            ("One.\n***\nTwo.", True, "2 paragraphs, at lines 1 and 3; exactly 2 were asked", "***"),
            ("***\nOne.\n***\nTwo.\n***", True, "2 paragraphs, at lines 2 and 4; exactly 2 were asked", "***|***|***"),
            ("One.\n***\n***\nTwo.", False, "two lines of *** have nothing between them, at lines 2 and 3", "***|***"),
            (
                "One.\n***\n\n!\n***\nTwo.\n***\nThree.",
                False,
                "two lines of *** have nothing between them, at lines 2 and 5",
                "***|***",
            ),
            ("One ***two*** three", False, "1 paragraph, at line 1; exactly 2 were asked", "One ***two*** three"),
            ("One.\n* * *\nTwo.", True, "2 paragraphs, at lines 1 and 3; exactly 2 were asked", "* * *"),
            ("One.\n**\nTwo.", False, "1 paragraph, at line 1; exactly 2 were asked", "One.\n**\nTwo."),
            (
                "<<T>>\n***\nOne.\n***\nTwo.",
                True,
                "2 paragraphs, at lines 3 and 5; exactly 2 were asked",
                "***|***",
            ),
            (
                "<<T>>\n***\nOne.",
                False,
                "1 paragraph, at line 3; exactly 2 were asked; "
                "'<<T>>' at line 1 is a title or heading, not a paragraph",
                "One.",
            ),
            (
                "One.\n***\nTwo.\n***\nP.S. x",
                True,
                "2 paragraphs, at lines 1 and 3; exactly 2 were asked",
                "***|***",
            ),
            (
                "One.\n***\nTwo.\n***\nThree.",
                False,
                "3 paragraphs, at lines 1, 3 and 5; exactly 2 were asked",
                "One.|Two.|Three.",
            ),
            ("One.\n***", False, "1 paragraph, at line 1; exactly 2 were asked", "One."),
            ("***", False, "0 paragraphs; exactly 2 were asked", ""),
            ("One.\n***\n***", False, "two lines of *** have nothing between them, at lines 2 and 3", "***|***"),
            ("***\n***\nOne.", False, "two lines of *** have nothing between them, at lines 1 and 2", "***|***"),
        ],
    ),
    *under(
        PARAGRAPHS,
        "ifeval",
        (2,),
        rows=[
            ("One ***two", True, "2 paragraphs, 1 divider, at line 1", "***"),
            ("One.\n***\nTwo.\n***", True, "2 paragraphs, 2 dividers, at lines 2 and 4", "***|***"),
            ("a\n***\n***\nb", False, "two lines of *** have nothing between them, at lines 2 and 3", "***|***"),
            ("a *** \n *** b", False, "two lines of *** have nothing between them, at lines 1 and 2", "***|***"),
            ("***a***b***", True, "2 paragraphs, 3 dividers, at line 1", "***|***|***"),
            ("a***", False, "1 paragraph, 1 divider, at line 1", "***"),
            ("******a", False, "two lines of *** have nothing between them, at line 1", "***|***"),
            ("a******", False, "two lines of *** have nothing between them, at line 1", "***|***"),
            (
                "a\n***\nb\n***\n \n***\nc",
                False,
                "two lines of *** have nothing between them, at lines 4 and 6",
                "***|***",
            ),
            ("x", False, "1 paragraph, 0 dividers", ""),
            ("***\n***", False, "two lines of *** have nothing between them, at lines 1 and 2", "***|***"),
        ],
    ),
    *under(
        PARAGRAPHS,
        "ifeval",
        (0,),
        rows=[
            ("***", True, "0 paragraphs, 1 divider, at line 1", "***"),
            ("a", False, "1 paragraph, 0 dividers", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        NTH,
        (2, 2, " Hand "),
        rows=[
            ("One.\n\nTwo.", "One.\n\nHand Two."),
            ("One. Two.", "One.\n\nHand Two."),
            ("", "The rich farmers keep soft towns.\n\nHand The strong rivers like tall gardens."),
            ("Hand.", "Hand.\n\nHand The rich farmers keep soft towns."),
            ("One.\n\nHand two.", "One.\n\nHand two."),
            ("One.\n\nTwo.\n\nThree.", "One.\n\nHand Two.\nThree."),
            ("One.\n\n# Head\nTwo.", "One.\n\n# Head\nHand Two."),
            ("One.\n\n“Two” it is.", "One.\n\nHand farmers keep towns.\n“Two” it is."),
            ("One.\n\n*Two* it is.", "One.\n\nHand farmers keep towns.\n*Two* it is."),
            ("...", "...\nThe rich farmers keep soft towns.\n\nHand The strong rivers like tall gardens."),
        ],
    ),
    *under(
        NTH,
        (3, 2, "été"),
        rows=[
            ("One.\n\nTwo.\n\nThree.", "One.\n\nété Two.\n\nThree."),
            (
                "x",
                "x\nThe rich farmers keep soft towns.\n\nété The strong rivers like tall gardens.\n\n"
                "The thin schools paint quiet bakers.",
            ),
        ],
    ),
    *under(
        NTH,
        (1, 1, "so"),
        rows=[
            ("One.\n\nTwo.", "So One.\nTwo."),
        ],
    ),
    *under(
        PARAGRAPHS,
        (2,),
        rows=[
            ("One. Two. Three.", "One. Two.\n\n***\n\nThree."),
            ("", "The rich farmers keep soft towns.\n\n***\n\nThe strong rivers like tall gardens."),
            ("One.", "One.\n\n***\n\nThe rich farmers keep soft towns."),
            ("One.\n***\nTwo.\n***\nThree.", "One.\n\n***\n\nTwo.\nThree."),
            ("One.\n***\nTwo.", "One.\n***\nTwo."),
            ("***", "The rich farmers keep soft towns.\n\n***\n\nThe strong rivers like tall gardens."),
            ("<<T>>\nOne. Two.", "<<T>>\nOne.\n\n***\n\nTwo."),
            ("a.***\n\n#**B**#", "The rich farmers keep soft towns.\n\n***\n\nThe strong rivers like tall gardens."),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired
