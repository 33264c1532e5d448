"""The cuts of a text: words, sentences, lines, bullets, as a reader would make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorers import Text


def pieces(raw, cut):
    return [raw[start:end] for start, end in getattr(Text(raw), cut)]


WORDS = [
    ("Don't stop; it’s e-mail time.", ["Don't", "stop", "it’s", "e-mail", "time"]),
    ("3.5 and 1,000 and U.S. law", ["3.5", "and", "1,000", "and", "U.S", "law"]),
    ("one,two three", ["one", "two", "three"]),
    ("wait...what -- yes—no", ["wait", "what", "yes", "no"]),
    ("snake_case and AT&T", ["snake_case", "and", "AT&T"]),
    ("see https://a.org/x?y=1. Then go", ["see", "https://a.org/x?y=1", "Then", "go"]),
    ("**bold** _it_ `code()` # h", ["bold", "it", "code", "h"]),
    ("- one\r\n- two\r\n", ["one", "two"]),
    ("他买了3本书", ["他", "买", "了", "3", "本", "书"]),
    ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
    ("می‌خواهم بروم", ["می‌خواهم", "بروم"]),
    ("cafe\u0301 co\u00adoperate", ["cafe\u0301", "co\u00adoperate"]),
    ("“Well‑known,” she said", ["Well‑known", "she", "said"]),
    ("👍 ... !!! — ()", []),
    ("x = a[0][1] + b", ["x", "a", "0", "1", "b"]),
    ("", []),
]


@pytest.mark.parametrize(("raw", "expected"), WORDS)
def test_words(raw, expected):
    assert pieces(raw, "words") == expected


@given(st.text(st.sampled_from("ab1_'’-.,&@ :/hps\n"), max_size=40))
def test_words_of_ascii_text_do_not_depend_on_what_else_stands_in_it(raw):
    assert Text(raw).words == Text(f"{raw} ¡").words


PUBLISHED_WORDS = [
    ("Don't stop", ["Don", "t", "stop"]),
    ("1,000 a_b e-mail", ["1", "000", "a_b", "e", "mail"]),
    ("他买了米。", ["他买了米"]),
]


@pytest.mark.parametrize(("raw", "expected"), PUBLISHED_WORDS)
def test_published_words(raw, expected):
    assert pieces(raw, "published_words") == expected


SENTENCES = [
    ("Dr. Ames came at 3.5 p.m. today. She left!", ["Dr. Ames came at 3.5 p.m. today.", "She left!"]),
    ("One line\nruns on. Two.", ["One line\nruns on.", "Two."]),
    ("First block\n\nSecond block", ["First block", "Second block"]),
    ("First block\r\n\r\nSecond block", ["First block", "Second block"]),
    ("* bread\n* milk and. More.\n+ eggs", ["bread", "milk and.", "More.", "eggs"]),
    ("1. Alpha.\r\n2. Beta.", ["Alpha.", "Beta."]),
    ("# Heading\n<<A Title>>\n---\nOnly this.", ["Only this."]),
    ("他来了。她走了！真的？", ["他来了。", "她走了！", "真的？"]),
    ("他说：“走吧。”她走了。", ["他说：“走吧。”", "她走了。"]),
    ("वह आया। वह गया।", ["वह आया।", "वह गया।"]),
    ("“Go.” She went.", ["“Go.”", "She went."]),
    ("“Go!” she said. “Why?” He went.", ["“Go!” she said.", "“Why?”", "He went."]),
    ("hi! how are you? fine.", ["hi!", "how are you?", "fine."]),
    ("Fruit, e.g. figs, etc. are good, i.e. sweet.", ["Fruit, e.g. figs, etc. are good, i.e. sweet."]),
    ("Figs, dates, etc. They are good.", ["Figs, dates, etc.", "They are good."]),
    ("See No. 5 and Fig. 3 (p. 9). Say no. Go.", ["See No. 5 and Fig. 3 (p. 9).", "Say no.", "Go."]),
    ("**A Day Out**\n\nWe left. We came.", ["We left.", "We came."]),
    ("!!!\n\n...", []),
    ("", []),
]


@pytest.mark.parametrize(("raw", "expected"), SENTENCES)
def test_sentences(raw, expected):
    assert [piece.strip() for piece in pieces(raw, "sentences")] == expected


def test_published_sentences_run_over_line_ends():
    assert len(Text("* bread\n* milk\n* eggs").published_sentences) == 1
    assert len(Text("他来了。她走了。").published_sentences) == 1
    assert len(Text("1. Alpha.\n2. Beta.").published_sentences) == 4


KINDS = [
    ("* a", "bullet"),
    ("  - a", "bullet"),
    ("\t+ a", "bullet"),
    ("• a", "bullet"),
    ("•a", "bullet"),
    ("•\u00a0a", "bullet"),
    ("> - a", "bullet"),
    ("-a word", "bullet"),
    ("- 5 apples", "bullet"),
    ("- [ ] todo", "bullet"),
    ("* **bold** item", "bullet"),
    ("-**bold** item", "bullet"),
    ("■ a", "bullet"),
    ("-5 degrees", "text"),
    ("*emphasis* here", "text"),
    ("**bold** here", "text"),
    ("--flag", "text"),
    ("*", "text"),
    ("* ", "text"),
    ("a - b", "text"),
    ("---", "rule"),
    ("- - -", "rule"),
    ("* * *", "rule"),
    ("***", "rule"),
    ("___", "rule"),
    ("=====", "rule"),
    ("1. a", "numbered"),
    ("(b) a", "numbered"),
    ("12) a", "numbered"),
    ("1.5 litres", "text"),
    ("2024. A year", "text"),
    ("## Heading", "heading"),
    ("**A Day Out**", "heading"),
    ("**Ingredients:**", "heading"),
    ("**We came back.**", "text"),
    ("**A** and **b**", "text"),
    ("#hashtag", "text"),
    ("# Heading" + " and all the rest" * 20, "text"),
    ("<<A Title>>", "heading"),
    (" \t\u00a0", "blank"),
]


@pytest.mark.parametrize(("raw", "kind"), KINDS)
def test_line_kinds(raw, kind):
    [line] = Text(raw).lines
    assert line.kind == kind


def test_lines_end_with_lf_crlf_and_cr():
    raw = "a\r\n* b\r\r- c\n\nd"
    lines = Text(raw).lines
    assert [raw[line.start : line.end] for line in lines] == ["a", "* b", "", "- c", "", "d"]
    assert [raw[line.body : line.end] for line in lines if line.kind == "bullet"] == [" b", " c"]
    assert [Text(raw).line_number(raw.index(letter)) for letter in "abcd"] == [1, 2, 4, 6]


@given(st.text(st.sampled_from("\r\n *-a."), max_size=30))
def test_lines_cover_the_text(raw):
    lines = Text(raw).lines
    assert [raw[line.start : line.end] for line in lines] == raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")[
        : len(lines)
    ]
    assert len(lines) == len(raw.splitlines())


@given(st.text(max_size=60))
def test_every_cut_ascends_inside_the_text(raw):
    text = Text(raw)
    for cut in (text.words, text.published_words, text.sentences, text.published_sentences):
        ends = [position for span in cut for position in span]
        assert ends == sorted(ends)
        assert all(0 <= start < end <= len(raw) for start, end in cut)


def test_quotes_are_short_and_printable():
    raw = "one\ttwo\n" + "x" * 100 + "\ud800\x1b[31m"
    quoted = Text(raw).quote((0, len(raw)))
    assert quoted.startswith("'one two xxx")
    assert len(Text("word " * 50).quote((0, 250))) <= 42
    assert Text("First " + "and " * 500 + "last.").quote((0, 2011)) == "'First and and and and and an…d and last.'"
    assert quoted.isprintable()
    assert Text("\ud800\x1b").quote((0, 2)) == r"'\ud800\x1b'"


def test_blank_is_white_space_only():
    assert Text(" \r\n\u3000").blank
    assert Text("").blank
    assert not Text("\u200b").blank
