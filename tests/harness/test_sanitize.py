"""Untrusted text is shown, never obeyed; decisive places are marked where they stand."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from harness.cli.output.highlight import highlight, highlight_excerpt, split_segments
from harness.sanitize import escape_cell, escape_control

ANY = st.text(st.characters(exclude_categories=()), max_size=60)
HOSTILE = "\x1b[31mred\x1b[0m \x1b]0;title\x07 \u202eevil\u202c \x9b2J a\u200bb \rover\bwritten [red]x[/red]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("bell\x07", "bell\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("\x7f", "\\x7f"),
        ("\u202egnp", "\\u202egnp"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("one\rtwo", "one\\x0dtwo"),
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
        ("a\u200db", "a\\u200db"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
        ("naïve 字 ✓ [x]", "naïve 字 ✓ [x]"),
    ],
)
def test_what_acts_is_shown(text, shown):
    assert escape_control(text) == shown


@given(ANY)
def test_nothing_that_acts_is_left(text):
    found = escape_control(text)
    acting = {c for c in found if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}
    assert not acting
    assert not {
        c
        for c in found
        if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert escape_control(found) == found
    found.encode("utf-8")


@given(ANY, st.integers(0, 30))
def test_a_cell_is_one_line_that_fits(text, width):
    found = escape_cell(text, width)
    assert cell_len(found) <= width
    assert "\n" not in found
    assert "\t" not in found


def test_a_cell_folds_white_space_and_says_that_it_is_cut():
    assert escape_cell("one\n\n two\tthree", 20) == "one two three"
    assert escape_cell("one two three", 8) == "one two…"
    assert escape_cell("字字字字", 5) == "字字…"
    assert escape_cell("x" * 10_000, 5) == "xxxx…"


def test_segments_cut_overlaps_of_several_lists():
    found = list(split_segments("abcdefgh", [[(1, 4), (2, 3)], [(3, 6)], []]))
    assert found == [("a", ()), ("bc", (0,)), ("d", (0, 1)), ("ef", (1,)), ("gh", ())]


SPANS = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6)


@given(ANY, st.lists(SPANS, max_size=3))
def test_segments_keep_the_text_and_cover_exactly_the_spans(text, spans_of):
    covers = []
    for piece, cover in split_segments(text, spans_of):
        assert piece
        covers += [cover] * len(piece)
    assert "".join(piece for piece, _ in split_segments(text, spans_of)) == text
    for at, cover in enumerate(covers):
        assert cover == tuple(i for i, spans in enumerate(spans_of) if any(a <= at < b for a, b in spans))


def test_marks_are_brackets_without_a_terminal():
    assert highlight("one, two, three", [(3, 4), (8, 9)], brackets=True).plain == "one[[,]] two[[,]] three"
    # Here standard output is no terminal.
    assert highlight("one, two", [(3, 4)]).plain == "one[[,]] two"


def test_marks_are_a_style_in_a_terminal():
    found = highlight("one, two", [(3, 4)], brackets=False)
    assert found.plain == "one, two"
    assert [(span.start, span.end) for span in found.spans] == [(3, 4)]


def test_marked_text_neutralises_and_keeps_the_place():
    found = highlight("\x1b[1m, x", [(4, 5)], brackets=True)
    assert found.plain == "\\x1b[1m[[,]] x"


def test_an_excerpt_stands_around_the_first_place():
    text = f"{'before ' * 100}bad, {'after ' * 100}"
    found = highlight_excerpt(text, [(703, 704)], 40, brackets=True).plain
    assert "bad[[,]] after" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert cell_len(found) <= 40


def test_an_excerpt_of_a_long_place_closes_its_mark():
    found = highlight_excerpt("word " * 200, [(10, 1000)], 60, brackets=True).plain
    assert found.count("[[") == found.count("]]") == 1
    assert cell_len(found) <= 60


def test_an_excerpt_without_a_place_is_the_beginning_on_one_line():
    assert highlight_excerpt("one\n\ntwo", [], 20).plain == "one two"
    assert highlight_excerpt("one two three", [], 8).plain.endswith("…")
    assert highlight_excerpt("", [], 8).plain == ""


@given(ANY, SPANS, st.integers(1, 50), st.booleans())
def test_an_excerpt_always_fits(text, spans, width, brackets):
    found = highlight_excerpt(text, spans, width, brackets=brackets)
    assert found.cell_len <= width
    assert "\n" not in found.plain


def test_hostile_text_reaches_no_console():
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="truecolor", width=200)
    console.print(highlight(HOSTILE, [(0, 3)], brackets=False), Text(escape_cell(HOSTILE, 150)))
    shown = out.getvalue()
    for acting in ("\x1b[31m", "\x1b]0", "\x07", "\u202e", "\x9b", "\u200b", "\r", "\b"):
        assert acting not in shown
    assert "[red]x[/red]" in shown
