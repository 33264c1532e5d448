"""The opening: the first sentences of an article, untouched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.article import opening

TEXT = 'Dr. Ames came at 3.5 p.m. today. "Why now?"\n\nNobody knew!  The end'


def test_sentences_are_counted_as_a_reader_counts_them():
    assert opening(TEXT, 1) == "Dr. Ames came at 3.5 p.m. today."
    assert opening(TEXT, 2) == 'Dr. Ames came at 3.5 p.m. today. "Why now?"'


def test_paragraph_breaks_and_spacing_stay():
    assert opening(f"{TEXT} of it.\n\nMore.", 4) == f"{TEXT} of it."
    assert opening(TEXT, 4) == TEXT


def test_an_opening_does_not_stop_on_a_teaser():
    told = "Rain fell. It was cold."
    assert opening(f"{told}\n\nNobody knew! The end came.", 3) == told, "the paragraph goes on"
    assert opening(f"{told}\n\nWho was it?\n\nA ship.", 3) == told
    assert opening(f"{told}\n\nIt was a ship.\n\nIt sank.", 3) == f"{told}\n\nIt was a ship.", "a paragraph of its own"
    assert opening(f"{told}\n\nWho was it?", 3) == f"{told}\n\nWho was it?", "nothing follows"
    assert opening("Who was it?\n\nA ship.", 1) == "Who was it?", "something has to be left"


def test_a_short_text_is_returned_whole_and_a_blank_one_empty():
    assert opening("Only this one", 10) == "Only this one"
    assert opening("", 3) == ""
    assert opening(" \n\n\t", 3) == ""


@given(st.text(max_size=200), st.integers(1, 5))
def test_an_opening_is_a_piece_of_the_text_and_grows_with_the_number(text, number):
    shorter, longer = opening(text, number), opening(text, number + 1)
    assert shorter in text
    assert longer.startswith(shorter)
