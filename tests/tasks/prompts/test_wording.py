"""Wording: the default prompt, and a file that replaces any of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorers import read
from tasks.errors import BadWording
from tasks.prompts.template import ordinal, parse
from tasks.prompts.wording import SHIPPED, Wording
from tasks.task import get_task

WORDS = read({"id": "length_constraints:number_words", "num_words": 40, "relation": "at least"})
KEYS = read({"id": "keywords:existence", "keywords": ["sun", "tea", "C++"]})
COMMA = read({"id": "punctuation:no_comma"})
TASK = get_task("summarize")


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Wording:
        path = tmp_path / "wording.toml"
        path.write_text(text, encoding="utf-8")
        return Wording.load(path)

    return write


def test_our_prompt_holds_article_request_and_instructions_in_this_order():
    prompt = Wording().render(TASK, "It rained.\n\nThen it did not.", [WORDS, COMMA])
    article, request = prompt.index("It rained.\n\nThen it did not."), prompt.index(TASK.request)
    assert article < request < prompt.index(WORDS.describe()) < prompt.index(COMMA.describe())
    assert prompt.splitlines()[-2:] == [f"- {WORDS.describe()}", f"- {COMMA.describe()}"]


def test_the_request_is_the_prompt_without_the_instructions():
    wording = Wording()
    request = wording.request(TASK, "It rained.")
    assert wording.render(TASK, "It rained.", [COMMA]) == f"{request}\n\n- {COMMA.describe()}"


def test_the_request_ends_before_a_block_of_instructions():
    wording = Wording.load(SHIPPED / "solution.toml")
    request = wording.request(TASK, "It rained.")
    assert request == Wording().request(TASK, "It rained.")
    shown = wording.render(TASK, "It rained.", [COMMA])
    assert shown.startswith(f"{request}\n\n<instructions>\n- {COMMA.describe()}\n</instructions>\n\n")
    for turn in (shown, wording.apart(TASK, [COMMA]), wording.again(TASK, [COMMA])):
        assert f"<instructions>\n- {COMMA.describe()}\n</instructions>" in turn
        assert "between <solution> and </solution>" in turn


def test_an_article_behind_the_instructions_belongs_to_the_request(written):
    wording = written('[prompt]\nlayout = "{request} {instructions} About: {article} End."')
    assert wording.request(TASK, "It rained.") == f"{TASK.request}  About: It rained. End."


def test_every_part_can_be_replaced(written):
    wording = written(
        """
        [prompt]
        layout = "{title} / {article} / {request} {instructions}"
        joiner = ""
        prefix = " "
        [tasks]
        summarize = "Be brief, {{please}}."
        [instructions]
        "length_constraints:number_words" = "Answer with {relation} {num_words|plural:word}."
        "keywords:existence" = "Name {keywords|list}, or {keywords}."
        """
    )
    assert wording.render(TASK, "Text.", [WORDS, KEYS, COMMA], "Head") == (
        "Head / Text. / Be brief, {please}.  Answer with at least 40 words. "
        """Name "sun", "tea" and "C++", or ['sun', 'tea', 'C++']. """
        f"{COMMA.describe()}"
    )
    assert wording.request(TASK, "Text.", "Head") == "Head / Text. / Be brief, {please}."


def test_what_a_file_leaves_out_is_ours(written):
    assert written("").render(TASK, "Text.", [WORDS]) == Wording().render(TASK, "Text.", [WORDS])


def test_a_byte_order_mark_is_no_text(tmp_path):
    path = tmp_path / "wording.toml"
    path.write_bytes(b'\xef\xbb\xbf[prompt]\nprefix = "* "\n')
    assert Wording.load(path).prefix == "* "


@given(st.text(), st.text())
def test_article_and_title_go_in_verbatim_and_are_never_parsed(article, title):
    wording = Wording.from_record({"prompt": {"layout": "<{title}|{article}>{request}{instructions}"}}, "here")
    assert wording.render(TASK, article, [COMMA], title).startswith(f"<{title}|{article}>{TASK.request}")


@pytest.mark.parametrize("hostile", ["{request}", "{0}", "{article.__class__}", "}{", "{{x}}", "%s {title!r}"])
def test_template_marks_in_an_article_are_plain_text(hostile):
    assert hostile in Wording().render(TASK, hostile, [COMMA])


@pytest.mark.parametrize(
    ("number", "filter", "shown"),
    [
        (1, "plural:word", "1 word"),
        (3, "plural:word", "3 words"),
        (2, "plural:bullet point", "2 bullet points"),
        (4, "plural:entry", "4 entries"),
        (5, "plural:day", "5 days"),
        (2, "plural:box", "2 boxes"),
        (0, "plural:branch", "0 branches"),
        (1, "ordinal", "1st"),
        (22, "ordinal", "22nd"),
        (13, "ordinal", "13th"),
    ],
)
def test_number_filters(number, filter, shown):
    assert parse(f"<{{n|{filter}}}>", {"n": "integer"}).fill({"n": number}) == f"<{shown}>"


def test_ordinals():
    assert [ordinal(n) for n in (2, 3, 4, 11, 12, 21, 103, 111)] == "2nd 3rd 4th 11th 12th 21st 103rd 111th".split()


@pytest.mark.parametrize(("items", "shown"), [(("a",), '"a"'), (("a", "b"), '"a" and "b"')])
def test_list_filter(items, shown):
    assert parse("{w|list}", {"w": "list of words"}).fill({"w": items}) == shown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('[promt]\nlayout = "x"', ["'promt'", "did you mean 'prompt'"]),
        ('[prompt]\njoner = "x"', ["prompt.joner", "did you mean 'joiner'"]),
        ("[prompt]\nprefix = 3", ["prompt.prefix", "must be text", "3"]),
        ('prompt = "x"', ["prompt must be a table"]),
        (
            '[prompt]\nlayout = "{article} {request} {instruction}"',
            ["prompt.layout", "{instruction}", "'instructions'"],
        ),
        ('[prompt]\nlayout = "{article} {request}"', ["prompt.layout", "lacks {instructions}"]),
        ('[prompt]\nlayout = " "', ["prompt.layout", "blank"]),
        ('[tasks]\nsummarise = "x"', ["tasks.summarise", "did you mean 'summarize'"]),
        ('[tasks]\nsummarize = "of {article}"', ["tasks.summarize", "{article}", "no fields"]),
        ('[instructions]\n"punctuation:no_coma" = "x"', ["punctuation:no_coma", "did you mean 'punctuation:no_comma'"]),
        ('[instructions]\nnonsense = "x"', ["instructions", "nonsense"]),
        ('[instructions]\n"punctuation:no_comma" = "{x}"', ["punctuation:no_comma", "{x}", "no fields"]),
        (
            '[instructions]\n"length_constraints:number_words" = "{relation} {numwords}"',
            ["length_constraints:number_words", "{numwords}", "did you mean 'num_words'"],
        ),
        (
            '[instructions]\n"length_constraints:number_words" = "{relation} {num_words|plurl:word}"',
            ["{num_words|plurl:word}", "did you mean 'plural'"],
        ),
        ('[instructions]\n"length_constraints:number_words" = "{num_words|plural}"', ["plural takes a noun"]),
        ('[instructions]\n"length_constraints:number_words" = "{num_words|ordinal:x}"', ["ordinal takes nothing"]),
        (
            '[instructions]\n"length_constraints:number_words" = "{num_words|list}"',
            ["list takes the kind list of words", "num_words is of the kind integer"],
        ),
        (
            '[instructions]\n"length_constraints:number_words" = "{relation|ordinal}"',
            ["relation is of the kind choice"],
        ),
        ('[instructions]\n"length_constraints:number_words" = "{num_words.real}"', ["{num_words.real}"]),
        ('[instructions]\n"length_constraints:number_words" = "{num_words!r}"', ["{num_words!r}"]),
        ('[instructions]\n"length_constraints:number_words" = "a { b"', ["a single '{' at character 3"]),
        ('[instructions]\n"length_constraints:number_words" = "a } b"', ["a single '}' at character 3"]),
        ("[prompt\nprefix = 1", ["not valid TOML", "line 1"]),
    ],
)
def test_a_bad_file_is_refused_with_file_key_and_near_miss(written, tmp_path, text, parts):
    with pytest.raises(BadWording) as refused:
        written(text)
    message = str(refused.value)
    assert str(tmp_path / "wording.toml") in message
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_an_unreadable_file_is_refused(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'[tasks]\nsummarize = "\xe9"')
    for name, why in (("none.toml", "No such file"), ("latin.toml", "not UTF-8"), (".", "directory")):
        with pytest.raises(BadWording, match=re.escape(name)) as refused:
            Wording.load(tmp_path / name if name != "." else ".")
        assert why in str(refused.value)


def test_a_sentence_that_hides_what_is_checked_is_refused_when_it_does(written):
    wording = written('[instructions]\n"length_constraints:number_words" = "At least {num_words|plural:word}!"')
    assert wording.sentence(WORDS) == "At least 40 words!"
    other = read({"id": "length_constraints:number_words", "num_words": 40, "relation": "less than"})
    with pytest.raises(BadWording, match=r"says nothing of relation = 'less than'"):
        wording.sentence(other)
