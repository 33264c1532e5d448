"""The cuts of a text at their borders, and where the pieces of a text stand in the text they were cut from."""

import signal

import pytest

from scorers import EXTRACTIONS, Text, extract
from scorers.text.text import SpanMap

ALL = tuple(EXTRACTIONS)


def sentences(raw):
    return [raw[start:end] for start, end in Text(raw).sentences]


@pytest.fixture
def ended():
    """End a loop that does not end by itself before it has filled the memory."""

    def stop(*_):
        raise TimeoutError("still running after five seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(5)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_a_text_has_the_prompt_it_was_given_or_none():
    assert (Text("a").raw, Text("a").prompt) == ("a", "")
    assert Text("a", "b").prompt == "b"


# Places: "abcd" is cut from the stretches 10-12 and 20-22.
PLACES = [
    ((0, 1), (10, 11)),
    ((0, 2), (10, 12)),
    ((1, 3), (11, 21)),
    ((2, 3), (20, 21)),
    ((2, 4), (20, 22)),
    ((0, 4), (10, 22)),
    ((0, 0), (10, 10)),
    ((2, 2), (20, 20)),
    ((3, 2), (21, 21)),
]


@pytest.mark.parametrize(("span", "there"), PLACES)
def test_a_span_is_placed_from_its_first_to_its_last_character(span, there):
    assert SpanMap.of_pieces([(10, 12), (20, 22)]).place(span) == there


PARTS = [
    ((0, 4), [(10, 12), (20, 22)]),
    ((1, 3), [(11, 12), (20, 21)]),
    ((0, 2), [(10, 12)]),
    ((2, 4), [(20, 22)]),
    ((3, 4), [(21, 22)]),
    ((2, 2), []),
]


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize(("span", "parts"), PARTS)
def test_a_span_is_made_of_the_stretches_that_it_touches(span, parts):
    assert SpanMap.of_pieces([(10, 12), (20, 22)]).parts(span) == parts


@pytest.mark.usefixtures("ended")
def test_nothing_left_stands_at_the_start():
    extracted = extract("<think>x</think><solution></solution>", ALL)
    assert (extracted.text, extracted.place((0, 0))) == ("", (0, 0))


@pytest.mark.usefixtures("ended")
def test_what_was_cut_twice_is_carried_back_through_both_cuts():
    response = "<think>x</think><solution>A B C</solution> D"
    extracted = extract(response, ALL)
    assert extracted.text == "A B C"
    assert [response[slice(*extracted.place((at, at + 1)))] for at in range(5)] == list("A B C")


@pytest.mark.parametrize("raw", ["## Heading", "---", "  ", "**Title**", "plain", " (not) listed"])
def test_a_line_that_is_no_list_item_begins_with_its_first_character(raw):
    [line] = Text(raw).lines
    assert (line.start, line.body, line.end) == (0, 0, len(raw))


def test_list_items_begin_behind_their_markers():
    bullet, numbered, empty, rest = Text("* a\n(b) c\n\nd").lines
    assert (bullet.kind, bullet.body, numbered.kind, numbered.body) == ("bullet", 1, "numbered", 7)
    assert (empty.kind, empty.body, rest.kind, rest.end) == ("blank", 10, "text", 12)


def test_bullets_are_the_bullet_lines_alone():
    assert [line.start for line in Text("a\n* b\n1. c\n- d").bullets] == [2, 11]


BLOCKS = [
    # A list item goes on until the next one, or until the lines stop running.
    ("* bread and\nmilk.", [" bread and\nmilk."]),
    ("1. bread and\nmilk.", [" bread and\nmilk."]),
    ("* a\n\nb\nc", [" a", "b\nc"]),
    ("One.\n\nTwo\nends.\n\nThree\nends.", ["One.", "Two\nends.", "Three\nends."]),
    ("One\n# Heading\nTwo", ["One", "Two"]),
]


@pytest.mark.parametrize(("raw", "expected"), BLOCKS)
def test_blocks_of_running_lines(raw, expected):
    assert sentences(raw) == expected


OPEN_ENDS = [
    # Behind these nothing ends, whatever follows; also as the first word of the text.
    ("e.g. Figs are good. Go.", ["e.g. Figs are good.", "Go."]),
    ("Go now. Take fruit, e.g. Figs. They keep.", ["Go now.", "Take fruit, e.g. Figs.", "They keep."]),
    ("We go. We sit. Ask her (cf. Ames). Go.", ["We go.", "We sit.", "Ask her (cf. Ames).", "Go."]),
    # A small letter goes on, also behind marks.
    ("One. Two. Figs, etc. (and more). Go.", ["One.", "Two.", "Figs, etc. (and more).", "Go."]),
    ("One. Figs, etc. (And more.) Go.", ["One.", "Figs, etc.", "(And more.)", "Go."]),
    # Speech goes on with a small letter, whatever follows that letter, and not behind marks.
    ("We left. “Stop!” eBay said. Go.", ["We left.", "“Stop!” eBay said.", "Go."]),
    ("We left. “Stop!” (he said it.) Go.", ["We left.", "“Stop!”", "(he said it.)", "Go."]),
    ("One.\n\nTwo. “Stop!” she said. Go.", ["One.", "Two.", "“Stop!” she said.", "Go."]),
    # Nothing follows that could go on.
    ("Figs, etc. ()", ["Figs, etc."]),
]


@pytest.mark.parametrize(("raw", "expected"), OPEN_ENDS)
def test_where_a_sentence_goes_on_behind_an_end(raw, expected):
    assert sentences(raw) == expected


def test_an_open_end_is_sought_sixteen_characters_back_and_forty_ahead():
    assert len(sentences("Stop!" + '"' * 15 + " he said.")) == 1
    assert len(sentences("Stop!" + '"' * 16 + " he said.")) == 2
    assert len(sentences("Figs, etc. " + "(" * 39 + "and nuts.")) == 1
    assert len(sentences("Figs, etc. " + "(" * 40 + "and nuts.")) == 2


def test_eastern_ends_cut_every_sentence_of_a_block():
    assert sentences("一。二。三 Dr. Ames.") == ["一。", "二。", "三 Dr. Ames."]
    assert sentences("Café. Go. 一。") == ["Café.", "Go.", "一。"]


QUOTES = [
    ("x" * 40, "x" * 40),
    ("x" * 41, "x" * 28 + "…" + "x" * 11),
    ("a" * 30 + "b" + "c" * 12, "a" * 28 + "…" + "c" * 11),
    # What is folded away is not counted; up to 160 characters are read whole, of longer ones 80 at either end.
    (" " * 75 + "abcdefghij" + " " * 75, "abcdefghij"),
    (" " * 80 + "a" + " " * 80, ""),
    ("a" + " " * 78 + "b" + "c" * 99 + "y" + " " * 78 + "z", "a b y z"),
]


@pytest.mark.parametrize(("raw", "shown"), QUOTES)
def test_quotes(raw, shown):
    assert Text(raw).quote((0, len(raw))) == repr(shown)


def test_a_quote_far_into_the_text_is_that_span_alone():
    raw = "before " * 30 + "here" + " after" * 30
    assert Text(raw).quote((210, 214)) == "'here'"


def test_a_quote_is_as_long_as_asked_for():
    assert Text("x" * 60).quote((0, 60), most=60) == repr("x" * 60)
    assert Text("x" * 61).quote((0, 61), most=60) == repr("x" * 48 + "…" + "x" * 11)
