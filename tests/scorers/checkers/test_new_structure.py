"""Structure: tables, lists, headings and paragraphs at the edges of their bounds, with what was found and where."""

import pytest

import scorers

TABLE = "structure:markdown_table"
LIST = "structure:numbered_list"
HEADINGS = "structure:headings"
PARAGRAPHS = "structure:paragraph_words"


def verdict(id, text, **given):
    [found] = scorers.verify(text, [{"id": id, **given}])
    return found


def table(rows, columns="A|B"):
    return f"|{columns}|\n|-|-|\n" + "".join(f"|{i}|{i}|\n" for i in range(rows))


@pytest.mark.parametrize(("rows", "followed"), [(1, False), (2, True), (3, False)])
def test_rows_are_counted_exactly(rows, followed):
    assert verdict(TABLE, table(rows), columns=["A", "B"], num_rows=2).followed is followed


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("|A|B|\n|:-:|-|\n|1|2|", 1),
        ("A|B\n-|-\n1|2\n3|4", 2),
        ("  | A | B |\n  |---|---|\n  | 1 | 2 |", 1),
        ("| _A_ | `B` |\n|-|-|\n| 1 |", 1),
        ("|A|B|\n|-|-|\n|1|2|3|\nno pipe", 1),
        ("text before\n|A|B|\n|-|-|\n|1|2|", 1),
        ("|A|B|\r\n|-|-|\r\n|1|2|\r\n", 1),
        ("~~~md\n|A|B|\n|-|-|\n|1|2|\n~~~", 1),
        ("|0|\n|A|B|\n|-|-|\n|1|2|", 1),
    ],
)
def test_a_table_is_found_as_markdown_has_it(text, rows):
    assert verdict(TABLE, text, columns=["a", "b"], num_rows=rows).followed


@pytest.mark.parametrize(
    "text",
    [
        "|A|B|\n|-|\n|1|2|",  # fewer dashes than names
        "|A|B|\n|-|-|-|\n|1|2|",
        "A B\n-|-\n1|2",
        "|A|B|\n\n|-|-|\n|1|2|",
        "|A|B|\n|=|=|\n|1|2|",
        "|A|B|\n|-|-|\n",
        "```md\n|A|B|\n```\n|-|-|\n|1|2|",  # a fence between
        "```text\n|A|B|\n|-|-|\n|1|2|\n```",
    ],
)
def test_what_is_no_such_table(text):
    assert not verdict(TABLE, text, columns=["A", "B"], num_rows=1).followed


def test_the_verdict_on_a_table_tells_columns_rows_and_place():
    found = verdict(TABLE, "Hello.\n\n" + table(3) + "\nBye.", columns=["A", "B"], num_rows=2)
    assert found.reason == "a table with the columns 'A' and 'B' and 3 rows, at line 3; exactly 2 were asked"
    assert found.spans == ((8, 8 + len(table(3)) - 1),)
    two = verdict(TABLE, table(1) + "\n" + table(2), columns=["A", "B"], num_rows=2)
    assert two.followed
    assert two.reason == "a table with the columns 'A' and 'B' and 2 rows, at line 5, of 2 tables"
    assert verdict(TABLE, "none", columns=["A"], num_rows=1).reason == "no markdown table"
    fenced = verdict(TABLE, "```\n" + table(1) + "```", columns=["A", "B"], num_rows=1)
    assert fenced.reason == "no markdown table (the one at line 1 is in a block of code)"
    nearest = verdict(TABLE, table(2, "X|Y") + "\n" + table(1), columns=["A", "B"], num_rows=2)
    assert nearest.reason.startswith("a table with the columns 'A' and 'B' and 1 row, at line 6")


@pytest.mark.parametrize(
    ("id", "given", "why"),
    [
        (TABLE, {"columns": ["A", "a"], "num_rows": 1}, "columns holds a name twice"),
        (TABLE, {"columns": ["A|B"], "num_rows": 1}, "columns holds a name with a pipe"),
        (TABLE, {"columns": ["--"], "num_rows": 1}, "columns holds a name without a letter"),
        (TABLE, {"columns": ["A" * 61], "num_rows": 1}, "more than 60 characters"),
        (TABLE, {"columns": list("ABCDEFGHIJK"), "num_rows": 1}, "more than 10 names"),
        (TABLE, {"columns": [], "num_rows": 1}, "columns is an empty list"),
        (TABLE, {"columns": ["A"], "num_rows": 101}, "num_rows is 101"),
        (HEADINGS, {"headings": ["# A"]}, "headings holds a name with a pipe, a backslash, a #"),
        (HEADINGS, {"headings": ["A\nB"]}, "or a line end"),
        (LIST, {"num_items": 0}, "num_items is 0"),
        (PARAGRAPHS, {"fewest": 5, "most": 14}, "most is 14, less than 10 above fewest, which is 5"),
    ],
)
def test_what_cannot_be_asked_is_refused(id, given, why):
    with pytest.raises(scorers.BadInstruction) as refused:
        verdict(id, "text", **given)
    assert why in str(refused.value)


def test_names_at_the_bounds_can_be_asked_for():
    assert not verdict(TABLE, "text", columns=["A" * 60, *"BCDEFGHIJ"], num_rows=100).followed
    assert verdict(PARAGRAPHS, "One two three four five.", fewest=5, most=15).followed


@pytest.mark.parametrize(("items", "followed"), [(2, False), (3, True), (4, False)])
def test_items_are_counted_exactly(items, followed):
    text = "\n".join(f"{i}. a" for i in range(1, items + 1))
    assert verdict(LIST, text, num_items=3).followed is followed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1. a\n2. b\n4. c", "a numbered list of 3 items, at line 1; item 3, at line 3, has the number 4"),
        (
            "2. a\n3. b",
            "a numbered list of 2 items, at line 1; exactly 3 were asked; item 1, at line 1, has the number 2",
        ),
        ("1. a\n\n1. a\n2. b", "a numbered list of 2 items, at line 3; exactly 3 were asked; 2 lists in all"),
        ("* a", "no numbered list"),
        ("a) a\nb) b", "no numbered list; 'a) a', at line 1, is no item of one"),
        ("1. !", "no numbered list; '1. !', at line 1, is no item of one"),
    ],
)
def test_the_verdict_on_a_list_tells_the_first_wrong_number(text, reason):
    found = verdict(LIST, text, num_items=3)
    assert not found.followed
    assert found.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "(1) a\n(2) b",
        "1. a\n   - x\n   1. y\n2. b",
        "   1. a\n   2. b\n1. c",
        "1. a\n```\n7. x\n```\n2. b",
        "9. z\n1. a\n2. b",
        "1. a\n2. b\n\n1. c\n2. d\n3. e",
    ],
)
def test_a_list_of_two(text):
    assert verdict(LIST, text, num_items=2).followed


def test_spans_of_a_list_are_its_items_or_the_wrong_one():
    assert verdict(LIST, "x\n1. a\n2. b", num_items=2).spans == ((2, 6), (7, 11))
    assert verdict(LIST, "1. a\n3. b", num_items=2).spans == ((5, 9),)


@pytest.mark.parametrize(
    ("text", "followed", "reason"),
    [
        ("# A\nx\n# B\ny", True, "2 of 2 headings, at lines 1 and 3, with text under each"),
        ("# B\nx\n# A\ny", False, "heading 1, at line 1, is 'B'; 'A' was asked there"),
        ("# A\nx", False, "no heading 'B'; 1 of 2 headings, at line 1"),
        ("# A\nx\n# B\ny\n# A\nz", False, "the heading 'A' is used more than once, at lines 1, 3 and 5"),
        ("# A\n\n# B\ny", False, "no text under 'A', at line 1"),
        ("# A\n!!\n# B\n?", False, "no text under 'A' and 'B', at lines 1 and 3"),
        ("# A\n## C\n# B\ny", False, "no text under 'A', at line 1"),
        (
            "####### A\nx\n# B\ny",
            False,
            "no heading 'A'; 1 of 2 headings, at line 3; '####### A' at line 1 is no markdown heading",
        ),
        ("no", False, "no heading 'A' and 'B'; 0 of 2 headings"),
        ("###### a #\nx\n#\t__B__\ny", True, "2 of 2 headings, at lines 1 and 3, with text under each"),
        ("```md\n# A\nx\n# B\ny\n```", True, "2 of 2 headings, at lines 2 and 4, with text under each"),
    ],
)
def test_headings(text, followed, reason):
    found = verdict(HEADINGS, text, headings=["A", "B"])
    assert (found.followed, found.reason) == (followed, reason)


@pytest.mark.parametrize(("words", "followed"), [(4, False), (5, True), (15, True), (16, False)])
def test_both_bounds_of_a_paragraph_are_inside(words, followed):
    text = " ".join(["word"] * words) + "."
    found = verdict(PARAGRAPHS, text, fewest=5, most=15)
    assert found.followed is followed
    assert found.spans == ((0, len(text)),)


@pytest.mark.parametrize(
    "aside",
    [
        "# One",
        "**One**",
        "<<One>>",
        "***",
        "* one\n* two\ngoes on",
        "1. one",
        "```\none two\n```",
        "|a|b|\n|-|-|\n|c|d|",
        "Part One",
        "a b c d e f g h i j k l",  # a label of twelve words
    ],
)
def test_what_is_no_paragraph_is_not_measured(aside):
    text = f"One two three.\n\n{aside}\n\nFour five six."
    assert verdict(PARAGRAPHS, text, fewest=3, most=13).reason == "2 paragraphs of 3 words; 3 to 13 were asked"


@pytest.mark.parametrize("short", ["Done!", "a b c d e f g h i j k l m n", "One\ntwo"])
def test_what_is_one_is(short):
    assert not verdict(PARAGRAPHS, f"One two three four.\n\n{short}\n\nFour five six.", fewest=3, most=13).followed


def test_the_verdict_on_paragraphs_tells_the_first_wrong_one():
    found = verdict(PARAGRAPHS, "One two.\n\nOne.\n\nTwo.", fewest=2, most=12)
    assert found.reason == (
        "paragraph 2 of 3, at line 3, has 1 word; 2 to 12 were asked; 2 paragraphs are out of these bounds"
    )
    assert found.spans == ((10, 14), (16, 20))
