"""A text as a reader sees it: what of its characters and markup counts, and where it is in the raw text."""

import unicodedata
from itertools import pairwise
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorers
from scorers import Text
from scorers.text.plain import fold, make_plain
from scorers.text.plain.markup import brackets_of_text
from scorers.text.plain.spans import apply_edits

PLAIN = [
    ("co\u00adop", "coop"),
    ("\ufeffOne\u200b two\u2060.", "One two."),
    ("cafe\u0301 de\u0301ja\u0300", "café déjà"),
    ("\u1112\u1161\u11ab", "한"),
    ("ＡＩ ２０２６", "AI 2026"),
    ("Wait… what", "Wait... what"),
    ("等等……好的…吧", "等等……好的…吧"),
    ("ﬁne oﬃce 𝐁𝐨𝐥𝐝", "fine office Bold"),
    ("می\u200cخواهم क\u094d\u200dष", "میخواهم क\u094dष"),
    ("👩\u200d⚕️ and 👍🏽", "👩\u200d⚕️ and 👍🏽"),
    ("a\u2028b\u2029c", "a\nb\n\nc"),
    ("One<br>two<br/>\nthree<BR />", "One two\nthree"),
    ("H<sub>2</sub>O and <b>bold</b>", "H2O and bold"),
    ('<p class="x">One.</p>\n<p>Two.</p>', "One.\nTwo."),
    ("a <!-- one\ntwo --> b", "a \n b"),
    ("a <!-- open", "a <!-- open"),
    ("Tom &amp; Ann&nbsp;left&hellip;", "Tom & Ann\u00a0left..."),
    ("<<Title>>, <name>, a < b > c, <A>", "<<Title>>, <name>, a < b > c, <A>"),
    ("<<b>> and <<br>>", "<<b>> and <<br>>"),
    ("Write `<br>` and `&amp;` here", "Write `<br>` and `&amp;` here"),
    ("```html\n<b>x</b>\n```\n<b>y</b>", "```html\n<b>x</b>\n```\ny"),
    ("``` <b>x</b>", "``` x"),
    ("x <b and c> y", "x <b and c> y"),
]


@pytest.mark.parametrize(("raw", "plain"), PLAIN)
def test_a_text_as_a_reader_sees_it(raw, plain):
    assert make_plain(raw)[0] == plain
    found = Text(raw).plain
    assert (found.text.raw if found else raw) == plain


def test_html_stays_where_only_characters_are_folded():
    assert fold("<b>cafe\u0301</b>") == "<b>café</b>"
    assert Text("<b>x</b>").folded_text is None
    assert Text("<b>x</b>").plain.text.raw == "x"


@given(st.text())
def test_characters_are_in_the_form_nfc_and_stay_as_they_are_when_folded_again(raw):
    folded = fold(raw)
    assert unicodedata.is_normalized("NFC", folded)
    assert fold(folded) == folded


@given(st.text(st.sampled_from("aeo\u0301\u0323\u0308é\u1112\u1161\u11ab가\u11a8क\u093c\u0958か\u3099\u212b\n ")))
def test_composing_piece_by_piece_gives_the_form_nfc_of_the_whole(raw):
    assert fold(raw) == unicodedata.normalize("NFC", raw)


def test_no_single_character_slips_past_the_quick_look():
    missed = []
    for number in range(0x110000):
        character = chr(number)
        composed = unicodedata.normalize("NFC", f"a{character}b")
        if composed != f"a{character}b" and make_plain(f"a{character}b")[0] != composed:
            missed.append(number)
    assert missed == []


@given(st.text(st.sampled_from("ab \u200b\u0301e…ﬁ<b>/&amp;\n`é*"), max_size=30))
def test_places_lead_back_to_the_characters_they_came_from(raw):
    found = Text(raw).plain
    if found is None:
        return
    plain = found.text.raw
    ends = 0
    for at, character in enumerate(plain):
        start, end = found.place((at, at + 1))
        assert 0 <= start < end <= len(raw)
        assert end >= ends
        ends = end
        if end - start == 1 and character.isascii() and raw[start].isascii():
            assert raw[start] == character


def test_edits_are_placed_from_their_first_to_their_last_character():
    text, origin = apply_edits("one TWO three", [(0, 4, ""), (4, 7, "2"), (7, 8, " & ")])
    assert text == "2 & three"
    assert [origin.place(span) for span in ((0, 1), (0, 2), (1, 4), (4, 9), (0, 0))] == [
        (4, 7),
        (4, 8),
        (7, 8),
        (8, 13),
        (4, 4),
    ]


def verdict(text, id, **params):
    [found] = scorers.verify(text, [{"id": id, **params}])
    return found


WORDS = {"id": "length_constraints:number_words", "relation": "at least", "num_words": 2}
SAME = [
    ("New **York** is big.", "keywords:existence", {"keywords": ["New York"]}, True),
    ("**N**ew *York*", "keywords:existence", {"keywords": ["new york"]}, True),
    ("un**believ**able", "keywords:existence", {"keywords": ["unbelievable"]}, True),
    ("One<br>two.", "keywords:existence", {"keywords": ["br"]}, False),
    ("One<br>two.", "keywords:forbidden_words", {"forbidden_words": ["br"]}, True),
    ("caf\u0065\u0301 noir", "keywords:existence", {"keywords": ["café"]}, True),
    ("café noir", "keywords:existence", {"keywords": ["cafe\u0301"]}, True),
    ("We use ＡＩ here.", "keywords:forbidden_words", {"forbidden_words": ["AI"]}, False),
    ("We co\u00adoperate.", "keywords:existence", {"keywords": ["cooperate"]}, True),
    ("<p>One</p> <!-- two three -->", WORDS["id"], {"relation": "at least", "num_words": 2}, False),
    ("**H**ello", WORDS["id"], {"relation": "at least", "num_words": 2}, False),
    ("To be continued…", "startend:end_checker", {"end_phrase": "to be continued..."}, True),
    ("To be continued...", "startend:end_checker", {"end_phrase": "To be continued…"}, True),
    ('\ufeff"All quoted."\u200b', "startend:quotation", {}, True),
    ('\ufeff{"a": 1}', "detectable_format:json_format", {}, True),
    ("\u200b\u200b", "punctuation:no_comma", {}, False),
    ("<!-- nothing -->", "punctuation:no_comma", {}, False),
]


@pytest.mark.parametrize(("text", "id", "params", "followed"), SAME)
def test_verdicts_are_those_of_the_text_a_reader_sees(text, id, params, followed):
    assert verdict(text, id, **params).followed is followed


def test_an_instruction_that_names_html_is_checked_with_the_html():
    prompt = "Use <b>bold</b> type."
    record = {"id": "combination:repeat_prompt", "prompt_to_repeat": prompt}
    [found] = scorers.verify(f"{prompt}\n\nHere it is.", [record], prompt=prompt)
    assert found.followed


def test_spans_are_in_the_raw_text():
    raw = "\ufeffOne <b>cafe\u0301</b>, two."
    found = verdict(raw, "keywords:forbidden_words", forbidden_words=["café"])
    assert [raw[start:end] for start, end in found.spans] == ["cafe\u0301"]
    comma = verdict(raw, "punctuation:no_comma")
    assert [raw[start:end] for start, end in comma.spans] == [","]
    loose = scorers.verify(f"Sure!\n{raw}", [{"id": "keywords:existence", "keywords": ["café"]}], mode="loose")
    assert [f"Sure!\n{raw}"[start:end] for start, end in loose[0].spans] == ["cafe\u0301"]


def test_published_books_read_the_raw_text():
    raw = "One<br>two cafe\u0301"
    for rules in ("ifeval", "ifbench", "livebench"):
        [found] = scorers.verify(raw, [{"id": "keywords:existence", "keywords": ["br"]}], rules=rules)
        assert found.followed
        [found] = scorers.verify(raw, [{"id": "keywords:existence", "keywords": ["café"]}], rules=rules)
        assert not found.followed


def cases():
    for id in scorers.ids():
        checker = scorers.load(id)
        for case in (*checker.good, *checker.bad):
            yield id, case


def judged(id, case, text):
    return scorers.verify(text, [{"id": id, **case.params}], prompt=case.prompt)[0]


def with_invisible(text, rng):
    """Return `text` with a character that shows nothing between some of its letters."""
    pieces = [text[:1]]
    for before, after in pairwise(text):
        if before.isalpha() and after.isalpha() and rng.random() < 0.4:
            pieces.append("\u200b\u00ad\u2060\ufeff"[int(rng.random() * 4)])
        pieces.append(after)
    return "".join(pieces)


@pytest.mark.parametrize(("id", "case"), list(cases()), ids=lambda value: value if isinstance(value, str) else "")
def test_no_verdict_depends_on_how_a_character_is_written(id, case):
    followed = judged(id, case, case.text).followed
    rng = Random(case.text)
    for text in (
        unicodedata.normalize("NFD", case.text),
        unicodedata.normalize("NFC", case.text),
        with_invisible(case.text, rng),
        f"\ufeff{case.text}\u200b",
    ):
        found = judged(id, case, text)
        assert found.followed is followed, f"{text!r}: {found.reason}"
        assert all(0 <= start < end <= len(text) for start, end in found.spans)


ELLIPSES = [
    ("他说：“…”", "他说：“…”"),
    ("“…”他说。", "“…”他说。"),
    ("他走了…", "他走了…"),
    ("“…” he said… then", "“...” he said... then"),
]


@pytest.mark.parametrize(("raw", "expected"), ELLIPSES)
def test_an_ellipsis_in_chinese_quotes_stays_one_mark(raw, expected):
    assert fold(raw) == expected


BRACKETS = [
    (r"Let \[x = 1\] hold.", [r"\[x = 1\]"]),
    ("“[T]he end”, he wrot [sic], [...] and [emphasis added]", ["[T]", "[sic]", "[...]", "[emphasis added]"]),
    ("Dear [name], [I] see[s]", ["[s]"]),
    ("$$a[i] = 2$$ and [x]", ["$$a[i] = 2$$"]),
    (r"\[ open", []),
]


@pytest.mark.parametrize(("raw", "expected"), BRACKETS)
def test_brackets_of_mathematics_and_of_editors(raw, expected):
    assert [raw[start:end] for start, end in brackets_of_text(raw)] == expected


UNITS = [
    "<",
    "<!--",
    "<b ",
    "<a href=",
    "`",
    "```\n",
    "~~~\n",
    "&amp;",
    "e\u0301",
    "\u0301",
    "\u200b",
    "*a",
    "**a**b",
    "…",
]


@pytest.mark.parametrize("unit", [*UNITS, r"\[", "$$", "[a]b", "<!-- x -->", "a\u200d", "ﬁ", "<b x=1 ", "\u1161"])
def test_hostile_texts_take_linear_time(unit):
    raw = (unit * 100_000)[:100_000]
    began = process_time()
    text = Text(raw)
    plain = text.plain.text if text.plain else text
    _ = plain.words
    brackets_of_text(raw)
    scorers.find_words(raw, ("a b", "c"))
    assert process_time() - began < 1.5


def test_texts_of_two_prompts_share_their_cuts():
    text = Text("One two.", "a prompt")
    other = text.with_prompt("another")
    assert other.words is text.words
    assert (text.prompt, other.prompt, other.raw) == ("a prompt", "another", "One two.")
